import numpy as np
import pytest

from tests.audio.containers.sounds import noise, read, written
from wavenet.errors import AudioError

KINDS = {
    "x.aiff": {},
    "x.aifc": {"format": "AIFF", "subtype": "FLOAT"},
    "x.caf": {},
    "x.au": {},
    "x.snd": {"format": "AU", "subtype": "ULAW"},
    "x.nist": {"format": "NIST"},
    "x.voc": {},
    "x.flac": {},
}


@pytest.mark.parametrize("name", KINDS)
def test_half_is_refused_and_the_whole_is_no_news(tmp_path, name):
    data = written(tmp_path / name, noise(20_000), **KINDS[name])
    waveform, told = read(tmp_path / name)
    assert (len(waveform), told) == (20_000, [])
    with pytest.raises(AudioError, match=rf"half-{name}: is (truncated|damaged)"):
        read(tmp_path / f"half-{name}", data[: len(data) // 2])


@pytest.mark.parametrize("name", KINDS)
def test_files_that_are_joined_are_read_one_after_the_other(tmp_path, name):
    parts = [written(tmp_path / name, noise(n, seed=n), **KINDS[name]) for n in (8_000, 5_000)]
    waveform, told = read(tmp_path / f"joined-{name}", b"".join(parts))
    assert told == ["it contains 2 concatenated recordings; all were read"]
    alone = np.concatenate([read(tmp_path / f"{i}-{name}", part)[0] for i, part in enumerate(parts)])
    assert np.array_equal(waveform, alone)


def test_an_aiff_whose_header_was_never_finished_is_told(tmp_path):
    data = bytearray(written(tmp_path / "x.aiff", noise(20_000)))
    at = data.find(b"SSND") + 4
    data[at : at + 4] = (8).to_bytes(4, "big")
    with pytest.raises(AudioError, match=r"has a header that says 0 bytes of audio, but 400\d\d bytes follow"):
        read(tmp_path / "cut.aiff", bytes(data))


def test_an_au_that_was_written_to_a_pipe_is_read(tmp_path):
    data = bytearray(written(tmp_path / "x.au", noise(20_000)))
    data[8:12] = b"\xff" * 4
    assert len(read(tmp_path / "piped.au", bytes(data))[0]) == 20_000
