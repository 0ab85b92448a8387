"""Telephone numbers, addresses of houses and machines, and other letters and digits without a value → words."""

import re

from wavenet.patterns import late
from wavenet.tts.english.abbreviations import DIRECTIONS, ROADS, STATES
from wavenet.tts.english.context import Context, Kind, after, character_behind, is_glued
from wavenet.tts.english.grammar import END, LETTER, any_of, form, say
from wavenet.tts.english.numbers import by_pairs, cardinal, digits, many
from wavenet.tts.english.tables import ELEMENTS, words
from wavenet.tts.english.words import spell, word

_PHONES = (
    r"(?:\+?\d{1,3}[-. ])?(?:\(\d{2,4}\)[-. ]?|\d{3}[-. ])\d{3}[-. ]\d{4}",
    r"\(\d{2,4}\)\s?\d{3,4}[-. ]\d{3,4}",
    r"\d{3}-\d{4}",
    r"\+\d{1,3}(?:[-. ]\(?\d{1,4}\)?){2,5}",
    r"\+\d{6,}",
    r"(?=(?:\D{0,3}\d){8,15}(?!\d))\+\d{1,3}[-. ]?(?:\(\d{1,4}\)[-. ]?)?\d{2,6}(?:[-. ]\d{2,6}){1,4}",
    r"\d{4}(?: \d{4}){3}",
    r"\d{2,}(?:-\d{2,}){2,}",
    r"0\d{1,4}(?:[- ]\d{2,4}){2,4}",
    r"0\d{3,4}[- ]\d{6}",
    r"1[38]00(?:[- ]\d{2,3}){2,3}",
    r"1-\d{3}(?:-\d{2,4})+",
)
_GROUPS = r"(?:\d{3,5}(?:\s\d{2,4}){1,4}|\d\d(?:\s\d\d){2,})"
_CALLED = words("call phone tel tel. telephone dial fax text mobile cell number ring hotline contact")
_AT = words("at @ on is :")
_MAKERS = words("boeing airbus mcdonnell douglas embraer cessna tupolev antonov ilyushin bombardier fokker lockheed")
"""makers whose types have numbers that are spoken in pairs of digits"""
_NUMBERED_ROADS = words("interstate highway route freeway i-95")
_BLOWING = ("wind", "breeze", "gust", "swell", "heading")
_SIDES = {"L": "left", "R": "right", "C": "center"}
_STANDARDS = words("isbn issn isbn-10 isbn-13 iban doi upc ean gtin")
_PARTED = words("fig figure panel table step question exercise problem item part plate section note scheme")
_SAID = words("arm cat cop sev")
"""words of up to three capitals that are said as one before digits: ARM64, COP28"""
_COMMANDS = words(
    "ls cd rm cp mv grep tar git docker ssh scp curl wget pip npm python python3 node make sudo cat head tail find "
    "chmod chown ps kill apt brew gcc clang sed awk sort uniq du df ln mkdir echo bash sh xargs zip unzip rsync ping"
)
_CARDS = words("card account number ssn phone visa mastercard amex cards accounts numbers")
_FREQUENTLY = words("a per daily weekly monthly yearly each every")
_OBJECTS = words("it them this that me him her us you")
_OPTIONS = words("option flag switch argument parameter options flags switches")
_ON_THE_AIR = words("copy roger that over")
_TEAMS = words(
    "team teams side squad world international internationals player players championship championships euro"
)
_WORDS = words("IN OR ME HI OH OK")
_STANDARD_BEFORE = late(r"\bISBN(?:-1[03])?:\s?\Z|\bISSN:\s?\Z")
_SHOT = words("shot carded scored rounds")
_STREET = rf"\s(?:[A-Z][a-z]+\s|\d+(?:st|nd|rd|th)\s){{1,3}}{any_of(map(str.capitalize, (*ROADS, *ROADS.values())))}\b"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_PART = late(rf"{LETTER}+|\d+")
_SPELLED = late(f"[A-Z]{{1,3}}|[A-Z]{{2,3}}[a-z]|[A-Z][a-z][A-Z]|a|{any_of(ELEMENTS)}")
"""letters next to digits that are not a word: MP3, IPv6, 2a"""


def _telephone(match: re.Match[str], context: Context) -> list[str]:
    if context.previous in _SHOT and "-" in match[0]:  # 69-71-68
        return [said for part in match[0].split("-") for said in cardinal(part)]
    said = ["plus"] if match[0][0] == "+" else []
    for between, group in re.findall(r"(\D*)(\d+)", match[0]):
        said += [*([","] if between.strip(" +(") else []), *digits(group)]
    return [*said, *(["x"] if match[0][-1] == "X" else [])]


def _called(match: re.Match[str], context: Context) -> list[str] | None:
    """555 019 after "call"."""
    near = context.previous in _AT and any(read.text.lower() in _CALLED for read in context.before[-4:])
    return _telephone(match, context) if near or context.previous in _CALLED else None


def _last_digits(match: re.Match[str], context: Context) -> list[str] | None:
    """A card that ends in 4242."""
    ends = context.previous == "in" and context.back(1).text.lower() in ("ending", "ends", "ended")
    counted = any(not _CARDS.isdisjoint((read.text.lower(), *read.said)) for read in context.before)
    return digits(match[0]) if ends and counted else None


def _extension(match: re.Match[str], context: Context) -> list[str] | None:
    """4-2218 behind ext."""
    return _telephone(match, context) if context.previous.rstrip(".") in ("ext", "extension") else None


def _extension_of_phone(match: re.Match[str], context: Context) -> list[str] | None:
    """The x123 of 555-0100 x123."""
    return ["extension", *digits(match[1])] if re.search(r"\d-\d{4}$", context.last.text) else None


def _letters(match: re.Match[str], context: Context) -> list[str]:
    """The (a)–(c) of 20(a)–(c)."""
    return [*context.say_alone(match[1].upper()), "to", *context.say_alone(match[2].upper())]


def _by_letters(match: re.Match[str], context: Context) -> list[str]:
    """1-800-FLOWERS."""
    return ["one", *by_pairs(match[1]), *word(match[2], context)]


def _house(match: re.Match[str], context: Context) -> list[str]:
    """The number of 1600 Pennsylvania Ave."""
    return by_pairs(match[0])


def _direction(match: re.Match[str], context: Context) -> list[str] | None:
    """The N of 708 N 1st St, the SW of SW Florida."""
    state = context.before and context.before[-1].text == ","
    if len(match[1]) == 2 and (state or is_glued(match)):
        return None
    return None if context.last.text[:1].isupper() else [DIRECTIONS[match[1]]]


def _way(match: re.Match[str], context: Context) -> list[str] | None:
    """The N of Interstate 95 N, the NW of 5th St NW, of wind NW 5 mph."""
    if context.previous.removesuffix("s") in _BLOWING:
        return [DIRECTIONS[match[0]]]
    road, last = context.back(1).said[-1:], context.last
    numbered = last.kind in (Kind.NUMBER, Kind.CODE) and road and road[0] in _NUMBERED_ROADS
    street = last.said[-1:] and last.said[-1] in ROADS.values() and last.text[:1].isupper()
    numbered = numbered or last.text.startswith(("I-", "US")) or street
    return [DIRECTIONS[match[0]]] if numbered and not after(match)[:1].isupper() else None


def _runway(match: re.Match[str], context: Context) -> list[str] | None:
    """Runway 27L, runways 9L and 9R."""
    runway = "runway" in (context.previous.rstrip("s"), context.back(2).text.lower().rstrip("s"))
    return [*digits(match[1]), _SIDES[match[2]]] if runway else None


def _type_number(match: re.Match[str], context: Context) -> list[str] | None:
    """Boeing 737-800, Airbus A320-200."""
    letter, one, two = match.groups()
    if letter == "A" and one[0] == "3" and one[2] == "0":
        return [*spell(letter), *by_pairs(one), *(by_pairs(two) if two else [])]
    said = [*spell(letter), *by_pairs(one), *(by_pairs(two) if two else [])]
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
    """H2O, MP3, COVID19, 3D, 5B, IPv6, Ca2+: letters next to digits."""
    said: list[str] = []
    for part in _PART.findall(match[0]):
        if part == "s" and said and match[0][-2].isdigit():
            said[-1:] = many(said[-1])
        elif part[0].isdigit():
            said += digits(part) if part[0] == "0" else context.say_alone(part)
        else:
            is_word = part.lower() in _SAID or not _SPELLED.fullmatch(part)
            said += word(part.lower() if part.lower() in _SAID else part, context) if is_word else spell(part)
    return said


def _option(match: re.Match[str], context: Context) -> list[str] | None:
    """The -la of ls -la."""
    command = any(read.text in _COMMANDS or re.match("-.", read.text) for read in context.before[-3:])
    if not command and after(match) not in _OPTIONS and context.previous not in _OPTIONS:
        return None
    letters = match[1]
    is_word = len(letters) > 2 and context.known is not None and context.known(letters)
    return ["dash", *([letters] if is_word else spell(letters))]


def _times(match: re.Match[str], context: Context) -> list[str] | None:
    """Retried 3x; 2x daily, 3x/week."""
    following = after(match).lower()
    done = not following and (context.previous.endswith("ed") or context.previous in _OBJECTS)
    often = following in _FREQUENTLY or character_behind(match) == "/"
    return [*cardinal(match[1]), "time" if match[1] == "1" else "times"] if done or often else None


def _radio(match: re.Match[str], context: Context) -> list[str] | None:
    """10-4, good buddy: a code of two-way radio, which is no range at the beginning or at the end of a sentence."""
    alone = not context.last.text and character_behind(match) in (",", ".", "!", "")
    copied = any(read.text.lower() in _ON_THE_AIR for read in context.before[-3:])
    return ["ten", *cardinal(match[1])] if alone or copied else None


def _standard(match: re.Match[str], context: Context) -> list[str] | None:
    """978-0-306-40615-7 after ISBN."""
    named = context.previous in _STANDARDS or (
        context.previous in ("is", "number", "no.") and context.back(1).text.lower() in _STANDARDS
    )
    named = named or bool(_STANDARD_BEFORE.search(match.string, 0, match.start()))
    return _telephone(match, context) if named else None


def _hexadecimal(match: re.Match[str], context: Context) -> list[str]:
    """0x1F."""
    return ["zero", "x", *(said for c in match[1] for said in (digits(c) if c.isdigit() else spell(c)))]


def _road_number(match: re.Match[str], context: Context) -> list[str]:
    """I-405, US 101."""
    return [*spell(match[1].rstrip("- ")), *by_pairs(match[2])]


def _resolution(match: re.Match[str], context: Context) -> list[str]:
    """1080p."""
    return [*by_pairs(match[1]), *spell(match[2])]


def _ion(match: re.Match[str], context: Context) -> list[str]:
    """Na+, Cl-."""
    return [*spell(match[1]), *digits(match[2]), "plus" if match[3] == "+" else "minus"]


def _oil(match: re.Match[str], context: Context) -> list[str]:
    """5W-30."""
    return [*cardinal(match[1]), "w", *cardinal(match[2])]


def _aperture(match: re.Match[str], context: Context) -> list[str]:
    """The f of f/2.8."""
    return ["f"]


def _parts(match: re.Match[str], context: Context) -> list[str] | None:
    """1a-c behind Fig."""
    number, first, last = match.groups()
    named = context.previous.rstrip(".").removesuffix("s") in _PARTED and first.islower() == last.islower()
    return [*cardinal(number), *spell(first), "to", *spell(last)] if named and first < last else None


def _docket(match: re.Match[str], context: Context) -> list[str] | None:
    """No. 22-451 of a court."""
    return [*cardinal(match[1]), *by_pairs(match[2])] if context.previous == "no." else None


def _move(match: re.Match[str], context: Context) -> list[str]:
    """The number of 1.e4 in chess."""
    return cardinal(match[1])


def _blood(match: re.Match[str], context: Context) -> list[str]:
    """O+ blood, AB- donors."""
    return [*spell(match[1]), "positive" if match[2] == "+" else "negative"]


def _under_age(match: re.Match[str], context: Context) -> list[str] | None:
    """The U-20s, the U21 team."""
    if match[2]:
        *first, last = cardinal(match[1])
        return ["under", *first, *many(last)]
    return ["under", *cardinal(match[1])] if after(match).lower() in _TEAMS else None


def _isotope(match: re.Match[str], context: Context) -> list[str]:
    """U-235."""
    return [*spell(match[1]), *by_pairs(match[2])]


def _every_hours(match: re.Match[str], context: Context) -> list[str]:
    """The q4h, q4-6h of a prescription."""
    return ["every", *cardinal(match[1]), *(["to", *cardinal(match[2])] if match[2] else []), "hours"]


def _tested(match: re.Match[str], context: Context) -> list[str]:
    """HIV+."""
    said = ["covid"] if match[1] == "COVID" else spell(match[1])
    return [*said, "positive" if match[2] == "+" else "negative"]


def _jet(match: re.Match[str], context: Context) -> list[str] | None:
    """A 747."""
    counted = after(match).islower() and after(match).endswith("s")
    return by_pairs(match[1]) if context.previous in ("a", "an") and not counted else None


def _types(match: re.Match[str], context: Context) -> list[str] | None:
    """F-16s, Boeing 737s, iPhone 12s."""
    behind = context.back(1) if context.last.kind is Kind.HYPHEN else context.last
    jet = match[1][0] == match[1][-1] == "7" and len(match[1]) == 3
    tied = context.last.kind is Kind.HYPHEN or behind.text in ("x", "×", "iPhone")
    if not (jet or tied or behind.text[:1].isupper()):
        return None
    *said, last = by_pairs(match[1])
    return [*said, *many(last)]


FIGURES = (
    form(Kind.CODE, rf"\d{{3,4}}{END}(?![-/.,]\d)", _last_digits),
    form(Kind.CODE, rf"\d{{1,2}}-\d{{4}}{END}", _extension),
    form(Kind.CODE, r"\(([a-z]|\d\d?)\)[-–]\(([a-z]|\d\d?)\)", _letters),
    form(Kind.CODE, rf"10-(4|7|8|9|20){END}(?![-/.]\d)", _radio),
    form(Kind.CODE, r"(?<!\S)-([a-zA-Z]{1,4})(?![\w'-])", _option),
    form(Kind.CODE, rf"(\d{{1,2}})([a-zA-Z])[-–]([a-zA-Z]){END}", _parts),
    form(Kind.CODE, rf"([12]\d)-(\d{{3,4}}){END}(?![-/]\d)", _docket),
    form(Kind.NUMBER, r"(\d{1,3})\.(?=(?:[NBRQK]?[a-h]?x?[a-h][1-8]|O-O)(?![\w.]))", _move),
    form(Kind.CODE, rf"(\d{{1,2}}[1-9]|[1-9])s{END}", _types),
    form(Kind.CODE, rf"(240|360|480|576|720|1080|1440|2160)([pi]){END}", _resolution),
    form(Kind.CODE, rf"\d+(?:[- ]\d+)*(?:[- ]?X)?{END}", _standard),
    *(form(Kind.CODE, rf"{phone}{END}(?![-/]\d)", _telephone) for phone in _PHONES),
    form(Kind.CODE, rf"{_GROUPS}{END}(?![-/,.]\d)", _called),
    form(Kind.CODE, rf"1-(8\d\d|900)-([A-Z]+){END}", _by_letters),
    form(Kind.CODE, rf"{_OCTET}(?:\.{_OCTET}){{3}}{END}(?!\.\d)", _address),
    form(Kind.CODE, rf"\d{{3,4}}(?=[A-E]?(?:\s{any_of(DIRECTIONS)}\.?)?{_STREET})", _house),
    form(Kind.CODE, rf"\d{{1,2}}(?=\s{any_of(DIRECTIONS)}\.?{_STREET})", _house),
    form(Kind.CODE, rf"(0|5|10|15|20|25)[wW]-?([2-6]0){END}(?!-)", _oil),
    form(Kind.CODE, rf"0x([0-9A-Fa-f]+){END}", _hexadecimal),
    form(Kind.CODE, rf"([0-3]?\d)([LRC]){END}", _runway),
    form(Kind.CODE, rf"(7[0-8]7){END}(?![-/.,:]\d)", _jet),
    form(Kind.CODE, rf"()(\d{{3}})(?:-(\d{{1,4}}))?{END}", _type_number),
)
MIXED = (
    form(Kind.NUMBER, rf"(\d\d?)x{END}", _times),
    form(Kind.NUMBER, rf"\d+x{END}", _mixed),
    form(Kind.CODE, rf"\d+{LETTER}[^\W_]*{END}", _mixed),
)
STATE_FORMS = (
    form(Kind.CODE, rf"(?P<state>[A-Z]{{2}})(?:,?\s(?P<code>\d{{5}})(?:-(?P<more>\d{{4}}))?)?{END}", _state),
)
NAMES = (
    form(Kind.CODE, r"(?<=[\d)]\()a(?=\))", say("A")),
    form(Kind.CODE, r"U-?(1\d|2[0-3])(s?)(?![\w-])", _under_age),
    form(Kind.CODE, rf"(U|Pu|Cs|Sr|Am|Th)-(\d{{3}}){END}", _isotope),
    form(Kind.CODE, rf"q(\d{{1,2}})(?:[-–](\d{{1,2}}))?h{END}", _every_hours),
    form(Kind.CODE, r"(HIV|COVID|EBV|CMV|HPV)([-+−])(?![\w-])", _tested),
    form(Kind.CODE, r"(A|B|AB|O)([-+−])(?=\s(?:blood|donors?|plasma|patients?)\b)", _blood),
    form(Kind.CODE, rf"(?:[NS][EW]{END}(?!\.?\w|-\w)|[NSEW]{END}(?!\.|-\w))", _way),
    form(Kind.CODE, rf"(I-|US[- ])([1-9]\d\d|(?<=[IS]-)[1-9]\d){END}(?![.,-]\d)", _road_number),
    form(Kind.CODE, r"f/(?=\d)", _aperture),
    form(Kind.CODE, rf"({any_of(e for e in (*ELEMENTS, 'OH') if len(e) == 2)})\^?(\d?)([-+−])(?![\w-])", _ion),
    form(Kind.CODE, r"([HKFI])\^()([-+−])(?![\w-])", _ion),
    form(Kind.CODE, rf"({any_of(DIRECTIONS)})\.?(?={_STREET})", _direction),
    form(Kind.CODE, r"([NS][EW])(?=\s(?:[A-Z][a-z]{2}|\d+(?:st|nd|rd|th)\b))", _direction),
    form(Kind.CODE, rf"x(\d{{2,5}}){END}", _extension_of_phone),
    form(Kind.CODE, rf"([A-Z])(\d{{3}})(?:-(\d{{1,4}}))?(?:{END}|(?=neo\b))", _type_number),
    form(Kind.CODE, r"[vV](?=\d+\.\d)", say("v")),
    form(Kind.CODE, rf"{LETTER}+\d[^\W_]*{END}(?!\.\d)", _mixed),
)
