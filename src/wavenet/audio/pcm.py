"""Writes WAV files of 16 bits without libsndfile, which takes longer to load than a word to be said."""

import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray


@contextmanager
def writing(file: BinaryIO, sample_rate: int, software: str = "") -> Iterator[Callable[[NDArray[np.int16]], None]]:
    """Write a file, of one channel, into an empty one without a buffer: yields what takes the next samples (T,).

    The file is whole when the block ends without an exception, with as many samples as it holds then: an interrupt
    leaves them whole, too. ``software`` is stored as what wrote it. Raises OSError.
    """
    information = _chunk(b"LIST", b"INFO" + _chunk(b"ISFT", software.encode() + b"\0")) if software else b""
    header = b"RIFF\0\0\0\0WAVE" + layout(sample_rate, 1, 2) + information + b"data\0\0\0\0"
    _write(file, header)
    yield lambda samples: _write(file, samples.astype("<i2", copy=False).tobytes())
    size = 2 * ((os.fstat(file.fileno()).st_size - len(header)) // 2)
    file.truncate(len(header) + size)
    os.pwrite(file.fileno(), struct.pack("<I", len(header) - 8 + size), 4)
    os.pwrite(file.fileno(), struct.pack("<I", size), len(header) - 4)


def layout(sample_rate: int, encoding: int, width: int) -> bytes:
    """The chunk that says what samples are, of one channel: the number of their encoding, and the bytes of each."""
    rates = sample_rate, width * sample_rate
    return _chunk(b"fmt ", struct.pack("<HHIIHH", encoding, 1, *rates, width, 8 * width))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _write(file: BinaryIO, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) or 0 :]
