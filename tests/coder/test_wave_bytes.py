"""A WAV file as samples and what is around them."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.coder.waves import FORMATS, wave
from wavenet.coder.wave_bytes import parsed
from wavenet.errors import WavenetError


@given(st.sampled_from(sorted(FORMATS)), st.integers(1, 3), st.binary(max_size=50), st.binary(max_size=20))
def test_the_parts_are_the_file(kind, channels, data, tail):
    content = wave(data, kind, channels, tail=tail)
    found = parsed(content, "it")
    assert found.head + found.data + found.tail == content
    frame = channels * FORMATS[kind][1]
    assert (found.kind, found.channels) == (kind, channels)
    assert len(found.data) % frame == 0
    if data:
        assert found.data == data[: len(data) - len(data) % frame]


@pytest.mark.parametrize("size", [0, 7, 2**32 - 1])
def test_audio_whose_size_is_wrong_ends_with_the_file(size):
    data = bytes(range(6))
    assert parsed(wave(data, size=size), "it").data == data


def test_chunks_before_the_audio_are_passed_over_an_odd_one_with_its_padding():
    extra = b"LIST" + pack("<I", 3) + b"abc\0" + b"cue " + pack("<I", 2) + b"de"
    assert parsed(wave(b"\1\2", extra=extra), "it").data == b"\1\2"


def test_the_extensible_format_names_the_true_one_behind():
    settings = pack("<HHIIHHHHIH", 0xFFFE, 1, 16_000, 32_000, 2, 16, 22, 16, 0, 1) + bytes(14)
    chunks = b"fmt " + pack("<I", len(settings)) + settings + b"data" + pack("<I", 2) + b"\1\2"
    assert parsed(b"RIFF" + pack("<I", 4 + len(chunks)) + b"WAVE" + chunks, "it").kind == "pcm16"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no WAV file"),
        (b"fLaC" + bytes(40), "is no WAV file"),
        (wave(b"")[:30], "its header is incomplete"),
        (wave(b"")[:38], "its header is incomplete"),
        (wave(bytes(6), bits=24), "samples of 24 bits in format 1"),
        (wave(bytes(6), tag=3, bits=32), "samples of 32 bits in format 3"),
        (wave(bytes(6), bits=8), "samples of 8 bits in format 1"),
        (wave(bytes(6), channels=65), "has 65 channels; 1 to 64"),
        (wave(b"").replace(pack("<HH", 1, 1), pack("<HH", 1, 0)), "has 0 channels"),
    ],
)
def test_what_cannot_be_compressed_is_refused_in_one_line(content, message):
    with pytest.raises(WavenetError, match=message) as refused:
        parsed(content, "it")
    assert "\n" not in str(refused.value)
