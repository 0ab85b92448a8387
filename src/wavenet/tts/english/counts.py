"""Plain numbers → words: amounts, ordinals, versions, and strings of digits.

Digits are spoken one by one after a leading zero, in seven or more without separators (unless they end in 000), and
after words such as "code".
"""

import re

from wavenet.patterns import late
from wavenet.tts.english.abbreviations import STATE_NAMES
from wavenet.tts.english.context import Context, Kind, after
from wavenet.tts.english.grammar import END, form, say
from wavenet.tts.english.numbers import NUMBER, SIGN, amount, cardinal, digits, has_ending, ordinal, signed
from wavenet.tts.english.tables import DIGIT_BY_DIGIT, NOT_COUNTED, words

_LISTED = words("and or chapter section page row line question part channel route room pp. p. nos. no. figs. fig.")
_JOINED_UNIT = "-(?:inch|foot|mile|met(?:er|re)|lit(?:er|re)|kilo|centi|milli|year|hour|minute|percent|point|ton)"
_BOUND = late(_JOINED_UNIT)
_LIST_NEXT = late(rf"(?!{_JOINED_UNIT})\s?(?:,|&|-|–|and\b|or\b|to\b)")
_CALLED = words("text texted call dial sms")
_EMERGENCIES = words("000 101 110 111 112 119 911 995 999")
"""numbers of emergency services, digit by digit if a sentence has said to call before"""
_RELEASED = words("python ruby perl rust go django swift kotlin scala julia numpy pytorch kubernetes")
"""programs whose releases are counted on behind 9: 3.10 is three point ten"""
_TWICE_A_YEAR = words("ubuntu kubuntu xubuntu lubuntu nixos")
_PLAYED = words("won win wins winning beat beats beating lost loses defeated defeat over past victory score draw")
_MOST_GAMES = 162
_FEWEST, _MOST = 7, 15
"""digits of a number that is spoken digit by digit: above that, numbers that end in 000 are, too"""


def _version(match: re.Match[str], context: Context) -> list[str]:
    """1.2.3."""
    return " point ".join(" ".join(cardinal(part)) for part in match[0].split(".")).split()


def _release(match: re.Match[str], context: Context) -> list[str] | None:
    """Python 3.11."""
    named = any(read.text.lower() in _RELEASED and read.text[:1].isupper() for read in context.before[-4:])
    return [*cardinal(match[1]), "point", *cardinal(match[2])] if named else None


def _system(match: re.Match[str], context: Context) -> list[str] | None:
    """Ubuntu 22.04."""
    minor = ["oh", "four"] if match[2] == "04" else ["ten"]
    return [*cardinal(match[1]), *minor] if context.previous in _TWICE_A_YEAR else None


def _record(match: re.Match[str], context: Context) -> list[str] | None:
    """A 12-4 season; Cole (12-4): what a team or a pitcher has won and lost, but not the points of one game."""
    won, lost = match["won"], match["lost"]
    said = [*cardinal(won), "and", *cardinal(lost)]
    if after(match) in ("record", "season", "start", "mark"):
        return said
    enclosed = match.string[: match.start()].endswith("(") and match.string[match.end() : match.end() + 1] in (")", ",")
    named = context.last.kind is Kind.WORD and context.last.text[:1].isupper()
    long = 10 <= max(int(won), int(lost)) <= _MOST_GAMES
    game = any(read.text.lower() in _PLAYED for read in context.before)
    return said if enclosed and named and long and not game else None


def _chain(match: re.Match[str], context: Context) -> list[str]:
    """4-4-2, 50-50."""
    return [said for part in re.split("[-–]", match[0]) for said in cardinal(part)]


def _ordinal(match: re.Match[str], context: Context) -> list[str] | None:
    """1st, 22nd, 113th, 1,000th."""
    number = match[1].replace(",", "")
    return ordinal(number) if has_ending(number, match[2]) else None


def _digits(match: re.Match[str], context: Context) -> list[str] | None:
    """007, 8675309, code 4821, flight BA 2490."""
    number = match[0]
    if context.label in DIGIT_BY_DIGIT:
        return digits(number)
    lettered = context.last.text.isupper() and context.back(1).text.lower() in DIGIT_BY_DIGIT
    long = len(number) >= _FEWEST and (not number.endswith("000") or len(number) > _MOST)
    lettered = lettered or (context.previous == "is" and context.back(1).text.lower() in DIGIT_BY_DIGIT)
    lettered = lettered or (len(number) == 3 and context.previous in _CALLED and not after(match))
    lettered = lettered or (len(number) > 4 and context.previous in _CALLED)
    lettered = lettered or (len(number) == 5 and context.previous in STATE_NAMES)  # Nashville, Tenn. 37203
    texted = len(number) in (5, 6) and context.previous == "to"  # text STOP to 40404
    lettered = lettered or (texted and any(read.text.lower() in _CALLED for read in context.before))
    urgent = number in _EMERGENCIES and any(read.text.lower() in _CALLED for read in context.before)
    by_digit = (
        long or urgent or lettered or context.previous in DIGIT_BY_DIGIT or (number[0] == "0" and len(number) > 1)
    )
    return digits(number) if by_digit else None


def _decimal(match: re.Match[str], context: Context) -> list[str] | None:
    """7,5 and 3,14, but not rows 1,2 and 3, pages 3,14."""
    whole, part = match["number"].split(",")
    listed = (context.previous.endswith("s") and context.previous not in NOT_COUNTED) or context.last.kind in (
        Kind.VERSE,
        Kind.NUMBER,
        Kind.ORDINAL,
    )
    listed = (
        listed
        or context.previous in _LISTED
        or (len(whole) == len(part) and int(part) > int(whole) and not _BOUND.match(match.string, match.end()))
    )
    return None if listed or _LIST_NEXT.match(match.string, match.end()) else _number(match, context)


def _number(match: re.Match[str], context: Context) -> list[str]:
    return [*signed(match["sign"]), *amount(match["number"])]


CHAINS = (
    form(Kind.NUMBER, rf"([12]\d)\.(04|10){END}(?!\.\d)", _system),
    form(Kind.NUMBER, r"(?P<won>\d{1,3})-(?P<lost>\d{1,3})(?![\w-])", _record),
    form(Kind.NUMBER, rf"(\d)\.([1-9]\d){END}(?!\.\d)", _release),
    form(Kind.NUMBER, rf"(?!\d{{1,3}}(?:\.\d{{3}})+{END})\d+(?:\.\d+){{2,}}{END}", _version),
    form(Kind.NUMBER, rf"(\d+)[-–]\1{END}(?![-/]\d|\s\d+/\d)|\d+(?:-\d+){{2,}}{END}", _chain),
)


def _second(match: re.Match[str], context: Context) -> list[str]:
    """2d Cir., 3d ed."""
    return ordinal(match[1])


ORDINALS = (
    form(
        Kind.ORDINAL,
        r"(\d*[23])d(?=\s(?:Cir|Ed|ed|[Ff]loor|Street|St|Ave|Corps|Lieutenant|Lt|Battalion|Div|Dist|Sess|Cong|Regt|Bn|Infantry|Cavalry)\b)",
        _second,
    ),
    form(Kind.SIGN, r"#(?=\d|[A-Z]{1,4}-\d|[A-Z]\d)", say("number")),
    form(Kind.ORDINAL, rf"(\d{{1,3}}(?:,\d{{3}})+|\d+)\^?(st|nd|rd|th){END}", _ordinal, re.IGNORECASE),
)
NUMBERS = (
    form(Kind.NUMBER, rf"\d+{END}(?![.:/]\d|,\d\d\d(?!\d))", _digits),
    form(Kind.NUMBER, rf"{SIGN}(?P<number>\d{{1,3}},\d\d?){END}(?![.,:/]\d)", _decimal),
    form(Kind.NUMBER, rf"{SIGN}(?P<number>{NUMBER}){END}(?!\.\d)", _number),
)
BEFORE_LETTERS = (form(Kind.NUMBER, rf"{SIGN}(?P<number>\d+(?:,\d{{3}})*\.\d+)", _number),)
