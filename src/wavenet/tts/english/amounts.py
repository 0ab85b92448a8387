"""Money, measures, telephone numbers and plain amounts → words.

Digits are said one by one in telephone numbers, in seven or more without separators (unless they end in 000), behind a
leading zero, and after words such as "code". Other numbers are amounts.
"""

import re
from collections.abc import Mapping
from itertools import product, takewhile

from wavenet.tts.english.context import Context
from wavenet.tts.english.dates import HALF_OF_DAY, half_of_day, is_iso_date, is_year
from wavenet.tts.english.numbers import NUMBER, SIGN, amount, cardinal, digits, ordinal, signed, year
from wavenet.tts.english.tables import (
    CLOSE_UNITS,
    COUNTRIES,
    CURRENCIES,
    CURRENCY_CODES,
    DIGIT_BY_DIGIT,
    SCALE_WORDS,
    SCALES,
    UNITS,
    plural,
)

_CURRENCY = "[" + "".join(CURRENCIES) + "]"
_SCALE = r"(?P<scale>[A-Za-z]{0,2})"
_MONEY = re.compile(
    rf"{SIGN}(?P<country>[A-Z]{{0,2}})(?P<currency>{_CURRENCY})(?P<minus>-?)(?P<number>{NUMBER}){_SCALE}"
)
_MONEY_BEHIND = re.compile(rf"{SIGN}(?P<country>)(?P<minus>)(?P<number>{NUMBER}){_SCALE}(?P<currency>{_CURRENCY})")
_MEASURE = re.compile(rf"{SIGN}(?P<number>{NUMBER})(?P<unit>[°A-Za-zμΩ][A-Za-z/^0-9Ω]*)\.?")
_PLAIN = re.compile(rf"{SIGN}(?P<number>{NUMBER})")
_ORDINAL = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)", re.IGNORECASE)
_FEET = re.compile(r"(\d+)['′](\d+(?:\.\d+)?)(?:[\"″]|'')?")
_FEET_WORDS = ("ft", "ft.", "foot", "feet")
_PRIME = re.compile(rf"({NUMBER})([′″])")
_VERSION = re.compile(r"\d+(?:\.\d+){2,}")
_BY = re.compile(rf"({NUMBER})([x×])({NUMBER})")
_PHONE = re.compile(
    r"(?:\+?\d{1,3}[-. ])?\d{3}[-. ]\d{3}[-. ]\d{4}|\d{3}[- ]\d{4}|\+\d{6,}|\+\d{1,3}(?:[- ]\d{2,4}){2,5}"
    r"|\d{2,}(?:-\d{2,}){2,}"
)
_CLOCK = re.compile(r"(?:.*\D)?\d{1,2}")
_GROUP = re.compile(r"\+?\d{1,4}|\d{3}-\d{4}")
_MOST_GROUPS = 6


def telephone(text: str, context: Context) -> list[str] | None:
    """A number with its groups, or one group of those that stand around."""
    if _PHONE.fullmatch(text) and not is_iso_date(text):
        return _grouped(text)
    if not _GROUP.fullmatch(text):
        return None
    before = list(takewhile(_GROUP.fullmatch, context.before[:-_MOST_GROUPS:-1]))[::-1]
    after = list(takewhile(_GROUP.fullmatch, map(context.after, range(_MOST_GROUPS - 1))))
    windows = product(range(len(before) + 1), range(len(after) + 1))
    around = any(_PHONE.fullmatch(" ".join([*before[i:], text, *after[:j]])) for i, j in windows)
    return _grouped(text) if around else None


def money(text: str, context: Context) -> list[str] | None:
    """$3.50, €2m, 50¢; of $3.5 million only the number, as ``unit`` says the rest."""
    match = _MONEY.fullmatch(text) or _MONEY_BEHIND.fullmatch(text)
    if not match or match["scale"].lower() not in ("", *SCALES):
        return None
    sign, number, scale = (
        signed(match["sign"] or match["minus"]),
        match["number"].replace(",", ""),
        match["scale"].lower(),
    )
    whole, _, cents = number.partition(".")
    _, small = CURRENCIES[match["currency"]]
    if scale:
        return [*sign, *amount(number), SCALES[scale], *_currency(match, one=False)]
    if context.next in SCALE_WORDS:
        return sign + amount(number)
    if len(cents) != 2 or not small:
        return [*sign, *amount(number), *_currency(match, one=number == "1")]
    large = [*cardinal(whole or "0"), *_currency(match, one=whole == "1")] if int(whole or 0) or cents == "00" else []
    if cents == "00":
        return sign + large
    return [*sign, *large, *(["and"] if large else []), *cardinal(cents), small if cents == "01" else plural(small)]


def count(text: str, context: Context) -> list[str] | None:
    """Ordinals, and whole numbers that may be years or strings of digits."""
    if match := _ORDINAL.fullmatch(text):
        return ordinal(match[1].replace(",", ""))
    if not text.isdigit():
        return None
    if (text[0] == "0" and len(text) > 1) or context.previous in DIGIT_BY_DIGIT:
        return digits(text)
    if len(text) >= 7 and (not text.endswith("000") or len(text) > 15):
        return digits(text)
    return year(text) if is_year(text, context) else cardinal(text)


def measure(text: str, context: Context) -> list[str] | None:
    """5kg, -20°C, 5'10"."""
    if match := _FEET.fullmatch(text):
        return [*_of(match[1], "foot"), *_of(match[2], "inch")]
    if match := _PRIME.fullmatch(text):
        return _of(match[1], "foot" if match[2] == "′" else "inch")
    match = _MEASURE.fullmatch(text)
    name = _unit(match["unit"], CLOSE_UNITS) if match else None
    return signed(match["sign"]) + _of(match["number"], name) if match and name else None


def is_money(text: str) -> bool:
    """Whether a form is money without a scale, its sign in front."""
    match = _MONEY.fullmatch(text)
    return match is not None and not match["scale"]


def is_feet(text: str) -> bool:
    """Whether a form is feet and inches, whose quotes are none."""
    return _FEET.fullmatch(text) is not None


def plain(text: str, context: Context) -> list[str] | None:
    """Decimals, signs, 3x4, versions and addresses with periods."""
    if match := _BY.fullmatch(text):
        return [*amount(match[1]), "by" if match[2] == "x" else "times", *amount(match[3])]
    if _VERSION.fullmatch(text):
        parts = text.split(".")
        address = len(parts) == 4
        return (
            (" dot " if address else " point ")
            .join(" ".join(digits(part) if address else cardinal(part)) for part in parts)
            .split()
        )
    match = _PLAIN.fullmatch(text)
    return signed(match["sign"]) + amount(match["number"]) if match else None


def unit(text: str, context: Context) -> list[str] | None:
    """A unit, a currency, a.m. or million, which belong to the number before them."""
    before = context.before[-1] if context.before else ""
    figure = context.before[-2] if len(context.before) > 1 and before.lower() in SCALE_WORDS else before
    if not figure[-1:].isdigit():
        return None
    if (match := HALF_OF_DAY.fullmatch(text)) and _CLOCK.fullmatch(before):
        return half_of_day(match["half"])
    if text.lower() in SCALE_WORDS:
        match = _MONEY.fullmatch(before)
        return [text.lower(), *_currency(match, one=False)] if match else None
    bare = text.removesuffix(".")
    name = CURRENCY_CODES.get(text) or _unit(bare, UNITS)
    if bare == "in" and (text != bare or (len(context.before) > 1 and context.before[-2].lower() in _FEET_WORDS)):
        name = "inch"
    return (name if before in ("1", "-1") else plural(name)).split() if name else None


def _grouped(text: str) -> list[str]:
    words = ["plus"] if text[0] == "+" else []
    for i, group in enumerate(re.findall(r"\d+", text)):
        words += [*([","] if i else []), *digits(group)]
    return words


def _currency(match: re.Match[str], one: bool) -> list[str]:
    name = CURRENCIES[match["currency"]][0]
    country = COUNTRIES.get(match["country"], " ".join(match["country"].lower()))
    return [*country.split(), name if one else plural(name)]


def _unit(text: str, units: Mapping[str, str]) -> str | None:
    above, slash, below = text.partition("/")
    if above not in units or (slash and below not in units):
        return None
    return f"{units[above]} per {units[below]}" if slash else units[above]


def _of(number: str, name: str) -> list[str]:
    return [*amount(number), *(name if number == "1" else plural(name)).split()]
