"""What only FFmpeg reads, and what is wrong with it."""

import struct

import numpy as np
import pytest

from tests.audio.containers.sounds import noise, read, written
from wavenet.audio import decoders, files
from wavenet.errors import AudioError

av = pytest.importorskip("av")
coded = pytest.importorskip("tests.audio.coded")

RATE = 48_000
LATIN = (b"TAG" + "Café".encode("latin-1")).ljust(128, b"\0")  # ID3v1, which is in no encoding


def heard(samples: int) -> np.ndarray:
    """Noise that coders keep."""
    return np.convolve(noise(samples), np.ones(8) / 8, "same").astype(np.float32)


@pytest.mark.parametrize("tag", [0, 0xFFFF, 0x1234, 0xFFFE])
def test_a_stream_without_a_coder_is_one_line(tmp_path, tag):
    data = bytearray(written(tmp_path / "x.wav", noise(8_000)))
    data[20:22] = struct.pack("<H", tag)
    with pytest.raises(AudioError, match=r"odd\.wav: cannot be read as audio: .*\(FFmpeg: no decoder"):
        read(tmp_path / "odd.wav", bytes(data))


@pytest.mark.parametrize(
    ("name", "container", "codec", "form"),
    [
        ("x.aac", "adts", "aac", "fltp"),
        ("x.tta", "tta", "tta", "s16"),
        ("x.wv", "wv", "wavpack", "s16p"),
        ("x.mka", "matroska", "aac", "fltp"),
    ],
)
def test_tags_in_any_encoding_are_no_matter(tmp_path, name, container, codec, form):
    data = coded.ffmpeg_bytes(heard(20_000), RATE, container, codec, form=form)
    whole, _ = read(tmp_path / name, data, RATE)
    waveform, told = read(tmp_path / f"tagged-{name}", data + LATIN, RATE)
    assert np.array_equal(waveform, whole)
    assert told == []


@pytest.mark.parametrize(
    ("layout", "channels"), [("stereo", 2), ("5.1", 6), ("7.1", 8), ("hexadecagonal", 16), ("22.2", 24)]
)
def test_any_number_of_channels_is_averaged(tmp_path, layout, channels):
    x = np.stack([noise(5_000, seed) for seed in range(channels)])
    data = coded.ffmpeg_bytes(x, RATE, "mov", "pcm_s16le", form="s16", layout=layout)
    waveform, _ = read(tmp_path / "x.mov", data, RATE)
    assert np.abs(waveform - x.mean(0)).max() < 1e-4


@pytest.mark.parametrize("samples", [40, 4_095, 4_096, 7_000, 8_192, 50_000])
@pytest.mark.parametrize(("name", "container"), [("x.caf", "caf"), ("x.m4a", "ipod")])
def test_alac_keeps_its_last_samples(tmp_path, samples, name, container):
    x = noise(samples)
    waveform, _ = read(tmp_path / name, coded.ffmpeg_bytes(x, RATE, container, "alac", form="s16p"), RATE)
    assert np.array_equal(files.to_int16(waveform), files.to_int16(x))


@pytest.mark.parametrize("codec", ["wmav1", "wmav2"])
@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_wma_keeps_its_first_samples(tmp_path, codec, rate):
    x = heard(20_000)
    waveform, _ = read(tmp_path / "x.wma", coded.ffmpeg_bytes(x, rate, "asf", codec, bit_rate=96_000), rate)
    assert np.abs(waveform[100:16_000] - x[100:16_000]).std() < 0.3 * x.std()
    assert len(waveform) >= len(x)


@pytest.mark.parametrize(
    ("name", "container", "codec", "form"),
    [("x.mka", "matroska", "aac", "fltp"), ("x.webm", "webm", "libopus", "flt")],
)
def test_sound_that_ends_before_its_header_says_is_told(tmp_path, name, container, codec, form):
    data = coded.ffmpeg_bytes(heard(4 * RATE), RATE, container, codec, form=form, bit_rate=96_000)
    waveform, told = read(tmp_path / f"half-{name}", data[: len(data) // 2], RATE)
    assert RATE < len(waveform) < 3 * RATE
    assert len(told) == 1
    assert f"ends after {len(waveform) / RATE:.2f} s, but its header says 4." in told[0]
    assert read(tmp_path / name, data, RATE)[1] == []


def test_whatever_a_library_raises_is_one_line(tmp_path, monkeypatch):
    (tmp_path / "x.g722").write_bytes(bytes(8_000))
    monkeypatch.setattr(decoders, "_own_ends", lambda container, stream: 1 / 0)
    with pytest.raises(
        AudioError, match=r"x\.g722: cannot be read as audio: .* \(FFmpeg: ZeroDivisionError: division by zero\)"
    ):
        read(tmp_path / "x.g722")
