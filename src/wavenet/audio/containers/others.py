"""AIFF, CAF, AU, SPHERE and VOC: where the audio ends according to their headers."""

import re
import struct

from wavenet.audio.containers.parts import SLACK, Flaw, One, Part, Source

_MOST_CHUNKS = 10_000


def aiff(source: Source, begin: int) -> One:
    """The recording in AIFF or AIFC that begins at a position."""
    at = begin + 12
    for _ in range(_MOST_CHUNKS):
        head = source.at(at, 8)
        if len(head) < 8:
            break
        length = int.from_bytes(head[4:], "big")
        if head[:4] == b"SSND":
            size = int.from_bytes(source.at(begin + 4, 4), "big")
            return _one(source, begin, at + 8, length, max(begin + 8 + size, at + 8 + length), least=8)
        at += 8 + length + length % 2
    return source.rest(begin)


def caf(source: Source, begin: int) -> One:
    """The recording in CAF that begins at a position."""
    at = begin + 8
    for _ in range(_MOST_CHUNKS):
        head = source.at(at, 12)
        if len(head) < 12 or head[:4] == b"caff":
            break
        length = int.from_bytes(head[4:], "big", signed=True)
        if length < 0:  # unknown: up to the end of the file
            return source.rest(begin)
        if head[:4] == b"data" and at + 12 + length > source.size:
            return _one(source, begin, at + 12, length, source.size, least=4)
        at += 12 + length
    return One(Part(begin, min(at, source.size)), min(at, source.size))


def au(source: Source, begin: int) -> One:
    """The recording in AU that begins at a position."""
    offset, length = struct.unpack(">II", source.at(begin + 4, 8).ljust(8, b"\xff"))
    if length == 0xFFFF_FFFF:
        return source.rest(begin)
    return _one(source, begin, begin + offset, length, begin + offset + length)


def sphere(source: Source, begin: int) -> One:
    """The recording in NIST's SPHERE that begins at a position."""
    head = source.at(begin, 1024).decode("ascii", "replace")
    facts: dict[str, str] = dict(re.findall(r"^(\w+) -\w+ (\S+)$", head, re.M))
    try:
        begins = int(head[8:16])
        length = int(facts["sample_count"]) * int(facts["sample_n_bytes"]) * int(facts.get("channel_count", "1"))
    except (KeyError, ValueError):
        return source.rest(begin)
    if facts.get("sample_coding", "pcm") not in ("pcm", "ulaw", "mu-law", "alaw"):  # compressed, of unknown length
        return source.rest(begin)
    return _one(source, begin, begin + begins, length, begin + begins + length)


def voc(source: Source, begin: int) -> One:
    """The recording in VOC that begins at a position: blocks with 24-bit lengths, the last of type 0."""
    at = begin + int.from_bytes(source.at(begin + 20, 2), "little")
    while (head := source.at(at, 4)) and head[0]:
        length = int.from_bytes(head[1:], "little")
        if len(head) < 4 or at + 4 + length > source.size:
            return _one(source, begin, at + 4, length, source.size)
        at += 4 + length
    return One(Part(begin, min(at + 1, source.size)), min(at + 1, source.size))


def _one(source: Source, begin: int, sound: int, length: int, end: int, least: int = 0) -> One:
    """The recording whose audio begins at ``sound`` and should have ``length`` bytes, ``least`` of them not samples."""
    missing = sound + length - source.size
    if missing > min(SLACK, source.size - sound):
        raise Flaw(f"is truncated: {missing} bytes of its audio are missing; copy or record it again")
    if length <= least and source.size - sound - length > SLACK:
        raise Flaw(f"has a header that says 0 bytes of audio, but {source.size - sound} bytes follow; repair the file")
    there = source.size - sound
    notes = (f"its header says {length} bytes of audio, but there are {there}, which were read",) if missing > 0 else ()
    return One(Part(begin, min(end, source.size)), min(end, source.size), notes)
