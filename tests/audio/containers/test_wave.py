import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from tests.audio.containers.sounds import RATE, noise, read, written
from wavenet.audio.containers import wave
from wavenet.audio.containers.find import find
from wavenet.audio.containers.parts import Source, Window
from wavenet.errors import AudioError

SAMPLES = 24_000


@pytest.fixture
def wav(tmp_path):
    """A WAV file of one second and a half: 44 bytes, and the sound."""
    return bytearray(written(tmp_path / "whole.wav", noise(SAMPLES)))


def length(data: bytearray, size: int, form: int | None = None) -> bytearray:
    """With other lengths in its header."""
    data = bytearray(data)
    data[40:44] = struct.pack("<I", size)
    if form is not None:
        data[4:8] = struct.pack("<I", form)
    return data


@pytest.mark.parametrize("form", [0, 36, None])
def test_a_header_that_was_never_finished_gives_all_that_follows(tmp_path, wav, form):
    waveform, told = read(tmp_path / "cut.wav", length(wav, 0, form))
    assert told == [f"its header says 0 bytes of audio, but {2 * SAMPLES} bytes follow, which were read"]
    assert np.array_equal(waveform, read(tmp_path / "whole.wav")[0])


@pytest.mark.parametrize("more", [1, 2, 44, 200])
def test_a_header_that_counts_itself_gives_what_is_there(tmp_path, wav, more):
    waveform, told = read(tmp_path / "odd.wav", length(wav, 2 * SAMPLES + more))
    assert told == [
        f"its header says {2 * SAMPLES + more} bytes of audio, but there are {2 * SAMPLES}, which were read"
    ]
    assert np.array_equal(waveform, read(tmp_path / "whole.wav")[0])


@pytest.mark.parametrize("promised", [0xFFFF_FFFF, 0x7FFF_FFFF, 0x7FFF_F000, 0x8000_0000])
def test_a_writer_that_could_not_seek_back_is_read_without_a_word(tmp_path, wav, promised):
    waveform, told = read(tmp_path / "piped.wav", length(wav, promised, promised))
    assert (len(waveform), told) == (SAMPLES, [])


def test_a_file_without_sound_holds_none_whatever_else_is_in_it(tmp_path, wav):
    chunk = b"LIST" + struct.pack("<I", 8_000) + bytes(8_000)
    with pytest.raises(AudioError, match="contains no audio"):
        read(tmp_path / "empty.wav", length(wav, 0)[:44] + chunk)
    with pytest.raises(AudioError, match="contains no audio"):
        read(tmp_path / "empty.wav", length(wav, 0)[:44])


def test_chunks_behind_the_sound_are_no_sound_and_no_news(tmp_path, wav):
    chunks = b"LIST" + struct.pack("<I", 5_001) + bytes(5_002) + b"id3 " + struct.pack("<I", 4) + b"abcd"
    waveform, told = read(tmp_path / "tagged.wav", wav + chunks)
    assert (len(waveform), told) == (SAMPLES, [])


def test_what_follows_the_sound_and_is_no_chunk_is_told(tmp_path, wav):
    waveform, told = read(tmp_path / "stale.wav", length(wav, 32_000))
    assert len(waveform) == 16_000
    assert told == [f"{2 * SAMPLES - 32_000} bytes after the end given by its header were not read"]


def test_an_odd_chunk_that_is_not_filled_up_is_passed_over(tmp_path, wav):
    chunk = b"note" + struct.pack("<I", 3) + b"abc"
    waveform, told = read(tmp_path / "odd.wav", wav[:36] + chunk + wav[36:])
    assert told == ["a chunk of odd length has no padding byte"]
    assert np.array_equal(waveform, read(tmp_path / "whole.wav")[0])
    waveform, told = read(tmp_path / "even.wav", wav[:36] + chunk + b"\0" + wav[36:])
    assert (len(waveform), told) == (SAMPLES, [])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.wav", {"subtype": "PCM_24"}),
        ("x.wav", {"subtype": "IMA_ADPCM"}),
        ("x.wav", {"format": "WAVEX", "subtype": "FLOAT"}),
        ("x.wav", {"endian": "BIG"}),
        ("x.rf64", {"format": "RF64"}),
        ("x.w64", {"format": "W64"}),
    ],
)
def test_every_kind_of_wav_is_read_when_its_header_was_never_finished_and_refused_when_it_is_half(
    tmp_path, name, options
):
    data = bytearray(written(tmp_path / name, noise(SAMPLES), **options))
    whole = read(tmp_path / name)[0]
    at = data.find(b"data")
    if name == "x.rf64":
        wide = data.find(b"ds64") + 8
        data[wide : wide + 16] = bytes(16)
    elif name == "x.w64":
        data[at + 16 : at + 24] = bytes(8)
    else:
        data[at + 4 : at + 8] = bytes(4)
    waveform, told = read(tmp_path / f"cut-{name}", bytes(data))
    assert len(told) == 1
    assert np.array_equal(waveform[: len(whole)], whole)
    data = (tmp_path / name).read_bytes()
    with pytest.raises(AudioError, match=rf"half-{name}: is truncated: \d+ bytes of its audio are missing"):
        read(tmp_path / f"half-{name}", data[: len(data) // 2])


@pytest.mark.parametrize("name", ["x.wav", "x.rf64", "x.w64"])
def test_files_that_are_joined_are_read_one_after_the_other(tmp_path, name):
    parts = [written(tmp_path / name, noise(n, seed=n)) for n in (4_001, 8_000, 3)]
    waveform, told = read(tmp_path / f"joined-{name}", b"".join(parts))
    assert told == ["it contains 3 concatenated recordings; all were read"]
    alone = [read(tmp_path / f"{i}-{name}", part)[0] for i, part in enumerate(parts)]
    assert np.array_equal(waveform, np.concatenate(alone))


def test_recordings_of_different_rates_that_are_joined_are_heard_at_one(tmp_path):
    soundfile.write(tmp_path / "a.wav", noise(8_000), 8_000)
    soundfile.write(tmp_path / "b.wav", noise(RATE), RATE)
    waveform, _ = read(tmp_path / "ab.wav", (tmp_path / "a.wav").read_bytes() + (tmp_path / "b.wav").read_bytes())
    assert np.array_equal(waveform, np.concatenate([read(tmp_path / "a.wav")[0], read(tmp_path / "b.wav")[0]]))


GIB = 1 << 30


def sparse(path: Path, header: bytes, size: int) -> Path:
    """A file of which only the header and the last sample are written."""
    with open(path, "wb") as file:
        file.write(header)
        file.seek(len(header) + size - 2)
        file.write(b"\0\x40")
    return path


@pytest.mark.parametrize(
    ("promised", "size"),
    [(0xFFFF_FFFF, 5 * GIB), (GIB, 5 * GIB), (0, 5 * GIB), (0x7FFF_FFFF, 5 * GIB), (0xFFFF_FFFF, 3 * GIB)],
)
def test_sound_of_more_bytes_than_a_header_has_room_for_is_all_there(tmp_path, wav, promised, size):
    path = sparse(tmp_path / "big.wav", length(wav[:44], promised, promised), size)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        source = Source(descriptor)
        (part,) = find(source).parts
        with soundfile.SoundFile(Window(source, part)) as sound:
            assert sound.frames == size // 2
            sound.seek(sound.frames - 2)
            assert sound.read(5).tolist() == [0, 0.5]
    finally:
        os.close(descriptor)


def test_of_a_large_file_half_is_noticed_too(tmp_path, wav):
    path = sparse(tmp_path / "big.wav", length(wav[:44], 3 * GIB), 2 * GIB)
    with pytest.raises(AudioError, match=f"is truncated: {GIB} bytes of its audio are missing"):
        read(path)


@given(st.binary(max_size=200), st.sampled_from(["<", ">", ""]))
def test_whatever_stands_in_a_header_the_recording_lies_in_the_file(tmp_path_factory, data, order):
    magic = {"<": b"RIFF", ">": b"RIFX", "": wave.W64}[order]
    path = tmp_path_factory.mktemp("odd") / "x.wav"
    path.write_bytes(magic + data[:4] + (b"WAVE" if order else b"") + data[4:])
    with open(path, "rb") as file:
        source = Source(file.fileno())
        try:
            one = (wave.riff if order else wave.w64)(source, 0)
        except wave.Flaw:
            return
        assert 0 <= one.part.begin <= one.part.end <= one.next <= source.size
