"""Parts of a file, each of which a decoder reads as a file of its own."""

import os
from io import SEEK_CUR, SEEK_SET, RawIOBase
from typing import NamedTuple

SLACK = 256
"""bytes that a header may promise too much: some count themselves, or a block"""


class Flaw(Exception):  # noqa: N818
    """Why a file cannot be read whole, and the way out; whoever knows its name puts that before it."""


class Part(NamedTuple):
    """Some bytes of a file, and a header to be read in front of them, where the file's own is wrong."""

    begin: int
    end: int
    header: bytes = b""


class One(NamedTuple):
    """One recording in a file: where it is, what is odd about it, and where another one might begin."""

    part: Part
    next: int
    notes: tuple[str, ...] = ()


class Found(NamedTuple):
    """All of a file."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    """what is odd, and was overcome"""


class Source:
    """The bytes of an open file by their position, wherever it stands."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size

    def at(self, position: int, length: int) -> bytes:
        """Up to so many bytes, fewer at the end."""
        return os.pread(self._descriptor, length, position) if position >= 0 else b""

    def rest(self, begin: int, *notes: str) -> One:
        """All from a position on, as one recording."""
        return One(Part(begin, self.size), self.size, notes)

    def find(self, wanted: bytes, begin: int, step: int = 1 << 20) -> int:
        """Where some bytes stand next, at or behind a position; the size where they do not."""
        while begin < self.size:
            block = self.at(begin, step + len(wanted) - 1)
            if (at := block.find(wanted)) >= 0:
                return begin + at
            begin += step
        return self.size


class Window(RawIOBase):
    """A part of a source, as a file to be read.

    What goes wrong while it is read is kept in ``error``: a library in C that reads it has no way to pass it on.
    """

    def __init__(self, source: Source, part: Part) -> None:
        self._source, self._part, self._position = source, part, 0
        self._size = len(part.header) + part.end - part.begin
        self.error: BaseException | None = None

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Move, as in any file."""
        self._position = offset + (0, self._position, self._size)[whence]
        return self._position

    def tell(self) -> int:
        """Where it stands."""
        return self.seek(0, SEEK_CUR)

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        """The next bytes; none, and ``error``, where reading fails."""
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
