"""Punctuation → marks, and the meaning of hyphens, dashes and slashes between forms.

- Dashes and brackets are commas; of several marks in a row the strongest is kept. Quotes and emoticons are silent.
- A hyphen or dash between figures, months or days is "to"; between words it is not spoken.
- A slash is spoken, except that between an amount and what it is counted for it is "per".
"""

import re

from wavenet.patterns import late
from wavenet.tts.english import context as where
from wavenet.tts.english.context import Context, Kind, Read, after, goes_on, is_glued
from wavenet.tts.english.grammar import form, say
from wavenet.tts.english.tables import words
from wavenet.tts.english.units import CURRENCIES, DOTTED_UNITS, SHORT_TIMES, UNITS, unit
from wavenet.tts.segments import SIGNS

_SIGN_OF = {**{sign: sign for sign in SIGNS}, **dict.fromkeys("—–()[]{}", ",")}
_FIGURES = where.FIGURES | {Kind.DATE}
_DATED = frozenset({Kind.DAY, Kind.YEAR, Kind.ORDINAL, Kind.DATE, Kind.MONTH, Kind.TIME})
_SIZES = ("S", "M", "L", "XS", "XXS", "XL", "XXL", "XXXL")
_OPEN_ENDS = words("present now today date close closing dusk dawn sunset sundown late onward onwards")
_SEASONS = words("spring summer autumn fall winter easter christmas thanksgiving")
_MANY_OF = late(r"100\s?km|1\.73\s?m|1,?000\s")
_AREA_NEXT = late(r"(?:sq|cu)\.?\s?(?:in|ft|yd|mi|m|km|cm)\b")
_SUSPENDED = late(r"(?:,\s\w+-)*,?\s(?:and|or|to|und|&)\s(?:the\s)?\w+-\w")
_TOGETHER = {(long, short) for long in ("hr", "hrs") for short in ("min", "mins")} | {("min", "sec"), ("mins", "secs")}
"""units of a time that is given in both: hr./min."""
_PRICES = words("price prices cost costs rent rate fee")
_SHARES = words("user month year day person hour week seat device mo yr")
_BEHIND_SHORT = frozenset(",;:")
"""behind a period, these show that it is that of an abbreviation"""
_SUM_NEXT = late(r"[^,;.!?]{0,40}?=|\([-–−]\.?\d")
"""what shows that a hyphen between blanks is a minus: 10 - 7 = 3, 10 - (-3)"""


def _range(match: re.Match[str], context: Context) -> list[str] | None:
    """5–7, May–June, 9 a.m. – 5 p.m., 1999-present."""
    before, sign, spaced = context.before, match[0].rstrip(), match[0][-1].isspace()
    if not before or spaced == is_glued(match) or not match.string[match.end() :].strip():
        return None
    if len(before) > 1 and before[-2].kind is Kind.HYPHEN:  # b-1-5
        return None
    left, right = before[-1], context.peek(match)
    if right.kind is not Kind.SOFT and re.match(
        r"-[A-Z0-9]", match.string[match.end() + len(right.text) :][:2]
    ):  # 48-1123-A
        return None
    if _is_version(before[-1]):
        return None
    if len(before) > 1 and before[-2].text == "#" and right.text != "#" and not _follows(left.text, right.text):
        return None
    if spaced and left.kind in _FIGURES and _SUM_NEXT.match(match.string, match.end()):
        return ["minus"]
    return (
        ["to"]
        if _are_ends(left, right)
        or (_are_letters(left, right) and (sign == "–" or right.text in ("Z", "z", *_SIZES[3:])))
        else None
    )


def _are_ends(left: Read, right: Read) -> bool:
    """Whether two forms are the first and the last of a range."""
    if left.kind in where.CALENDAR or right.kind in where.CALENDAR:
        return left.kind is right.kind or (right.kind is Kind.MONTH and left.kind in _DATED)
    if left.text in ("BC", "B.C.", "BCE") and right.text in ("AD", "A.D.", "CE"):
        return True
    if left.kind is Kind.YEAR and right.text.lower() in _SEASONS:
        return True
    if left.kind in _DATED and right.text.lower() in _OPEN_ENDS:
        return True
    if right.text == "#" and left.kind is Kind.NUMBER:  # #1-#10
        return True
    if left.kind is Kind.VERSE and re.fullmatch(r"\d+[a-d]", right.text):  # 13:4-8a
        return True
    return left.kind is right.kind is Kind.ROMAN or (left.kind in _FIGURES and right.kind in _FIGURES)


def _is_version(left: Read) -> bool:
    """6.1.0-18."""
    return left.kind is Kind.NUMBER and left.text.count(".") > 1


def _follows(first: str, last: str) -> bool:
    """Whether #3-5 are several; not #88-1204 and #00123-9, which are one."""
    return first.isdigit() and last.isdigit() and first[0] != "0" and int(first) < int(last) <= 10 * int(first)


def _are_letters(left: Read, right: Read) -> bool:
    if left.text in _SIZES and right.text in _SIZES and len(left.text + right.text) > 2:  # S-XL
        return True
    return len(left.text) == len(right.text) == 1 and left.text.isalpha() and right.text.isalpha()


def _classes(match: re.Match[str], context: Context) -> list[str] | None:
    """Grades K-5."""
    return ["to"] if context.before and context.back(1).text.lower() in ("grade", "grades") else None


def _for(match: re.Match[str], context: Context) -> list[str] | None:
    """3/$2.50."""
    return ["for"] if context.last.kind is Kind.NUMBER and context.back(1).text != "for" else None


def _grade(match: re.Match[str], context: Context) -> list[str] | None:
    """A B-, O- blood; but not the hyphen that waits for the end of another word: B- and C-level."""
    return None if _SUSPENDED.match(match.string, match.end()) else ["minus"]


def _hyphen(match: re.Match[str], context: Context) -> list[str] | None:
    """Between the parts of a word."""
    return [] if is_glued(match) and goes_on(match) and context.before else None


def _dash(match: re.Match[str], context: Context) -> list[str]:
    """Between clauses; a hyphen at the beginning or end of a word is silent."""
    return [","] if match[0] == "–" or not (is_glued(match) or goes_on(match)) else []


def _per(match: re.Match[str], context: Context) -> list[str] | None:
    """$5/month, 500 litres/day, 60 ft./sec."""
    if not (is_glued(match) and goes_on(match) and context.before):
        return None
    left, right = context.before[-1], after(match)
    if (left.text.rstrip(".").lower(), right.rstrip(".").lower()) in _TOGETHER:
        return None
    if left.text in CURRENCIES and unit(right, within=True):  # $/kg
        return ["per"]
    if left.kind is Kind.WORD and re.match(r"[kc]?m\^[23](?!\w)", match.string[match.end() :]):  # people/km²
        return ["per"]
    if _AREA_NEXT.match(match.string, match.end()) and left.text.rstrip(".").lower() in DOTTED_UNITS:  # lb./sq. in.
        return ["per"]
    if left.text.lower() in _PRICES and _AREA_NEXT.match(match.string, match.end()):
        return ["per"]
    if _MANY_OF.match(match.string, match.end()) and left.kind in (Kind.MEASURE, Kind.UNIT):
        return ["per"]
    counted = (
        left.kind is Kind.WORD
        and left.text.islower()
        and left.said[-1:]
        and (left.said[-1] == "people" or left.said[-1].endswith("s"))
    )
    if counted and context.back(1).kind in (Kind.NUMBER, Kind.MONEY) and right and right[-1] not in "sn":
        return ["per"]
    if len(context.before) > 1 and context.before[-2].kind is Kind.PER and right in _SHARES:
        return ["per"]
    if left.kind in (Kind.MONEY, Kind.MEASURE):
        is_word = right in (right.lower(), right.upper(), right.capitalize())  # not hA
        named = right.replace("-", "").isalpha() and len(right) > 1 and is_word
        warm = left.said[-1:] in (("celsius",), ("fahrenheit",))  # 160°C/gas 4
        return ["per"] if (named and not warm) or unit(right, within=True) else None
    timed = right.lower().rstrip(".") in SHORT_TIMES
    counts = left.kind is Kind.UNIT or (left.text[-1] == "." and left.text[:-1].lower() in DOTTED_UNITS)
    many = timed and (counts or (left.text[-1:].isalpha() and left.said[-1:] and left.said[-1].endswith("s")))
    small = right == "L" or not right[:1].isupper()
    return ["per"] if many or (left.kind is Kind.NUMBER and (timed or right in UNITS) and small) else None


def _marks(match: re.Match[str], context: Context) -> list[str]:
    text = match[0]
    goes_on_behind = text[:2] == ".)" and after(match)[:1].islower()  # a goal (67' pen.) by
    if is_glued(match) and text[0] == "." and (text[1:2] in _BEHIND_SHORT or goes_on_behind):  # the White Hse., at noon
        text = text[1:]
    found = [_SIGN_OF[c] for c in text if c in _SIGN_OF]
    return [max(found, key=SIGNS.index)] if found else []


def _middle_dot(match: re.Match[str], context: Context) -> list[str]:
    """A pause between items; silent within a word."""
    return [] if is_glued(match) or goes_on(match) else [","]


_SILENT = say("")
RULES = (form(Kind.SOFT, r"[=~^#*]{4,}", say(",")),)
"""lines drawn with signs"""
EMOTICONS = (form(Kind.SOFT, r"(?<!\S)[:;=]['-]?[)(\]\[DPpOo/\\|*]+(?!\S)", _SILENT),)
FORMS = (
    form(Kind.RANGE, r"[-–—]\s?", _range),
    form(Kind.SIGN, r"(?:(?<=\b[A-FO])|(?<=\bAB))-(?![\w-])", _grade),
    form(Kind.RANGE, r"(?<=\bK)[-–](?=\d(?!\d))", _classes),
    form(Kind.HYPHEN, r"[-–]", _hyphen),
    form(Kind.SOFT, r"[-–]", _dash),
    form(Kind.SOFT, r"(?<=\d)/-(?!\w)", _SILENT),
    form(Kind.PER, r"/(?=ea\b)", _SILENT),
    form(Kind.SIGN, r"/(?=[$€£]\d)", _for),
    form(Kind.PER, "/", _per),
    form(Kind.SLASH, "/", say("slash")),
    form(Kind.SIGN, "#(?=:)", say("number")),
    form(Kind.SIGN, "§§", say("sections")),
    form(Kind.SIGN, r"¶¶(?=\s?\d)", say("paragraphs")),
    form(Kind.SIGN, r"¶(?=\s?\d)", say("paragraph")),
    form(Kind.HYPHEN, r"(?<=\S)\.(?=[-–/]\w)", _SILENT),
    form(Kind.MARK, r"(?:(?<=[a-z]{2})|(?<=\d)|(?<=\b[A-Z]))\.(?=[A-Z][a-z.])", _marks),
    form(Kind.SIGN, r"\.(?=\w)", say("dot")),
    form(Kind.SOFT, r"[—()\[\]{}\"]+(?![.,;:!?…])", _marks),
    form(Kind.MARK, r"(?:\.(?!\d)|[,;:!?…—()\[\]{}\"])+", _marks),
    form(Kind.SOFT, "·", _middle_dot),
    form(Kind.SOFT, r"['_`|]+", _SILENT),
)
