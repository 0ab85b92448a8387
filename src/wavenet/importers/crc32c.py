"""The checksum of TensorFlow's files, CRC-32C, of many bytes at a time in numpy.

A text is cut into columns of equal length whose checksums are computed side by side, a byte of each in a step; as a
checksum is linear, they are then joined, each moved behind the next by a table of what that many zeros do to it.
"""

import numpy as np
from numpy.typing import NDArray

POLYNOMIAL = 0x82F63B78
"""of Castagnoli, bits reversed"""

Words = NDArray[np.uint32]


def _table() -> Words:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, table >> 1 ^ np.uint32(POLYNOMIAL), table >> 1)
    return table


TABLE = _table()


def crc32c(data: bytes | memoryview) -> int:
    """The checksum of bytes."""
    content = np.frombuffer(data, np.uint8)
    length = max(int(len(content) ** 0.5), 1)
    columns = len(content) // length
    register = np.zeros(columns, np.uint32)
    register[:1] = 0xFFFFFFFF
    for row in content[: columns * length].reshape(columns, length).T:
        register = TABLE[(register ^ row) & 0xFF] ^ register >> 8
    moved = _behind(length)
    total = int(register[0]) if columns else 0xFFFFFFFF
    for each in register[1:].tolist():
        total = moved[0][total & 255] ^ moved[1][total >> 8 & 255] ^ moved[2][total >> 16 & 255] ^ moved[3][total >> 24]
        total ^= each
    for byte in content[columns * length :].tolist():
        total = int(TABLE[(total ^ byte) & 0xFF]) ^ total >> 8
    return total ^ 0xFFFFFFFF


def unmasked(stored: int) -> int:
    """The checksum that a file stores turned and shifted, so that a checksum of checksums is not trivial."""
    turned = (stored - 0xA282EAD8) & 0xFFFFFFFF
    return (turned >> 17 | turned << 15) & 0xFFFFFFFF


def _behind(zeros: int) -> list[list[int]]:
    """For each byte of a register, what that many zero bytes make of each of its values."""
    register: Words = np.arange(256, dtype=np.uint32) << 8 * np.arange(4, dtype=np.uint32)[:, None]
    for _ in range(zeros):
        register = TABLE[register & 0xFF] ^ register >> 8
    return [[int(value) for value in row] for row in register]
