"""Forced alignment of a corpus by a recogniser."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.cli.test_main import failing
from tests.recognition import tones
from tests.tts.test_textgrid import intervals
from wavenet.audio import features, files
from wavenet.cli.main import main
from wavenet.corpora.prepare import prepare
from wavenet.recognition import folder
from wavenet.recognition.align import tiers
from wavenet.tts.labels import Labelled, Labels
from wavenet.tts.segments import SIL, Segment

WORDS = {"ah": "a", "ooh": "u", "aye": "a i", "you": "i u"}


def hearing():
    """A recogniser that tells the tones apart by their log-mel bands, with weights that nobody trained."""
    settings = replace(tones.SETTINGS, input="log_mel", layers=1, kernel_size=1, channels=4)
    opened, _ = tones.opened(settings)
    pooled = {}
    rng = np.random.default_rng(0)
    for name in tones.PHONES:
        frames = features.log_mel(tones.tone(tones.PITCH[name], 4000, rng), tones.RATE, tones.FEATURES)[5:-5]
        pooled[name] = frames.mean(0)
    centres = np.stack([pooled[name] for name in tones.PHONES]).astype(np.float32)  # (P, n_mels)
    middle = centres.mean(0)
    towards = (centres - middle) * 4
    bias = -(towards * (centres + middle) / 2).sum(1)
    opened.tensors["frames.convs.0.weight"] = towards[:, :, None]
    opened.tensors["frames.convs.0.bias"] = bias.astype(np.float32)
    opened.tensors["frames.output.weight"] = np.eye(4, dtype=np.float32)[:, :, None]
    opened.tensors["frames.output.bias"] = np.zeros(4, np.float32)
    return opened


def spoken(root, texts):
    """A corpus of texts, whose words are tones between pauses, and the true labels."""
    rng = np.random.default_rng(1)
    rows = []
    (root / "raw").mkdir(parents=True)
    lines = []
    for n, (text, said) in enumerate(texts):
        names, durations, parts = [SIL], [8], [tones.tone(0, 8 * tones.HOP, rng)]
        for word in said.split():
            for phone in WORDS[word].split():
                names.append(phone)
                durations.append(int(rng.integers(6, 12)))
                parts.append(tones.tone(tones.PITCH[phone], durations[-1] * tones.HOP, rng))
            if rng.random() < 0.5 or word == said.split()[-1]:
                names.append(SIL)
                durations.append(8)
                parts.append(tones.tone(0, 8 * tones.HOP, rng))
        name = f"t{n}.wav"
        files.write(root / "raw" / name, np.concatenate(parts).astype(np.float32), tones.RATE)
        lines.append(json.dumps({"path": f"raw/{name}", "text": text}) + "\n")
        rows.append((names, durations))
    (root / "all.jsonl").write_text("".join(lines))
    prepare(
        [root / "all.jsonl"], root / "corpus", sample_rate=tones.RATE, workers=0, validation=0, test=0, progress=False
    )
    return rows


GOOD = [("Ah, you!", "ah you"), ("aye ooh", "aye ooh"), ("You ah; aye.", "you ah aye"), ("ooh", "ooh")]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder.write(tmp_path / "model", hearing())
    (tmp_path / "words.txt").write_text("# tones\n" + "".join(f"{w}  {p}\n" for w, p in WORDS.items()))
    return spoken(tmp_path, [*GOOD, ("ah what", "ah"), ("ooh you ooh you ooh", "ah")])


LEXICON = ["--model", "model", "--lexicon", "words.txt"]


def boundaries(row) -> dict[int, str]:
    return {int(end): s.phone for s, end in zip(row.segments, np.cumsum(row.durations), strict=True) if s.phone != SIL}


def test_phones_of_a_lexicon_are_found_where_they_were_said(here, capsys):
    main(["align", "corpus", "-o", "labels.jsonl", *LEXICON, "--textgrids", "grids"])
    told = capsys.readouterr().out
    assert "4 of 6 recordings aligned" in told
    assert "grids: 4 files .TextGrid" in told
    report = Path("labels.report.txt").read_text()
    assert "t4.wav" in report
    assert "'what' is not in the lexicon; add it" in report
    assert "its text fits badly" in report or "fewer than its phones" in report
    labels = Labels.read(Path("labels.jsonl"))
    for row in labels.rows:
        names, durations = here[int(row.id.rpartition("t")[2].removesuffix(".wav"))]
        assert [s.phone for s in row.segments if s.phone != SIL] == [name for name in names if name != SIL]
        ends = np.cumsum(durations)[[name != SIL for name in names]]
        assert np.abs(np.array(sorted(boundaries(row))) - ends).max() <= 2
        assert sum(row.durations) == sum(durations)
        grid = Path("grids", f"{row.id}.TextGrid").read_text()
        assert [label for *_, label in intervals(grid)][: len(row.segments)] == [s.phone for s in row.segments]


def test_times_of_labels_are_found_anew(here, capsys):
    main(["align", "corpus", "-o", "labels.jsonl", *LEXICON])
    first = Labels.read(Path("labels.jsonl"))
    wrong = [Labelled(r.id, r.segments, [1] * (len(r.durations) - 1) + [sum(r.durations)]) for r in first.rows]
    replace(first, rows=wrong).write(Path("wrong.jsonl"))
    main(["align", "corpus", "-o", "again.jsonl", "--model", "model", "--phones", "wrong.jsonl"])
    assert "4 of 6 recordings aligned" in capsys.readouterr().out
    again = {row.id: row for row in Labels.read(Path("again.jsonl")).rows}
    assert {row.id: list(row.durations) for row in first.rows} == {name: list(r.durations) for name, r in again.items()}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--model", "model"], "the phones of the texts come from either"),
        ([*LEXICON, "--phones", "words.txt"], "the phones of the texts come from either"),
        (["--phones", "words.txt"], "phones are given, but no model"),
        ([*LEXICON, "--hop-length", "200"], "hop_length is 200, but the recogniser has 80"),
        (["--model", "english", "--lexicon", "words.txt"], "is a voice"),
        ([*LEXICON, "--speaker", "ann"], "speaker 'ann' is unknown"),
        ([*LEXICON, "--worst", "0"], "worst is 0"),
        (["--model", "model", "--lexicon", "all.jsonl"], "all.jsonl:1: unknown phone"),
    ],
)
def test_what_does_not_fit_is_one_line(arguments, told, capsys):
    code, line = failing(capsys, "align", "corpus", "-o", "labels.jsonl", *arguments)
    assert told in line
    assert code in (1, 2)


def test_texts_of_other_recordings_are_refused_together(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    folder.write(tmp_path / "model", hearing())
    (tmp_path / "words.txt").write_text("".join(f"{w}  {p}\n" for w, p in WORDS.items()))
    spoken(tmp_path, [("you you you", "ah ooh ah"), ("ooh ooh ah", "aye aye")])
    code, line = failing(capsys, "align", "corpus", "-o", "labels.jsonl", *LEXICON)
    assert (code, "most texts are not what is said" in line) == (2, True), line


def test_tiers_have_words_where_the_labels_have_them_and_end_with_the_recording():
    segments = [
        Segment(SIL),
        Segment("a", text="aye"),
        Segment("i"),
        Segment(SIL),
        Segment("u", text="ooh"),
        Segment(SIL),
    ]
    found = tiers(Labelled("x", segments, [2, 3, 4, 0, 5, 1]), 0.01, 0.147)
    assert [label for *_, label in found["phones"]] == [SIL, "a", "i", "u", SIL]
    assert [label for *_, label in found["words"]] == ["", "aye", "ooh", ""]
    for rows in found.values():
        assert [b for _, b, _ in rows[:-1]] == [a for a, _, _ in rows[1:]]
        assert rows[-1][1] == 0.147
    assert set(tiers(Labelled("x", [Segment("a")], [3]), 0.01, 0.03)) == {"phones"}
