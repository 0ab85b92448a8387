"""A grammar of written forms is a table: each line has the pattern of a form, its kind, and its reading.

The forms of a table are tried in order at a position of the text; the first that matches and has a reading is chosen.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from wavenet.tts.english.context import Context, Kind, Read

Reading = Callable[[re.Match[str], Context], Sequence[str] | None]
"""returns what is spoken for a form in its context; None: it is not one of these"""

LETTER = r"[^\W\d_]"
END = r"(?![^\W_])"
"""neither a letter nor a digit follows"""


def any_of(texts: Iterable[str]) -> str:
    """A pattern that matches any of some texts, the longest first."""
    return f"(?:{'|'.join(map(re.escape, sorted(texts, key=len, reverse=True)))})"


@dataclass(frozen=True, slots=True)
class Form:
    """The pattern of one kind of written form, its kind, and its reading."""

    kind: Kind
    pattern: re.Pattern[str]
    reading: Reading


def form(kind: Kind, pattern: str, reading: Reading, flags: int = 0) -> Form:
    """A line of a table."""
    return Form(kind, re.compile(pattern, flags), reading)


def first(forms: Sequence[Form], text: str, at: int, limit: int, context: Context) -> Read | None:
    """The first of some forms that matches at a position of a text and ends by ``limit``."""
    for one in forms:
        match = one.pattern.match(text, at, limit)
        if match and match.end() > at and (said := one.reading(match, context)) is not None:
            return Read(match[0], one.kind, tuple(said))
    return None


def say(words: str) -> Reading:
    """The reading of a form that is always spoken the same."""
    said = tuple(words.split())
    return lambda match, context: said
