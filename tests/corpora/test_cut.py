from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpora.recordings import RATE, content, record
from wavenet.corpora.cut import Cut
from wavenet.corpora.prepare import prepare
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.corpora.row import Row, hashed_split
from wavenet.errors import UsageError

SETTINGS = {"sample_rate": RATE, "workers": 0, "progress": False, "validation": 0.3, "test": 0.2}


@pytest.fixture
def tracks(tmp_path):
    """A long recording and a short one, with texts."""
    record(tmp_path / "tracks" / "long.wav", 1, 40.3)
    record(tmp_path / "tracks" / "short.wav", 2, 0.7)
    (tmp_path / "tracks.csv").write_text("path,text\ntracks/long.wav,long\ntracks/short.wav,short\n")
    return tmp_path / "tracks"


@given(samples=st.integers(1, 10**9), most=st.integers(16_000, 10**6))
def test_pieces_cover_a_recording_are_equal_and_not_too_long(samples, most):
    lengths = [piece.samples for piece in Cut(most, 0, 0).pieces(Row("a", Path("a")), samples)]
    assert sum(lengths) == samples
    assert max(lengths) <= most
    assert max(lengths) - min(lengths) <= 1
    assert len(lengths) == -(-samples // most)


@given(samples=st.integers(0, 10**9))
def test_without_a_length_recordings_stay_whole(samples):
    (piece,) = Cut(0, 0, 0).pieces(Row("a", Path("a")), samples)
    assert (piece.id, piece.samples) == ("a", samples)


def test_the_split_is_by_the_name_of_the_piece_in_its_own_source_unless_the_corpus_decides():
    row = Row("mix/a", Path("a"), key="a")
    pieces = Cut(10, 0.3, 0.3).pieces(row, 1_000)
    assert pieces[0].id == "mix/a"
    assert [piece.id for piece in pieces[1:]] == [f"mix/a#{i:04}" for i in range(1, 100)]
    assert [p.split for p in pieces] == [hashed_split(p.id.removeprefix("mix/"), 0.3, 0.3) for p in pieces]
    assert {piece.split for piece in Cut(10, 0.3, 0.3).pieces(Row("a", Path("a"), split="test"), 99)} == {"test"}


def test_pieces_are_the_samples_of_the_whole_in_order(tracks, tmp_path):
    prepare(tracks, tmp_path / "whole", **SETTINGS)
    report = prepare(tracks, tmp_path / "pieces", piece_seconds=2, **SETTINGS)
    assert content(tmp_path / "pieces")[0] == content(tmp_path / "whole")[0]
    rows = {row[0]: (row[5], row[6]) for row in content(tmp_path / "pieces")[1]}
    assert len(rows) == 22
    end = 0
    for _, (offset, samples) in sorted(rows.items()):
        assert offset == end
        end += samples
    assert end == round(41 * RATE)
    assert report.kept["train"].files + report.kept["validation"].files + report.kept["test"].files == 22
    assert "22 pieces of at most 2 s" in str(report)
    assert all(len(PreparedCorpus(tmp_path / "pieces").split(split)) for split in ("train", "validation", "test"))


def test_clipping_is_told_once_for_each_recording(tracks, tmp_path, monkeypatch):
    monkeypatch.setattr("wavenet.corpora.decode.files.to_int16", lambda block: np.zeros(len(block), np.int16))
    monkeypatch.setattr("wavenet.corpora.decode.files.blocks", lambda *a, **k: iter([np.full(9 * RATE, 2.0)]))
    report = prepare(tracks, tmp_path / "out", piece_seconds=2, **SETTINGS)
    assert (report.clipped_files, report.clipped_samples) == (2, 2 * 9 * RATE)


def test_a_text_stays_only_where_it_is_all_that_is_said(tracks, tmp_path):
    prepare(tracks.with_suffix(".csv"), tmp_path / "out", piece_seconds=2, **SETTINGS)
    texts = {row[0]: row[3] for row in content(tmp_path / "out")[1]}
    assert texts.pop("tracks/short.wav") == "short"
    assert set(texts.values()) == {""}


def test_preparing_again_appends_and_reads_nothing_twice(tracks, tmp_path):
    prepare(tracks, tmp_path / "out", piece_seconds=2, **SETTINGS)
    before = content(tmp_path / "out")
    record(tracks / "more.wav", 3, 5)
    assert prepare(tracks, tmp_path / "out", piece_seconds=2, **SETTINGS).files == 25
    after = content(tmp_path / "out")
    assert after[0].startswith(before[0])
    assert set(before[1]) < set(after[1])


@pytest.mark.parametrize("first", [0, 2])
def test_pieces_of_another_length_for_the_same_folder_are_refused(tracks, tmp_path, first):
    prepare(tracks, tmp_path / "out", piece_seconds=first, **SETTINGS)
    for other in {0, 2, 3} - {first}:
        with pytest.raises(UsageError, match=rf"prepared with piece_seconds {first}\.0, not {other}\.0"):
            prepare(tracks, tmp_path / "out", piece_seconds=other, **SETTINGS)


@pytest.mark.parametrize("length", [-1, 0.5, float("nan"), float("inf")])
def test_impossible_lengths_are_refused_before_anything_is_made(tracks, tmp_path, length):
    with pytest.raises(UsageError, match=r"piece_seconds is .*, and must be 0 \(whole recordings\) or at least 1"):
        prepare(tracks, tmp_path / "out", piece_seconds=length, **SETTINGS)
    assert not (tmp_path / "out").exists()


@given(names=st.lists(st.text(min_size=1), min_size=2, max_size=5, unique=True), group=st.text(min_size=1))
def test_recordings_of_one_group_are_in_one_split(names, group):
    cut = Cut(10, 0.3, 0.3)
    pieces = [piece for name in names for piece in cut.pieces(Row(name, Path(name), group=group), 35)]
    assert {piece.split for piece in pieces} == {hashed_split(group, 0.3, 0.3)}
    assert len({piece.id for piece in pieces}) == 4 * len(names)
    assert {p.split for p in cut.pieces(Row("a", Path("a"), split="test", group=group), 35)} == {"test"}
