"""Lexicon files, a user's and the shipped one.

A line has a word, blanks, and its phones in ARPAbet or IPA; ``#`` begins a comment. A word may name the role that it
has in a sentence, where that decides: ``read/VBD  R EH1 D``. Of several lines for a word the first counts.
"""

import mmap
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from wavenet.corpora.text import lines
from wavenet.errors import AudioError, UsageError
from wavenet.patterns import late
from wavenet.tts.english import phones

SHIPPED = Path(__file__).parent / "data" / "lexicon.txt"
ROLES = ("CD", "DT", "IN", "JJ", "NN", "PRP", "RB", "VB", "VBD", "letter")
"""number, determiner, preposition, adjective, noun, pronoun, adverb, verb, its past tense; and a letter's name"""

_COMMENT = late(r"(^|\s)#.*")


class Pronunciation(NamedTuple):
    """How a word is said, and what says so."""

    phones: tuple[str, ...]
    source: str
    """``user``, ``lexicon``, ``rule`` (a known word's ending), ``parts`` (at hyphens), ``spelled`` or ``guess``"""
    role: str = ""


def plain(word: str) -> str:
    """A word as lexicons have it: in small letters, accents composed, with a plain apostrophe."""
    return unicodedata.normalize("NFC", word).lower().replace("’", "'")


def read(path: Path) -> Iterator[tuple[str, Pronunciation]]:
    """The words of a user's file and their pronunciations, line by line.

    Raises:
        UsageError: the file or a line cannot be used; the message names it.
    """
    try:
        for number, line in lines(path):
            named, *written = _COMMENT.sub("", line).split(None, 1) or [""]
            if not named:
                continue
            word, role = _split(named)
            try:
                yield plain(word), Pronunciation(phones.parse("".join(written)), "user", role)
            except UsageError as error:
                raise UsageError(f"{path}, line {number}: {word!r}: {error}") from None
    except AudioError as error:
        raise UsageError(str(error)) from None


@lru_cache(4_096)
def shipped(word: str) -> tuple[Pronunciation, ...]:
    """All pronunciations of a word in the shipped lexicon, by bisection: 0.1 ms, so words of late are remembered."""
    content, key = _content(), word.encode("utf-8", "replace")
    low, high = 0, len(content)
    while low < high:  # the first line whose word is not below this one starts in low … high
        middle = content.rfind(b"\n", 0, (low + high) // 2) + 1
        middle = max(middle, low)
        if _word(content, middle) < key:
            low = content.find(b"\n", middle) + 1
        else:
            high = middle
    found = []
    while low < len(content) and _word(content, low) == key:
        end = content.find(b"\n", low)
        found.append(_parsed(content[low:end].decode())[1])
        low = end + 1
    return tuple(found)


def all_shipped() -> Iterator[tuple[str, Pronunciation]]:
    """Every word of the shipped lexicon with each of its pronunciations, in order."""
    return map(_parsed, _content()[:].decode().splitlines())


@lru_cache(1)
def _content() -> mmap.mmap:
    with open(SHIPPED, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _word(content: mmap.mmap, start: int) -> bytes:
    """The word of the line that starts there."""
    return content[start : content.find(b"  ", start)].partition(b"/")[0]


def _split(name: str) -> tuple[str, str]:
    """Word and role."""
    word, _, role = name.rpartition("/")
    return (word, role) if word and role in ROLES else (name, "")


def _parsed(line: str) -> tuple[str, Pronunciation]:
    """Of a shipped line, whose phones need no checks."""
    name, written = line.split("  ")
    word, role = _split(name)
    return word, Pronunciation(tuple(written.split()), "lexicon", role)
