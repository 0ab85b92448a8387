"""Abbreviations, titles and initials → words.

- The period of an abbreviation ends a sentence only before a word that often begins one; that of a title never does.
- St. is saint before a name, else street; Dr. is doctor, but drive after a name with no name after it.
- What could be a word is an abbreviation before a number (No. 5), or if the sentence continues (max. speed).
"""

import re

from wavenet.patterns import late
from wavenet.tts.english import initials, states
from wavenet.tts.english.abbreviations import (
    AFTER_ARTICLES,
    ALSO_WORDS,
    ANYWHERE,
    BARE_BEFORE_NUMBER,
    BEFORE_NAME,
    BEFORE_NUMBER,
    DIRECTIONS,
    PLACES,
    RANKS,
    ROADS,
    SPELLED_SMALL,
    TITLES,
    TWO_PART_STATES,
    WHOLE,
    WITHIN,
)
from wavenet.tts.english.context import Context, Kind, after, character_behind, is_glued, is_name
from wavenet.tts.english.grammar import END, LETTER, any_of, form, say
from wavenet.tts.english.numbers import cardinal, roman
from wavenet.tts.english.tables import ARTICLES, NUMBERED, PREPOSITIONS, words
from wavenet.tts.english.units import DOTTED_UNITS
from wavenet.tts.english.words import spell

_NUMBER_NEXT = late(r"\s?#?[-–]?[$€£¥]?\.?\d")
_NUMERAL_NEXT = late(r"\s[IVXivx](?:[,;:]|\s§)")
_SMALL_NEXT = late(r"\s[(\[\"']?[a-z]")
_OF_NEXT = late(r"\s(?:of|per|and|or|than|is|was|are|were)\b")
_JOINED_NEXT = late(r"\s?[-–/&](?=[\w$€£])|\s&\s|[,;:]")
_OF_A_BOOK = ("and", "by", "ed", "edition")
"""behind these, rev. is no title: 2nd ed., rev. and enl."""
_IN_SMALL = words("mr. mrs. ms. dr. prof. lt. sgt. capt. messrs. rev. gov. sen. mt.")
"""titles that are not other words, so that they may be in lower case, too"""
_CLEAR_IN_SMALL = ("pp", "ext", "wk")
_CLEAR_TITLES = words("mr mrs ms jr sr prof lt sgt capt")
"""those that stand before a single letter, too: Mr T, but not Gen Z"""
_BEFORE_AMOUNT = words("max min temp pop")
_BEFORE_OF = words("pop dim dial temp var max min prob ed ex")
_ONE = ARTICLES | words("last next this per each every one")
_SPANS = words("wk yr hr")
_ROADS_TOO = ("street", "drive")
_MONEY_NEXT = late(r"\s[-–]?[$€£]")
_IN_SMALL_NUMERALS = words("page pages scene act chapter section volume part note notes")
_SIZES = ("med", "sm", "lg")
_IN_BRACKETS = words("equation equations reference references")
"""their number may be in brackets"""
_WITH_LETTERS = words("room suite apartment building floor figure appendix")


def _whole(match: re.Match[str], context: Context) -> list[str] | None:
    text = match[0].lower()
    if text == "etc" and is_glued(match) and context.before and context.before[-1].kind is Kind.SLASH:
        return spell("etc")  # a folder
    if text == "c/o" and context.last.said[-1:] in (("patient",), ("patients",)):
        return ["complains", "of"]
    return None if character_behind(match) == "." and f"{text}." in ANYWHERE else WHOLE[text].split()


def _small_letters(match: re.Match[str], context: Context) -> list[str] | None:
    """imo, Omg."""
    small = match[0].lower()
    known = context.known is not None and context.known(small)
    return spell(small) if small in SPELLED_SMALL and not known else None


def _before_number(match: re.Match[str], context: Context) -> list[str] | None:
    """No. 5, p.5, Vol. II, Rm. B."""
    name = BEFORE_NUMBER.get(match[0].lower())
    if name is None or (name == "circa" and context.last.kind is Kind.ORDINAL):
        return None
    following = after(match)
    if name in _IN_BRACKETS and re.match(r"\s?\(\d", match.string[match.end() : match.end() + 3]):
        return name.split()
    clear = len(following) > 1 or _NUMERAL_NEXT.match(match.string, match.end())
    numeral = (name in NUMBERED or name == "number") and clear and roman(following)
    small = re.fullmatch("[ivxl]+", following) and clear and name in _IN_SMALL_NUMERALS
    numeral = numeral or (small and roman(following.upper()))
    if name == "revision" and _MONEY_NEXT.match(match.string, match.end()):  # rev. $12.4B
        return ["revenue"]
    letter = name in _WITH_LETTERS and re.fullmatch(r"#?[A-Z]\d*", following)
    coded = name == "number" and re.match(r"[A-Z]+-?\d", following)
    return name.split() if numeral or letter or coded or _NUMBER_NEXT.match(match.string, match.end()) else None


def _before_one(match: re.Match[str], context: Context) -> list[str]:
    """Art. I, § 8."""
    return BEFORE_NUMBER.get(match[0].lower(), {"Amend": "amendment", "Tit": "title"}.get(match[1], "")).split()


def _glued_to_number(match: re.Match[str], context: Context) -> list[str] | None:
    """Table.2."""
    return [match[1].lower()] if match[1].lower() in NUMBERED else None


def _bare_before_number(match: re.Match[str], context: Context) -> list[str] | None:
    """Fig 3, Hwy 1; No 5, but not at the beginning of a sentence."""
    text, small = match[0], match[0].lower()
    allowed = small in BARE_BEFORE_NUMBER and (text[0].isupper() or small in _CLEAR_IN_SMALL)
    allowed = allowed or (text == "No" and bool(context.before))
    name = BEFORE_NUMBER.get(f"{small}.") or ANYWHERE.get(f"{small}.")
    return name.split() if name and allowed and _NUMBER_NEXT.match(match.string, match.end()) else None


def _title(match: re.Match[str], context: Context) -> list[str] | None:
    """Mr., Maj., Ft.: before a name, or before another of these."""
    small, capital, following = match[0].lower(), match[0][0].isupper(), after(match)
    if small not in BEFORE_NAME or not (capital or (small in _IN_SMALL and following)):
        return None
    if small in _IN_SMALL and re.match(r"(?:and|or)\b", match.string[match.end() : match.end() + 4]):  # Mr.and Mrs.
        return BEFORE_NAME[small].split()
    named = is_name(following) or _is_title(following) or _is_title(context.partner.text.rstrip("."))
    if small in ("st.", "dr."):
        said = _saint_or_doctor(small, named or not capital, context)
        return None if said[0] in _ROADS_TOO else said
    if small == "sr." and (is_name(context.last.text) or context.partner.said[:1] == ("junior",)):
        return ["senior"]
    if small in WITHIN and not capital and (match.string[: match.start()].endswith(", ") or following in _OF_A_BOOK):
        return None
    on = small not in ANYWHERE and (_SMALL_NEXT.match(match.string, match.end()) or _is_joined(match))
    last_of_several = context.last.kind is Kind.TITLE and not following
    return BEFORE_NAME[small].split() if named or on or last_of_several else None


def _street(match: re.Match[str], context: Context) -> list[str] | None:
    """Main St., Sunset Dr."""
    capital, named = match[0][0].isupper(), is_name(after(match))
    if re.match(r"-[A-Z]", match.string[match.end() : match.end() + 2]):
        return ["saint"] if match[0].lower() == "st." else None
    said = _saint_or_doctor(match[0].lower(), named, context) if capital else None
    return said if said and said[0] in _ROADS_TOO else None


def _is_title(text: str) -> bool:
    return text[:1].isupper() and (text.lower() in TITLES or f"{text.lower()}." in BEFORE_NAME)


def _direction(match: re.Match[str], context: Context) -> list[str]:
    """N. Korea."""
    return [DIRECTIONS[match[1]]]


def _two_titles(match: re.Match[str], context: Context) -> list[str] | None:
    """R. Adm. Hopper."""
    return BEFORE_NAME[match[0].lower()].split() if is_name(after(match)) else None


def _title_alone(match: re.Match[str], context: Context) -> list[str] | None:
    """He is a Sgt."""
    small = match[0].lower()
    if is_glued(match) and context.before and context.before[-1].text == ".":  # start.conf.
        return None
    is_word = context.known is not None and context.known(small[:-1])
    return BEFORE_NAME[small].split() if small in BEFORE_NAME and not is_word else None


def _bare_title(match: re.Match[str], context: Context) -> list[str] | None:
    """Mr Lee, Dr Who."""
    small = match[0].lower()
    following = after(match)
    named = following[:1].isupper() and character_behind(match).isspace()
    if small in ("st", "dr"):
        return _saint_or_doctor(small, named, context) if named or _is_behind_name(context) else None
    clear = small in _CLEAR_TITLES or (is_name(following) and following[1:2].islower())
    return TITLES[small].split() if named and clear else None


def _saint_or_doctor(small: str, named: bool, context: Context) -> list[str]:
    behind_name = _is_behind_name(context)
    if small[0] == "s":
        road = context.last.said[-1:] and context.last.said[-1] in ROADS.values()
        behind_name = behind_name and context.last.kind is not Kind.TITLE and not road
        behind_name = behind_name and not context.last.text.isdigit()  # 8 St. James's Square
        return ["saint"] if named and not behind_name else ["street"]
    return ["drive"] if behind_name and not named else ["doctor"]


def _is_behind_name(context: Context) -> bool:
    before = context.last.text
    return (before[:1].isupper() or before[:1].isdigit()) and before.lower() not in PREPOSITIONS


def _road(match: re.Match[str], context: Context) -> list[str] | None:
    """5th Ave, Oak Ln."""
    last, small = context.last, match[0].lower()
    behind = last.kind is Kind.ORDINAL or (is_name(last.text) and last.text.lower() not in PREPOSITIONS)
    return [ROADS[small]] if behind and not (small in ("st", "dr") and after(match)[:1].isupper()) else None


def _anywhere(match: re.Match[str], context: Context) -> list[str] | None:
    small = match[0].lower()
    if small == "est." and (said := states.estimated(match, context)):
        return said
    is_file = is_glued(match) and character_behind(match).isalnum()  # src/svc.c
    if is_file or match[0] in ("HT.", "GP."):
        return None
    if small == "pl." and not context.last.text and after(match).islower():  # of a court: Pl. may sue
        return ["plaintiff"]
    return ANYWHERE[small].split() if small in ANYWHERE else None


def _goal(match: re.Match[str], context: Context) -> list[str] | None:
    """The pen. of a goal (67' pen.)."""
    said = ["penalty"] if match[1] == "pen" else ["own", "goal"]
    return said if context.last.said[-1:] == ("minute",) else None


def _patient(match: re.Match[str], context: Context) -> list[str]:
    """Pt. denies pain."""
    return ["patients" if match[1] else "patient"]


def _within(match: re.Match[str], context: Context) -> list[str] | None:
    """Before something that shows that the sentence continues: Sat. morning, max. speed, oz.-in."""
    small = match[0].lower()
    if match[0] == "Ed." and context.previous == "of":
        return ["education"]
    if small not in WITHIN:
        return None
    bare = small[:-1]
    if bare == "min" and context.partner.said[-1:] in (("hours",), ("hour",)):  # hr./min.
        return ["minutes"]
    behind = is_glued(match) and context.partner.text.endswith(".")
    joined = bare != "no" and (_is_joined(match) or behind)
    if context.previous in ARTICLES and WITHIN[small] in AFTER_ARTICLES:
        return [AFTER_ARTICLES[WITHIN[small]]]
    named = bare in _BEFORE_AMOUNT and context.previous in ARTICLES
    sure = named or bare not in ALSO_WORDS or match[0][0].isupper()
    sure = sure or (bare in _SIZES and context.last.kind is Kind.NUMBER)  # 1 med. onion
    on = sure and _SMALL_NEXT.match(match.string, match.end())
    on = on or (bare in _BEFORE_OF and _OF_NEXT.match(match.string, match.end()))
    counted = (match[0][0].isupper() or bare in _BEFORE_AMOUNT) and bare != "in"
    counted = counted and _NUMBER_NEXT.match(match.string, match.end()) is not None
    of_one = (
        bare in DOTTED_UNITS and bare[-1] != "s" and (context.last.kind is Kind.ORDINAL or context.previous in _ONE)
    )
    if not (joined or on or counted or context.previous in WITHIN or (of_one and bare in _SPANS)):
        return None
    one = of_one or (bare in DOTTED_UNITS and (character_behind(match) == "-" or context.last.kind is Kind.HYPHEN))
    return (
        [{"inches": "inch", "feet": "foot"}.get(WITHIN[small], WITHIN[small].rstrip("s"))] if one else [WITHIN[small]]
    )


def _is_joined(match: re.Match[str]) -> bool:
    return _JOINED_NEXT.match(match.string, match.end()) is not None


def _century(match: re.Match[str], context: Context) -> list[str] | None:
    """The 5th c. BC."""
    return ["century"] if Kind.ORDINAL in (context.last.kind, context.partner.kind) else None


def _bare(match: re.Match[str], context: Context) -> list[str]:
    """Acme Ltd, Univ of Utah."""
    return ANYWHERE[f"{match[0].lower()}."].split()


def _floor(match: re.Match[str], context: Context) -> list[str] | None:
    """The 5th Fl."""
    return ["floor"] if context.last.kind is Kind.ORDINAL else None


def _numbered(match: re.Match[str], context: Context) -> list[str] | None:
    """1. Mix flour."""
    return [*cardinal(match[1]), "."] if not context.before and after(match) else None


def _item(match: re.Match[str], context: Context) -> list[str] | None:
    """a) First, ii) second."""
    if context.last.text:
        return None
    value = roman(match[1].upper()) if len(match[1]) > 1 else None
    if value is None and len(match[1]) > 1:
        return None
    return [*(cardinal(str(value)) if value else spell(match[1])), ","]


_OF_A_PATIENT = (
    "c/o|w/|is|was|are|were|has|had|have|will|denies|denied|reports?|reported|presents?|presented|complains|states|stated|tolerated|"
    "seen|admitted|afebrile"
)
_DOTTED = rf"{LETTER}+\."
_CAPITALS = rf"(?:{LETTER}\.){{2,}}(?:{LETTER}{END})?|(?:[A-Z]\.)+[A-Z]{END}|Ph\.D\."
ITEMS = (form(Kind.NUMBER, r"(\d{1,3})\.(?=\s)", _numbered),)
WHOLE_FORMS = (form(Kind.WORD, rf"{any_of(WHOLE)}(?<!\.){END}(?!(?<=\d)/\d)", _whole, re.IGNORECASE),)
FORMS = (
    form(Kind.WORD, r"(?:Fwd|FWD|Fw|FW)(?=:)", say("forward")),
    form(Kind.WORD, r"([A-Z][a-z]{2,})\.(?=\d)", _glued_to_number),
    form(Kind.WORD, rf"[A-Z]?[a-z]+{END}(?!\.\w|'(?!s\b))", _small_letters),
    form(Kind.ABBREVIATION, rf"F\.\s?(?:(Supp\.)\s?)?([23]d|4th){END}", initials.reporter),
    form(Kind.TITLE, r"Fed\.\s?R\.\s?(Civ|Crim|App|Evid)\.(?:\s?P\.)?(?=\s\d)", initials.rules),
    form(Kind.TITLE, r"Pub\.\s?L\.(?=\sNo\b|\s\d)", say("public law")),
    form(Kind.TITLE, r"P\.\s?(P\.\s?)?S\.", initials.postscript),
    form(Kind.TITLE, rf"Pt(s?)\.?(?=\s(?:{_OF_A_PATIENT})(?!\w))", _patient),
    form(Kind.TITLE, r"(pen|og)\.?(?=[,)])", _goal),
    form(Kind.TITLE, r"Id\.(?=\sat\s)", say("id")),
    form(Kind.TITLE, r"(INT|EXT)\.(?:/(INT|EXT)\.)?(?=\s[A-Z]{2})", initials.scene),
    form(Kind.WORD, r"([a-zA-Z]|[ivx]{2,4})\)", _item),
    form(Kind.CODE, rf"([A-Z]{{1,3}})&([A-Z]{{1,3}})(s?){END}", initials.pair),
    form(Kind.ABBREVIATION, r"[A-Z][a-z]+\.", states.state),
    form(Kind.ABBREVIATION, rf"({any_of(s[:2] for s in TWO_PART_STATES)})\s?([A-Z][a-z]+\.)", states.two_part_state),
    form(Kind.TITLE, rf"{any_of(RANKS)}(?=\s[A-Z][a-z])", lambda match, context: RANKS[match[0]].split()),
    form(Kind.ABBREVIATION, r"v\.", initials.versus),
    form(Kind.TITLE, r"(?:d|def)\.(?=\s[A-Z])", initials.defeated),
    form(Kind.ABBREVIATION, r"c\.", _century),
    form(Kind.ABBREVIATION, rf"[Ff]lr?(?:\.|{END})", _floor),
    form(Kind.TITLE, r"(Art|Amend|Sec|Vol|Pt|Ch|Bk|Fig|Tit|App)\.(?=\sI[,;:])", _before_one),
    form(Kind.ABBREVIATION, _DOTTED, _before_number),
    form(Kind.TITLE, rf"([NSEW])\.(?=\s(?:of|{any_of(map(str.capitalize, PLACES))})\b)", _direction),
    form(Kind.TITLE, any_of(name for name in BEFORE_NAME if " " in name), _two_titles, re.IGNORECASE),
    form(Kind.TITLE, _DOTTED, _title),
    form(Kind.ABBREVIATION, r"(?:st|dr)\.", _street, re.IGNORECASE),
    form(Kind.ABBREVIATION, rf"(?:{LETTER}+\.)+", _anywhere),
    form(Kind.ABBREVIATION, _CAPITALS, initials.letters),
    form(Kind.TITLE, r"[a-z]\.\s[a-z]\.(?=\s[a-z]{2})", initials.letters),
    form(Kind.ABBREVIATION, rf"{_DOTTED}(?!{LETTER})", _within),
    form(Kind.TITLE, r"([A-Z])\.(?=\s?[A-Z]\.|[A-Z][a-z]{2})", initials.initial),
    form(Kind.ABBREVIATION, r"([A-Z])\.(?!\w)", initials.initial),
    form(Kind.ABBREVIATION, _DOTTED, _title_alone),
    form(Kind.TITLE, rf"({LETTER}{{1,5}})\.(?=\s)", initials.unknown),
    form(Kind.TITLE, r"([a-z]{2,6})\.(?=\s[a-z])", initials.joined),
    form(Kind.ABBREVIATION, rf"{LETTER}+{END}(?=\s?#?\d)", _bare_before_number),
    form(Kind.WORD, rf"(?:Ltd|Inc|Corp|Univ|Dept|Govt|Assn){END}(?!\.)", _bare),
    form(Kind.TITLE, rf"{any_of(map(str.capitalize, (*TITLES, 'st', 'dr')))}{END}", _bare_title),
    form(Kind.WORD, rf"{any_of(map(str.capitalize, ROADS))}{END}", _road),
)
