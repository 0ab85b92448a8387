"""Write which characters each written form of English may begin with: ``python scripts/beginnings.py``.

The front end tries only the forms that may begin with the character at hand. What a pattern may begin with is read off
its parsed form (Python's ``re``, whose parser is no public interface: so this is done here, and the result ships).
A pattern that is not in the file is always tried; a test tells when the file is to be written again.
"""

import re
from collections.abc import Iterable
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from wavenet import atomic
from wavenet.tts.english import forms
from wavenet.tts.english.grammar import ASCII, BEGINNINGS, Form

REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
CATEGORIES = {
    codes.CATEGORY_DIGIT: str.isdigit,
    codes.CATEGORY_SPACE: str.isspace,
    codes.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
}
NEGATED = {
    codes.CATEGORY_NOT_DIGIT: codes.CATEGORY_DIGIT,
    codes.CATEGORY_NOT_SPACE: codes.CATEGORY_SPACE,
    codes.CATEGORY_NOT_WORD: codes.CATEGORY_WORD,
}


def begins(sequence: Iterable[tuple[Any, Any]], c: str, flags: int) -> tuple[bool, bool]:
    """Whether a sequence of parts may take a character first, and whether it may take nothing."""
    for code, value in sequence:
        takes, nothing = _part(code, value, c, flags)
        if takes or not nothing:
            return takes, False
    return False, True


def _part(code: Any, value: Any, c: str, flags: int) -> tuple[bool, bool]:
    if code in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY):
        return _takes(code, value, c, flags), False
    if code is codes.BRANCH:
        found = [begins(branch, c, flags) for branch in value[1]]
        return any(takes for takes, _ in found), any(nothing for _, nothing in found)
    if code is codes.SUBPATTERN:
        _, added, removed, inner = value
        return begins(inner, c, (flags | added) & ~removed)
    if code in REPEATS:
        least, _, inner = value
        takes, nothing = begins(inner, c, flags)
        return takes, nothing or least == 0
    if code is codes.ATOMIC_GROUP:
        return begins(value, c, flags)
    if code is codes.ASSERT and value[0] > 0:  # what follows must fit both; this is only looked at
        return False, any(begins(value[1], c, flags))
    if code in (codes.ASSERT, codes.ASSERT_NOT, codes.AT):
        return False, True
    return True, True  # a reference to a group, which may hold anything


def _takes(code: Any, value: Any, c: str, flags: int) -> bool:
    either = {c.lower(), c.upper()} if flags & re.IGNORECASE else {c}
    if code is codes.ANY:
        return True
    if code is codes.LITERAL:
        return chr(value) in either
    if code is codes.NOT_LITERAL:
        return bool(either - {chr(value)})
    negated = value[0][0] is codes.NEGATE
    inside = [any(_in(item, each) for item in value[negated:]) for each in sorted(either)]
    return not all(inside) if negated else any(inside)


def _in(item: tuple[Any, Any], c: str) -> bool:
    code, value = item
    if code is codes.LITERAL:
        return chr(value) == c
    if code is codes.RANGE:
        return value[0] <= ord(c) <= value[1]
    if value in NEGATED:
        return not CATEGORIES[NEGATED[value]](c)
    return CATEGORIES[value](c)


def bits(form: Form) -> int:
    """A bit for each character of ASCII that text that matches may begin with."""
    parsed = parser.parse(form.source, form.flags)
    flags = parsed.state.flags
    return sum(1 << i for i, c in enumerate(ASCII) if begins(parsed, c, flags)[0])


def content() -> str:
    """Of the file."""
    found = {form.digest: bits(form) for table in (forms.LETTERS, forms.OTHERS) for form in table.forms}
    return "".join(f"{digest} {found[digest]:x}\n" for digest in sorted(found))


if __name__ == "__main__":
    with atomic.writing(BEGINNINGS) as temporary:
        temporary.write_text(content(), "ascii")
