"""WAV in RIFF, RIFX, RF64 and W64: a sequence of chunks, one of which is the audio.

An incorrect header is replaced by a correct one with the file's own format chunk.
Source: EBU Tech 3306 (RF64); Sony's Wave64.
"""

import struct
from collections.abc import Callable
from typing import NamedTuple

from wavenet.audio.containers.parts import SLACK, Flaw, One, Part, Source

_NO_LENGTHS = (range(0x7FFF_0000, 0x8000_1001), range(0xFFFF_0000, 1 << 32))
"""lengths written by programs that cannot seek back to the header"""
_FULL = 0xFFFF_FFFF
_LIBSNDFILE = 0x7FFF_0000  # bytes that it reads if the length is unknown
_WRAP = 1 << 32
_MOST_CHUNKS = 10_000
_LONGEST_FORMAT = 4_096
_USUAL = (b"data", b"fmt ", b"fact", b"LIST", b"bext", b"cue ", b"id3 ")

W64 = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"


class _Chunk(NamedTuple):
    name: bytes
    body: int
    """position of its first byte"""
    length: int
    next: int


_Reader = Callable[[Source, int], _Chunk | None]


class _Header(NamedTuple):
    """Everything before the audio."""

    format: bytes
    wide: int | None
    """the 64-bit length of the audio, if there is one"""
    data: _Chunk
    notes: tuple[str, ...]


def riff(source: Source, begin: int) -> One:
    """The recording in RIFF, RIFX or RF64 that begins at a position."""
    order = ">" if source.at(begin, 4) == b"RIFX" else "<"
    header = _header(source, begin + 12, lambda source, at: _riff_chunk(source, at, order))
    if source.at(begin + 8, 4) != b"WAVE" or header is None:
        return source.rest(begin)
    promised: int | None = header.data.length
    if header.wide is not None and promised == _FULL:
        promised = header.wide if header.wide < 1 << 62 else None
    elif (
        promised is not None
        and any(promised in none for none in _NO_LENGTHS)
        and header.data.body + promised > source.size
    ):
        promised = None
    return _recording(source, begin, header, promised, order)


def w64(source: Source, begin: int) -> One:
    """The recording in W64 that begins at a position."""
    header = _header(source, begin + 40, _w64_chunk)
    return _recording(source, begin, header, header.data.length, "") if header else source.rest(begin)


def _header(source: Source, at: int, chunk: _Reader) -> _Header | None:
    """Everything up to the audio; None if there is no audio."""
    form, wide, odd = b"", None, False
    notes: tuple[str, ...] = ()
    for _ in range(_MOST_CHUNKS):
        if odd and source.at(at - 1, 4) in _USUAL and source.at(at, 4) not in _USUAL:
            at -= 1
            notes = ("a chunk of odd length has no padding byte",)
        found = chunk(source, at)
        if not found:
            return None
        if found.name == b"data":
            return _Header(form, wide, found, notes)
        if found.name == b"fmt ":
            form = source.at(found.body, min(found.length, _LONGEST_FORMAT))
        elif found.name == b"ds64":
            wide = int.from_bytes(source.at(found.body + 8, 8), "little")
        at, odd = found.next, bool(found.length % 2)
    return None


def _recording(source: Source, begin: int, header: _Header, promised: int | None, order: str) -> One:
    """The recording, given the promised length (None: unknown). ``order`` is empty for W64."""
    sound, notes = header.data.body, header.notes
    length = there = source.size - sound
    end = source.size
    if promised is not None and promised > there:
        if promised - there > min(SLACK, there):
            raise Flaw(f"is truncated: {promised - there} bytes of its audio are missing; copy or record it again")
        notes += (f"its header says {promised} bytes of audio, but there are {there}, which were read",)
    elif promised == 0 and _unexplained(source, sound, 0, order):
        notes += (f"its header says 0 bytes of audio, but {there} bytes follow, which were read",)
    elif promised is not None and not (_is_wrapped(promised, there) and _unexplained(source, sound, promised, order)):
        length, end = promised, _end(source, sound, promised, order)
    correct = promised == length or (promised is None and there < _LIBSNDFILE)
    made = b"" if (correct and not header.notes) else _made(header.format, length, order)
    return One(Part(sound, sound + length, made) if made else Part(begin, end), end, notes)


def _is_wrapped(promised: int, there: int) -> bool:
    """Whether a length may have overflowed, or is one of ``_NO_LENGTHS``."""
    return there > promised and ((there - promised) % _WRAP == 0 or any(promised in none for none in _NO_LENGTHS))


def _unexplained(source: Source, sound: int, promised: int, order: str) -> bool:
    """Whether the bytes after the audio are neither chunks nor another recording."""
    behind = _padded(source, sound, promised, order)
    return (
        source.size - behind > 8
        and not _is_beginning(source, behind)
        and _end(source, sound, promised, order) == behind
    )


def _end(source: Source, sound: int, promised: int, order: str) -> int:
    """The position after all complete chunks that follow the audio."""
    at = _padded(source, sound, promised, order)
    for _ in range(_MOST_CHUNKS):
        found = _riff_chunk(source, at, order) if order else _w64_chunk(source, at)
        if _is_beginning(source, at) or not found or found.next > source.size + 7:
            break
        at = found.next
    return min(at, source.size)


def _padded(source: Source, sound: int, promised: int, order: str) -> int:
    """The position after the audio and its padding, to 2 bytes, in W64 to 8."""
    end = sound + promised
    return end if _is_beginning(source, end) else end + (promised % 2 if order else -promised % 8)


def _is_beginning(source: Source, at: int) -> bool:
    """Whether another recording begins at a position."""
    return source.at(at, 4) in (b"RIFF", b"RIFX", b"RF64") or source.at(at, 16) == W64


def _riff_chunk(source: Source, at: int, order: str) -> _Chunk | None:
    head = source.at(at, 8)
    if len(head) < 8 or not all(32 <= byte < 127 for byte in head[:4]):
        return None
    (length,) = struct.unpack(f"{order}I", head[4:])
    return _Chunk(head[:4], at + 8, length, at + 8 + length + length % 2)


def _w64_chunk(source: Source, at: int) -> _Chunk | None:
    head = source.at(at, 24)
    if len(head) < 24 or not all(32 <= byte < 127 for byte in head[:4]):
        return None
    length = max(int.from_bytes(head[16:], "little") - 24, 0)
    return _Chunk(head[:4], at + 24, length, at + 24 + -(-length // 8) * 8)


def _made(form: bytes, length: int, order: str) -> bytes:
    """A header for ``length`` bytes of audio, as RF64 if RIFF cannot hold the length; empty if there can be none."""
    if not form:
        return b""
    order = order or "<"
    described = b"fmt " + struct.pack(f"{order}I", len(form)) + form + bytes(len(form) % 2)
    if length <= _FULL - 4_096:
        size = 4 + len(described) + 8 + length
        name = b"RIFX" if order == ">" else b"RIFF"
        lengths = struct.pack(f"{order}I", size), struct.pack(f"{order}I", length)
        return name + lengths[0] + b"WAVE" + described + b"data" + lengths[1]
    if order == ">":
        return b""
    size = 4 + 36 + len(described) + 8 + length
    wide = b"ds64" + struct.pack("<IQQQI", 28, size, length, 0, 0)
    return b"RF64" + struct.pack("<I", _FULL) + b"WAVE" + wide + described + b"data" + struct.pack("<I", _FULL)
