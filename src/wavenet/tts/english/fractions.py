"""Two numbers with a slash → words: a fraction, a date, parts of a hundred, or one out of several.

- m/d is a date after a word of time (on, by, since, until …), or if it is written with a 0 or is not a usual fraction
  (17/04, 23/11); otherwise it is a fraction.
- In 50/50, 20/20, 60/40 and 4/4 time the slash is not spoken; 9/10 people are nine out of ten.
"""

import re

from wavenet.patterns import late
from wavenet.tts.english.context import Context, Kind, after
from wavenet.tts.english.dates import month_day
from wavenet.tts.english.grammar import END, form
from wavenet.tts.english.numbers import SIGN, amount, cardinal, has_ending, ordinal, signed
from wavenet.tts.english.tables import DATED, MONTHS, words
from wavenet.tts.english.units import UNITS

_NO_PARTS = frozenset({13, 14, 17, 18, 19, 21, 22, 23, 26, 27, 28, 29, 30, 31})
"""days of a month that are seldom the lower part of a fraction"""
_PAIRED = words("time beat meter metre signature measure bar vision eyesight")
_BOWLED = words("bowled wickets bowling bowler")
"""behind these, 3/45 is three for forty five"""
_AT_BAT = words("were was are on reached")
"""behind these, 245/6 at tea is two hundred forty five for six"""
_OVERS_NEXT = late(r"\s\(?\d+(?:\.\d)?\s?ov")
_PARALLEL = words("cores threads nodes shards tests pods replicas workers hosts disks cpus gpus checks")
_RELEASES = words("windows iphone ios android python")
_PLACES = words("room rooms flat flats apartment suite gate gates seat seats row rows lot lots bay locker")
"""the numbers of two of these have a slash between them"""
_STEPS = words("lap step slide round stage question task episode frame")
"""behind these, 3/10 is three of ten"""
_ODDS = words("odds bet bets")
_BOUNDING = words("starts ends begins opens closes expires starting ending beginning effective")
_RATED = words("rate rated score scored scores rating solid gave give it got is")
_RATINGS = words("rating score review meal grade movie film game book day")
_FULL_MARKS = (10, 20, 25, 30, 40, 50, 60, 80, 100)
_SHARED = words("people men women children stars users doctors dentists points times")


def _fraction(match: re.Match[str], context: Context) -> list[str] | None:
    above, below = match["above"], match["below"]
    if ending := match["ending"].lower():
        right = int(below) > 1 and has_ending(below, ending.rstrip("s"))
        fraction = [*signed(match["sign"]), *parts(above, below)]
        many = ending[-1] == "s" and int(above) == 1 and int(below) > 1  # cut in 1/8ths
        return [*fraction[:-1], fraction[-1] + "s" * many] if right else None
    if not match["sign"] and (said := _no_fraction(match, above, below, context)):
        return said
    if not 2 <= int(below) <= 100 or int(above) >= 100:
        return [*signed(match["sign"]), *cardinal(above), "over", *cardinal(below)]
    mixed = bool(context.before) and context.before[-1].text.isdigit()
    return [*signed(match["sign"]), *parts(above, below, mixed)]


def _no_fraction(match: re.Match[str], above: str, below: str, context: Context) -> list[str] | None:
    """A date, parts of a hundred, a time signature, or one out of several."""
    one, two, following = int(above), int(below), after(match).lower()
    if one <= two and following in _PARALLEL:
        return [*cardinal(above), "out", "of", *cardinal(below)]
    if context.previous in ("bp", "pressure") and one > 2 < two:
        return [*cardinal(above), "over", *cardinal(below)]
    if following in ("odds", "favorite", "favourite", "outsider", "shot") or _ODDS & {
        read.text.lower() for read in context.before[-3:]
    }:
        return [*cardinal(above), "to", *cardinal(below)]
    if context.previous in _STEPS and one <= two:
        return [*cardinal(above), "of", *cardinal(below)]
    placed = context.previous in _PLACES and context.before[-1] is context.last
    if placed or (two == one + 1 and context.previous in _RELEASES):  # Windows 10/11
        return [*cardinal(above), "slash", *cardinal(below)]
    if _is_date(above, below, following, context) and (date := month_day(above, below)):
        return date
    if (one == two and one >= 10) or one + two == 100 or following in _PAIRED:
        return [*cardinal(above), *cardinal(below)]
    if one <= 10 and two > 1 and any(read.text.lower() in _BOWLED for read in context.before[-3:]):
        return [*cardinal(above), "for", *cardinal(below)]
    batted = context.previous in _AT_BAT and (not following or following in ("at", "declared"))
    if one >= 20 > 2 * two and (batted or _OVERS_NEXT.match(match.string, match.end())):
        return [*cardinal(above), "for", *cardinal(below)]
    many = two in (10, 100) and following.endswith("s") and following not in UNITS
    rated = two in _FULL_MARKS and (context.previous in _RATED or not following or following in _RATINGS)
    if one <= two and two >= 5 and (following in _SHARED or many or rated):
        return [*cardinal(above), "out", "of", *cardinal(below)]
    return None


def _is_date(above: str, below: str, following: str, context: Context) -> bool:
    """Whether its context, a 0 in it, or its numbers show that 3/4 is a date."""
    one, two, before = int(above), int(below), context.back(1).said
    if len(above + below) > 4:
        return False
    if context.last.kind is Kind.WEEKDAY or context.previous in DATED:
        return True
    if context.previous == "of" and context.back(1).text.lower() in ("week", "weekend", "night", "morning"):
        return True
    if context.previous in _BOUNDING and following not in ("of", "the"):
        return True
    if context.previous in ("to", "and") and before and before[0] in MONTHS:
        return True
    padded = len(above) == len(below) == 2 and "0" in (above[0], below[0])
    unusual = (12 < one <= 31 and 10 <= two <= 12) or (1 < one <= 12 and two in _NO_PARTS and following != "of")
    return padded or unusual


def parts(above: str, below: str, mixed: bool = False) -> list[str]:
    """Three quarters; after a whole number, *and* three quarters."""
    part = {2: ["half"], 4: ["quarter"]}.get(int(below)) or ordinal(below)
    if int(above) != 1:
        part = ["halves"] if part == ["half"] else [*part[:-1], part[-1] + "s"]
    one = ["a"] if mixed and int(above) == 1 and int(below) in (2, 4) else cardinal(above)
    return [*(["and"] if mixed else []), *one, *part]


def _days(match: re.Match[str], context: Context) -> list[str] | None:
    """The first of 3/1-3/5."""
    return month_day(match["month"], match["day"]) if context.last.kind is not Kind.NUMBER else None


def _last_day(match: re.Match[str], context: Context) -> list[str] | None:
    """The second of 3/1-3/5."""
    behind = context.before[-1].kind is Kind.RANGE and context.partner.kind is Kind.DATE if context.before else False
    return month_day(match["month"], match["day"]) if behind else None


def _rating(match: re.Match[str], context: Context) -> list[str]:
    """4.5/5 stars."""
    return [*amount(match["score"]), "out", "of", *cardinal(match["most"])]


def _apart(match: re.Match[str], context: Context) -> list[str]:
    """1/2/3, each separately."""
    if match[0].startswith("24/7/"):
        return ["twenty", "four", *context.say_alone(match[0][3:])]
    return [word for part in match[0].split("/") for word in context.say_alone(part)]


def _mixed(match: re.Match[str], context: Context) -> list[str] | None:
    """1-1/2 cups: no range ends below 1."""
    above, below = match["above"], match["below"]
    return [*cardinal(match["whole"]), *parts(above, below, mixed=True)] if 0 < int(above) < int(below) else None


def _declared(match: re.Match[str], context: Context) -> list[str]:
    """412-8 dec."""
    return [*cardinal(match[1]), "for", *cardinal(match[2]), "declared"]


_DAY = r"(?P<month>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12]\d|3[01])"
FIGURES = (
    form(Kind.ABBREVIATION, rf"(\d{{2,3}})[-–/](\d)\sdec(?:\.|{END})", _declared),
    form(Kind.NUMBER, rf"(?P<whole>[1-9]\d?)-(?P<above>\d\d?)/(?P<below>[2-68]|16|32|64){END}(?![-/]\d)", _mixed),
    form(Kind.DATE, rf"{_DAY}(?=[-–](?:0?[1-9]|1[0-2])/\d{{1,2}}(?:/\d{{2,4}})?{END})", _days),
    form(Kind.DATE, rf"{_DAY}{END}(?!/)", _last_day),
    form(
        Kind.NUMBER,
        rf"{SIGN}(?P<above>\d+)/(?P<below>\d+)(?P<ending>(?:nd|rds?|ths?)?){END}(?!/\d)",
        _fraction,
        re.IGNORECASE,
    ),
    form(Kind.NUMBER, rf"(?P<score>\d+\.\d+)/(?P<most>\d+){END}(?!/\d)", _rating),
    form(Kind.NUMBER, rf"\d+(?:/\d+){{2,}}{END}", _apart),
)
