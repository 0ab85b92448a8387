"""WAV files, byte by byte."""

from struct import pack

import numpy as np

FORMATS = {"pcm16": (1, 2), "mulaw": (7, 1), "alaw": (6, 1)}


def wave(data: bytes, kind: str = "pcm16", channels: int = 1, *, extra: bytes = b"", tail: bytes = b"",
         size: int | None = None, tag: int | None = None, bits: int | None = None) -> bytes:  # fmt: skip
    """A WAV file around some samples; ``extra`` are chunks before them, ``size`` is what its header says of them."""
    known, width = FORMATS[kind]
    block = channels * width
    settings = pack(
        "<HHIIHH", known if tag is None else tag, channels, 16_000, 16_000 * block, block, bits or 8 * width
    )
    chunks = b"fmt " + pack("<I", len(settings)) + settings + extra
    chunks += b"data" + pack("<I", len(data) if size is None else size) + data + tail
    return b"RIFF" + pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def noise(count: int, seed: int = 0, kind: str = "pcm16") -> bytes:
    """Random samples as stored."""
    return np.random.default_rng(seed).bytes(count * FORMATS[kind][1])


def tones(count: int, size: float = 8000) -> bytes:
    """16-bit samples that a network could predict."""
    t = np.arange(count)
    return (size * np.sin(t / 9) * np.sin(t / 431)).astype("<i2").tobytes()
