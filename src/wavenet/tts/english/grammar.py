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


def any_of(texts: Iterable[str]) -> str:
    """A pattern that matches any of some texts, the longest first; the same in every process."""
    return f"(?:{'|'.join(map(re.escape, sorted(texts, key=lambda text: (-len(text), text))))})"


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

    def may_begin_with(self, character: str) -> bool:
        """Whether text that begins with a character may match; that of a pattern that is not known, always."""
        at = ASCII.find(character)
        return at < 0 or bool(beginnings().get(self.digest, -1) >> at & 1)


def form(kind: Kind, pattern: str, reading: Reading, flags: int = 0) -> Form:
    """A line of a table."""
    return Form(kind, pattern, reading, int(flags))


@cache
def beginnings() -> dict[str, int]:
    """By the digest of a pattern, the characters that it may begin with: a bit for each of ``ASCII``."""
    lines = BEGINNINGS.read_text("ascii").splitlines()
    return {digest: int(bits, 16) for digest, bits in map(str.split, lines)}


class Table:
    """Forms in the order in which they are tried."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self.forms = tuple(forms)
        self._beginning: dict[str, tuple[Form, ...]] = {}

    def beginning(self, character: str) -> tuple[Form, ...]:
        """The forms that may begin with a character: of a comma two, of a digit half of them."""
        key = character if character in ASCII else ""
        if key not in self._beginning:
            self._beginning[key] = tuple(one for one in self.forms if one.may_begin_with(character))
        return self._beginning[key]

    def first(self, text: str, at: int, limit: int, context: Context) -> Read | None:
        """The first form that matches at a position of a text and ends by ``limit``."""
        for one in self.beginning(text[at]):
            match = one.pattern.match(text, at, limit)
            if match and match.end() > at and (said := one.reading(match, context)) is not None:
                return Read(match[0], one.kind, tuple(said))
        return None


def say(words: str) -> Reading:
    """The reading of a form that is always spoken the same."""
    said = tuple(words.split())
    return lambda match, context: said
