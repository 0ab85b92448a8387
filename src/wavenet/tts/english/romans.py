"""Roman numerals → words.

A numeral is a cardinal after chapter, part, war …, an ordinal after the name of a king or pope and before *century*,
a cardinal, if it has two letters or more, after any other capitalised word (Rocky II), and the number of what follows
at the beginning of a sentence (II. Methods). Four letters or more that can be a year are one (MCMXCIX).
"""

import re
from itertools import pairwise

from wavenet.patterns import late
from wavenet.tts.english.abbreviations import BEFORE_NUMBER
from wavenet.tts.english.characters import fold
from wavenet.tts.english.context import Context, Kind, Read, after, character_behind, form_behind, starts_sentence
from wavenet.tts.english.grammar import END, LETTER, any_of, form
from wavenet.tts.english.initials import LETTERED
from wavenet.tts.english.numbers import cardinal, has_ending, ordinal, roman, roman_year, year
from wavenet.tts.english.tables import NUMBERED, PREPOSITIONS, REGNAL, STARTERS, words
from wavenet.tts.english.words import spell

_TO_ANOTHER = late(rf"[-–]([IVXL]{{2,}}){END}")
_LEAST_UNUSUAL = 40
"""from here on, numerals are letters, such as those of a size, unless the word before shows that they are not"""
_INITIAL = late(r"[A-Z]\.")
_PAGES = words("pp pp. p. page pages paragraph footnote note")
_CENTURIES = words("century centuries olympiad olympiads dynasty legion")
_JOINING = words("and or & to through")
_ONE_BEFORE = words("of was and & had reigned ruled died became succeeded married granted made")
_GIVEN_NAMES = words(
    "john james robert michael william david joseph thomas christopher daniel matthew anthony mark steven andrew "
    "kenneth joshua kevin brian timothy ronald jeffrey ryan jacob gary eric jonathan stephen larry justin scott "
    "brandon benjamin samuel raymond patrick jack dennis jerry tyler aaron jose adam nathan zachary douglas harold "
    "kyle walter noah ethan jeremy keith roger terry arthur lawrence sean austin joe albert jesse bryan bruce ralph "
    "roy eugene russell philip harry vincent bobby johnny howard ernest martin craig stanley thurston cal ken odell "
    "marvin davis hank frank fred jim bill bob tom sam ted prescott loudon winthrop john-paul"
)
"""the Roman numeral after the surname behind one of these is an ordinal: Thurston Howell III"""
_RANKS = words("mr dr king queen pope prince emperor tsar czar sultan shah duke earl sir")
_HEADED = ("introduction", "background", "methods", "materials", "results", "discussion", "conclusion", "conclusions",
           "summary", "overview", "references", "appendix", "analysis", "preface", "prologue", "epilogue", "purpose",
           "scope", "definitions", "facts", "argument", "related", "experiments", "evaluation")  # fmt: skip
"""words that a heading begins with, so that one letter before them is its number"""


def _numeral(match: re.Match[str], context: Context) -> list[str] | None:
    """Chapter IV, Henry VIII, Rocky II, the XIX century, MCMXCIX."""
    text, letter = match.groups()
    value = roman(text)
    if value is None:
        in_year = roman_year(text)
        return year(str(in_year)) if in_year else None
    if after(match).lower() in _CENTURIES and len(text) > 1:
        return ordinal(str(value))
    listed = context.previous == "the" and set(text) <= set("IVX") and len(text) > 1
    if listed and after(match)[:1].isupper() and after(match)[1:2].islower():  # the XXIV Olympic Games
        return ordinal(str(value))
    ahead = _TO_ANOTHER.match(match.string, match.end())
    if ahead and len(text) > 1 and (roman(ahead[1]) or 0) > value:  # CN II–XII
        return cardinal(str(value))
    joined = context.previous in _JOINING and context.back(1).kind is Kind.ROMAN
    if joined and text != "I" and context.back(1).said[0] == "the":
        return ["the", *ordinal(str(value))]
    if context.partner.kind is Kind.ROMAN or (joined and text != "I"):
        return cardinal(str(value))
    last = context.last
    if not last.text or (len(text) == 1 and text not in "IVX"):
        return None
    again = any(b.kind is Kind.ROMAN and a.text == last.text for a, b in pairwise(context.before))  # Saw IV and Saw V
    if again and last.text[:1].isupper() and text in ("V", "X"):
        return cardinal(str(value))
    if context.previous in ("no.", "nos.") and len(text) > 1:
        return cardinal(str(value))
    if _is_numbered(last) and (last.text[0].isupper() or last.text == "§" or text != "I"):
        return [*cardinal(str(value)), *spell(letter)]
    return None if letter else _of_a_name(match, value, context)


def _of_a_name(match: re.Match[str], value: int, context: Context) -> list[str] | None:
    last = context.last
    text, before, capital = match[1], last.text.lower(), last.text[0].isupper()
    if before in REGNAL and capital:
        enclosed = match.string.startswith(" (", match.end())  # Elizabeth I (1558-1603)
        said = text != "I" or enclosed or not after(match) or after(match).lower() in _ONE_BEFORE
        return ["the", *ordinal(str(value))] if said else None
    given = context.back(2 if _INITIAL.fullmatch(context.back(1).text) else 1).text.lower().rstrip(".")
    if capital and len(text) > 1 and given in _GIVEN_NAMES | _RANKS:
        return ["the", *ordinal(str(value))]
    clear = (capital and last.kind is Kind.WORD) or (len(text) > 2 and set(text) <= set("IVX"))
    if len(text) == 1 or value >= _LEAST_UNUSUAL or last.text.isupper() or before in STARTERS | PREPOSITIONS:
        return None
    return cardinal(str(value)) if clear else None


def _is_numbered(read: Read) -> bool:
    """Whether it is a word such as chapter, or an abbreviation of one."""
    before = "section" if read.text == "§" else BEFORE_NUMBER.get(read.text.lower(), read.text.lower())
    return before in NUMBERED or before.removesuffix("s") in NUMBERED


def _small(match: re.Match[str], context: Context) -> list[str] | None:
    """Page xii, pages iv-xii, (iii)."""
    value = roman(match[1].upper())
    enclosed = match.string[: match.start()].endswith("(") and character_behind(match) == ")"
    listed = enclosed and len(match[1]) > 1 and "xx" not in match[1]
    numbered = _is_numbered(context.last) and context.last.text != "mark"  # a question mark v
    shown = numbered or context.previous in _PAGES or context.partner.kind is Kind.ROMAN
    return cardinal(str(value)) if value and (listed or shown) else None


def _accented(match: re.Match[str], context: Context) -> list[str] | None:
    """§Ì, whose accent nobody hears."""
    value = roman(fold(match[0]).upper())
    return cardinal(str(value)) if value and _is_numbered(context.last) and context.last.text != "mark" else None


def _heading(match: re.Match[str], context: Context) -> list[str] | None:
    """II. Methods."""
    value = roman(match[1])
    return [*cardinal(str(value)), "."] if value and not context.before and after(match) else None


def _of_century(match: re.Match[str], context: Context) -> list[str] | None:
    """The XXth."""
    value = roman(match[1])
    return ordinal(str(value)) if value and has_ending(str(value), match[2]) else None


def _at_the_end(match: re.Match[str], context: Context) -> list[str] | None:
    """Henry V. and Saw V. where a sentence ends."""
    text, last, before = match[1], context.last.text, context.previous
    following = form_behind(match.string, match.end() + 1)
    if (
        _is_numbered(context.last) and last[:1].isupper() and context.before[-1] is context.last
    ):  # World War I. Millions
        return cardinal(str(roman(text)))
    if (following and not starts_sentence(following)) or not last[:1].isupper() or context.last.kind is not Kind.WORD:
        return None
    value = roman(text)
    if before in REGNAL and value and (text != "I" or len(context.before) == 1):
        return ["the", *ordinal(str(value))]
    if text != "V" or last.isupper() or before in _GIVEN_NAMES | _RANKS | STARTERS | LETTERED:
        return None
    return cardinal("5")


HEADINGS = (
    form(Kind.ROMAN, r"([IVX])(?=\.(?:\s|$))", _at_the_end),
    form(Kind.ROMAN, r"([IVX]{2,})\.(?=\s)", _heading),
    form(Kind.ROMAN, rf"([IVX])\.(?=\s(?i:{any_of(_HEADED)})\b)", _heading),
)


def _part_of_section(match: re.Match[str], context: Context) -> list[str] | None:
    """Section III.B."""
    value = roman(match[1])
    return [*cardinal(str(value)), *context.say_alone(match[2])] if value and _is_numbered(context.last) else None


FORMS = (
    form(Kind.ROMAN, rf"([IVX]+)\.([A-Z]|\d+){END}", _part_of_section),
    form(Kind.ROMAN, rf"([IVX]+)(st|nd|rd|th){END}", _of_century),
    form(Kind.ROMAN, rf"([IVX]{{1,4}})([A-E]){END}", _numeral),
    form(Kind.ROMAN, rf"([IVXLCDM]+)([a-e]?){END}", _numeral),
    form(Kind.ROMAN, rf"([ivx]+){END}", _small),
    form(Kind.ROMAN, rf"(?![\x00-\x7f]){LETTER}{END}", _accented),
)
