"""Write which two characters each written form of English may begin with: ``python scripts/beginnings.py``.

The front end tries only the forms that may begin with the characters at hand, and compiles no others. What a pattern
may begin with is read off its parsed form (Python's ``re``, whose parser is no public interface: so this is done here,
and the result ships). A pattern that is not in the file is always tried; a test tells when it is to be written again.
"""

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from wavenet import atomic
from wavenet.tts.english import forms
from wavenet.tts.english.grammar import ASCII, BEGINNINGS, Form

Ends = dict[int, int]
"""how many characters have been taken, and a bit for each of ``SECONDS`` that the second one may be"""
SECONDS = (*ASCII, "", "é")
"""what may be behind the first character; "": the text ends there, é: any other character"""
OTHER, ALL, BEHIND = 1 << len(SECONDS) - 1, (1 << len(SECONDS)) - 1, 2
_known: dict[tuple[Any, str, int], int] = {}
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


def ends(sequence: Iterable[tuple[Any, Any]], c: str, flags: int, starts: Ends) -> Ends:
    """Where a sequence of parts may end in a text that begins with a character, from where it may begin."""
    reached = starts
    for code, value in sequence:
        reached = _either(_part(code, value, c, flags, at, seconds) for at, seconds in reached.items())
    return reached


def _either(several: Iterable[Ends]) -> Ends:
    found: Ends = {}
    for each in several:
        for at, seconds in each.items():
            found[at] = found.get(at, 0) | seconds
    return found


def _part(code: Any, value: Any, c: str, flags: int, at: int, seconds: int) -> Ends:
    if at == BEHIND:
        return {at: seconds}
    if code in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY):
        left = seconds & _seconds(code, value, flags) if at else seconds * _takes(code, value, c, flags)
        return {at + 1: left} if left else {}
    if code is codes.BRANCH:
        return _either(ends(branch, c, flags, {at: seconds}) for branch in value[1])
    if code is codes.SUBPATTERN:
        _, added, removed, inner = value
        return ends(inner, c, (flags | added) & ~removed, {at: seconds})
    if code in REPEATS:
        least, most, inner = value
        now = {at: seconds}
        for _ in range(min(least, BEHIND)):  # after so many it is behind, or takes nothing
            now = ends(inner, c, flags, now)
        reached = now
        for _ in range(min(most - least, BEHIND)):
            now = ends(inner, c, flags, now)
            reached = _either((reached, now))
        return reached
    if code is codes.ATOMIC_GROUP:
        return ends(value, c, flags, {at: seconds})
    if code is codes.ASSERT and value[0] > 0:  # what follows must fit both; this is only looked at
        fits = reduce(or_, ends(value[1], c, flags, {at: seconds}).values(), 0)
        return {at: fits} if fits else {}
    if code in (codes.ASSERT, codes.ASSERT_NOT, codes.AT):
        return {at: seconds}
    return dict.fromkeys(range(at, BEHIND + 1), seconds)  # a reference to a group, which may hold anything


def _seconds(code: Any, value: Any, flags: int) -> int:
    """A bit for each of ``SECONDS`` that a part may take: of others always, of the end never."""
    key = code, repr(value), flags & re.IGNORECASE
    if key not in _known:
        _known[key] = OTHER | sum(1 << i for i, c in enumerate(ASCII) if _takes(code, value, c, flags))
    return _known[key]


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


def bits(parsed: Any, c: str) -> int:
    """A bit for each of ``SECONDS`` that may follow, in text that matches, a character with which it begins."""
    found = ends(parsed, c, parsed.state.flags, {0: ALL})
    return reduce(or_, (seconds for at, seconds in found.items() if at), 0)


def needs(sequence: Iterable[tuple[Any, Any]], flags: int) -> int:
    """A bit for each of ``SECONDS`` of which text that matches has one, at the beginning or behind it: the fewest."""
    return min((_need(code, value, flags) for code, value in sequence), key=int.bit_count, default=ALL)


def _need(code: Any, value: Any, flags: int) -> int:
    if code in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY):
        return _seconds(code, value, flags)
    if code is codes.BRANCH:
        return reduce(or_, (needs(branch, flags) for branch in value[1]))
    if code is codes.SUBPATTERN:
        _, added, removed, inner = value
        return needs(inner, (flags | added) & ~removed)
    if code is codes.ATOMIC_GROUP or (code is codes.ASSERT and value[0] > 0):
        return needs(value if code is codes.ATOMIC_GROUP else value[1], flags)
    return needs(value[2], flags) if code in REPEATS and value[0] else ALL


def line(form: Form) -> str:
    """Of a form: its digest, what it needs, and pairs of what it may begin with and of what may be behind that."""
    parsed = parser.parse(form.source, form.flags)
    firsts: dict[int, int] = {}
    for i, c in enumerate(ASCII):
        if seconds := bits(parsed, c):
            firsts[seconds] = firsts.get(seconds, 0) | 1 << i
    need = needs(parsed, parsed.state.flags)
    return " ".join([form.digest, f"{need:x}", *(f"{first:x}:{seconds:x}" for seconds, first in firsts.items())])


def content() -> str:
    """Of the file."""
    found = {line(form) for table in (forms.LETTERS, forms.OTHERS) for form in table.forms}
    return "".join(f"{each}\n" for each in sorted(found))


if __name__ == "__main__":
    with atomic.writing(BEGINNINGS) as temporary:
        temporary.write_text(content(), "ascii")
