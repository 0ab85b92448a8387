"""Dates, times, years and fractions → words.

- m/d is a date behind a word of time (on, by, since, until …), else a fraction. Dates are month first, as far as the
  numbers allow it; with periods (24.12.2025) they are day first.
- Four digits from 1100 to 2099 are a year, unless what follows is counted or measured (1500 people, 2000 km); any from
  1000 to 2999 are one behind a word such as "in", or a month.
"""

import re

from wavenet.tts.english.context import Context
from wavenet.tts.english.numbers import NUMBER, amount, cardinal, ordinal, year
from wavenet.tts.english.tables import COUNTED, DATED, MONTHS, NOT_COUNTED, TEMPORAL, UNITS

_HALF = r"(?P<half>[ap])\.?m\.?"
HALF_OF_DAY = re.compile(_HALF, re.IGNORECASE)
_TIME = re.compile(rf"(\d{{1,2}}):([0-5]\d)(?::([0-5]\d))?(?:{_HALF})?", re.IGNORECASE)
_HOUR = re.compile(rf"(\d{{1,2}}){_HALF}", re.IGNORECASE)
_RATIO = re.compile(rf"({NUMBER}):({NUMBER})")
_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")
_DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)")
_SLASHED = re.compile(r"(\d+)/(\d+)")
_DECADE = re.compile(r"'?(\d{1,3}0)'?s")


def date(text: str, context: Context) -> list[str] | None:
    """2024-05-06, 5/6/2024, and the day beside the name of its month."""
    if re.fullmatch(r"[1-9]|[12]\d|3[01]", text):
        if context.before and is_month(context.before[-1]):
            return ordinal(text)
        if is_month(context.after(0)):
            return [*([] if context.previous == "the" else ["the"]), *ordinal(text), "of"]
        return None
    if is_iso_date(text):
        in_year, month, day = text.split("-")
        return [MONTHS[int(month) - 1], *ordinal(day), *_any_year(in_year)]
    match = _DATE.fullmatch(text)
    if not match or (match[2] == "." and len(match[4]) == 2):
        return None
    month_day = _month_day(match[1], match[3], month_first=match[2] != ".")
    return [*month_day, *_any_year(match[4])] if month_day else None


def is_iso_date(text: str) -> bool:
    """Whether a form is year-month-day."""
    match = _ISO.fullmatch(text)
    return match is not None and 1 <= int(match[2]) <= 12 and 1 <= int(match[3]) <= 31


def is_month(text: str) -> bool:
    """Whether a form is the name of a month, or short for one; ``may`` is none."""
    name = text.rstrip(".").lower()
    return text[:1].isupper() and (name in MONTHS or name == "sept" or (len(name) == 3 and name in _SHORT))


_SHORT = frozenset(month[:3] for month in MONTHS)


def half_of_day(letter: str) -> list[str]:
    """The words of a.m. and p.m."""
    return ["A" if letter in "aA" else "p", "m"]


def time(text: str, context: Context) -> list[str] | None:
    """10:30, 10:05:30am, 5pm; what a clock does not show is a ratio: 16:9."""
    if match := _HOUR.fullmatch(text):
        return [*cardinal(match[1]), *half_of_day(match["half"])]
    match = _TIME.fullmatch(text)
    if not match or int(match[1]) > 24:
        ratio = _RATIO.fullmatch(text)
        return [*amount(ratio[1]), "to", *amount(ratio[2])] if ratio else None
    hour, minute, second, half = match.groups()
    words = cardinal(hour)
    if minute != "00":
        words += ["oh", *cardinal(minute)] if minute[0] == "0" else cardinal(minute)
    elif not half and not HALF_OF_DAY.fullmatch(context.after(0)):
        words.append("o'clock" if 1 <= int(hour) <= 12 else "hundred")
    if second:
        words += ["and", *cardinal(second), "second" if second == "01" else "seconds"]
    return [*words, *half_of_day(half)] if half else words


def fraction(text: str, context: Context) -> list[str] | None:
    """1/2, or the date 3/4."""
    match = _SLASHED.fullmatch(text)
    if not match:
        return None
    above, below = match.groups()
    if context.previous in DATED and len(text) <= 5 and (month_day := _month_day(above, below, month_first=True)):
        return month_day
    if not 2 <= int(below) <= 100 or int(above) >= 100:
        return [*cardinal(above), "over", *cardinal(below)]
    part = {2: ["half"], 4: ["quarter"]}.get(int(below)) or ordinal(below)
    if int(above) != 1:
        part = ["halves"] if part == ["half"] else [*part[:-1], part[-1] + "s"]
    mixed = bool(context.before) and context.before[-1].isdigit()
    one = ["a"] if mixed and int(above) == 1 and int(below) in (2, 4) else cardinal(above)
    return [*(["and"] if mixed else []), *one, *part]


def decade(text: str, context: Context) -> list[str] | None:
    """1990s, '90s, 2000s."""
    match = _DECADE.fullmatch(text)
    if not match:
        return None
    *words, last = year(match[1]) if len(match[1]) == 4 else cardinal(match[1])
    return [*words, last[:-1] + "ies" if last.endswith("y") else last + ("es" if last.endswith("x") else "s")]


def is_year(text: str, context: Context) -> bool:
    """Whether a number is one of a year, as far as its neighbours tell."""
    if not re.fullmatch(r"[12]\d{3}", text):
        return False
    following = context.after(0)
    if following in UNITS or following.lower() in COUNTED or following == "%":
        return False
    if context.previous in TEMPORAL or (context.before and is_month(context.before[-1])):
        return True
    counted = following.islower() and len(following) > 3 and following.endswith("s") and following not in NOT_COUNTED
    return 1100 <= int(text) < 2100 and not counted


def _month_day(first: str, second: str, month_first: bool) -> list[str] | None:
    one, two = int(first), int(second)
    if month_first and 1 <= one <= 12 and 1 <= two <= 31:
        return [MONTHS[one - 1], *ordinal(second)]
    if 1 <= two <= 12 and 1 <= one <= 31:
        return [MONTHS[two - 1], *ordinal(first)]
    return None


def _any_year(number: str) -> list[str]:
    if len(number) == 4:
        return year(number)
    return ["oh", *cardinal(number)] if number[0] == "0" else cardinal(number)
