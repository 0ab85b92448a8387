"""A WAV file as samples and the bytes around them, so that it can be made again byte for byte."""

from dataclasses import dataclass
from struct import unpack_from

from wavenet.coder.values import KINDS, Kind
from wavenet.errors import WavenetError

_FORMATS: dict[tuple[int, int], Kind] = {(1, 16): "pcm16", (7, 8): "mulaw", (6, 8): "alaw"}
"""format tag and bits per sample of what can be coded"""
_EXTENSIBLE = 0xFFFE
_MOST_CHANNELS = 64


@dataclass(frozen=True)
class WaveBytes:
    """A WAV file, ``head`` + ``data`` + ``tail``."""

    kind: Kind
    channels: int
    head: bytes
    data: bytes
    """whole frames: a sample of each channel in turn"""
    tail: bytes


def parsed(content: bytes, name: str) -> WaveBytes:
    """The parts of a WAV file; ``name`` is that of the file, for messages.

    Audio whose size is 0 or goes beyond the end, as interrupted recorders leave it, ends with the file.

    Raises:
        WavenetError: it is no WAV file, or none of 16-bit integers, μ-law or A-law.
    """
    if content[:4] not in (b"RIFF", b"RF64") or content[8:12] != b"WAVE":
        raise WavenetError(f"{name}: is no WAV file; convert it to one of 16 bits, μ-law or A-law")
    at, settings = 12, None
    while at + 8 <= len(content):
        identity, size = unpack_from("<4sI", content, at)
        at += 8
        if identity == b"fmt ":
            settings = _settings(content[at : at + size], name)
        if identity == b"data" and settings:
            kind, channels = settings
            there = len(content) - at
            size = there if not 0 < size <= there else size
            end = at + size - size % (channels * KINDS[kind])
            return WaveBytes(kind, channels, content[:at], content[at:end], content[end:])
        at += size + size % 2
    raise WavenetError(f"{name}: has no audio; its header is incomplete")


def _settings(chunk: bytes, name: str) -> tuple[Kind, int]:
    """Kind and channels."""
    if len(chunk) < 16:
        raise WavenetError(f"{name}: has no audio; its header is incomplete")
    tag, channels = unpack_from("<HH", chunk)
    (bits,) = unpack_from("<H", chunk, 14)
    if tag == _EXTENSIBLE and len(chunk) >= 26:
        (tag,) = unpack_from("<H", chunk, 24)
    if (tag, bits) not in _FORMATS:
        raise WavenetError(
            f"{name}: has samples of {bits} bits in format {tag}; 16-bit integers, μ-law and A-law can be compressed"
        )
    if not 1 <= channels <= _MOST_CHANNELS:
        raise WavenetError(f"{name}: has {channels} channels; 1 to {_MOST_CHANNELS} can be compressed")
    return _FORMATS[tag, bits], channels
