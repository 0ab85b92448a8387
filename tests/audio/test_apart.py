import numpy as np
import pytest

from tests import work
from tests.audio.containers.sounds import noise, written
from wavenet.audio import apart, files
from wavenet.audio.apart import Apart
from wavenet.errors import AudioError, WavenetWarning


def test_what_is_read_apart_is_what_is_read_here(tmp_path):
    written(tmp_path / "x.flac", noise(300_000))
    here = Apart()
    assert np.array_equal(here.read(tmp_path / "x.flac", 8_000), files.read(tmp_path / "x.flac", 8_000))
    assert here.count(tmp_path / "x.flac", 8_000, np.inf) == 150_000
    assert 1_000 <= here.count(tmp_path / "x.flac", 8_000, 1_000) < 150_000
    with pytest.raises(AudioError, match=r"gone\.wav: no such file"):
        here.read(tmp_path / "gone.wav", 8_000)


def test_what_is_unusual_is_told_here(tmp_path):
    data = bytearray(written(tmp_path / "x.wav", noise(8_000)))
    data[40:44] = bytes(4)
    (tmp_path / "x.wav").write_bytes(data)
    with pytest.warns(WavenetWarning, match=r"x\.wav: its header says 0 bytes of audio"):
        assert len(Apart().read(tmp_path / "x.wav", 16_000)) == 8_000


def test_a_file_that_crashes_a_decoder_is_an_error_like_any_other(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "_read", work.fatal)
    monkeypatch.setattr(apart, "_count", work.fatal)
    here = Apart()
    for read in (lambda: here.read("a.wav", 8_000), lambda: here.count("a.wav", 8_000, 1)):
        with pytest.raises(AudioError, match=r"a\.wav: decoding it crashed, the process died of SIGSEGV; leave it out"):
            read()
