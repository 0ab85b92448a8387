"""A recording on its way into a corpus."""

import numpy as np
import pytest

from tests.corpora.recordings import RATE, record
from wavenet.audio import files
from wavenet.corpora import decode
from wavenet.corpora.decode import Rules
from wavenet.corpora.row import Row
from wavenet.errors import WavenetError


def rules(folder):
    return Rules(sample_rate=RATE, min_seconds=0.1, folder=folder)


def test_a_long_recording_goes_through_a_file_with_the_same_samples(tmp_path, monkeypatch):
    path = record(tmp_path / "a.wav")
    short = decode.decode(Row("a", path), rules(tmp_path))
    monkeypatch.setattr(decode, "_SPILL_BYTES", 1_000)
    long = decode.decode(Row("a", path), rules(tmp_path))
    assert (short.spill, long.data) == (None, b"")
    assert long.spill.read_bytes() == short.data == files.to_int16(files.read(path, RATE)).astype("<i2").tobytes()
    assert long.digest == short.digest
    assert long.samples == short.samples == len(np.frombuffer(short.data, "<i2"))


def test_a_folder_that_takes_no_file_ends_the_preparation_and_drops_nothing(tmp_path, monkeypatch):
    path = record(tmp_path / "a.wav")
    monkeypatch.setattr(decode, "_SPILL_BYTES", 1_000)
    with pytest.raises(WavenetError, match=r"cannot write \S+gone: its folder does not exist"):
        decode.decode(Row("a", path), rules(tmp_path / "gone"))
