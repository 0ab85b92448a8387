"""A grammar of written forms is a table: each line has the pattern of a form, its kind, and its reading.

The forms of a table are tried in order at a position of the text; the first that matches and has a reading is chosen.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from zlib import crc32

from wavenet.tts.english.context import Context, Kind, Read

Reading = Callable[[re.Match[str], Context], Sequence[str] | None]
"""returns what is spoken for a form in its context; None: it is not one of these"""

LETTER = r"[^\W\d_]"
END = r"(?![^\W_])"
"""neither a letter nor a digit follows"""
ASCII = "".join(map(chr, range(0x20, 0x7F)))
BEGINNINGS = Path(__file__).parent / "data" / "beginnings.txt"
"""written by ``scripts/beginnings.py``"""
_MOST_BEGINNINGS = 4_096
"""pairs of characters whose forms are remembered"""


def any_of(texts: Iterable[str]) -> str:
    """A pattern that matches any of some texts, the longest first; the same in every process."""
    sorted_ones = "\n".join(sorted(texts, key=lambda text: (-len(text), text)))
    return f"(?:{re.escape(sorted_ones).replace(chr(92) + chr(10), '|')})"  # at once, as there are many


@dataclass(frozen=True, eq=False)
class Form:
    """The pattern of one kind of written form, its kind, and its reading."""

    kind: Kind
    source: str
    reading: Reading
    flags: int = 0

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first needed: all take a tenth of a second, and a short text needs few."""
        return re.compile(self.source, self.flags)

    @property
    def digest(self) -> str:
        """Of the pattern."""
        return f"{crc32(f'{self.flags} {self.source}'.encode()):08x}"

    def match(self, text: str, at: int, limit: int) -> re.Match[str] | None:
        """The form at a position of a text, if it is there and ends by ``limit``."""
        if "pattern" not in vars(self) and self.lacks(text[at:limit]):
            return None
        return self.pattern.match(text, at, limit)

    @cached_property
    def _known(self) -> tuple[int, tuple[tuple[int, int], ...]] | None:
        if (found := beginnings().get(self.digest)) is None:
            return None
        need, *pairs = found.split()
        return int(need, 16), tuple(
            (int(first, 16), int(second, 16)) for first, second in (p.split(":") for p in pairs)
        )

    def may_begin_with(self, character: str, following: str) -> bool:
        """Whether text that begins with a character may match, and has this one behind it, or none, ``""``.

        That of a pattern that is not known may, always.
        """
        at = ASCII.find(character)
        if at < 0 or self._known is None:
            return True
        return any(first >> at & second >> _place(following) & 1 for first, second in self._known[1])

    def lacks(self, text: str) -> bool:
        """Whether a text has none of the characters of which every one that matches has one."""
        return self._known is not None and not any(self._known[0] >> _place(character) & 1 for character in {*text})


def _place(character: str) -> int:
    """Of the bit for a character of ``ASCII``, for the end of a text, or for any other one."""
    at = ASCII.find(character) if character else len(ASCII)
    return at if at >= 0 else len(ASCII) + 1


def form(kind: Kind, pattern: str, reading: Reading, flags: int = 0) -> Form:
    """A line of a table."""
    return Form(kind, pattern, reading, int(flags))


@cache
def beginnings() -> dict[str, str]:
    """By the digest of a pattern, which characters text that matches has, in hexadecimal numbers.

    The first has a bit for each character of which one is needed. Pairs follow: a bit for each of ``ASCII`` that may be
    the first, and one for each of these that may be behind it, for the end of the text, and for any other character.
    """
    lines = BEGINNINGS.read_text("utf-8").splitlines()
    return {digest: pairs for digest, _, pairs in (line.partition(" ") for line in lines)}


class Table:
    """Forms in the order in which they are tried."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self.forms = tuple(forms)
        self._beginning: dict[tuple[str, str], tuple[Form, ...]] = {}

    def beginning(self, character: str, following: str) -> tuple[Form, ...]:
        """The forms that may begin with a character that has another one, or none, behind it: two at a comma."""
        key = character, following
        if key not in self._beginning:
            if len(self._beginning) >= _MOST_BEGINNINGS:
                self._beginning.clear()
            self._beginning[key] = tuple(one for one in self.forms if one.may_begin_with(character, following))
        return self._beginning[key]

    def first(self, text: str, at: int, limit: int, context: Context) -> Read | None:
        """The first form that matches at a position of a text and ends by ``limit``."""
        for one in self.beginning(text[at], text[at + 1 : min(at + 2, limit)]):
            match = one.match(text, at, limit)
            if match and match.end() > at and (said := one.reading(match, context)) is not None:
                return Read(match[0], one.kind, tuple(said))
        return None


def say(words: str) -> Reading:
    """The reading of a form that is always spoken the same."""
    said = tuple(words.split())
    return lambda match, context: said
