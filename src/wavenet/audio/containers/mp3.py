"""MP3: a sequence of frames; the first may say how many bytes follow, and decoders then read no more.

Source: ISO/IEC 11172-3, section 2.4.1.3, and 13818-3 (frame header); the first frame of LAME and other encoders
contains "Xing" or "Info", that of Fraunhofer's encoder "VBRI".
"""

import struct
from typing import NamedTuple

from wavenet.audio.containers.mp3_damage import MOST, Sides, checksum
from wavenet.audio.containers.parts import SLACK, One, Part, Source

_RATES = (44_100, 48_000, 32_000)  # Hz of version 1
_KILOBITS = {  # per second, by version 1 or not, and layer
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MOST_TAGS = 16


class _Frame(NamedTuple):
    layer: int
    length: int
    side: int
    """bytes of side information, after which a first frame has its marker"""
    kind: int
    """version, layer and sample rate, which all frames of a recording share"""


class _Frames(NamedTuple):
    number: int
    varies: bool
    """whether their bitrates differ"""
    lost: int
    """bytes between them that are neither frames nor tags"""
    notes: tuple[str, ...]
    """what to tell of these bytes"""


def begins(source: Source, at: int) -> bool:
    """Whether frames, possibly preceded by tags, begin at a position."""
    first = _behind_tags(source, at)
    frame = _frame(source.at(first, 4))
    if not frame:
        return False
    second = source.at(first + frame.length, 4)
    return len(second) < 4 or _frame(second) is not None


def one(source: Source, begin: int) -> One:
    """The recording that begins at a position, including its tags."""
    first = _behind_tags(source, begin)
    frame = _frame(source.at(first, 4))
    if frame is None:
        return source.rest(begin)
    claimed = _claimed(source, first, frame)
    if claimed is None:
        return _with_count(source, first)
    end = first + claimed
    if end > source.size + SLACK:
        return source.rest(begin, f"it is truncated: {end - source.size} bytes of its audio are missing")
    behind = _behind_tags(source, end)
    if source.size - behind < 2 * frame.length:
        return source.rest(begin, *_damage(source, first, frame, claimed))
    if begins(source, behind):
        return One(Part(begin, end), behind, _damage(source, first, frame, claimed))
    missed = f"its first frame says {claimed} bytes of audio, but there are {source.size - first}, which were read"
    return _with_count(source, first + frame.length, missed)


def _with_count(source: Source, first: int, *notes: str) -> One:
    """All frames from a position on; if the bitrate varies, preceded by a frame with their number.

    Without it, libsndfile computes the number of frames from the length of the first one, and stops there.
    """
    found = _frames(source, first, source.size)
    whole = One(Part(first, source.size), source.size, (*notes, *found.notes))
    frame = _frame(head := source.at(first, 4))
    if frame is None or frame.layer != 3 or not found.varies:
        return whole
    header = next(
        (made, new.length, new.side)
        for bits in range(1, 15)
        if (made := bytes([head[0], head[1] | 1, head[2] & 0x0D | bits << 4, head[3]]))
        and (new := _frame(made))
        and new.length >= 4 + new.side + 16
    )
    made, length, side = header
    counts = struct.pack(">4sIII", b"Xing", 3, found.number, length + source.size - first)
    return whole._replace(part=whole.part._replace(header=(made + bytes(side) + counts).ljust(length, b"\0")))


def _damage(source: Source, first: int, frame: _Frame, claimed: int) -> tuple[str, ...]:
    """What to tell of so many bytes of frames."""
    end = first + claimed
    notes = _frames(source, first, end).notes
    told = _told_checksum(source, first, frame, claimed)
    if notes or told is None or told == checksum(source, first + frame.length, end):
        return notes
    return ("it was damaged or edited: its audio has another checksum than its first frame says",)


def _frames(source: Source, at: int, end: int) -> _Frames:
    """What there is from a position on.

    Damage in the header of a frame breaks the chain of frames: a decoder looks for the next one, and what lies between
    is lost. Damage behind a header is seen where the frame contradicts itself or the one before it.
    """
    count, bitrates, lost, gap, sides = 0, set(), 0, -1, Sides()
    block, start = b"", at
    begin = at
    while at < end:
        if at + MOST > start + len(block):
            block, start = source.at(at, 1 << 20), at
            if not block:  # the file became shorter
                break
        head = block[at - start : at - start + 4]
        frame = _frame(head)
        if frame and (gap < 0 or _goes_on(source, at + frame.length, end, frame.kind)):
            if gap >= 0:
                lost, gap = lost + at - gap, -1
                sides.restart()
            if frame.layer == 3:
                sides.add(block[at - start : at - start + MOST], frame.side, frame.length)
            count += 1
            bitrates.add(head[2] >> 4)
            at += frame.length
        elif (behind := _behind_tags(source, at)) > at:
            at = behind
            sides.restart()
        else:
            gap = at if gap < 0 else gap
            sync = block.find(b"\xff", at - start + 1)
            at = start + (sync if sync >= 0 else len(block))
    notes: tuple[str, ...] = ()
    if lost:
        missing = max(round(lost * count / max(end - begin - lost, 1)), 1)
        notes = (f"it is damaged: {lost} bytes in it are of no frame, so about {missing} of its frames are missing",)
    elif sides.wrong:
        notes = (f"it is damaged: {sides.wrong} of its {count} frames contradict themselves or the frame before them",)
    return _Frames(count, len(bitrates) > 1, lost, notes)


def _goes_on(source: Source, at: int, end: int, kind: int) -> bool:
    """Whether what ends here is followed by a frame of its kind, or by nothing but tags; else it may be no frame."""
    following = _frame(source.at(at, 4))
    return _behind_tags(source, at) == end if following is None else following.kind == kind


def _claimed(source: Source, first: int, frame: _Frame) -> int | None:
    """The number of bytes from the first frame on, according to that frame."""
    head = source.at(first, 256).ljust(256, b"\0")
    if mark := _mark(head, frame):
        (flags,) = struct.unpack(">I", head[mark + 4 : mark + 8])
        at = mark + 8 + 4 * (flags & 1)
        return struct.unpack(">I", head[at : at + 4])[0] or None if flags & 2 else None
    return struct.unpack(">I", head[46:50])[0] or None if head[36:40] == b"VBRI" else None


def _told_checksum(source: Source, first: int, frame: _Frame, claimed: int) -> int | None:
    """The checksum of all frames behind the first, according to that frame, if it tells one."""
    head = source.at(first, 256).ljust(256, b"\0")
    mark = _mark(head, frame)
    (flags,) = struct.unpack(">I", head[mark + 4 : mark + 8])
    at = mark + 8 + 4 * (flags & 1) + 2 * (flags & 2) + 25 * (flags & 4) + (flags & 8) // 2
    length, told = struct.unpack(">IH", head[at + 28 : at + 34])
    return told if mark and length == claimed else None


def _mark(head: bytes, frame: _Frame) -> int:
    """Where a first frame begins to tell of the others, unless it is Fraunhofer's; 0 if it does not."""
    places = (4 + frame.side, 4 + 2 + frame.side)  # or after a checksum
    return next((mark for mark in places if head[mark : mark + 4] in (b"Xing", b"Info")), 0)


def _frame(head: bytes) -> _Frame | None:
    """The frame with this header; None if it is no frame header."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    bits, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer == 4 or bits in (0, 15) or rate == 3:
        return None
    kilobits = _KILOBITS[version == 3, layer][bits - 1]
    hertz = _RATES[rate] // {3: 1, 2: 2, 0: 4}[version]
    samples = 384 if layer == 1 else 576 if layer == 3 and version != 3 else 1152
    slot = 4 if layer == 1 else 1
    mono = head[3] >> 6 == 3
    side = (17 if mono else 32) if version == 3 else (9 if mono else 17)
    length = (samples * kilobits * 125 // hertz // slot + (head[2] >> 1 & 1)) * slot
    return _Frame(layer, length, side, (head[1] & 0x1E) << 8 | head[2] & 0x0C)


def _behind_tags(source: Source, at: int) -> int:
    """The position after any tags."""
    for _ in range(_MOST_TAGS):
        head = source.at(at, 32)
        if head[:3] == b"ID3" and len(head) >= 10:
            size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
            at += 10 + size + (10 if head[5] & 0x10 else 0)
        elif head[:3] == b"TAG":
            at += 128
        elif head[:8] == b"APETAGEX" and len(head) == 32:
            at += 32 + int.from_bytes(head[12:16], "little")
        else:
            break
    return at
