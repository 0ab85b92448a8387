"""Ogg: a sequence of pages; concatenated streams form a chain, as its standard allows.

Source: RFC 3533 (pages, chains), RFC 7845 section 5.1 (the header of Opus).
"""

import struct
import zlib
from typing import NamedTuple

from wavenet.audio.containers.parts import One, Part, Source

MAGIC = b"OggS"

_FIRST, _LAST = 2, 4  # flags of a page: the first and the last of a stream
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_LEAST_OPUS_RATE, _OPUS_RATE = 8_000, 48_000


class _Page(NamedTuple):
    flags: int
    body: int
    """position of its first byte"""
    end: int


def one(source: Source, begin: int) -> One:
    """The recording, one link of the chain, that begins at a page."""
    at, started, flags, pages, damaged = begin, False, 0, 0, 0
    while page := _page(source, at):
        if started and page.flags & _FIRST:
            break
        started = started or not page.flags & _FIRST
        pages += 1
        damaged += page.end <= source.size and not _is_whole(source.at(at, page.end - at))
        at, flags = page.end, page.flags
    notes: tuple[str, ...] = ()
    if at > source.size:
        notes = ("it is truncated within its last page",)
    elif not flags & _LAST:
        notes = ("it has no final page; it may be truncated",)
    if damaged:  # the decoder leaves them out
        notes += (f"{damaged:,} of its {pages:,} pages are damaged, and their audio is missing",)
    end = at if page and at < source.size else source.size
    return One(_part(source, begin, end), end, notes)


def _part(source: Source, begin: int, end: int) -> Part:
    """The bytes of the recording, with a corrected header if Opus names no rate, which libsndfile decodes at 8 kHz."""
    page = _page(source, begin)
    head = source.at(begin, page.end - begin) if page else b""
    opus = head.find(b"OpusHead", page.body - begin if page else 0)
    rate = head[opus + 12 : opus + 16] if opus >= 0 else b""
    if len(rate) < 4 or int.from_bytes(rate, "little") >= _LEAST_OPUS_RATE:  # fewer bytes: the file ends here
        return Part(begin, end)
    head = head[: opus + 12] + struct.pack("<I", _OPUS_RATE) + head[opus + 16 :]
    blank = head[:22] + bytes(4) + head[26:]
    return Part(begin + len(head), end, head[:22] + struct.pack("<I", checksum(blank)) + head[26:])


def checksum(page: bytes) -> int:
    """The checksum of a page whose checksum field is zero: CRC-32, polynomial 0x04C11DB7, high bit first."""
    low_bit_first = zlib.crc32(page.translate(_MIRRORED), 0xFFFF_FFFF) ^ 0xFFFF_FFFF  # which zlib inverts twice
    return int(f"{low_bit_first:032b}"[::-1], 2)


def _is_whole(page: bytes) -> bool:
    return checksum(page[:22] + bytes(4) + page[26:]) == int.from_bytes(page[22:26], "little")


def _page(source: Source, at: int) -> _Page | None:
    head = source.at(at, 27 + 255)
    if not head.startswith(MAGIC) or len(head) < 27:
        return None
    segments = head[26]
    return _Page(head[5], at + 27 + segments, at + 27 + segments + sum(head[27 : 27 + segments]))
