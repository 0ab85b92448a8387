"""Sound as bytes: as it comes, the same in any blocks, and read again by what others read it with."""

import builtins
import io

import av
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from wavenet.audio.files import to_int16
from wavenet.serving import formats
from wavenet.serving.errors import RequestError

RATE = 16_000
TIME = np.arange(2 * RATE) / RATE
SOUND = (0.5 * np.sin(2 * np.pi * (200 + 150 * TIME) * TIME)).astype(np.float32)


def coded(name: str, rate: int, edges: list[int]) -> list[bytes]:
    coder = formats.coder(name, RATE, rate)
    return [*(coder(block) for block in np.split(SOUND, sorted(edges))), coder.end()]


def plain(data: bytes, name: str) -> bytes:
    """The bytes, of Ogg without the number that each stream draws and the checksums that follow from it."""
    if name != "opus":
        return data
    pages = [b"OggS" + page for page in data.split(b"OggS")[1:]]
    return b"".join(page[:14] + page[18:22] + page[26:] for page in pages)


def decoded(data: bytes) -> tuple[int, np.ndarray]:
    with av.open(io.BytesIO(data)) as file:
        frames = [frame.to_ndarray() for frame in file.decode(audio=0)]
        (stream,) = file.streams
        peak = 32_768 if frames[0].dtype.kind == "i" else 1
        return stream.rate, np.concatenate(frames, 1)[0] / peak


@settings(max_examples=10)
@given(
    name=st.sampled_from(list(formats.FORMATS)),
    rate=st.sampled_from(formats.RATES),
    edges=st.lists(st.integers(0, len(SOUND)), max_size=8),
)
def test_the_bytes_do_not_depend_on_the_blocks(name, rate, edges):
    some, one = (plain(b"".join(coded(name, rate, cut)), name) for cut in (edges, []))
    assert some == one


@pytest.mark.parametrize("rate", formats.RATES)
@pytest.mark.parametrize("name", [name for name in formats.FORMATS if name != "pcm"])
def test_others_read_what_is_written(name, rate):
    told, sound = decoded(b"".join(coded(name, rate, [480, 1_280])))
    assert told == (48_000 if name == "opus" else rate)
    assert len(sound) / told == pytest.approx(2.0, abs=0.25)  # of MP3 and AAC: whole frames, and silence before
    spectrum = np.abs(np.fft.rfft(sound[: told * 2]))
    middle = np.average(np.fft.rfftfreq(len(sound[: told * 2]), 1 / told), weights=spectrum**2)
    assert middle == pytest.approx(500, rel=0.1)


def test_raw_samples_and_wav_are_the_samples_themselves():
    raw = to_int16(SOUND).astype("<i2").tobytes()
    assert b"".join(coded("pcm", RATE, [100, 5_000])) == raw
    wav = b"".join(coded("wav", RATE, [100, 5_000]))
    assert wav[44:] == raw
    assert soundfile.read(io.BytesIO(wav), dtype="int16")[1] == RATE


@pytest.mark.parametrize("name", list(formats.FORMATS))
def test_bytes_come_long_before_the_end(name):
    parts = coded(name, RATE, list(range(800, len(SOUND), 800)))
    assert sum(map(len, parts[:12])) > 900, "after 0.6 s"


def test_the_header_is_of_the_samples_even_where_there_are_none():
    coder = formats.coder("wav", RATE, RATE)
    assert len(coder.end()) == 44


def test_raw_samples_have_the_rate_that_clients_expect():
    assert formats.rate_of("pcm", None, RATE) == 24_000
    assert formats.rate_of("pcm", 8_000, RATE) == 8_000
    assert formats.rate_of("wav", None, RATE) == RATE


def test_an_unknown_format_is_refused_by_name():
    with pytest.raises(RequestError, match="response_format is 'mp4'; did you mean 'mp3'") as refused:
        formats.checked("mp4")
    assert refused.value.param == "response_format"


def test_aac_needs_ffmpeg(monkeypatch):
    assert formats.checked("aac") == "aac"
    find = builtins.__import__

    def without(name, *rest):
        if name == "av":
            raise ImportError(name)
        return find(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(RequestError, match="aac needs the package av"):
        formats.checked("aac")


def test_mp3_needs_a_libsndfile_that_writes_it(monkeypatch):
    monkeypatch.setattr(soundfile, "available_formats", dict)
    with pytest.raises(RequestError, match="has no MP3"):
        formats.checked("mp3")
