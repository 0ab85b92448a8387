"""Recordings that occur twice are kept in one split."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import soundfile

from tests.corpora.recordings import RATE, content, noise, record
from wavenet.audio import files
from wavenet.corpora.prepare import prepare

SETTINGS = {"sample_rate": RATE, "workers": 0, "progress": False, "validation": 0.3, "test": 0.3}


def splits(out: Path) -> dict[str, str]:
    return {row[0]: row[4] for row in content(out)[1]}


def copies(out: Path) -> dict[str, str]:
    with closing(sqlite3.connect(out / "index.sqlite")) as index:
        return dict(index.execute("SELECT id, original FROM copies"))


def test_copies_are_in_the_split_of_the_first_and_told(tmp_path):
    for i in range(20):
        record(tmp_path / "in" / "a" / f"{i}.wav", i)
        files.write(tmp_path / "in" / f"{i}.flac", noise(i), RATE)  # the same samples in another format
    report = prepare(tmp_path / "in", tmp_path / "out", **SETTINGS)
    found = splits(tmp_path / "out")
    assert {found[f"a/{i}.wav"] for i in range(20)} == {"train", "validation", "test"}
    assert all(found[f"a/{i}.wav"] == found[f"{i}.flac"] for i in range(20))
    assert report.files == 40
    assert copies(tmp_path / "out") == {f"a/{i}.wav": f"{i}.flac" for i in range(20)}
    assert "the same as another recording, and in its split, one by one:\n  a/0.wav: 0.flac\n" in str(report)


def test_what_differs_in_one_sample_is_no_copy(tmp_path):
    record(tmp_path / "in" / "a.wav", 1)
    changed = noise(1)
    changed[7] += 0.001
    soundfile.write(tmp_path / "in" / "b.wav", changed, RATE)
    prepare(tmp_path / "in", tmp_path / "out", **SETTINGS)
    assert copies(tmp_path / "out") == {}


def test_copies_that_come_later_join_the_split_that_the_first_is_in_now(tmp_path):
    for i in range(3):
        record(tmp_path / "in" / f"{i}.wav", i)
    options = {**SETTINGS, "validation": 1e-9, "test": 1e-9}  # the splits are filled from train
    prepare(tmp_path / "in", tmp_path / "out", **options)
    before = splits(tmp_path / "out")
    assert sorted(before.values()) == ["test", "train", "validation"]
    for i in range(3):
        shutil.copy(tmp_path / "in" / f"{i}.wav", tmp_path / "in" / f"copy{i}.wav")
    prepare(tmp_path / "in", tmp_path / "out", **options)
    after = splits(tmp_path / "out")
    assert after == before | {f"copy{i}.wav": before[f"{i}.wav"] for i in range(3)}


def test_an_empty_split_is_not_filled_with_one_of_two_copies(tmp_path):
    for name in ("a", "b"):
        record(tmp_path / "in" / f"{name}.wav", 1)
    record(tmp_path / "in" / "c.wav", 2)
    prepare(tmp_path / "in", tmp_path / "out", **{**SETTINGS, "validation": 1e-9, "test": 0.0})
    assert splits(tmp_path / "out") == {"a.wav": "train", "b.wav": "train", "c.wav": "validation"}


def test_pieces_of_copies_are_in_one_split_each(tmp_path):
    for name in ("a", "b"):
        record(tmp_path / "in" / f"{name}.wav", 1, 12)
    prepare(tmp_path / "in", tmp_path / "out", **SETTINGS, piece_seconds=1)
    found = splits(tmp_path / "out")
    assert len(found) == 24
    assert len(set(found.values())) == 3
    assert all(found[f"a.wav{part}"] == found[f"b.wav{part}"] for part in ("", *(f"#{i:04}" for i in range(1, 12))))


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (["", "test", ""], "test"),  # whoever has a split of its own decides
        (["", "", "validation"], "validation"),
        (["train", "test", ""], "train"),  # the first of them
    ],
)
@pytest.mark.parametrize("piece_seconds", [0, 1])
def test_a_split_that_the_corpus_decides_holds_for_all_copies(tmp_path, listed, expected, piece_seconds):
    lines = [f"{record(tmp_path / f'{i}.wav', 5, 2.5).name},{split}\n" for i, split in enumerate(listed)]
    other = f"{record(tmp_path / 'other.wav', 6, 2.5).name},train\n"
    (tmp_path / "list.csv").write_text("path,split\n" + "".join(lines) + other)
    prepare(tmp_path / "list.csv", tmp_path / "out", **SETTINGS, piece_seconds=piece_seconds)
    found = splits(tmp_path / "out")
    assert {split for name, split in found.items() if not name.startswith("other")} == {expected}
    assert {split for name, split in found.items() if name.startswith("other")} == {"train"}
