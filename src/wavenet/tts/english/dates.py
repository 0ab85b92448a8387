"""Dates, months, days of the week, years and decades → words.

- Dates are month first, if the numbers allow it; with periods (24.12.2025) they are day first.
- Abbreviations that are also words or names (Mar, Jan, Sun) are months and days if a number, a period or another such
  abbreviation shows it.
- Four digits from 1100 to 2099 are a year, unless what follows is counted or measured (1500 people, 2000 km); any from
  1000 to 2999 are a year after a word such as "in", or after a month.
"""

import re

from wavenet.patterns import late
from wavenet.tts.english.context import CALENDAR, Context, Kind, after, character_behind
from wavenet.tts.english.grammar import END, LETTER, any_of, form
from wavenet.tts.english.numbers import cardinal, has_ending, many, ordinal, year
from wavenet.tts.english.tables import COUNTED, DIGIT_BY_DIGIT, MONTHS, NOT_COUNTED, TEMPORAL, words
from wavenet.tts.english.units import UNITS

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT_NAMES = {
    **{month[:3]: month for month in MONTHS}, "sept": "september", **{day[:3]: day for day in WEEKDAYS},
    "tues": "tuesday", "thur": "thursday", "thurs": "thursday", "weds": "wednesday",
}  # fmt: skip
_ALSO_OTHERS = frozenset({"jan", "mar", "may", "jun", "jul", "mon", "wed", "sat", "sun"})
"""also names and words"""
_SMALL_WORDS = _ALSO_OTHERS - {"jan", "jun", "jul"}
_NAME = any_of((*MONTHS, *WEEKDAYS, *SHORT_NAMES))
_MONTH = any_of((*MONTHS, *(s for s, m in SHORT_NAMES.items() if m in MONTHS)))
_MONTH_NEXT = late(rf"\s({_MONTH}\.?){END}(,?\s\d{{4}})?", re.IGNORECASE)
_ANOTHER = late(rf"\s?(?:[-–/,&]|and\b|or\b|to\b|through\b|thru\b)\s?{_NAME}{END}", re.IGNORECASE)
_LOWER_NEXT = late(r"[,;]|\s?[-–/&]|\s[a-z]")
_PART_OF_DAY = late(r"\s?(?:(?:morning|afternoon|evening|night)s?|closed|only|off)\b")
_TO_DAY_OF_MONTH = late(rf"\s?[-–]\s?\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}{END}", re.IGNORECASE)
_ERA_NEXT = late(r"(?:\s?[-–]\s?\d{1,4})?\s(?:BC|B\.C\.|AD|A\.D\.)E?\b")
_TO_SHORT_YEAR = late(rf"[-–]'\d\d{END}")
_ERAS = ("AD", "A.D.", "CE")
_BEHIND_DAYS = words(
    "at to from until till and or in on the of morning afternoon evening night noon we i he she they you it"
)
_TWO_DAYS = r"(M|Tu?|W|Th|F|Sa)[-–](W|Th|F|Sa|Su)"
_LETTERS_OF_DAYS = {
    "M": "monday", "T": "tuesday", "Tu": "tuesday", "W": "wednesday", "Th": "thursday", "F": "friday",
    "Sa": "saturday", "Su": "sunday",
}  # fmt: skip
_BETWEEN = frozenset({"and", "or", "to", "through", "thru", "&", ","})
LASTING = words("after for within every took takes lasted lasts wait waits waited timeout sleep delay under ~ than")
"""before these, 30s is a time that passes"""
_TIMED = words("timeout delay wait window limit interval clip ad spot video rest hold plank sprint sprints")
_ON = frozenset(
    {"on", "every", "each", "next", "last", "this", "until", "till", "since", "by", "from", "closed", "open", "due"}
)


def _calendar(match: re.Match[str], context: Context, names: tuple[str, ...]) -> list[str] | None:
    short, dot = match[1].lower(), match[2]
    name = SHORT_NAMES.get(short, short)
    if name not in names:
        return None
    if short == name:
        return [name] if not dot and (match[1][0].isupper() or name not in ("may", "march")) else None
    if match[1].islower() and not _listed(match, context):
        numbered = re.match(r"\s\d", match.string[match.end() : match.end() + 2]) or context.last.kind is Kind.DAY
        return [name] if numbered and short not in _SMALL_WORDS else None
    sure = (short not in _ALSO_OTHERS and not match[1].isupper()) or _listed(match, context) or _dated(match, context)
    return [name] if sure and not (dot and short == "may") else None


def _listed(match: re.Match[str], context: Context) -> bool:
    """Whether there is another name before or after: Mon, Wed and Fri."""
    if not match[2] and match[1].islower():
        glued = match.string[match.end() : match.end() + 1] in ("-", "–") and _ANOTHER.match(match.string, match.end())
        return bool(glued) or context.partner.kind in CALENDAR
    if _ANOTHER.match(match.string, match.end()):
        return True
    for read in reversed(context.before):
        if read.kind in CALENDAR:
            return read.text[:1].isupper()
        if read.kind not in (Kind.RANGE, Kind.SLASH, Kind.HYPHEN) and read.text.lower() not in _BETWEEN:
            break
    return False


def _dated(match: re.Match[str], context: Context) -> bool:
    """Whether a number shows that it is a date, or a period that does not end a sentence."""
    if re.match(r"[.,-]?\s?'?\d", match.string[match.end() : match.end() + 4]):
        return True
    following = match.string[match.end() : match.end() + 8]
    if match[1][0].isupper() and re.match(r":\s?(?:\d|closed|open|off)" + "|:" * bool(match[2]), following):
        return True
    if match[1][0].isupper() and context.previous != "the" and _PART_OF_DAY.match(match.string, match.end()):
        return True
    if match[1][0].isupper() and context.before and context.before[-1].text == ":" and not after(match):  # Due: Wed.
        return True
    if context.previous == "of" and context.back(1).kind is Kind.ORDINAL:
        return True
    if context.last.kind is Kind.TIME and match[1][0].isupper():  # 10 p.m. Sun.
        return True
    named = context.previous in _ON and match[1][0].isupper()
    if context.last.kind in (Kind.DAY, Kind.ORDINAL) or (named and _goes_on_as_a_day(after(match))):
        return True
    ahead = (_LOWER_NEXT, _MONTH_NEXT)
    return bool(match[2]) and any(pattern.match(match.string, match.end()) for pattern in ahead)


def _goes_on_as_a_day(following: str) -> bool:
    """Not "from Sun workstations", "by Sun Microsystems"."""
    return not following.isalpha() or following.lower() in _BEHIND_DAYS


def _month(match: re.Match[str], context: Context) -> list[str] | None:
    return _calendar(match, context, MONTHS)


def _weekday(match: re.Match[str], context: Context) -> list[str] | None:
    return _calendar(match, context, WEEKDAYS)


def _day(match: re.Match[str], context: Context) -> list[str] | None:
    """The day next to the name of its month."""
    number = match[1]
    if not 1 <= int(number) <= 31:
        return None
    if Kind.MONTH in (context.last.kind, context.partner.kind) and not _is_counted(after(match)):
        return ordinal(number)
    if _TO_DAY_OF_MONTH.match(match.string, match.end()):
        return [*([] if context.previous == "the" else ["the"]), *ordinal(number)]
    month = _MONTH_NEXT.match(match.string, match.end())
    if month and (month[1][0].isupper() or month[1].rstrip(".") not in _ALSO_OTHERS | {"march"} or month[2]):
        article = context.previous != "the" and context.partner.kind is not Kind.DAY
        return [*(["the"] if article else []), *ordinal(number), "of"]
    return None


def _day_before(match: re.Match[str], context: Context) -> list[str] | None:
    """3rd May."""
    allowed = context.last.kind is not Kind.MONTH and has_ending(match[1], match[2])
    return _day(match, context) if allowed else None


def _day_of(match: re.Match[str], context: Context) -> list[str] | None:
    """15-Mar-2024."""
    name = match[3].lower()
    return [SHORT_NAMES.get(name, name), *ordinal(match[1]), *_any_year(match[4])] if 1 <= int(match[1]) <= 31 else None


def _year_first(match: re.Match[str], context: Context) -> list[str] | None:
    in_year, _, month, day = match.groups()
    month_day = _month_day(month, day, month_first=True) if int(month) <= 12 else None
    return [*month_day, *year(in_year)] if month_day else None


def _year_last(match: re.Match[str], context: Context) -> list[str] | None:
    first, sign, second, in_year = match.groups()
    if sign == "." and len(in_year) == 2 and not (_is_padded(first, second) and not context.last.text[:1].isupper()):
        return None
    month_day = _month_day(first, second, month_first=sign != ".")
    return [*month_day, *_any_year(in_year)] if month_day else None


def _is_padded(day: str, month: str) -> bool:
    """30.06.23 is a date, 1.6.23 a version."""
    return len(day) == 2 and month[0] == "0"


def _month_of(match: re.Match[str], context: Context) -> list[str] | None:
    """2024-05 and 05/2024."""
    in_year, month = match["year"], int(match["month"])
    padded = match["month"][0] == "0" or match["month"] >= "10"
    likely = (1000 if padded else 1950) <= int(in_year) < 2100 and 1 <= month <= 12
    return [MONTHS[month - 1], *year(in_year)] if likely else None


def _years(match: re.Match[str], context: Context) -> list[str] | None:
    """2023/24: a season; 1914–18: a range."""
    one, sign, two = match.groups()
    if not (1000 <= int(one) < 2200 and (len(two) == 2 or 1000 <= int(two) < 2200)):
        return None
    if sign == "/" and len(two) == 2 and (int(one) + 1) % 100 != int(two):
        return None
    return [*year(one), *([] if sign == "/" else ["to"]), *_any_year(two)]


def _doubtful(match: re.Match[str], context: Context) -> list[str]:
    """1150?-1220?: a life whose dates are not sure."""
    first, last = match.groups()
    return [
        *(year(first) if len(first) == 4 else cardinal(first)),
        "to",
        *(_any_year(last) if len(last) != 3 else cardinal(last)),
    ]


def _decade(match: re.Match[str], context: Context) -> list[str]:
    """1990s, '90s, 2000s; but after 30s: seconds."""
    if context.previous in LASTING and "'" not in match[0] and len(match[1]) < 4:
        return [*cardinal(match[1]), "seconds"]
    if after(match) in _TIMED:
        return [*cardinal(match[1]), "second"]
    *said, last = year(match[1]) if len(match[1]) == 4 else cardinal(match[1])
    return [*said, *many(last)]


def _year(match: re.Match[str], context: Context) -> list[str] | None:
    """A number that is a year, as far as its neighbours show."""
    if context.last.text in _ERAS:
        return year(match[0])
    following = after(match)
    if (
        {context.previous, context.label} & DIGIT_BY_DIGIT
        or following in UNITS
        or following.lower() in COUNTED
        or following[:1] == "%"
    ):
        return None
    named = context.previous in TEMPORAL or context.last.kind is Kind.MONTH
    if context.previous in _BETWEEN and context.back(1).kind is Kind.YEAR:  # in 2050 and 2100
        named = named or any(read.text.lower() in TEMPORAL for read in context.before)
    enclosed = character_behind(match) in (")", "]")  # (b. 1970) teaches
    likely = 1100 <= int(match[0]) < 2100 and (enclosed or not _is_counted(following))
    likely = likely or _ERA_NEXT.match(match.string, match.end()) is not None
    return year(match[0]) if named or likely else None


def _is_counted(following: str) -> bool:
    if following.lower() in COUNTED:
        return True
    return following.islower() and len(following) > 3 and following.endswith("s") and following not in NOT_COUNTED


def _short_year(match: re.Match[str], context: Context) -> list[str] | None:
    """'99, '78–'79."""
    several = context.partner.kind is Kind.YEAR or _TO_SHORT_YEAR.match(match.string, match.end())
    dated = several or match[1][0] == "0" or context.previous in TEMPORAL or context.last.kind in (Kind.MONTH, Kind.DAY)
    return _any_year(match[1]) if dated else None


def month_day(first: str, second: str) -> list[str] | None:
    """3/4, the month first if the numbers allow it."""
    return _month_day(first, second, month_first=True)


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
    return ["oh", *(["oh"] if number == "00" else cardinal(number))] if number[0] == "0" else cardinal(number)


def _days_listed(match: re.Match[str], context: Context) -> list[str]:
    """M/W/F 10:00."""
    return [_LETTERS_OF_DAYS[letters] for letters in match[0].split("/")]


def _days(match: re.Match[str], context: Context) -> list[str] | None:
    """M-F 8-5."""
    first, last = match.groups()
    in_order = list(_LETTERS_OF_DAYS).index(first) < list(_LETTERS_OF_DAYS).index(last)
    return [_LETTERS_OF_DAYS[first], "to", _LETTERS_OF_DAYS[last]] if in_order else None


_BOTH = rf"({_NAME})(\.(?:(?!{LETTER})|(?=(?:closed|open)\b))|{END})"
NAMES = (
    form(Kind.WEEKDAY, rf"{_TWO_DAYS}(?=,?:?\s(?:[1-9]|1[0-2])(?:[:–-]|\s?[ap]\.?m\b))", _days),
    form(
        Kind.WEEKDAY,
        r"(?:Tu?|M|W)(?:/(?:Tu|Th|W|F|Sa))+(?=,?:?\s(?:[1-9]|1[0-2])(?:[:–-]|\s?[ap]\.?m\b))",
        _days_listed,
    ),
    form(Kind.MONTH, _BOTH, _month, re.IGNORECASE),
    form(Kind.WEEKDAY, _BOTH, _weekday, re.IGNORECASE),
)
DATES = (
    form(Kind.DATE, rf"(\d{{4}})([-/.])(\d\d?)\2(\d\d?)(?:T(?=\d\d:)|{END})(?![-/.]\d)", _year_first),
    form(Kind.DATE, rf"(?!24/7/)(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}|\d\d){END}(?![-/.]\d)", _year_last),
    form(Kind.DATE, rf"(\d{{1,2}})([-/])({_MONTH})\2(\d{{4}}|\d\d){END}", _day_of, re.IGNORECASE),
    form(Kind.DAY, r"(\d{1,2})(st|nd|rd|th)(?=\s[A-Za-z])", _day_before),
    form(Kind.YEAR, rf"(\d{{4}})(/)(\d{{4}}|\d\d){END}(?!/)", _years),
    form(Kind.DATE, rf"(?P<year>\d{{4}})[-/](?P<month>0[1-9]|1[0-2]){END}(?![-/]\d)", _month_of),
    form(Kind.DATE, rf"(?P<month>\d{{1,2}})/(?P<year>\d{{4}}){END}(?!/)", _month_of),
    form(Kind.YEAR, rf"(\d{{4}})([-–])(\d\d){END}(?![-/–]\d)", _years),
    form(Kind.YEAR, rf"(\d{{2,4}})\?\s?[-–]\s?(\d{{2,4}}){END}\??(?=\s?[),;.]|\s(?:BC|AD|B\.C|A\.D))", _doubtful),
    form(Kind.YEAR, rf"'?(\d{{1,3}}0)'?s{END}", _decade),
    form(Kind.YEAR, rf"'(\d\d){END}", _short_year),
)
NUMBERS = (
    form(Kind.DAY, rf"(\d{{1,2}}){END}(?![.:/]\d|,\d)", _day),
    form(Kind.YEAR, rf"[12]\d{{3}}{END}(?![.:/]\d|,\d|%)", _year),
)
