import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio import features, files
from wavenet.corpora.index import INDEX
from wavenet.corpora.prepare import prepare
from wavenet.corpora.prepared import SPLITS, PreparedCorpus
from wavenet.errors import UsageError
from wavenet.training.voice import align
from wavenet.training.voice.sphinx import Aligned, Aligner
from wavenet.tts import examples
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import Word
from wavenet.tts.english.phones import base
from wavenet.tts.labels import Labels
from wavenet.tts.segments import SIL, Segment

ROOT = Path(__file__).parents[3]
RECORDING = ROOT / "recipes" / "english_prompts" / "never_heard.flac"
PROMPTS = ROOT / "data" / "english_prompts"
TEXT = (
    "And Mr. John Dashwood had then leisure to consider, how much there might be prudently in his power to do for them."
)
LEXICON = Lexicon()


def corpus(folder: Path, texts: dict[str, str], sample_rate: int = 16_000, **pieces: slice) -> PreparedCorpus:
    """The recording, or a piece of it in seconds, with each of the texts."""
    sound = files.read(RECORDING, 16_000)
    lines = []
    for i, (name, text) in enumerate(texts.items()):
        piece = pieces.get(name, slice(None))
        part = sound[
            slice(*(None if second is None else round(second * 16_000) for second in (piece.start, piece.stop)))
        ]
        files.write(folder / f"{name}.wav", part, 16_000)
        lines.append({"path": f"{name}.wav", "text": text, "speaker": "her", "split": SPLITS[i % 3]})
    (folder / "all.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    prepare(folder / "all.jsonl", folder / "out", sample_rate=sample_rate, workers=0, progress=False)
    return PreparedCorpus(folder / "out")


def test_every_split_is_aligned_and_what_cannot_be_is_left_out_with_its_reason(tmp_path):
    texts = {"right": TEXT, "again": TEXT, "silent": "", "foreign": "Жук!", "wrong": "A quick brown fox, perhaps?"}
    labels, report = align.align(corpus(tmp_path, texts, silent=slice(0, 1)), LEXICON)
    assert sorted(row.id for row in labels.rows) == ["again.wav", "right.wav"]
    foreign, silent, wrong = report.left_out
    assert (foreign.id, silent.id, wrong.id) == ("foreign.wav", "silent.wav", "wrong.wav")
    assert "'Жук' (cyrillic): this voice speaks English" in foreign.reason
    assert silent.reason == "it has no text"
    assert wrong.reason.startswith("its text fits badly: -")
    assert [one.seconds for one in report.left_out] == pytest.approx([7.1, 1.0, 7.1])


@pytest.mark.parametrize(("sample_rate", "hop_length"), [(16_000, 160), (22_050, 256), (8_000, 100)])
def test_durations_are_frames_of_the_corpus(tmp_path, sample_rate, hop_length):
    prepared = corpus(tmp_path, {"right": TEXT}, sample_rate)
    labels, _ = align.align(prepared, LEXICON, hop_length=hop_length)
    assert (labels.hop_length, labels.sample_rate) == (hop_length, sample_rate)
    (row,) = labels.rows
    assert sum(row.durations) == features.count(len(prepared.samples), hop_length)
    ends = np.cumsum(row.durations) * hop_length / sample_rate
    spoken = {segment.text: i for i, segment in enumerate(row.segments)}
    for word, seconds in (("and", 0.21), ("dashwood", 0.99), ("how", 3.45), ("prudently", 4.94), ("them", 6.62)):
        assert ends[spoken[word] - 1] == pytest.approx(seconds, abs=0.05)


def test_labels_pass_through_their_file_to_the_sentences_of_a_voice(tmp_path):
    prepared = corpus(tmp_path, {"right": f"{TEXT[:52]}. {TEXT[54:].capitalize()}"})
    labels, _ = align.align(prepared, LEXICON)
    labels.write(tmp_path / "a.jsonl")
    (row,) = Labels.read(tmp_path / "a.jsonl").rows
    assert row == labels.rows[0]
    first, second = examples.sentences(row)
    assert [first[0][0].phone, first[0][-1].mark] == [SIL, "."]
    assert [second[0][0].phone, second[0][-1].mark] == [SIL, "."]
    assert sum(first[1]) + sum(second[1]) == sum(row.durations)


def test_the_pronunciation_that_was_said_is_taken_with_its_stress(tmp_path):
    (tmp_path / "own.txt").write_text("much UW1 S K OY2\nmuch M AH2 CH\nleisure L EH1 ZH ER0\nleisure L IY1 ZH ER0\n")
    labels, _ = align.align(corpus(tmp_path, {"right": TEXT}), Lexicon([tmp_path / "own.txt"]))
    (row,) = labels.rows
    start = next(i for i, segment in enumerate(row.segments) if segment.text == "much")
    said = row.segments[start : start + 3]
    assert [(segment.phone, segment.stress, segment.length) for segment in said] == [
        ("M", 2, 3),
        ("AH", 2, 3),
        ("CH", 2, 3),
    ]


def test_a_corpus_with_the_texts_of_others_is_refused_as_a_whole(tmp_path, monkeypatch):
    scores = np.full(200, -50.0)

    def squeezed(self, waveform, words):
        count = sum(len(word[0]) for word in words)
        return Aligned((0,) * len(words), np.arange(count) * 5, np.arange(count) * 5 + 5, scores[:count])

    monkeypatch.setattr(Aligner, "align", squeezed)
    with pytest.raises(UsageError, match=r"most texts are not what is said.* they score -50 where -12 is usual"):
        align.align(corpus(tmp_path, {"a": TEXT, "b": TEXT}), LEXICON)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"hop_length": 0}, "hop_length is 0, and must be at least 1"),
        ({"worst": 0.0}, "worst is 0, and must be above 0"),
        ({"worst": float("nan")}, "worst is nan"),
        ({"speaker": "hem"}, "speaker 'hem' is unknown; did you mean 'her'"),
        ({"hop_length": 16_000}, "none of its recordings could be aligned.* first a.wav: its 8 frames are fewer"),
    ],
)
def test_impossible_settings_are_refused(tmp_path, settings, told):
    with pytest.raises(UsageError, match=told):
        align.align(corpus(tmp_path, {"a": TEXT}), LEXICON, **settings)


@given(st.lists(st.floats(-60, -1), min_size=1, max_size=40), st.floats(0.1, 9))
def test_half_of_all_scores_are_never_too_low_nor_the_median_less_a_little(scores, worst):
    lowest, median = align.lowest_score(scores, worst)
    assert lowest < median
    assert sum(score < lowest for score in scores) <= len(scores) / 2
    assert align.lowest_score([score - 7 for score in scores], worst)[0] == pytest.approx(lowest - 7)


@given(
    st.lists(st.tuples(st.floats(0, 20), st.booleans()), min_size=1, max_size=20),
    st.integers(0, 40),
)
def test_durations_fill_the_recording_and_each_has_its_least(wanted, more):
    least = np.array([low for _, low in wanted])
    ends = np.cumsum([length for length, _ in wanted])
    ends[-1] = np.inf
    frames = int(least.sum()) + more
    found = align.durations(ends, least, frames)
    assert found.sum() == frames
    assert (found >= least).all()


@given(st.lists(st.integers(1, 20), min_size=1, max_size=20))
def test_durations_that_are_whole_stay_as_they_are(lengths):
    ends = np.cumsum(lengths).astype(float)
    found = align.durations(ends + 0.3 * (np.arange(len(ends)) % 2), np.ones(len(ends), bool), int(ends[-1]))
    assert found.tolist() == lengths


def test_a_pause_elsewhere_than_at_a_mark_is_one_of_given_length_unless_it_is_a_stop():
    said = [Segment(SIL), Segment("T"), Segment("AA"), Segment("K"), Segment(SIL, mark=".")]
    aligned = Aligned((0,), np.array([7, 20, 34]), np.array([16, 30, 40]), np.zeros(3))
    assert list(align._timed(said, aligned)) == [
        (said[0], 7),
        (said[1], 16),
        (said[2], 30),  # four frames before it are its own
        (said[3], 40),
        (said[4], np.inf),
    ]
    aligned = Aligned((0,), np.array([0, 36, 50]), np.array([16, 50, 60]), np.zeros(3))
    assert list(align._timed(said, aligned))[:4] == [
        (said[0], 0),
        (said[1], 16),
        (Segment(SIL, seconds=0.2), 36),
        (said[2], 50),
    ]


@given(st.sampled_from(["the", "read", "record", "fox", "strengths", "blorptang", "shh"]))
def test_pronunciations_differ_in_more_than_stress_and_the_usual_one_is_first(word):
    found = align.pronunciations(Word(word, word), LEXICON)
    assert next(iter(found.values())) == LEXICON.phones(word)
    assert all(tuple(map(base, phones)) == way for way, phones in found.items())
    known = {one.phones for one in LEXICON.known(word)}
    assert {tuple(map(base, phones)) for phones in known} <= set(found)


def test_breaks_that_a_text_asks_for_are_not_those_of_its_recording():
    (sentence,) = align.sentences('<speak>Hello, <break time="9s"/> world.</speak>', LEXICON)
    assert [getattr(token, "spoken", None) or token.sign for token in sentence] == ["hello", ",", "world", "."]


@pytest.mark.slow
@pytest.mark.skipif(not (PROMPTS / INDEX).is_file(), reason=f"no {PROMPTS.name}; make data fetches it")
def test_exchanged_texts_are_found_out(monkeypatch):
    """Of prompts of a length with 8 phones or more, each with the text of the next one, none is kept."""
    prepared = PreparedCorpus(PROMPTS)
    prompts, left_out = align._prompts(prepared, LEXICON, None)
    assert not left_out
    long = sorted((one for one in prompts if 8 <= sum(len(word[0]) for word in one.words) < 40), key=lambda one: one.id)
    aligner = Aligner(word for one in long for word in one.words)
    chosen = long[::12]
    sounds = [prepared.waveform(one.utterances, one.number) for one in chosen]
    own = [aligner.align(sound, one.words) for one, sound in zip(chosen, sounds, strict=True)]
    lowest, _ = align.lowest_score([found.scores.mean() for found in own if found], align.WORST)
    kept = [found for found in own if found and found.scores.mean() >= lowest]
    assert len(kept) >= 0.8 * len(chosen)
    for one, sound in zip([*chosen[1:], chosen[0]], sounds, strict=True):
        found = aligner.align(sound, one.words)
        assert found is None or found.scores.mean() < lowest


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[laughter] Please call again. [noise]", "please call again"),
        ("Please <unk> call <LAUGH> again.", "please call again"),
        ("Please {breath} call [background noise] again.", "please call again"),
        ("<speak>Please [noise] call <break time='1s'/> again.</speak>", "please call again"),
        ("a < b and c > d", None),  # which are no noises
    ],
)
def test_noises_in_brackets_are_no_words(text, words):
    found = [
        token.spoken for sentence in align.sentences(text, LEXICON) for token in sentence if isinstance(token, Word)
    ]
    assert " ".join(found) == words if words else {"a", "b", "c", "d"} <= set(found)


def test_a_text_of_noises_alone_is_told():
    with pytest.raises(UsageError, match="its text consists of noises"):
        align.sentences("[laughter] <unk>", LEXICON)


def test_a_recording_with_long_quiet_pauses_and_marked_noises_is_aligned_to_its_text(tmp_path):
    prepared = corpus(tmp_path, {"right": TEXT, "again": TEXT, "paused": f"[noise] {TEXT} [laughter]"})
    sound = files.read(RECORDING, 16_000)
    faint = 1e-4 * np.random.default_rng(0).standard_normal(160_000).astype(np.float32)
    files.write(tmp_path / "paused.wav", np.concatenate([faint[:64_000], sound, faint[64_000:]]), 16_000)
    prepare(tmp_path / "all.jsonl", tmp_path / "again", sample_rate=16_000, workers=0, progress=False)
    labels, report = align.align(PreparedCorpus(tmp_path / "again"), LEXICON)
    assert not report.left_out
    rows = {row.id: row for row in labels.rows}
    words = [[s.text for s in rows[name].segments if s.phone != SIL] for name in ("right.wav", "paused.wav")]
    assert words[0] == words[1]
    assert prepared.sample_rate == 16_000
