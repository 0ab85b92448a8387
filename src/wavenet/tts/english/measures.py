"""Numbers with units → words.

A unit is singular if the number before it is 1, or if a hyphen or the sign of feet or inches joins it to a noun.
"""

import re

from wavenet.patterns import late
from wavenet.tts.english import context as where
from wavenet.tts.english.abbreviations import DIRECTIONS
from wavenet.tts.english.context import Context, Kind, after
from wavenet.tts.english.fractions import parts
from wavenet.tts.english.grammar import END, LETTER, any_of, form
from wavenet.tts.english.numbers import MEASURED, SIGN, amount, cardinal, ordinal, plain, signed
from wavenet.tts.english.tables import words
from wavenet.tts.english.things import MEASURED_ACROSS, is_a_pint, is_bound, is_of_a_thing
from wavenet.tts.english.units import (
    LENGTH_NAMES,
    PATTERN,
    SCALE_WORDS,
    SHORT_TIMES,
    TIMES,
    UNITS,
    WITHIN,
    counted,
    plural,
    unit,
)

_NUMBER = rf"(?P<number>{MEASURED})"
_FRACTION = r"(?P<above>\d+)/(?P<below>\d+)"
_INCH, _FOOT = r"(?:[\"″]|'')", r"['′](?!')"
_END = r"(?![^\W_x])"
"""neither a letter nor a digit follows, except for the sign in 4"x6" """
_TURNED = words("angle turn turns rotation bend corner slope incline view field oven arc")
_FEWEST_BITS = 300
"""per second that a line has had; fewer bps are basis points"""
_WARM = words("at to of is was around about below above until reach reached hit hits temperature oven")
_FORECAST = words("high highs low lows")
_DRAWS = words("draws draw drew delivers supplies carries")
_CARRIES_CURRENT = words("fuse fuses breaker charger circuit socket supply outlet current")
_FEWEST_DEGREES = 60
"""that are degrees without their sign: 180C, 98.6 F; 20C may be a seat"""
_LETTERED = words("size sizes route rt. rte. rt rte highway hwy hwy. exit gate room seat")
"""behind these, a letter behind a number is no unit: Rt. 9W"""
_MOST_PARTS = 16
_PARTS = ("20", "25", "32", "50", "60", "64", "100", "128", "200", "250", "500", "1000")
"""that a unit is divided into; other figures behind a slash are a second amount"""
_GOALS = late(r"(?:\s(?:pen|og)\.?)?(?:,\s\d{1,3}'(?:\s(?:pen|og)\.?)?)*\)")
_GOALS_BEFORE = late(r"\((?:[A-Z]\w+\s)?(?:\d{1,3}'(?:\s(?:pen|og)\.?)?,\s)*\Z")
"""what may stand behind the minute of a goal: Kane (23', 67' pen.)"""
_BY_NEXT = late(r"\s?[x×]\s?[\d.]+\s?[\"″'′]-?\s?[a-z]")
_NAMES = SCALE_WORDS | {name for unit in UNITS.values() for name in plural(unit).partition(" per ")[0].split()}


def _measure(match: re.Match[str], context: Context) -> list[str] | None:
    """5kg, -20°C, 5–7 km, 12,5 %, 2000 mAh, a 6-ft pole."""
    name = _name(match["unit"])
    if name is None or (len(match["unit"]) == 1 and context.previous in _LETTERED):
        return None
    if match["unit"] == "bps" and match["number"].isdigit() and int(match["number"]) < _FEWEST_BITS:
        name = "basis point"
    if name == "point" and is_a_pint(match, context):
        name = "pint"
    turned = name == "degree" and after(match).lower() in _TURNED
    one = match["gap"] == "-" or turned or (context.previous in ("a", "an", "x") and is_bound(match))
    one = one or is_of_a_thing(match, context)
    said = name.split() if one else counted(plain(match["number"]), name)
    return [*signed(match["sign"]), *amount(match["number"]), *said]


def _name(text: str) -> str | None:
    return "inch" if text in ("in", "in.") else unit(text)


def _in(match: re.Match[str], context: Context) -> list[str] | None:
    """3 in x 5 in, 5 ft 10 in."""
    feet = context.last.kind is Kind.MEASURE and context.last.said[-1] in ("feet", "foot")
    shown = feet or after(match).lower() in MEASURED_ACROSS | {"x", "="}
    return [*amount(match["number"]), *counted(plain(match["number"]), "inch")] if shown else None


def _of_a_fraction(match: re.Match[str], context: Context) -> list[str] | None:
    """8 1/2", 3/4 tsp."""
    whole, name = match["whole"], "inch" if match["inch"] else _name(match["unit"])
    if name is None or int(match["below"]) < 2:
        return None
    if name == "millimeter of mercury":
        return [*cardinal(match["above"]), "over", *cardinal(match["below"]), *plural(name).split()]
    of_bytes = name.endswith("byte")
    if int(match["below"]) > _MOST_PARTS and (of_bytes or not (whole or match["below"] in _PARTS)):
        between = "of" if of_bytes else "slash"  # 490/500 GB, 31/54 mph
        return [*cardinal(match["above"]), between, *cardinal(match["below"]), *plural(name).split()]
    fraction = parts(match["above"], match["below"], mixed=bool(whole))
    said = [*signed(match["sign"]), *(cardinal(whole) if whole else []), *fraction]
    bound = not whole or (match["inch"] and is_bound(match))
    return [*said, *(name if bound else plural(name)).split()]


def _feet_and_inches(match: re.Match[str], context: Context) -> list[str]:
    """5'10", 6' 2 1/2"."""
    feet, inches = match["feet"], match["number"]
    said = [*cardinal(feet), *counted(feet, "foot"), *amount(inches)]
    if match["above"]:
        return [*said, *parts(match["above"], match["below"], mixed=True), "inches"]
    return [*said, *counted(inches, "inch")]


def _joined_feet(match: re.Match[str], context: Context) -> list[str]:
    """A 5-ft.-8-in. man."""
    return [*cardinal(match[1]), "foot", *cardinal(match[2]), *(["inch"] if match[3] else [])]


def _feet(match: re.Match[str], context: Context) -> list[str] | None:
    """6' tall, a 10' ladder; 30' after degrees are minutes."""
    if match[0][-1] == "'" and "'" in context.quotes:
        return None
    in_match = match["number"].isdigit() and _GOALS_BEFORE.search(match.string, 0, match.start())
    if in_match and _GOALS.match(match.string, match.end()):
        return [*ordinal(match["number"]), "minute"]
    if context.last.kind is Kind.MEASURE and context.last.text[-1] == "°":
        return [*amount(match["number"]), *counted(match["number"], "minute")]
    return _marked(match, "foot", context)


def _inches(match: re.Match[str], context: Context) -> list[str] | None:
    """A 27" monitor; but the sign may close a quotation."""
    if match[0][-1] == '"' and '"' in context.quotes and '"' not in match.string[match.end() :]:
        return None
    if context.last.kind is Kind.MEASURE and context.last.said[-1] in ("minutes", "minute"):
        return [*amount(match["number"]), *counted(match["number"], "second")]
    return _marked(match, "inch", context)


def _marked(match: re.Match[str], name: str, context: Context) -> list[str]:
    one = is_bound(match) or (context.previous in ("a", "an") and _BY_NEXT.match(match.string, match.end()))
    return [*amount(match["number"]), *(name.split() if one else counted(plain(match["number"]), name))]


def _decimal(match: re.Match[str], context: Context) -> list[str] | None:
    """12,5 degrees."""
    name = match["name"]
    return [*signed(match["sign"]), *amount(match["number"])] if {name, name.replace("tre", "ter")} & _NAMES else None


def _unit(match: re.Match[str], context: Context) -> list[str] | None:
    """A unit after something other than a plain number: 10^6 km, 5 or 6 km, 300+ pts."""
    last = context.back(1) if context.previous == "+" else context.last
    if last.kind not in where.FIGURES - {Kind.MEASURE, Kind.TIME, Kind.MONEY}:
        return None
    name = unit(match[0])
    if len(match[0]) == 1 and context.back(1).text.lower() in _LETTERED:
        return None
    if name and context.last.kind is Kind.ORDINAL:  # the 2nd qt.
        return name.split()
    return plural(name).split() if name else None


def _unit_of_one(match: re.Match[str], context: Context) -> list[str] | None:
    """After *per*: lb, mo."""
    measured = context.back(1).kind in (Kind.MEASURE, Kind.UNIT)
    named = context.previous == "per" and (measured or len(match[0]) > 1)  # not the b of five joules per b A
    name = unit(match[0], within=True) if context.last.kind is Kind.PER or named else None
    return name.split() if name else None


def _area(match: re.Match[str], context: Context) -> list[str] | None:
    """An area or a volume without a number: sq. ft."""
    name = unit(match[0])
    return plural(name).split() if name else None


def _square(match: re.Match[str], context: Context) -> list[str]:
    """The sq of sq meters."""
    return ["square" if match[0][0] in "sS" else "cubic"]


def _scale(match: re.Match[str], context: Context) -> list[str]:
    """°C without a number."""
    return ["degrees", "celsius" if match[1] == "C" else "fahrenheit"]


def _kelvin(match: re.Match[str], context: Context) -> list[str] | None:
    """273.15 K, at 4 K; 300K are thousands."""
    cold = "." in match["number"] or context.previous in ("at", "below", "above")
    return [*signed(match["sign"]), *amount(match["number"]), *counted(match["number"], "kelvin")] if cold else None


def _degrees(match: re.Match[str], context: Context) -> list[str]:
    """40°42'46"N, 90° W."""
    said: list[str] = []
    for name in ("degree", "minute", "second"):
        if match[name]:
            said += [*amount(match[name]), *counted(match[name], name)]
    return [*said, DIRECTIONS[match["side"]]] if match["side"] else said


def _ordinal_sign(match: re.Match[str], context: Context) -> list[str] | None:
    """1º lugar: before a word of another language it is no sign of degrees."""
    foreign = context.known is not None and not context.known(after(match))
    return ordinal(match["number"]) if foreign else None


def _without_sign(match: re.Match[str], context: Context) -> list[str] | None:
    """Heat it to 180C; 98.6 F."""
    scale = "celsius" if match["scale"] == "C" else "fahrenheit"
    fever = scale == "fahrenheit" and re.fullmatch(r"(?:9\d|10\d)\.\d", match["number"])
    warm = context.previous in _WARM and float(match["number"]) >= _FEWEST_DEGREES
    warm = warm or context.previous in _FORECAST
    warm = warm or (match["sign"] not in ("", "+", "±") and not match["gap"])
    if not (fever or warm) or (after(match)[:1].isupper() and match["gap"]):
        return None
    return [*signed(match["sign"]), *amount(match["number"]), "degrees", scale]


def _with_letter_o(match: re.Match[str], context: Context) -> list[str]:
    """20oC, 0oK: a small o for the sign of degrees."""
    name = {"C": "degree celsius", "F": "degree fahrenheit", "K": "degree kelvin"}[match["scale"]]
    return [*signed(match["sign"]), *amount(match["number"]), *counted(match["number"], name)]


def _amperes(match: re.Match[str], context: Context) -> list[str] | None:
    """It draws 3 A at 12 V; a 13 A fuse."""
    following = after(match)
    if following in _CARRIES_CURRENT:
        return [*amount(match["number"]), "ampere"]
    drawn = (
        context.previous in _DRAWS
        or _behind_volts(match, context)
        or re.match(r"\sat\s\d+\s?V\b", match.string[match.end() : match.end() + 12])
    )
    return [*amount(match["number"]), *counted(match["number"], "ampere")] if drawn else None


def _behind_volts(match: re.Match[str], context: Context) -> bool:
    """12V DC, 1.5A."""
    return any(read.kind is Kind.MEASURE and read.said[-1].startswith("volt") for read in context.before[-4:])


def _age(match: re.Match[str], context: Context) -> list[str]:
    """5 y/o, 5yo."""
    return [*cardinal(match[1]), "year", "old"]


def _stones(match: re.Match[str], context: Context) -> list[str]:
    """12 st 5 lb."""
    return [*cardinal(match["number"]), "stone"]


def _doses(match: re.Match[str], context: Context) -> list[str]:
    """1 tab. by mouth."""
    return [*cardinal(match[1]), *counted(match[1], "tablet" if match[2] == "tab" else "capsule")]


def _cups(match: re.Match[str], context: Context) -> list[str]:
    """1 c. flour."""
    return [*amount(match["number"]), *counted(match["number"], "cup")]


def _cups_of_a_fraction(match: re.Match[str], context: Context) -> list[str]:
    """1/3 c. milk, 1 1/2 c. flour."""
    whole, fraction = match["whole"], parts(match["above"], match["below"], mixed=bool(match["whole"]))
    return [*(cardinal(whole) if whole else []), *fraction, "cups" if whole else "cup"]


def _unit_per(match: re.Match[str], context: Context) -> list[str] | None:
    """min./day, without a number."""
    name = unit(match[1]) if match[2].lower() in SHORT_TIMES else None
    return plural(name).split() if name else None


def _bare_unit(match: re.Match[str], context: Context) -> list[str] | None:
    """mmol/L, kg/m3, without a number."""
    above, below = match[0].split("/")
    a_word = len(above) == 1 or (context.known is not None and context.known(above.lower()))  # a bar/night
    allowed = len(match[0]) > 3 and above in UNITS and not (a_word and below.lower() in TIMES)
    name = unit(match[0]) if allowed else None
    return plural(name).split() if name else None


FIGURES = (
    form(Kind.ORDINAL, r"(?P<number>[1-9]\d?)°(?=\s[a-z]{3})", _ordinal_sign),
    form(
        Kind.MEASURE,
        rf"(?P<degree>\d+(?:\.\d+)?)°(?:\s?(?P<minute>\d+(?:\.\d+)?)['′](?:\s?(?P<second>\d+(?:\.\d+)?){_INCH})?)?"
        rf"(?:\s?(?P<side>[NSEW])){END}",
        _degrees,
    ),
    form(
        Kind.MEASURE,
        rf"(?P<degree>\d+)°\s?(?P<minute>\d+)['′]\s?(?P<second>\d+(?:\.\d+)?){_INCH}(?P<side>)",
        _degrees,
    ),
    form(
        Kind.MEASURE,
        r"(?P<degree>\d+)°\s?(?P<minute>\d+(?:\.\d+)?)['′](?P<second>)(?P<side>)(?![\w'])",
        _degrees,
    ),
    form(Kind.MEASURE, rf"{SIGN}(?P<number>\d+(?:\.\d+)?)\sK{END}", _kelvin),
    form(Kind.MEASURE, rf"{SIGN}(?P<number>\d+(?:\.\d+)?)\s?o(?P<scale>[CFK]){END}", _with_letter_o),
    form(Kind.MEASURE, rf"{SIGN}(?P<number>\d+(?:\.\d+)?)(?P<gap>\s?)(?P<scale>[CF]){END}(?![-'])", _without_sign),
    form(Kind.MEASURE, rf"(?P<number>\d+(?:\.\d+)?)\s?A{END}(?![-'.]\w)", _amperes),
    form(Kind.UNIT, rf"°\s?([CF]){END}", _scale),
    form(Kind.MEASURE, rf"(\d+)\s?-?(?:y/o|yo){END}", _age),
    form(Kind.ABBREVIATION, r"(\d+)\sy\.o\.", _age),
    form(Kind.MEASURE, r"(?P<number>\d+)\sst(?=\s\d+\s?lbs?\b)", _stones),
    form(
        Kind.MEASURE,
        rf"(?P<feet>\d+)['′][\s-]?(?P<number>\d+(?:\.\d+)?)(?:\s{_FRACTION})?\s?{_INCH}",
        _feet_and_inches,
    ),
    form(Kind.MEASURE, rf"(\d)-(?:ft\.?|foot)-(\d\d?)(-(?:in\.|in{END}|inch\b))?{END}", _joined_feet),
    form(Kind.MEASURE, rf"(?P<feet>\d)ft(?P<number>\d\d?)(?P<above>)(?:ins?)?{END}", _feet_and_inches),
    form(Kind.MEASURE, rf"(?P<feet>\d+)['′](?P<number>\d\d?(?:\.\d+)?)(?P<above>){END}(?!')", _feet_and_inches),
    form(
        Kind.MEASURE,
        rf"{SIGN}(?:(?P<whole>\d+)[\s-])?{_FRACTION}(?:(?P<inch>{_INCH})|\s?(?P<unit>{PATTERN}){END})",
        _of_a_fraction,
    ),
    form(
        Kind.MEASURE,
        r"(?:(?P<whole>\d+)\s)?(?P<above>\d+)/(?P<below>[2-9]|1[0-6])\s?c\.(?=\s[a-z])",
        _cups_of_a_fraction,
    ),
    form(Kind.MEASURE, rf"{_NUMBER}\s?{_INCH}{_END}", _inches),
    form(Kind.MEASURE, rf"{_NUMBER}\s?{_FOOT}{_END}", _feet),
    form(Kind.MEASURE, rf"{SIGN}{_NUMBER}(?P<gap>[\s-]?)(?P<unit>{PATTERN}|in\.){END}", _measure),
    form(Kind.MEASURE, rf"{SIGN}{_NUMBER}(?P<gap>)(?P<unit>in){END}", _measure),
    form(Kind.MEASURE, rf"{_NUMBER}\sin{END}", _in),
    form(Kind.MEASURE, rf"{_NUMBER}\s?c\.(?=\s[a-z])", _cups),
    form(Kind.MEASURE, r"(\d\d?)\s?(tab|cap)s?\.(?=\s[a-z])", _doses),
    form(Kind.NUMBER, rf"{SIGN}(?P<number>\d+,\d\d?)(?=\s(?P<name>[a-z]+))", _decimal),
)
NAMES = (
    form(Kind.UNIT, rf"{WITHIN}{END}", _unit_of_one),
    form(Kind.UNIT, rf"{PATTERN}{END}", _unit),
    form(Kind.UNIT, rf"(?:sq|cu)\.?(?=\s{any_of(LENGTH_NAMES)}\b)", _square, re.IGNORECASE),
    form(Kind.UNIT, r"(?:sq|cu)\.\s?(?:ft|in|yd|mi|km|m)\b\.?", _area),
    form(Kind.UNIT, rf"({LETTER}+)\.(?=/({LETTER}+))", _unit_per),
    form(Kind.UNIT, rf"[A-Za-zμ]+/[A-Za-z]+(?:\^?[23])?{END}", _bare_unit),
)
