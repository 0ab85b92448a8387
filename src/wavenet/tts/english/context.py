"""The context of a written form: what was read before it, and what comes after.

How 3/4, May or St. is read depends on it.
"""

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple

from wavenet.patterns import late
from wavenet.tts.english.tables import STARTERS

FARTHEST = 400
"""characters that are examined from the start of a form; no form is longer"""

# brackets, quotes and dashes are skipped, other punctuation ends what is examined
_NEXT = late(r"(?:[\s\"(\[{)\]}*_`—]+|[–-]+\s)*((?:(?![,;:!?…()\[\]{}\"—])\S)*)")


class Kind(Enum):
    """The kind of a form, as far as its neighbours need it."""

    WORD = auto()
    ABBREVIATION = auto()
    """a period at its end may also end the sentence"""
    TITLE = auto()
    """a period at its end does not end the sentence"""
    MONTH = auto()
    WEEKDAY = auto()
    DATE = auto()
    DAY = auto()
    """day of a month"""
    YEAR = auto()
    TIME = auto()
    NUMBER = auto()
    ORDINAL = auto()
    MONEY = auto()
    MEASURE = auto()
    UNIT = auto()
    ROMAN = auto()
    CODE = auto()
    """letters and digits that have names but no value"""
    VERSE = auto()
    SIGN = auto()
    PER = auto()
    HYPHEN = auto()
    SLASH = auto()
    RANGE = auto()
    """the hyphen, dash or slash between the first and the last of a range"""
    SOFT = auto()
    """a bracket or a dash, across which neighbours count"""
    MARK = auto()
    """any other punctuation, across which they do not"""


FIGURES = frozenset({Kind.YEAR, Kind.TIME, Kind.NUMBER, Kind.ORDINAL, Kind.MONEY, Kind.MEASURE, Kind.DAY, Kind.VERSE})
CALENDAR = frozenset({Kind.MONTH, Kind.WEEKDAY})


class Read(NamedTuple):
    """A form that has been read."""

    text: str
    kind: Kind
    said: tuple[str, ...] = ()
    """what is spoken: words of a-z and apostrophes, ``A``, the name of that letter, and punctuation marks"""


NOTHING = Read("", Kind.MARK)


def _no_form(text: str, at: int, context: "Context") -> Read:
    return NOTHING


class Context(NamedTuple):
    """What comes before a form in its sentence, and what all forms may use."""

    before: tuple[Read, ...] = ()
    """the last forms, the nearest at the end"""
    known: Callable[[str], bool] | None = None
    """whether the dictionary contains a word"""
    quotes: str = ""
    """the quotation marks that are open"""
    read: Callable[[str, int, "Context"], Read] = _no_form
    """the grammar: returns the form at a position of a text"""

    @property
    def last(self) -> Read:
        """The form before this one, ignoring brackets and dashes; ``NOTHING`` at a mark or at the beginning."""
        return self.back(0)

    def back(self, i: int) -> Read:
        """The i-th form back from here; if this is the end of a range, the forms before its beginning."""
        reads = iter(reversed(self.before))
        for read in reads:
            if read.kind is Kind.MARK:
                break
            if read.kind is Kind.RANGE:
                next(reads, None)
            elif read.kind is not Kind.SOFT:
                if i == 0:
                    return read
                i -= 1
        return NOTHING

    @property
    def partner(self) -> Read:
        """The form that is joined to this one by a hyphen, dash or slash; ``NOTHING`` if there is none."""
        tied = len(self.before) > 1 and self.before[-1].kind in (Kind.RANGE, Kind.HYPHEN, Kind.SLASH)
        return self.before[-2] if tied else NOTHING

    @property
    def previous(self) -> str:
        """The text of the form before, in lower case."""
        return self.last.text.lower()

    @property
    def label(self) -> str:
        """The text before a colon that is directly before, in lower case: PIN: 4471."""
        labelled = len(self.before) > 1 and self.before[-1].text == ":"
        return self.before[-2].text.lower() if labelled else ""

    def peek(self, match: re.Match[str]) -> Read:
        """The form that begins directly after a match."""
        return self.read(match.string, match.end(), self._replace(before=(*self.before, Read(match[0], Kind.HYPHEN))))

    def say(self, text: str, *before: Read) -> list[str]:
        """What is spoken for the forms of a text in place of this one, after the forms ``before``."""
        said: list[str] = []
        context, at = self._replace(before=(*self.before, *before)), 0
        while at < len(text):
            if text[at].isspace():
                at += 1
                continue
            read = self.read(text, at, context)
            said += read.said
            context = context._replace(before=(*context.before, read))
            at += len(read.text)
        return said

    def say_alone(self, text: str) -> list[str]:
        """What is spoken for the forms of a text without context."""
        return self._replace(before=()).say(text)


def after(match: re.Match[str]) -> str:
    """The form after a match; ``""`` at a mark or at the end."""
    return form_behind(match.string, match.end())


def form_behind(text: str, at: int) -> str:
    """The form at or after a position of a text; ``""`` at a mark or at the end."""
    found = _NEXT.match(text, at)
    return found[1].rstrip(".'*_`") if found else ""


def is_glued(match: re.Match[str]) -> bool:
    """Whether there is no space before a match."""
    return match.start() > 0 and not match.string[match.start() - 1].isspace()


def character_behind(match: re.Match[str]) -> str:
    """The character after a match, ``""`` at the end."""
    return match.string[match.end() : match.end() + 1]


def goes_on(match: re.Match[str]) -> bool:
    """Whether there is no space after a match."""
    return bool(character_behind(match).strip())


def starts_sentence(text: str) -> bool:
    """Whether a form shows that the period of the abbreviation before it also ended a sentence."""
    return text[:1].isupper() and text.lower() in STARTERS


def is_name(text: str) -> bool:
    """Whether a form may be a name: capitalised, and not a word that often begins a sentence."""
    return text[:1].isupper() and text.lower() not in STARTERS
