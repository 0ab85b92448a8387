"""A grammar of written forms is a table: each line has what a form looks like, what it is, and how it is read.

The forms of a table are tried in its order, at a place of the text; the first that looks so and has a reading is it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from wavenet.tts.english.context import Context, Kind, Read

Reading = Callable[[re.Match[str], Context], Sequence[str] | None]
"""what is said for a form, where it stands; None: it is none of these"""

LETTER = r"[^\W\d_]"
END = r"(?![^\W_])"
"""no letter and no digit follows"""


def any_of(texts: Iterable[str]) -> str:
    """A pattern of any of some texts, of the longest first."""
    return f"(?:{'|'.join(map(re.escape, sorted(texts, key=len, reverse=True)))})"


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of written form looks, what it is, and how it is read."""

    kind: Kind
    pattern: re.Pattern[str]
    reading: Reading


def form(kind: Kind, pattern: str, reading: Reading, flags: int = 0) -> Form:
    """A line of a table."""
    return Form(kind, re.compile(pattern, flags), reading)


def first(forms: Sequence[Form], text: str, at: int, limit: int, context: Context) -> Read | None:
    """The first of some forms that stands at a place of a text and ends by the limit."""
    for one in forms:
        match = one.pattern.match(text, at, limit)
        if match and match.end() > at and (said := one.reading(match, context)) is not None:
            return Read(match[0], one.kind, tuple(said))
    return None


def say(words: str) -> Reading:
    """Of a form that is always said so."""
    said = tuple(words.split())
    return lambda match, context: said
