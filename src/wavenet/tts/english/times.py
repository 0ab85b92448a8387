"""Times of day, time zones, ratios and verses → words.

10:30 is a time; what cannot be a time is a ratio (16:9); after the name of a book it is a verse (Genesis 3:16).
"""

import re

from wavenet.patterns import late
from wavenet.tts.english.abbreviations import BEFORE_NAME, BEFORE_NUMBER, BOOKS, ZONES
from wavenet.tts.english.context import Context, Kind, after
from wavenet.tts.english.dates import LASTING, SHORT_NAMES, WEEKDAYS
from wavenet.tts.english.grammar import END, any_of, form
from wavenet.tts.english.numbers import NUMBER, amount, cardinal, digits, ordinal, roman, signed
from wavenet.tts.english.tables import MONTHS, words
from wavenet.tts.english.units import counted
from wavenet.tts.english.words import spell

_HALF = r"(?:(?P<half>[ap])(?:m(?![^\W_])|\.\s?m\.(?![^\W_])|\.m(?![^\W_.])))"
_TO_HALF = r"\s?(?:[-–]|to\s)\s?\d{1,2}\.[0-5]\d\s?[ap]\.?m\b"
_MINUTES = r"(?P<minute>[0-5]\d)"
_BOOK_NUMBER = r"([1-4]|I{1,3})(?=\s([A-Z]\w+)\.?\s\d{1,3}:\d)"
_CLOCK = frozenset({"at", "by", "from", "until", "till", "before", "after", "since", "around", "to", "about"})
_ONLY_BOOKS = words("ps pss isa jer ezek deut exod lev eccl neh zech cor thess eph")
"""short names that are no words"""
_OWN_BOOKS = words("quran qur'an koran psalm psalms genesis leviticus deuteronomy isaiah jeremiah matthew")
_ZONE_NAMES = words("eastern central mountain pacific atlantic greenwich universal zulu alaska hawaii")
_HHMM = r"([01]\d|2[0-4])([0-5]\d)"
_FIRST_WORD = late("[a-z]*")
_TO_TIME = late(r"\s?[-–]\s?\d{1,2}(?::\d\d)?\s?[ap]\.?m")
_NAMED = frozenset({"noon", "midnight", "midday", "o'clock"})


def may_follow_time(text: str) -> bool:
    """Whether a capitalised form behind a time of day belongs to it: 9 a.m. Monday, 8 p.m. Eastern, 7 p.m. Fri.-Sat."""
    small = _FIRST_WORD.match(text.lower())[0]  # type: ignore[index]
    return small in MONTHS or small in WEEKDAYS or small in SHORT_NAMES or small in _ZONE_NAMES


def _time(match: re.Match[str], context: Context) -> list[str] | None:
    """10:30, 10:05:30 am, 1.59 p.m., 5pm."""
    parts = match.groupdict()
    hour, minute, second, half = match["hour"], parts.get("minute"), parts.get("second"), parts["half"]
    if int(hour) > 24 or _book(context):
        return None
    said = cardinal(hour)
    if minute and minute != "00":
        said += ["oh", *cardinal(minute)] if minute[0] == "0" else cardinal(minute)
    elif minute and not half and not _TO_TIME.match(match.string, match.end()) and after(match).lower() not in _NAMED:
        said.append("o'clock" if 1 <= int(hour) <= 12 else "hundred")
    if second:
        said += ["and", *cardinal(second), "second" if second == "01" else "seconds"]
    return [*said, "A" if half in "aA" else "p", "m"] if half else said


def _hours(match: re.Match[str], context: Context) -> list[str] | None:
    """17h30; but a wait of 1h30 lasts so long."""
    lasts = context.previous in LASTING or context.back(1).text.lower() in LASTING
    return _duration_of(match["hour"], match["minute"]) if lasts else _time(match, context)


def _military(match: re.Match[str], context: Context) -> list[str] | None:
    """0600 hours."""
    hour, minute = match.groups()
    alone = not context.last.text and not after(match)
    short = match[0].endswith(("hrs", "h"))
    if hour[0] != "0" and context.previous not in _CLOCK and not short and not alone:
        return None
    return [*_of_four_digits(hour, minute), "hours"]


def _military_first(match: re.Match[str], context: Context) -> list[str]:
    """The 0900 of 0900–1700 hrs."""
    return _of_four_digits(match[1], match[2])


def _of_four_digits(hour: str, minute: str) -> list[str]:
    if hour == "00":
        return ["zero", "hundred"] if minute == "00" else ["oh", "oh", *cardinal(minute)]
    said = ["oh", *cardinal(hour)] if hour[0] == "0" else cardinal(hour)
    if minute == "00":
        return [*said, "hundred"]
    return [*said, *(["oh"] if minute[0] == "0" else []), *cardinal(minute)]


def _zone(match: re.Match[str], context: Context) -> list[str] | None:
    """EST after a time."""
    return spell(match[0]) if context.last.kind is Kind.TIME else None


def _offset(match: re.Match[str], context: Context) -> list[str]:
    """UTC-5, GMT+5:30."""
    zone, sign, hours, minutes = match.groups()
    return [*spell(zone), *signed(sign), *cardinal(hours), *(cardinal(minutes) if minutes and minutes != "00" else [])]


def _offset_of_more(match: re.Match[str], context: Context) -> list[str]:
    """UTC-2k, whose number is read separately."""
    return [*spell(match[1]), *signed(match[2])]


def _offset_behind(match: re.Match[str], context: Context) -> list[str] | None:
    """10:15:00 +0200."""
    return [*signed(match[1]), *digits(match[2])] if context.last.kind is Kind.TIME else None


def _verse(match: re.Match[str], context: Context) -> list[str] | None:
    """119:105 after the name of a book."""
    unlike = context.last.text[:1].isupper() and context.last.kind is Kind.WORD and int(match[2]) >= 60
    return [*cardinal(match[1]), *cardinal(match[2])] if unlike or _book(context) else None


def _book(context: Context) -> bool:
    if context.before[-1:] and context.before[-1].text == "," and len(context.before) > 1:  # the Qur'an, 2:255
        return context.before[-2].text.lower() in _OWN_BOOKS
    return context.previous.rstrip(".") in BOOKS and context.last.text[0].isupper()


def _short_book(match: re.Match[str], context: Context) -> list[str] | None:
    """Gen. 3:16, Rom 8:28, and Genesis itself."""
    small = match[1].lower()
    clear = match[2] or (match[0][-1] == "." and f"{small}." not in BEFORE_NAME | BEFORE_NUMBER)
    return BOOKS[small].split() if small in BOOKS and (clear or small in _ONLY_BOOKS) else None


def _book_number(match: re.Match[str], context: Context) -> list[str] | None:
    """1 John 4:8, II Cor. 5:7."""
    return ordinal(str(roman(match[1]) or match[1])) if match[2].lower() in BOOKS else None


def _ratio(match: re.Match[str], context: Context) -> list[str]:
    return [*amount(match[1]), "to", *amount(match[2])]


def _lap(match: re.Match[str], context: Context) -> list[str]:
    """4:00.39 of a race."""
    return [*_duration_of(None, match[1]), "zero", "point", *digits(match[2]), "seconds"]


def _duration(match: re.Match[str], context: Context) -> list[str]:
    """5m 30s, 1h 30m."""
    return _duration_of(match[1] or match[4], match[2] or match[5], match[3])


def _duration_of(hours: str | None, minutes: str | None, seconds: str | None = None) -> list[str]:
    parts = ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
    return [word for number, name in parts if number for word in (*cardinal(number), *counted(number, name))]


def _countdown(match: re.Match[str], context: Context) -> list[str]:
    """T-10 minutes."""
    return ["t", "minus"]


NAMES = (
    form(Kind.SIGN, r"T-(?=\d+\s(?:seconds?|minutes?|hours?|days?)\b)", _countdown),
    form(Kind.CODE, rf"(UTC|GMT)\s?([-+–−±])\s?(\d{{1,2}})(?::?(\d\d))?{END}", _offset),
    form(Kind.CODE, r"(UTC|GMT)([-+–−±])(?=\d)", _offset_of_more),
    form(Kind.CODE, rf"{any_of(ZONES)}{END}", _zone),
    form(Kind.TIME, rf"noon{END}|midnight{END}", lambda match, context: [match[0].lower()], re.IGNORECASE),
    form(Kind.ORDINAL, _BOOK_NUMBER, _book_number),
    form(Kind.WORD, r"([A-Z][a-z]+)\.?(?=\s?\d{1,3}(:\d)?)", _short_book),
)
FIGURES = (
    form(Kind.TIME, rf"(?:(\d+)h\s?)?(\d+)m\s?(\d+)s{END}|(\d+)h\s?(\d+)m{END}", _duration),
    form(Kind.ORDINAL, _BOOK_NUMBER, _book_number),
    form(Kind.TIME, rf"(\d{{1,2}}):00\.(\d{{1,3}}){END}", _lap),
    form(
        Kind.TIME,
        rf"(?P<hour>\d{{1,2}}):{_MINUTES}(?::(?P<second>[0-5]\d))?(?:\s?{_HALF}|{END}|(?=ish\b|Z\b))(?!:\d|,\d{{3}})",
        _time,
        re.IGNORECASE,
    ),
    form(Kind.TIME, rf"(?P<hour>\d{{1,2}})\.{_MINUTES}(?:\s?{_HALF}|(?={_TO_HALF}))", _time, re.IGNORECASE),
    form(Kind.TIME, rf"(?P<hour>\d{{1,2}})h{_MINUTES}(?P<half>){END}", _hours),
    form(Kind.TIME, rf"(?P<hour>\d{{1,2}})\s?{_HALF}", _time, re.IGNORECASE),
    form(Kind.TIME, rf"(\d{{1,2}})\so'clock{END}", lambda match, context: [*cardinal(match[1]), "o'clock"]),
    form(Kind.TIME, rf"(?P<hour>1?\d):{_MINUTES}(?P<half>[apAP]){END}(?!')", _time),
    form(Kind.TIME, rf"{_HHMM}(?:\s?(?:hours|hrs)|h)\b", _military),
    form(Kind.TIME, rf"{_HHMM}(?=\s?(?:[-–]|to\s)\s?\d{{4}}(?:\s?(?:hours|hrs)|h)\b)", _military_first),
    form(Kind.TIME, rf"(?<=at )(0[1-9])([0-5]\d){END}(?![-.,:/]\d)", _military),
    form(Kind.CODE, rf"([-+−])(0\d{{3}}){END}(?!\s?h)", _offset_behind),
    form(Kind.VERSE, rf"(\d{{1,3}}):(\d{{1,3}}){END}(?!,\d{{3}})", _verse),
    form(Kind.NUMBER, rf"({NUMBER}):({NUMBER}){END}", _ratio),
)
