"""Parts of a file that a decoder reads as separate files."""

import os
from io import SEEK_CUR, SEEK_SET, RawIOBase
from typing import NamedTuple

SLACK = 256
"""bytes that a header may promise too many: some writers include the header or a block in the size"""


class Flaw(Exception):  # noqa: N818
    """Why a file cannot be read completely, and the way out, as a message that the caller prefixes with its name."""


class Part(NamedTuple):
    """A range of bytes, and a header to read before them if that of the file is wrong."""

    begin: int
    end: int
    header: bytes = b""


class One(NamedTuple):
    """One recording in a file: its bytes, where the next one may begin, and what is unusual."""

    part: Part
    next: int
    notes: tuple[str, ...] = ()


class Found(NamedTuple):
    """All recordings in a file."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    """what is unusual, although it can be read"""


class Source:
    """Random access to the bytes of an open file, independent of its current position."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size

    def at(self, position: int, length: int) -> bytes:
        """Up to ``length`` bytes; fewer at the end of the file."""
        return os.pread(self._descriptor, length, position) if position >= 0 else b""

    def rest(self, begin: int, *notes: str) -> One:
        """Everything from a position on, as one recording."""
        return One(Part(begin, self.size), self.size, notes)

    def find(self, wanted: bytes, begin: int, step: int = 1 << 20) -> int:
        """The position of the next occurrence of ``wanted`` from ``begin`` on; the file size if there is none."""
        while begin < self.size:
            block = self.at(begin, step + len(wanted) - 1)
            if (at := block.find(wanted)) >= 0:
                return begin + at
            begin += step
        return self.size


class Window(RawIOBase):
    """A part of a file, as a readable file object.

    An exception while reading is stored in ``error``, because a C library that reads cannot propagate it.
    """

    def __init__(self, source: Source, part: Part) -> None:
        self._source, self._part, self._position = source, part, 0
        self._size = len(part.header) + part.end - part.begin
        self.error: BaseException | None = None

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Set the position, as for any file."""
        self._position = offset + (0, self._position, self._size)[whence]
        return self._position

    def tell(self) -> int:
        """The current position."""
        return self.seek(0, SEEK_CUR)

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        """Read the next bytes; if that fails, none, and set ``error``."""
        try:
            wanted = min(len(buffer), max(self._size - self._position, 0))
            head = self._part.header[self._position : self._position + wanted]
            body = b""
            if len(head) < wanted:
                inside = self._position + len(head) - len(self._part.header)
                body = self._source.at(self._part.begin + inside, wanted - len(head))
            read = head + body
            buffer[: len(read)] = read
            self._position += len(read)
            return len(read)
        except BaseException as error:  # Ctrl-C, too
            self.error = error
            return 0
