"""Telephone numbers, addresses of houses and machines, and other letters and digits without a value → words."""

import re

from wavenet.tts.english.abbreviations import ROADS, STATES
from wavenet.tts.english.context import Context, Kind, after
from wavenet.tts.english.grammar import END, LETTER, any_of, form, say
from wavenet.tts.english.numbers import cardinal, digits, year
from wavenet.tts.english.tables import words
from wavenet.tts.english.words import spell, word

_PHONES = (
    r"(?:\+?\d{1,3}[-. ])?(?:\(\d{2,4}\)[-. ]?|\d{3}[-. ])\d{3}[-. ]\d{4}",
    r"\(\d{2,4}\)\s?\d{3,4}[-. ]\d{3,4}",
    r"\d{3}-\d{4}",
    r"\+\d{1,3}(?:[-. ]\(?\d{1,4}\)?){2,5}",
    r"\+\d{6,}",
    r"\d{2,}(?:-\d{2,}){2,}",
    r"0\d{1,4}(?:[- ]\d{2,4}){2,4}",
    r"1[38]00(?:[- ]\d{2,3}){2,3}",
    r"1-\d{3}(?:-\d{2,4})+",
)
_GROUPS = r"\d{3,5}(?:\s\d{2,4}){1,4}"
_CALLED = words("call phone tel tel. telephone dial fax text mobile cell number ring hotline contact")
_MAKERS = words("boeing airbus mcdonnell douglas embraer cessna tupolev antonov ilyushin bombardier fokker lockheed")
"""makers whose types have numbers that are spoken in pairs of digits"""
_WORDS = words("IN OR ME HI OH OK")
_DIRECTIONS = {
    "N": "north", "S": "south", "E": "east", "W": "west", "NE": "northeast", "NW": "northwest", "SE": "southeast",
    "SW": "southwest",
}  # fmt: skip
_STREET = (
    r"\s(?:[A-Z][a-z]+\s|\d+(?:st|nd|rd|th)\s){1,3}" + any_of(map(str.capitalize, (*ROADS, *ROADS.values()))) + r"\b"
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_PART = re.compile(rf"{LETTER}+|\d+")
_SPELLED = re.compile("[A-Z]{1,3}|[A-Z]{2,3}[a-z]|a")
"""letters next to digits that are not a word: MP3, IPv6, 2a"""


def _telephone(match: re.Match[str], context: Context) -> list[str]:
    said = ["plus"] if match[0][0] == "+" else []
    for between, group in re.findall(r"(\D*)(\d+)", match[0]):
        said += [*([","] if between.strip(" +(") else []), *digits(group)]
    return said


def _called(match: re.Match[str], context: Context) -> list[str] | None:
    """555 019 after "call"."""
    return _telephone(match, context) if context.previous in _CALLED else None


def _by_letters(match: re.Match[str], context: Context) -> list[str]:
    """1-800-FLOWERS."""
    return ["one", *_by_pairs(match[1]), *word(match[2], context)]


def _by_pairs(number: str) -> list[str]:
    """737 as seven thirty seven, 800 as eight hundred, 1249 as twelve forty nine."""
    if len(number) == 4:
        return year(number)
    if len(number) != 3 or number.endswith("00"):
        return cardinal(number)
    return [*cardinal(number[0]), *(["oh"] if number[1] == "0" else []), *cardinal(number[1:])]


def _house(match: re.Match[str], context: Context) -> list[str]:
    """The number of 1600 Pennsylvania Ave."""
    return _by_pairs(match[0])


def _direction(match: re.Match[str], context: Context) -> list[str] | None:
    """The N of 708 N 1st St."""
    return [_DIRECTIONS[match[1]]] if context.last.text.isdigit() else None


def _type_number(match: re.Match[str], context: Context) -> list[str] | None:
    """Boeing 737-800, Airbus A320-200."""
    letter, one, two = match.groups()
    said = [*spell(letter), *_by_pairs(one), *(_by_pairs(two) if two else [])]
    return said if context.previous in _MAKERS else None


def _state(match: re.Match[str], context: Context) -> list[str] | None:
    """CA 90210, and OR after the name of a town."""
    state, code, more = match["state"], match["code"], match["more"]
    *_, town, mark = ("", "", *(read.text for read in context.before))
    behind = mark == "," and town[:1].isupper() and not town.isupper() and not after(match)[:1].isupper()
    numbered = state not in _WORDS and re.match(r"\s\d", match.string[match.end() : match.end() + 2])
    if state not in STATES or not (code or numbered or behind):
        return None
    return [*spell(state), *digits(code or ""), *([",", *digits(more)] if more else [])]


def _address(match: re.Match[str], context: Context) -> list[str]:
    """192.168.1.1."""
    return " dot ".join(" ".join(digits(part)) for part in match[0].split(".")).split()


def _mixed(match: re.Match[str], context: Context) -> list[str]:
    """H2O, MP3, COVID19, 3D, 5B, IPv6: letters next to digits."""
    said: list[str] = []
    for part in _PART.findall(match[0]):
        if part[0].isdigit():
            said += digits(part) if part[0] == "0" else context.say_alone(part)
        else:
            said += spell(part) if _SPELLED.fullmatch(part) else word(part, context)
    return said


FIGURES = (
    *(form(Kind.CODE, rf"{phone}{END}(?![-/]\d)", _telephone) for phone in _PHONES),
    form(Kind.CODE, rf"{_GROUPS}{END}(?![-/,.]\d)", _called),
    form(Kind.CODE, rf"1-(8\d\d|900)-([A-Z]+){END}", _by_letters),
    form(Kind.CODE, rf"{_OCTET}(?:\.{_OCTET}){{3}}{END}(?!\.\d)", _address),
    form(Kind.CODE, rf"\d{{3,4}}(?=(?:\s{any_of(_DIRECTIONS)}\.?)?{_STREET})", _house),
    form(Kind.CODE, rf"()(\d{{3}})(?:-(\d{{1,4}}))?{END}", _type_number),
)
MIXED = (form(Kind.CODE, rf"\d+{LETTER}[^\W_]*{END}", _mixed),)
NAMES = (
    form(Kind.CODE, rf"({any_of(_DIRECTIONS)})\.?(?={_STREET})", _direction),
    form(Kind.CODE, rf"(?P<state>[A-Z]{{2}})(?:,?\s(?P<code>\d{{5}})(?:-(?P<more>\d{{4}}))?)?{END}", _state),
    form(Kind.CODE, rf"([A-Z])(\d{{3}})(?:-(\d{{1,4}}))?{END}", _type_number),
    form(Kind.CODE, r"[vV](?=\d+\.\d)", say("v")),
    form(Kind.CODE, rf"{LETTER}+\d[^\W_]*{END}(?!\.\d)", _mixed),
)
