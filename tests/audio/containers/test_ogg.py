import struct

import numpy as np
import pytest

from tests.audio.containers.sounds import RATE, noise, read, written
from wavenet.audio.containers import ogg

KINDS = [("x.ogg", "VORBIS"), ("x.opus", "OPUS")]


def coded(path, samples, subtype, seed=0):
    return written(path, noise(samples, seed), format="OGG", subtype=subtype)


@pytest.mark.parametrize(("name", "subtype"), KINDS)
def test_a_chain_is_read_link_by_link(tmp_path, name, subtype):
    links = [coded(tmp_path / name, n, subtype, seed=n) for n in (20_000, 5_000, 30_000)]
    waveform, told = read(tmp_path / f"chain-{name}", b"".join(links))
    assert told == ["it contains 3 concatenated recordings; all were read"]
    alone = np.concatenate([read(tmp_path / f"{i}-{name}", link)[0] for i, link in enumerate(links)])
    assert len(waveform) == len(alone) == 55_000
    assert np.abs(waveform - alone).max() < 1e-3


@pytest.mark.parametrize(("name", "subtype"), KINDS)
def test_a_whole_recording_is_no_news_and_one_without_an_end_is_told(tmp_path, name, subtype):
    data = coded(tmp_path / name, 160_000, subtype)
    assert read(tmp_path / name)[1] == []
    half = data[: len(data) // 2]
    waveform, told = read(tmp_path / f"half-{name}", half)
    assert 40_000 < len(waveform) < 120_000
    assert told == ["it is truncated within its last page"]
    at_a_page = half[: half.rfind(b"OggS")]
    assert read(tmp_path / f"paged-{name}", at_a_page)[1] == ["it has no final page; it may be truncated"]


@pytest.mark.parametrize(("name", "subtype"), KINDS)
def test_a_damaged_page_whose_audio_the_decoder_leaves_out_is_told(tmp_path, name, subtype):
    data = bytearray(coded(tmp_path / name, 160_000, subtype))
    pages = data.count(b"OggS")
    data[len(data) // 2] ^= 1
    assert data.count(b"OggS") == pages
    whole = read(tmp_path / name)[0]
    waveform, told = read(tmp_path / f"damaged-{name}", bytes(data))
    assert told == [f"1 of its {pages} pages are damaged, and their audio is missing"]
    same = min(len(whole), len(waveform))
    assert len(waveform) < len(whole) or np.abs(waveform[:same] - whole[:same]).max() > 0.1


def with_rate(data: bytes, rate: int) -> bytes:
    """Opus whose header names another rate, with the checksum that belongs to it."""
    page = bytearray(data[: data.find(b"OggS", 4)])
    at = page.find(b"OpusHead") + 12
    page[at : at + 4] = struct.pack("<I", rate)
    page[22:26] = bytes(4)
    page[22:26] = struct.pack("<I", ogg.checksum(bytes(page)))
    return bytes(page) + data[len(page) :]


def test_the_checksum_is_that_of_other_programs(tmp_path):
    page = coded(tmp_path / "x.opus", 1_000, "OPUS")
    page = page[: page.find(b"OggS", 4)]
    assert page[22:26] == struct.pack("<I", ogg.checksum(page[:22] + bytes(4) + page[26:]))


@pytest.mark.parametrize("rate", [0, 1, 7_999])
def test_opus_that_names_no_rate_is_read_in_its_full_band(tmp_path, rate):
    data = coded(tmp_path / "x.opus", 48_000, "OPUS")
    data = with_rate(data, 48_000)
    whole, _ = read(tmp_path / "x.opus", data, 48_000)
    waveform, told = read(tmp_path / "none.opus", with_rate(data, rate), 48_000)
    assert told == []
    assert np.array_equal(waveform, whole)
    spectrum = np.abs(np.fft.rfft(waveform)) ** 2
    assert spectrum[len(spectrum) // 6 :].sum() > 0.3 * spectrum.sum()  # above 4 kHz, where 8 kHz had nothing


def test_opus_keeps_the_rate_that_it_names(tmp_path):
    data = coded(tmp_path / "x.opus", RATE, "OPUS")
    assert len(read(tmp_path / "x.opus", with_rate(data, 16_000))[0]) == RATE
