"""Where a written form stands: what was read before it, and what comes after.

How 3/4, May or St. is read depends on it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from wavenet.tts.english.tables import STARTERS

FARTHEST = 400
"""characters that are looked at from a form on; and no form is longer"""

# brackets, quotes and dashes are passed over, other punctuation ends what is looked at
_NEXT = re.compile(r"(?:[\s\"(\[{)\]}*_`—]+|[–-]+\s)*((?:(?![,;:!?…()\[\]{}\"—])\S)*)")


class Kind(Enum):
    """What a form is, as far as its neighbours ask."""

    WORD = auto()
    ABBREVIATION = auto()
    """a period at its end may end the sentence too"""
    TITLE = auto()
    """a period at its end does not"""
    MONTH = auto()
    WEEKDAY = auto()
    DATE = auto()
    DAY = auto()
    """of a month"""
    YEAR = auto()
    TIME = auto()
    NUMBER = auto()
    ORDINAL = auto()
    MONEY = auto()
    MEASURE = auto()
    UNIT = auto()
    ROMAN = auto()
    CODE = auto()
    """letters and digits that have names and no value"""
    VERSE = auto()
    SIGN = auto()
    PER = auto()
    HYPHEN = auto()
    SLASH = auto()
    RANGE = auto()
    """the hyphen, dash or slash between the first and the last of something"""
    SOFT = auto()
    """a bracket or a dash, beyond which neighbours count"""
    MARK = auto()
    """any other punctuation, beyond which they do not"""


FIGURES = frozenset({Kind.YEAR, Kind.TIME, Kind.NUMBER, Kind.ORDINAL, Kind.MONEY, Kind.MEASURE, Kind.DAY, Kind.VERSE})
CALENDAR = frozenset({Kind.MONTH, Kind.WEEKDAY})


@dataclass(frozen=True, slots=True)
class Read:
    """A form that was read."""

    text: str
    kind: Kind
    said: tuple[str, ...] = ()
    """words of a-z and apostrophes, ``A``, which is the name of that letter, and marks"""


NOTHING = Read("", Kind.MARK)


def _no_form(text: str, at: int, context: "Context") -> Read:
    return NOTHING


@dataclass(frozen=True, slots=True)
class Context:
    """What stands before a form in its sentence, and what all forms may ask."""

    before: tuple[Read, ...] = ()
    """the last ones, the nearest at the end"""
    known: Callable[[str], bool] | None = None
    """whether the dictionary has a word"""
    quotes: str = ""
    """those that are open"""
    read: Callable[[str, int, "Context"], Read] = field(default=_no_form, repr=False)
    """the grammar: the form that begins at a place of a text"""

    @property
    def last(self) -> Read:
        """What stands before, brackets and dashes aside; ``NOTHING`` where a mark or the beginning comes first."""
        return self.back(0)

    def back(self, i: int) -> Read:
        """The i-th form back from here; of a range, of which this is the end, what stands before its beginning."""
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
        """What a hyphen, dash or slash ties this form to; ``NOTHING`` if none does."""
        tied = len(self.before) > 1 and self.before[-1].kind in (Kind.RANGE, Kind.HYPHEN, Kind.SLASH)
        return self.before[-2] if tied else NOTHING

    @property
    def previous(self) -> str:
        """The text of the form before, in lower case."""
        return self.last.text.lower()

    def peek(self, match: re.Match[str]) -> Read:
        """The form that begins directly behind one."""
        return self.read(match.string, match.end(), replace(self, before=(*self.before, Read(match[0], Kind.HYPHEN))))

    def say(self, text: str, *before: Read) -> list[str]:
        """What is said for the forms of a text in the place of this one, behind others."""
        said: list[str] = []
        context, at = replace(self, before=(*self.before, *before)), 0
        while at < len(text):
            if text[at].isspace():
                at += 1
                continue
            read = self.read(text, at, context)
            said += read.said
            context = replace(context, before=(*context.before, read))
            at += len(read.text)
        return said

    def say_alone(self, text: str) -> list[str]:
        """What is said for the forms of a text that have nothing to do with what stands around."""
        return replace(self, before=()).say(text)


def after(match: re.Match[str]) -> str:
    """The form behind a match; ``""`` where a mark or the end comes first."""
    return form_behind(match.string, match.end())


def form_behind(text: str, at: int) -> str:
    """The form that begins at a place of a text or behind it; ``""`` where a mark or the end comes first."""
    found = _NEXT.match(text, at)
    return found[1].rstrip(".'*_`") if found else ""


def is_glued(match: re.Match[str]) -> bool:
    """Whether no blank parts a match from what stands before it."""
    return match.start() > 0 and not match.string[match.start() - 1].isspace()


def character_behind(match: re.Match[str]) -> str:
    """The character behind a match, ``""`` at the end."""
    return match.string[match.end() : match.end() + 1]


def goes_on(match: re.Match[str]) -> bool:
    """Whether no blank parts a match from what stands behind it."""
    return bool(character_behind(match).strip())


def starts_sentence(text: str) -> bool:
    """Whether a form shows that the period of the abbreviation before it ended a sentence too."""
    return text[:1].isupper() and text.lower() in STARTERS


def is_name(text: str) -> bool:
    """Whether a form may be a name: with a capital, and no word that usually begins a sentence."""
    return text[:1].isupper() and text.lower() not in STARTERS
