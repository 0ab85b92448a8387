"""The index and the samples of a prepared folder, as they grow."""

import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from wavenet.corpora import decode, report, store
from wavenet.corpora.cut import Cut, Piece
from wavenet.corpora.decode import Decoded, Rules
from wavenet.corpora.row import Row, hashed_split, place
from wavenet.corpora.store import Known, Store
from wavenet.errors import UsageError, WavenetError
from wavenet.workers import Died

SETTINGS = {"sample_rate": 1000, "min_seconds": 0.5}


@pytest.fixture
def opened(tmp_path):
    with Store(tmp_path / "out", SETTINGS) as found:
        yield found


def decoded(samples=4, value=1, **more):
    data = np.full(samples, value, "<i2").tobytes()
    return Decoded(2 * samples + 44, samples, data=data, **{"digest": bytes([value]), **more})


def add(opened, name, *splits, row=None, **more):
    """Add a recording, in one piece of 4 samples for each split."""
    row = row or Row(name, Path(f"/in/{name}"), text=f"text {name}", speaker="ann")
    pieces = [Piece(name + (f"#{i:04}" if i else ""), split, 4) for i, split in enumerate(splits)]
    opened.add(row, decoded(4 * max(len(splits), 1), **more), pieces, 1000)


def rows(opened, what="id, split"):
    return opened.index.execute(f"SELECT {what} FROM utterances ORDER BY id").fetchall()


def test_a_recording_is_known_with_its_size_whether_it_was_kept_or_dropped(opened):
    add(opened, "a", "train")
    add(opened, "b", reason="silent")
    assert opened.known("a") == Known(True, 52, 0)
    assert opened.known("b") == Known(False, 52, 0)
    assert opened.known("c") is None


def test_an_id_is_listed_from_the_second_time_on_whatever_was_committed(opened):
    assert [opened.listed(name) for name in ("a", "b", "a", "a")] == [False, False, True, True]
    opened.finish()
    assert [opened.listed(name) for name in ("b", "c")] == [True, False]


def test_pieces_follow_each_other_and_text_and_clipping_belong_to_the_whole(opened):
    add(opened, "a", "train", clipped=3)
    add(opened, "b", "train", "test", value=2, clipped=5)
    assert rows(opened, "id, text, split, offset, samples, clipped, speaker") == [
        ("a", "text a", "train", 0, 4, 3, "ann"),
        ("b", "", "train", 4, 4, 5, "ann"),
        ("b#0001", "", "test", 8, 4, 0, "ann"),
    ]
    opened.finish()
    assert np.fromfile(opened._out / "samples.i16", "<i2").tolist() == [1] * 4 + [2] * 8


def test_what_was_dropped_is_replaced_and_what_was_kept_stays(opened):
    add(opened, "a", reason="silent: it is")
    assert opened.index.execute("SELECT seconds, reason FROM dropped").fetchall() == [(0.004, "silent: it is")]
    opened.add(Row("b", Path("/in/b")), Decoded(-1, None, reason="unreadable"), [], 1000)
    assert opened.index.execute("SELECT seconds FROM dropped WHERE id = 'b'").fetchall() == [(None,)]
    add(opened, "a", "train")
    assert opened.index.execute("SELECT id FROM dropped").fetchall() == [("b",)]
    add(opened, "a", "test", value=7)
    add(opened, "a", reason="gone")
    assert rows(opened) == [("a", "train")]


def test_notes_of_a_recording_are_one_line(opened):
    add(opened, "a", "train", notes=("odd", "long"))
    add(opened, "b", "train", value=2)
    assert opened.index.execute("SELECT id, note FROM notes").fetchall() == [("a", "odd; long")]


def test_copies_have_the_splits_of_the_first_unless_a_later_one_has_its_own(opened):
    add(opened, "a", "train", "test")
    add(opened, "b", "validation", "validation")
    assert rows(opened) == [("a", "train"), ("a#0001", "test"), ("b", "train"), ("b#0001", "test")]
    own = Row("c", Path("/in/c"), split="validation")
    add(opened, "c", "validation", "validation", row=own)
    assert {split for _, split in rows(opened)} == {"validation"}
    add(opened, "d", "test", "test", row=Row("d", Path("/in/d"), split="test"))  # the first with its own decides
    assert {split for _, split in rows(opened)} == {"validation"}
    assert opened.index.execute("SELECT id, original FROM copies ORDER BY id").fetchall() == [
        ("b", "a"), ("c", "a"), ("d", "a"),
    ]  # fmt: skip


def test_an_empty_split_gets_the_recording_that_comes_first_by_its_hash(opened):
    names = [f"r{i}" for i in range(5)]
    for i, name in enumerate(names):
        add(opened, name, "train", value=i + 1)
    opened.fill("test", "train", keep=5)
    assert {split for _, split in rows(opened)} == {"train"}
    opened.fill("test", "train", keep=4)
    chosen = min(names, key=place)
    assert [name for name, split in rows(opened) if split == "test"] == [chosen]
    opened.fill("test", "train", keep=0)  # it has one
    assert [name for name, split in rows(opened) if split == "test"] == [chosen]


def test_copies_are_not_given_to_another_split(opened):
    names = sorted((f"r{i}" for i in range(5)), key=place)
    for name, value in zip(names, (1, 1, 2, 3, 4), strict=True):
        add(opened, name, "train", value=value)
    opened.fill("test", "train", keep=1)
    assert [name for name, split in rows(opened) if split == "test"] == [names[2]]


def test_what_was_added_is_committed_after_a_thousand_recordings_or_ten_seconds(opened, monkeypatch):
    now, commits = [0.0], []
    monkeypatch.setattr(store.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(os, "fsync", lambda file: commits.append(len(rows(opened))))
    opened._commit()
    for i in range(2001):
        add(opened, f"a{i:04}", reason="silent")
    assert len(commits) == 3
    now[0] += 10.0
    add(opened, "b", reason="silent")
    assert len(commits) == 3
    now[0] += 0.1
    add(opened, "c", reason="silent")
    assert len(commits) == 4
    opened.finish()
    assert len(commits) == 5


def test_what_was_not_committed_is_gone_and_what_workers_left_too(tmp_path):
    out = tmp_path / "out"
    with Store(out, SETTINGS) as opened:
        add(opened, "a", "train")
        opened.finish()
        add(opened, "b", "train", value=2)
    (out / "spill-1-x.i16").write_bytes(b"x")
    assert (out / "samples.i16").stat().st_size == 16
    with Store(out, SETTINGS) as opened:
        assert rows(opened) == [("a", "train")]
        assert not list(out.glob("spill-*"))
        assert (out / "samples.i16").stat().st_size == 8
        assert opened.index.execute("SELECT value FROM meta WHERE key = 'finished'").fetchone() == ("false",)


def test_a_setting_that_is_not_there_is_zero(tmp_path):
    Store(tmp_path / "out", SETTINGS).__exit__(None, None, None)
    Store(tmp_path / "out", {**SETTINGS, "piece_seconds": 0.0}).__exit__(None, None, None)
    with pytest.raises(UsageError, match=r"was prepared with min_seconds 0\.5, not 0\.6"):
        Store(tmp_path / "out", {**SETTINGS, "min_seconds": 0.6})
    with pytest.raises(UsageError, match=r"was prepared with piece_seconds 0\.0, not 5"):
        Store(tmp_path / "out", {**SETTINGS, "piece_seconds": 5})


def test_samples_that_a_worker_left_in_a_file_are_taken_whole_and_the_file_is_removed(opened, tmp_path):
    spill = tmp_path / "spill"
    data = np.arange(700_000, dtype="<i2").tobytes()
    spill.write_bytes(data)
    opened.add(Row("a", Path("/a")), Decoded(1, 700_000, spill=spill), [Piece("a", "train", 700_000)], 1000)
    opened.finish()
    assert not spill.exists()
    assert (opened._out / "samples.i16").read_bytes() == data


def test_what_the_database_refuses_is_one_line(opened):
    def refusing(error):
        with pytest.raises((WavenetError, UsageError)) as told, store._refusals(Path("out")):
            raise error
        return type(told.value), str(told.value)

    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    assert refusing(full) == (
        WavenetError,
        "cannot write out/index.sqlite: database or disk is full; free some space, then run it again",
    )
    busy = sqlite3.OperationalError("locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY | 5 << 8  # an extended code
    assert refusing(busy) == (UsageError, "out is being written by another process; wait until it ends")
    assert "is damaged, or no index of a corpus (odd)" in refusing(sqlite3.DataError("odd"))[1]
    assert refusing(OSError(28, "x"))[1].endswith("choose another place; then run it again to resume")


@pytest.fixture
def sink(tmp_path, monkeypatch):
    monkeypatch.setattr(decode, "_SPILL_BYTES", 10)
    return decode._Sink(tmp_path)


def test_many_samples_move_to_a_file_and_a_few_stay(sink, tmp_path):
    sink.write(b"0123456789")
    assert not list(tmp_path.iterdir())
    assert sink.samples == 5
    sink.write(b"ab")
    (path,) = tmp_path.iterdir()
    assert path.read_bytes() == b"0123456789ab"
    sink.write(b"cd")
    assert sink.take() == (b"", path)
    assert path.read_bytes() == b"0123456789abcd"
    sink.discard()
    assert path.exists()  # it belongs to who took it
    few = decode._Sink(tmp_path)
    few.write(b"ab")
    assert few.take() == (b"ab", None)


def test_a_file_that_nobody_took_is_removed(sink, tmp_path):
    sink.write(b"0123456789ab")
    sink.discard()
    assert not list(tmp_path.iterdir())


def test_a_mebibyte_of_samples_is_passed_on_in_memory(tmp_path):
    sink = decode._Sink(tmp_path)
    sink.write(bytes(2**20))
    assert not list(tmp_path.iterdir())
    sink.write(bytes(2))
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_short_or_silent_is_of_no_use():
    rules = Rules(1000, 0.5, Path())
    assert decode._unusable(499, 0.5, rules) == "shorter than 0.5 s"
    assert decode._unusable(500, 0.5, rules) == ""
    assert decode._unusable(500, 0.00099, rules) == "silent: its peak is below -60 dBFS"
    assert decode._unusable(500, 0.001, rules) == ""


def test_a_crash_has_the_size_of_the_file_or_minus_one(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    for name, size in (("a", 3), ("b", -1), ("c\0", -1)):
        found = decode.crashed(Row("x", tmp_path / name), Died(-11))
        assert found.file_bytes == size
        assert found.reason == "unreadable: decoding it crashed, the process died of SIGSEGV"


def test_shares_of_the_hash_are_those_of_the_splits():
    names = [f"recording {i}" for i in range(4000)]
    splits = [hashed_split(name, 0.1, 0.2) for name in names]
    assert [splits.count(split) / 4000 for split in ("train", "validation", "test")] == pytest.approx(
        [0.7, 0.1, 0.2], abs=0.02
    )
    assert all(split == "test" for name, split in zip(names, splits, strict=True) if place(name) < 0.19)
    assert hashed_split("x", 0, 0) == "train"


def test_pieces_are_of_equal_length_up_to_a_sample():
    row = Row("a", Path("a"), split="test")
    assert [piece.samples for piece in Cut(0, 0, 0).pieces(row, 11)] == [11]
    assert [piece.samples for piece in Cut(5, 0, 0).pieces(row, 10)] == [5, 5]
    assert [piece.samples for piece in Cut(5, 0, 0).pieces(row, 11)] == [3, 4, 4]
    cut = Cut(5, 0, 0).pieces(row, 11, [2, 7, 11])
    assert [(piece.id, piece.samples, piece.split) for piece in cut] == [
        ("a", 2, "test"), ("a#0001", 5, "test"), ("a#0002", 4, "test"),
    ]  # fmt: skip
    free = Cut(1, 0.3, 0.3).pieces(Row("a", Path("a"), key="k"), 40)
    assert [piece.split for piece in free] == [
        hashed_split("k" + (f"#{i:04}" if i else ""), 0.3, 0.3) for i in range(40)
    ]


def test_a_report_tells_minutes_speakers_and_reasons(opened):
    add(opened, "a", "train", clipped=2)
    add(opened, "b", "test", value=2)
    add(opened, "c", reason="silent: it is")
    add(opened, "d", reason="silent: so is this")
    opened.add(Row("e", Path("/e")), Decoded(-1, None, reason="unreadable: x"), [], 1000)
    found = report.collect(opened.index, Path("out"), 1, changed=3)
    assert (found.files, found.dropped_files) == (2, 3)
    assert str(found).splitlines() == [
        "out: 2 recordings",
        "split            files    minutes  speakers",
        "train                1       0.07         1",
        "validation           0       0.00         -",
        "test                 1       0.07         1",
        "dropped              3       0.00",
        "  silent: 2 files, 0.0 s",
        "  unreadable: 1 files, 0.0 s, 1 of unknown length",
        "clipped: 2 samples over full scale in 1 files",
        "changed: 3 files since they were read; prepare a new folder to have them",
        "dropped, one by one:",
        "  c: silent: it is",
        "  d: silent: so is this",
        "  e: unreadable: x",
    ]


def test_ten_of_a_list_are_shown_and_the_rest_is_counted(opened):
    for i in range(11):
        add(opened, f"a{i:02}", reason="silent")
    lines = str(report.collect(opened.index, Path("out"), 1000, 0)).splitlines()
    assert lines[-1] == "  and 1 more, all listed in out/report.txt"
    assert lines[-2] == "  a09: silent"


@pytest.mark.parametrize(
    ("train", "test", "held_out", "pieces", "told"),
    [
        (100.0, 100.0, 0.1, 0.0, True),
        (100.0, 100.0, 0.0, 0.0, False),
        (100.0, 100.0, 0.1, 10.0, False),
        (81.0, 19.0, 0.1, 0.0, False),
        (79.0, 21.0, 0.1, 0.0, True),
        (18.0, 20.0, 0.1, 0.0, False),  # short ones
        (19.0, 21.0, 0.1, 0.0, True),
    ],
)
def test_few_long_recordings_of_which_too_much_is_held_out_are_told(train, test, held_out, pieces, told):
    kept = {"train": report.Kept(1, train, 0), "validation": report.Kept(0, 0.0, 0), "test": report.Kept(1, test, 0)}
    found = report.Report(Path("out"), kept, (), (), 0, 0, 0, pieces, held_out)
    assert ("few long recordings" in str(found)) == told
