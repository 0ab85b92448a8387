"""The grammar of written English: every written form, in the order in which they are tried."""

import re

from wavenet.patterns import late
from wavenet.tts.english import (
    addresses,
    codes,
    counts,
    dates,
    fractions,
    marks,
    maths,
    measures,
    money,
    names,
    romans,
    times,
    words,
)
from wavenet.tts.english.abbreviations import ANYWHERE, BEFORE_NUMBER, SPELLED_SMALL, WHOLE, WITHIN
from wavenet.tts.english.context import Context, Kind, Read
from wavenet.tts.english.grammar import END, Table
from wavenet.tts.english.tables import MONTHS
from wavenet.tts.english.units import SCALE_WORDS, UNITS

OTHERS = Table((
    *marks.EMOTICONS, *marks.RULES, *names.ITEMS, *addresses.FORMS, *names.WHOLE_FORMS, *money.ROUND, *dates.DATES,
    *maths.EXPRESSIONS, *codes.FIGURES, *counts.CHAINS, *times.FIGURES, *money.FIGURES, *measures.FIGURES,
    *money.SCALED, *fractions.FIGURES, *counts.ORDINALS, *dates.NUMBERS, *counts.NUMBERS, *codes.MIXED,
    *counts.BEFORE_LETTERS, *maths.BETWEEN, *words.SHORTENED, *marks.FORMS, *words.FORMS, *maths.SIGN_FORMS,
))  # fmt: skip
"""forms that do not begin with a letter"""
LETTERS = Table((
    *codes.STATE_FORMS, *addresses.FORMS, *names.WHOLE_FORMS, *romans.HEADINGS, *maths.EXPRESSIONS, *times.NAMES,
    *dates.NAMES, *money.NAMES, *measures.NAMES, *maths.BETWEEN, *codes.NAMES, *names.FORMS, *romans.FORMS,
    *words.SHORTENED, *words.FORMS,
))  # fmt: skip
_PLAIN = late(r"a(?=\s[a-z]{2})|[a-z]{2,}(?=[\s,;:!?]|$|\.(?:\s|$))")
_NOT_PLAIN = frozenset(
    {
        *MONTHS,
        *dates.WEEKDAYS,
        *dates.SHORT_NAMES,
        *WHOLE,
        *(name.partition(" ")[0] for name in WHOLE),
        *UNITS,
        *SCALE_WORDS,
        *SPELLED_SMALL,
        "sin",
        "cos",
        "tan",
        "am",
        "pm",
        "in",
        "ext",
        "noon",
        "midnight",
    }
)
_SHORT = frozenset(name.rstrip(".") for name in (*ANYWHERE, *BEFORE_NUMBER, *WITHIN))
_NUMERAL = late("[ivx]+")
_OF = late(rf"'s{END}", re.IGNORECASE)
_LONGEST_UNKNOWN = 5


def read(text: str, at: int, context: Context, limit: int | None = None) -> Read:
    """The form at a position of a text; it ends at or before ``limit``."""
    limit = len(text) if limit is None else limit
    if plain := _plain(text, at, limit, context):
        return Read(plain, Kind.WORD, (plain,))
    found = (LETTERS if text[at].isalpha() else OTHERS).first(text, at, limit, context)
    if found is None:
        return Read(text[at], Kind.SOFT)
    of = _OF.match(text, at + len(found.text), limit)
    if of and found.said and found.said[-1].isalpha() and found.kind not in (Kind.MARK, Kind.SOFT):
        return Read(found.text + of[0], found.kind, (*found.said[:-1], found.said[-1].lower() + "'s"))
    return found


def _plain(text: str, at: int, limit: int, context: Context) -> str | None:
    """A lower-case word that is no other form: most of any text."""
    match = _PLAIN.match(text, at, limit)
    if not match or (context.before and context.before[-1].kind in (Kind.RANGE, Kind.HYPHEN, Kind.PER)):
        return None
    word = match[0]
    if not words.has_vowel(word) or word in _NOT_PLAIN or _NUMERAL.fullmatch(word):
        return None
    dotted = text[match.end() : match.end() + 1] == "."
    return None if dotted and (word in _SHORT or len(word) <= _LONGEST_UNKNOWN) else word
