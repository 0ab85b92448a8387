"""Money, and numbers with a scale → words.

A currency is spoken after its number, wherever it is written; $3.50 includes the cents, $3.5 million and $3.5k do not.
"""

import re

from wavenet.tts.english.context import Context, Kind, after
from wavenet.tts.english.grammar import END, any_of, form
from wavenet.tts.english.numbers import MEASURED, SIGN, amount, cardinal, plain, signed
from wavenet.tts.english.tables import words
from wavenet.tts.english.units import COUNTRIES, CURRENCIES, CURRENCY_CODES, SCALE_WORDS, SCALES, counted, plural

_SYMBOL = f"(?P<currency>[{''.join(CURRENCIES)}])"
_CODE = f"(?P<code>{any_of(CURRENCY_CODES)})"
_SCALE = (
    rf"(?:[\s-]?(?P<word>(?i:{any_of(SCALE_WORDS)})){END}|\s?(?P<scale>bn|mn|tn|mil|cr){END}"
    rf"|(?P<letter>[kKmMbBtT]{{1,2}}){END}|{END})"
)
_NUMBER = rf"(?P<number>{MEASURED})"
_BEFORE = rf"(?:(?:(?P<country>(?:US|CA|AU|NZ|HK|SG)D|[A-Z]{{0,2}})|(?P<spaced>US|CA|AU|NZ|HK)\s){_SYMBOL}|{_CODE})\s?"
_BEHIND = rf"\s?(?:{_SYMBOL}|{_CODE}{END})"
_THOUSANDS_OF_EUROS = re.compile(r"\d{1,3}\.\d{3}")
_WITH_POINTS = ("EUR", "kr", "DKK", "NOK", "SEK", "BRL", "IDR", "VND", "CLP", "COP", "ARS")
"""whose amounts often have a point before the thousands"""
_IN_MILLIONS = words(
    "people users followers subscribers downloads views likes dollars miles times customers members readers homes jobs"
)
"""2M of these are two million"""


def _money(match: re.Match[str], context: Context) -> list[str] | None:
    """$3.50, -€2m, 50¢, 1.234,56 €, USD 100, $3.5 million."""
    found = match.groupdict()
    scale = _scale(match)
    if scale is None:
        return None
    number = plain(found["number"])
    if (found["currency"] == "€" or found["code"] in _WITH_POINTS) and _THOUSANDS_OF_EUROS.fullmatch(number):
        number = number.replace(".", "")
    large, small = _names(match)
    sign = signed(found["sign"] or found.get("minus"))
    if scale:
        return [*sign, *amount(number), scale, *plural(large).split()]
    whole, _, cents = number.partition(".")
    if len(cents) != 2 or not small:
        return [*sign, *amount(number), *counted(number, large)]
    first = [*cardinal(whole or "0"), *counted(whole, large)] if int(whole or 0) or cents == "00" else []
    rest = [*cardinal(cents), *counted(cents.lstrip("0"), small)] if cents != "00" else []
    return [*sign, *first, *(["and"] if first and rest else []), *rest]


def _thousands(match: re.Match[str], context: Context) -> list[str]:
    """100.000 Euro."""
    return cardinal(match["number"].replace(".", ""))


def _names(match: re.Match[str]) -> tuple[str, str]:
    """The names of the main and the smaller unit, in the singular."""
    found = match.groupdict()
    if found["code"]:
        return CURRENCY_CODES[found["code"]]
    large, small = CURRENCIES[found["currency"]]
    country = found.get("country") or found.get("also") or found.get("spaced") or ""
    if country == "R":
        return CURRENCY_CODES["BRL"]
    return f"{COUNTRIES.get(country, ' '.join(country.lower()))} {large}".strip(), small


def _scale(match: re.Match[str]) -> str | None:
    """The word of a scale, ``""`` if there is none; None for letters that are not a scale."""
    if match["word"]:
        return match["word"].lower()
    written = match["scale"] or match["letter"]
    return SCALES.get(written.lower()) if written else ""


def _range(match: re.Match[str], context: Context) -> list[str] | None:
    """$5-10, $5–10 million, $3.50-4.50."""
    scale, first, last = _scale(match), match["first"], match["number"]
    if scale is None:
        return None
    if "." in first + last and not scale:
        symbol = match[0].partition(first)[0]
        return [*context.say_alone(symbol + first), "to", *context.say_alone(symbol + last)]
    return [*amount(first), "to", *amount(last), *scale.split(), *plural(_names(match)[0]).split()]


def _scaled(match: re.Match[str], context: Context) -> list[str] | None:
    """5k, 3bn, 2.5M users, 3 million."""
    letter = match["letter"] or "k"
    if letter != "k" and not (letter in "KMB" and after(match).lower() in _IN_MILLIONS):
        return None
    scale = _scale(match)
    return [*signed(match["sign"]), *amount(match["number"]), scale] if scale else None


_RANGE = form(Kind.MONEY, rf"{_BEFORE}(?P<first>{MEASURED})\s?[-–]\s?{_NUMBER}{_SCALE}(?![-/]\d)", _range)
FIGURES = (
    form(Kind.NUMBER, r"(?P<number>\d{1,3}\.\d{3})(?=\s(?i:euros?|EUR)\b)", _thousands),
    _RANGE,
    form(
        Kind.MONEY,
        rf"{SIGN}{_BEFORE}(?P<minus>[-−]?){_NUMBER}{_SCALE}(?:\s(?P<also>(?:US|CA|AU|NZ|HK|SG)D){END})?(?![.,]?\d|\s?%)",
        _money,
    ),
    form(Kind.MONEY, rf"{SIGN}{_NUMBER}(?:{_SCALE}|(?=[A-Z]{{3}}{END})){_BEHIND}", _money),
)
SCALED = (form(Kind.NUMBER, rf"{SIGN}{_NUMBER}{_SCALE}", _scaled),)
NAMES = (_RANGE, form(Kind.MONEY, rf"(?P<sign>){_BEFORE}(?P<minus>[-−]?){_NUMBER}{_SCALE}(?![.,]?\d|\s?%)", _money))
