from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import festvox
from experiments.festvox import Phone
from wavenet.audio import files
from wavenet.corpora.prepare import prepare
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import AudioError, UsageError
from wavenet.tts.labels import Labelled, Labels
from wavenet.tts.russian import festival
from wavenet.tts.segments import SIL, Segment

RATE = 16_000
SAID = [Segment(SIL), Segment("d"), Segment("aa"), Segment(SIL, mark=","), Segment("j"), Segment("a"), Segment(SIL)]
YES = "0.1 125 pau\n0.16 125 d\n0.302 125 aa\n0.35 125 pau\n0.4 125 j\n0.5 125 a\n0.99 125 pau\n"
SECONDS = 1.003
FRAMES = 101


def voice(root: Path, labels: dict[str, str], name: str = "msu_ru_nsh_clunits") -> Path:
    """A folder of festvox whose recordings are noise."""
    folder = root / name
    for part in ("etc", "wav", "lab"):
        (folder / part).mkdir(parents=True)
    (folder / "etc" / "txt.done.data").write_text("".join(f'( {i} "Да, я." )\n' for i in labels))
    rng = np.random.default_rng(0)
    for identity, lines in labels.items():
        noise = rng.uniform(-0.5, 0.5, round(SECONDS * RATE)).astype(np.float32)
        files.write(folder / "wav" / f"{identity}.wav", noise, RATE)
        (folder / "lab" / f"{identity}.lab").write_text(f"nfields 1\n#\n{lines}")
    return folder


def corpus(out: Path, *sources: Path, rate: int = RATE, piece_seconds: float = 0) -> PreparedCorpus:
    prepare(list(sources), out, sample_rate=rate, workers=0, piece_seconds=piece_seconds, progress=False)
    return PreparedCorpus(out)


@pytest.fixture(autouse=True)
def said(monkeypatch):
    monkeypatch.setattr(festival, "segments", lambda texts, *, progress=False: [SAID] * len(texts))


def matched(*labels: tuple[str, float], frames: int = FRAMES) -> Labelled:
    found = festvox.match("a", SAID, [Phone(*label) for label in labels], frames)
    assert found is not None
    return found


def test_every_recording_of_the_voice_is_labelled_whatever_its_split(tmp_path):
    source = voice(tmp_path, {f"ru_{i}": YES for i in range(6)})
    prepared = corpus(tmp_path / "out", source)
    labels, left_out = festvox.label(source, prepared)
    assert sorted(row.id for row in labels.rows) == [f"ru_{i}" for i in range(6)]
    assert (labels.hop_length, labels.sample_rate, labels.phones) == (160, RATE, festival.PHONES)
    assert all(list(row.durations) == [10, 6, 14, 5, 5, 10, 51] for row in labels.rows)
    assert not left_out


def test_recordings_of_others_are_passed_over(tmp_path):
    source = voice(tmp_path, {"ru_1": YES, "ru_2": YES})
    other = voice(tmp_path, {"ru_1": "", "ru_3": ""}, "msu_ru_other_clunits")
    labels, _ = festvox.label(source, corpus(tmp_path / "out", source, other))
    assert sorted(row.id for row in labels.rows) == ["msu_ru_nsh_clunits/ru_1", "msu_ru_nsh_clunits/ru_2"]


def test_a_recording_with_other_phones_is_left_out(tmp_path):
    source = voice(tmp_path, {"ru_1": YES, "ru_2": YES.replace("aa", "a"), "ru_3": "1 125 pau\n"})
    labels, left_out = festvox.label(source, corpus(tmp_path / "out", source))
    assert [row.id for row in labels.rows] == ["ru_1"]
    assert sorted(left_out) == ["ru_2", "ru_3"]


def test_a_recording_that_was_cut_is_not_labelled(tmp_path):
    source = voice(tmp_path, {"ru_1": YES.replace("0.99", "2.1"), "ru_2": YES})
    message = r"ru_1\.lab: ends at 2\.10 s, and ru_1 in .*out at 1\.00 s; prepare it whole"
    with pytest.raises(AudioError, match=message):
        festvox.label(source, corpus(tmp_path / "out", source))


def test_what_is_no_voice_or_corpus_of_it_is_named(tmp_path):
    source = voice(tmp_path, {"ru_1": YES, "ru_2": YES})
    other = voice(tmp_path, {"ru_1": YES, "ru_2": YES}, "msu_ru_other_clunits")
    prepared = corpus(tmp_path / "out", other)
    with pytest.raises(UsageError, match=r"lab: is no folder of festvox"):
        festvox.label(source / "lab", prepared)
    with pytest.raises(UsageError, match=r"out: none of its recordings is one of"):
        festvox.label(source, prepared)
    with pytest.raises(UsageError, match=r"11025 Hz is no multiple of 100"):
        festvox.label(source, corpus(tmp_path / "low", source, rate=11_025))


def test_a_pause_that_was_not_made_lasts_no_frame():
    found = matched((SIL, 0.1), ("d", 0.2), ("aa", 0.3), ("j", 0.4), ("a", 0.5), (SIL, 1))
    assert found.segments == SAID
    assert list(found.durations) == [10, 10, 10, 0, 10, 10, 51]


def test_a_pause_within_a_phrase_is_one_of_given_length():
    found = matched((SIL, 0.1), ("d", 0.2), (SIL, 0.27), ("aa", 0.3), (SIL, 0.4), ("j", 0.5), ("a", 0.6), (SIL, 1))
    assert found.segments == [*SAID[:2], Segment(SIL, seconds=0.07), *SAID[2:]]
    assert list(found.durations) == [10, 10, 7, 3, 10, 10, 10, 41]


def test_pauses_in_a_row_are_one():
    found = matched((SIL, 0.1), (SIL, 0.2), ("d", 0.3), ("aa", 0.4), ("j", 0.5), ("a", 0.6), (SIL, 0.7), (SIL, 0.9))
    assert found.segments == SAID
    assert list(found.durations) == [20, 10, 10, 0, 10, 10, 41]


def test_phones_without_a_frame_are_not_labelled():
    ends = [(SIL, 0.1), ("d", 0.101), ("aa", 0.3), ("j", 0.4), ("a", 0.5), (SIL, 1)]
    assert festvox.match("a", SAID, [Phone(*end) for end in ends], FRAMES) is None


@given(st.lists(st.tuples(st.booleans(), st.integers(2, 40)), min_size=9, max_size=9))
def test_the_durations_fill_the_recording(steps):
    names = [SIL, "d", SIL, "aa", SIL, "j", SIL, "a", SIL]
    kept = [(name, step) for name, (pause, step) in zip(names, steps, strict=True) if pause or name != SIL]
    ends = np.cumsum([step for _, step in kept]) / 100 + 0.002
    frames = round(ends[-1] * 100) + 1
    found = festvox.match("a", SAID, [Phone(name, end) for (name, _), end in zip(kept, ends, strict=True)], frames)
    assert found is not None
    assert sum(found.durations) == frames
    spoken = [d for segment, d in zip(found.segments, found.durations, strict=True) if segment.phone != SIL]
    assert spoken[:-1] == [step for name, step in kept if name != SIL][:-1]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("", "contains no labels"),
        ("0.1 125 pau\n0.2 125\n", "line 4: '0.2 125' is not an end in seconds, a colour, and a phone"),
        ("x 125 pau\n", "line 3: 'x 125 pau' is not an end"),
        ("nan 125 pau\n", "line 3: 'nan 125 pau' is not an end"),
        ("0.1 125 pau\n0.1 125 a\n", r"line 4: a ends at 0\.1 s, not after the phone before"),
        ("0 125 pau\n", "line 3: pau ends at 0 s, not after"),
    ],
)
def test_broken_labels_are_named(tmp_path, lines, message):
    path = tmp_path / "a.lab"
    path.write_text(f"nfields 1\n#\n{lines}")
    with pytest.raises(AudioError, match=rf"a\.lab.*{message}"):
        festvox.read(path)


def test_the_header_of_labels_may_be_any(tmp_path):
    (tmp_path / "a.lab").write_text("separator ;\nnfields 1\n#\n\n  0.5  26 \tpau \n1 26 tt\n")
    assert festvox.read(tmp_path / "a.lab") == [Phone(SIL, 0.5), Phone("tt", 1)]
    with pytest.raises(AudioError, match=r"b\.lab: cannot be read"):
        festvox.read(tmp_path / "b.lab")


def test_the_command_writes_labels_and_tells_how_many(tmp_path, capsys):
    pause = YES.replace("0.16 125 d\n", "0.14 125 d\n0.16 125 pau\n").replace("0.35 125 pau\n", "")
    source = voice(tmp_path, {"ru_1": YES, "ru_2": pause, "ru_3": YES.replace("aa", "a")})
    corpus(tmp_path / "out", source)
    festvox.main([str(source), str(tmp_path / "out"), "-o", str(tmp_path / "labels.jsonl")])
    assert len(Labels.read(tmp_path / "labels.jsonl").rows) == 2
    told = capsys.readouterr().out
    assert "2 recordings, 0.0 minutes, 8 phones, 6 pauses; 1 of these festival does not expect, and 1 that" in told
    assert "1 recordings left out, whose phones are not festival's: ru_3" in told


def test_the_command_tells_an_error_in_a_line(tmp_path, capsys):
    with pytest.raises(SystemExit) as exit_:
        festvox.main([str(tmp_path), str(tmp_path), "-o", str(tmp_path / "labels.jsonl")])
    assert exit_.value.code == 2
    assert capsys.readouterr().err.startswith(f"wavenet: {tmp_path} is not a prepared corpus")


def test_phones_alone_need_no_festival_and_leave_out_nothing_but_phones_without_a_frame(tmp_path, monkeypatch):
    monkeypatch.delattr(festival, "segments")
    short = YES.replace("0.16 125 d", "0.104 125 d")
    source = voice(tmp_path, {"ru_1": YES, "ru_2": YES.replace("0.35 125 pau\n", ""), "ru_3": short})
    labels, left_out = festvox.label(source, corpus(tmp_path / "out", source), phones_alone=True)
    assert left_out == ["ru_3"]
    names, durations = [SIL, "d", "aa", SIL, "j", "a", SIL], [10, 6, 14, 5, 5, 10, 51]
    assert labels.rows[0] == Labelled("ru_1", [Segment(name) for name in names], durations)
    assert [segment.phone for segment in labels.rows[1].segments] == ["SIL", "d", "aa", "j", "a", "SIL"]
    assert sum(labels.rows[1].durations) == FRAMES
    assert "1 recordings left out, with phones too short for a frame: ru_3" in festvox.summary(labels, left_out, True)
