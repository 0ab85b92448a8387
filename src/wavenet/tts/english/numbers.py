"""Numbers → words, in American English: 21 is twenty one, the year 1905 nineteen oh five."""

import re
import sys
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import inflect

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|\.\d+)"
"""as people write it: 1,234.50, .5"""
SIGN = r"(?P<sign>[-–+−±]?)"
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MOST_DIGITS = 36
"""English has no common names for more"""
_ROMAN = {"": 0, "I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def amount(number: str) -> list[str]:
    """The words of a ``NUMBER``."""
    whole, point, fraction = number.replace(",", "").partition(".")
    return [*(cardinal(whole) if whole else []), *(["point", *digits(fraction)] if point else [])]


def signed(sign: str) -> list[str]:
    """The words of a ``SIGN``."""
    return {"": [], "+": ["plus"], "±": ["plus", "or", "minus"]}.get(sign, ["minus"])


def digits(text: str) -> list[str]:
    """One by one."""
    return [_DIGITS[int(c)] for c in text]


def cardinal(number: str) -> list[str]:
    """``21`` is twenty one."""
    return list(_cardinal(number.lstrip("0") or "0"))


def ordinal(number: str) -> list[str]:
    """``21`` is twenty first."""
    return list(_ordinal(number.lstrip("0") or "0"))


def year(number: str) -> list[str]:
    """Four digits: ``1905`` is nineteen oh five, ``2007`` two thousand seven."""
    century, rest = number[:2], number[2:]
    if number[0] == "0" or number[1:3] == "00":
        return cardinal(number)
    if rest == "00":
        return [*cardinal(century), "hundred"]
    return [*cardinal(century), *(["oh"] if rest[0] == "0" else []), *cardinal(rest)]


def roman(text: str) -> int | None:
    """The value of a Roman numeral below 400 in its usual form, else None."""
    if not text or not re.fullmatch(r"C{0,3}(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", text):
        return None
    values = [_ROMAN[c] for c in text]
    return sum(-v if v < then else v for v, then in zip(values, [*values[1:], 0], strict=True))


@lru_cache(maxsize=4096)
def _cardinal(number: str) -> tuple[str, ...]:
    if len(number) > _MOST_DIGITS:
        return tuple(digits(number))
    return _words(str(_inflect().number_to_words(number, andword="", comma="")))


@lru_cache(maxsize=4096)
def _ordinal(number: str) -> tuple[str, ...]:
    if len(number) > _MOST_DIGITS:
        return tuple(digits(number))
    return _words(str(_inflect().number_to_words(_inflect().ordinal(number), andword="", comma="")))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace("-", " ").split())


@lru_cache(maxsize=1)
def _inflect() -> "inflect.engine":
    # typeguard, which checks inflect's types as it runs, parses all of it anew for each method: 1.6 s to import it
    # instead of 0.03 s, at the first number of a text
    real = sys.modules.get("typeguard")
    stand_in = ModuleType("typeguard")
    stand_in.typechecked = lambda function: function  # type: ignore[attr-defined]
    sys.modules["typeguard"] = stand_in
    try:
        import inflect
    finally:
        del sys.modules["typeguard"]
        if real is not None:
            sys.modules["typeguard"] = real
    return inflect.engine()
