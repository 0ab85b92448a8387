"""Where the events of an XML parser are in the text that it reads, as expat counts bytes and no characters."""

from bisect import bisect_left
from html import unescape
from itertools import accumulate

from wavenet.patterns import late
from wavenet.tts.traced import instead

_REFERENCE = late(r"&#?\w+;")


class Read:
    """The part of a text that a parser has read and may still have something to tell of."""

    def __init__(self) -> None:
        self._text = ""
        self._first = 0
        """the byte of all bytes with which it begins"""
        self._bytes: list[int] | None = None
        """of what is before each of its characters, and of all; None if it is ASCII"""

    def feed(self, piece: str) -> None:
        """The parser is given a piece. Raises UnicodeEncodeError if it is no text."""
        self._text += piece
        self._bytes = None
        if not self._text.isascii():
            self._bytes = [0, *accumulate(len(character.encode()) for character in self._text)]

    def forget(self, byte: int) -> None:
        """The parser is there, and tells nothing more of what is before."""
        at = self._at(byte)
        if at > 0:
            self._first += self._bytes[at] if self._bytes else at
            kept, self._text = self._text[at:], ""
            self.feed(kept)

    def _at(self, byte: int) -> int:
        byte -= self._first
        return bisect_left(self._bytes, byte) if self._bytes else byte

    def between(self, first: int, last: int) -> str:
        """What is written between two bytes."""
        return self._text[self._at(first) : self._at(last)]

    def written(self, text: str, byte: int) -> str:
        """A text, all of it characters or a single reference to one, as it is written from a byte on."""
        at = self._at(byte)
        reference = _REFERENCE.match(self._text, at)
        if reference and unescape(reference[0]) == text:
            return instead(text, self._text[at : reference.end()])
        if text == "\n" and self._text.startswith("\r\n", at):
            return instead(text, self._text[at : at + 2])
        same = self._text[at : at + len(text)]
        return same if same == text else instead(text, same)
