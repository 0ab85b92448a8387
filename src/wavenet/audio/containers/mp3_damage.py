"""Damage inside the frames of an MP3 file, which decoders pass over: what frames say of themselves, and a checksum.

Source: ISO/IEC 11172-3, section 2.4.1.7, and 13818-3 (side information; the sound of a frame may begin in the frames
before); the first frame of LAME and FFmpeg (the length of all frames, and CRC-16 of those after it).
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from wavenet.audio.containers.parts import Source

MOST = 4 + 2 + 32
"""bytes of a header, a checksum and side information"""

_MOST_PAIRS = 288  # of the 576 values of a granule
_LANE, _BLOCK = 1 << 10, 1 << 20  # bytes


class Sides:
    """Counts frames of layer 3 whose side information is against the standard, or against that of the frame before."""

    def __init__(self) -> None:
        self.wrong = 0
        self._room = self._ended = 0

    def restart(self) -> None:
        """Frames were lost or wrong: the sound of the next ones may begin in them, at any place."""
        self._room = self._ended = 0

    def add(self, head: bytes, side: int, length: int) -> None:
        """Take the first ``MOST`` bytes of a frame, how many of them are side information, and the frame's length."""
        first_version, mono = head[1] & 0x18 == 0x18, head[3] >> 6 == 3
        at = 4 if head[1] & 1 else 6
        if len(head) < at + side:  # the file ends here
            return
        bits = int.from_bytes(head[at : at + side], "big")
        width, behind_flag = (59, 25) if first_version else (63, 24)  # bits of a granule of a channel
        fits, sound = True, 0
        for number in range((2 if first_version else 1) * (1 if mono else 2)):
            granule = bits >> width * number & (1 << width) - 1
            sound += granule >> width - 12
            pairs, switched, kind = (
                granule >> width - 21 & 511,
                granule >> behind_flag & 1,
                granule >> behind_flag - 2 & 3,
            )
            fits &= pairs <= _MOST_PAIRS and not (switched and kind == 0)
        begin = self._room - (bits >> 8 * side - (9 if first_version else 8))
        self._room += length - at - side
        if begin >= 0:
            end = begin + -(-sound // 8)
            fits &= self._ended <= begin and end <= self._room
            self._ended = min(end, self._room)
        if not fits:
            self.wrong += 1
            self.restart()


def checksum(source: Source, begin: int, end: int) -> int:
    """CRC-16 (polynomial 0x8005, lowest bit first, from 0) of a range of bytes, many parts of it at a time."""
    table, far = _tables()
    total = 0
    while begin < end:
        length = (end - begin) % _BLOCK or _BLOCK
        block = source.at(begin, length)
        block = block.rjust(-(-len(block) // _LANE) * _LANE, b"\0")  # which changes nothing, as it begins from 0
        states = np.zeros(len(block) // _LANE, np.uint16)
        for column in np.frombuffer(block, np.uint8).reshape(-1, _LANE).T:
            states = table[(states ^ column) & 255] ^ states >> 8
        for state in states.tolist():
            total = far[0][total & 255] ^ far[1][total >> 8] ^ state
        begin += length
    return total


@cache
def _tables() -> tuple[NDArray[np.uint16], tuple[list[int], list[int]]]:
    """What a byte does to the checksum; and what ``_LANE`` bytes of zeros do to its lower and its upper half."""
    table: NDArray[np.uint16] = np.arange(256, dtype=np.uint16)
    lower, upper = table, table << np.uint16(8)
    for _ in range(8):
        table = np.where(table & 1, table >> 1 ^ np.uint16(0xA001), table >> 1).astype(np.uint16)
    for _ in range(_LANE):
        lower, upper = table[lower & 255] ^ lower >> 8, table[upper & 255] ^ upper >> 8
    return table, (lower.tolist(), upper.tolist())
