"""One written form between blanks → what is said for it, for which its neighbours count.

That is a list of words of a-z and apostrophes, of ``A``, which is the name of that letter, and of punctuation.

- In addresses (example.com/a, me@example.com) each sign is said, but for https://, which is silent.
- St. is saint before a name, else street; Dr. is doctor, but drive behind a name with no name after it.
- A Roman numeral is one behind chapter, part, war … (a cardinal), behind a king's or pope's name (an ordinal), and, of
  two letters or more, behind any other capitalised word (Rocky II).
- A hyphen or dash between figures is "to"; between words it is not said.
"""

import re
from collections.abc import Callable, Sequence

from wavenet.tts.english import amounts, dates
from wavenet.tts.english.characters import fold
from wavenet.tts.english.context import Context
from wavenet.tts.english.numbers import NUMBER, cardinal, ordinal, roman
from wavenet.tts.english.tables import (
    ABBREVIATIONS,
    ADDRESS_SIGNS,
    BEFORE_NUMBER,
    LEADING_APOSTROPHE,
    NUMBERED,
    PREPOSITIONS,
    REGNAL,
    SCALE_WORDS,
    SIGNS,
    STARTERS,
    TITLES,
    UNITS,
    WHOLE,
    words,
)
from wavenet.tts.english.words import has_vowel, spell, word

Reading = Callable[[str, Context], list[str] | None]

_LETTER = r"[^\W\d_]"
_DOMAINS = "com|org|net|edu|gov|mil|int|info|io|co|uk|de|fr|eu|ca|au|ai|app|dev|tv|ly|nl|ch|ru|jp|cn"
ADDRESS = re.compile(
    rf"(?:https?|ftp)://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:[\w-]+\.)+(?:{_DOMAINS})(?::\d+)?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_SCHEME = re.compile("^(?:https?|ftp)://", re.IGNORECASE)
_ADDRESS_PART = re.compile(rf"{_LETTER}+|\d+|.")
_ADDRESS_WORDS = words("an as at be by co do go he if is me my no of on or so to up we")
_DOTTED = re.compile(rf"(?:{_LETTER}\.){{2,}}{_LETTER}?|[A-HJ-Z]\.")
_DOTTED_UNITS = words("min. mins. sec. secs. hr. hrs. yr. yrs. oz. lb. lbs. ft. in. yd. yds. mi. gal.")
_DOTTED_WORDS = {w for w in (*ABBREVIATIONS, *BEFORE_NUMBER) if w[-1] == "."} | _DOTTED_UNITS | {"st.", "dr."}
_WORD = re.compile(rf"{_LETTER}+(?:'{_LETTER}+)*")
_PART = re.compile(rf"{NUMBER}|\d+|{_LETTER}+(?:'{_LETTER}+)*|.")
_TAG_PART = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_FIGURE = re.compile(r"[-–]?[$€£¥#]?\.?\d")
_BETWEEN = re.compile("(?<=[^-–])[-–](?=[^-–])")
_OF = re.compile(r"[^']+'[sS]")
_POWER = re.compile(r"([^^]+)\^([-−]?\d+)")
_LONGEST_NUMERAL = 40
_AS_IT_IS = frozenset({*WHOLE, *UNITS, *SCALE_WORDS, "am", "pm", "in"})


def expand(text: str, context: Context) -> list[str]:
    """What is said for a form; nothing for one that is silent."""
    if text.islower() and text.isascii() and text.isalpha() and has_vowel(text) and text not in _AS_IT_IS:
        return [text]
    for reading in _READINGS:
        said = reading(text, context)
        if said is not None:
            return said
    parts = _PART.findall(text)
    return _each(parts, context) if len(parts) > 1 else SIGNS.get(text, "").split()


def is_dotted(text: str) -> bool:
    """Whether the period at the end of a form may belong to it: ``Dr.``, ``U.S.``, ``B.``"""
    return text[-1:] == "." and (text.lower() in _DOTTED_WORDS or _DOTTED.fullmatch(text) is not None)


def starts_sentence(text: str) -> bool:
    """Whether a form shows that the period of the abbreviation before it ended a sentence too."""
    return text[:1].isupper() and text.lower() in STARTERS


def _each(parts: Sequence[str], context: Context) -> list[str]:
    said: list[str] = []
    for i, part in enumerate(parts):
        around = context.inside(parts[:i], parts[i + 1 :])
        if part == ".":
            said += ["dot"] if i + 1 < len(parts) else []
        elif part in ",:":
            said.append(",")
        elif (
            part.isalpha() and part.isupper() and len(part) <= 3 and any(map(str.isdigit, parts[max(i - 1, 0) : i + 2]))
        ):
            said += spell(part)
        elif part not in "-–" and (part not in "<>" or (i and parts[i - 1][-1].isdigit())):
            said += expand(part, around)
    return said


def _whole(text: str, context: Context) -> list[str] | None:
    said = WHOLE.get((fold(text) if text.isalpha() else text).lower())
    return said.split() if said else None


def _sign(text: str, context: Context) -> list[str] | None:
    """A sign between blanks: 5 - 3 = 2, a * b."""
    if len(text) != 1 or text.isalnum():
        return None
    figures = bool(context.before) and context.before[-1][-1:].isdigit() and _FIGURE.match(context.after(0)) is not None
    if text in "-–":
        return (["minus"] if context.after(1) == "=" else ["to"]) if figures else [","]
    if text == "*":
        return ["times"] if figures else ["star"] if context.before else []
    if text in "<>" and not context.before:
        return []
    return SIGNS.get(text, "").split()


def _abbreviation(text: str, context: Context) -> list[str] | None:
    small = text.lower()
    if small in BEFORE_NUMBER and (text[0].isupper() or small[-1] == "."):
        name, following = BEFORE_NUMBER[small], context.after(0)
        if _FIGURE.match(following) or (name in NUMBERED and len(following) > 1 and roman(following)):
            return [name]
    if small in ABBREVIATIONS:
        return ABBREVIATIONS[small].split()
    name_follows = context.after(0)[:1].isupper()
    if small in TITLES and text[0].isupper() and name_follows:
        return [TITLES[small]]
    return _saint_or_doctor(text, name_follows, context)


def _saint_or_doctor(text: str, name_follows: bool, context: Context) -> list[str] | None:
    if text.lower().removesuffix(".") not in ("st", "dr") or text[0].islower():
        return None
    before = context.before[-1] if context.before else ""
    behind_name = (before[:1].isupper() or before[:1].isdigit()) and before.lower() not in PREPOSITIONS
    if text[0] in "Ss":
        return ["saint"] if name_follows and not behind_name else ["street"]
    return ["drive"] if behind_name and not name_follows else ["doctor"]


def _ended(text: str, context: Context) -> list[str] | None:
    """What could have been an abbreviation, and is a word that ends a sentence: no."""
    if text.lower() not in _DOTTED_WORDS:
        return None
    return [*expand(text[:-1], context), "."]


def _roman(text: str, context: Context) -> list[str] | None:
    value = roman(text)
    if value is None or not context.before or (len(text) == 1 and text not in "IVX"):
        return None
    before = context.before[-1]
    small, capital = before.lower(), before[0].isupper()
    if BEFORE_NUMBER.get(small, small) in NUMBERED and (capital or text != "I"):
        return cardinal(str(value))
    if small in REGNAL and capital and (text != "I" or context.next in ("", "of", "was", "and")):
        return ["the", *ordinal(str(value))]
    named = capital and not before.isupper() and small not in STARTERS | PREPOSITIONS
    return cardinal(str(value)) if named and len(text) > 1 and value < _LONGEST_NUMERAL else None


def _plain_word(text: str, context: Context) -> list[str] | None:
    if text.lower() in LEADING_APOSTROPHE:
        return [text.lower()]
    if text[-1] == "'" and _WORD.fullmatch(text[:-1]):
        whole = fold(text).lower()
        return [whole] if context.known is not None and context.known(whole) else expand(text[:-1], context)
    return word(text, context) if _WORD.fullmatch(text) else None


def _address(text: str, context: Context) -> list[str] | None:
    if not ADDRESS.fullmatch(text):
        return None
    said: list[str] = []
    for part in _ADDRESS_PART.findall(_SCHEME.sub("", text)):
        if part.isdigit():
            said += expand(part, Context())
        elif part[0].isalpha():
            is_word = len(part) > 2 or part.lower() in _ADDRESS_WORDS
            said += expand(fold(part).lower(), Context(known=context.known)) if is_word else spell(part)
        else:
            said += ADDRESS_SIGNS.get(part, "").split()
    return said


def _figures(text: str, context: Context) -> list[str] | None:
    if not any(map(str.isdigit, text)):
        return None
    if text[0] == "#" and text[1:].isdigit():
        return ["number", *cardinal(text[1:])]
    if text[0] in "<>~" and len(text) > 1:
        return [*("about" if text[0] == "~" else SIGNS[text[0]]).split(), *expand(text[1:], context)]
    for reading in _FIGURE_READINGS:
        said = reading(text, context)
        if said is not None:
            return said
    return None


def _spelled(text: str, context: Context) -> list[str] | None:
    """U.S.A., AT&T."""
    if _DOTTED.fullmatch(text):
        return spell(text.replace(".", ""))
    if re.fullmatch("[A-Z]{1,3}&[A-Z]{1,3}", text):
        first, second = text.split("&")
        return [*spell(first), "and", *spell(second)]
    return None


def _tag(text: str, context: Context) -> list[str] | None:
    """C#, #HashTag, @user."""
    if re.fullmatch("[A-GJ]#", text):
        return [*spell(text[0]), "sharp"]
    parts = _TAG_PART.findall(text[1:])
    if text[0] not in "#@" or not parts:
        return None
    return ["hashtag" if text[0] == "#" else "at", *_each(parts, context)]


def _power(text: str, context: Context) -> list[str] | None:
    match = _POWER.fullmatch(text)
    if not match:
        return None
    base, power = expand(match[1], context), match[2]
    if power in ("2", "3"):
        return [*base, "squared" if power == "2" else "cubed"]
    return [*base, *SIGNS["^"].split(), *expand(power, Context())]


def _possessive(text: str, context: Context) -> list[str] | None:
    """Of what is no word: U.S.'s, 1999's."""
    if not _OF.fullmatch(text):
        return None
    said = expand(text[:-2], context)
    return [*said[:-1], said[-1].lower() + "'s"] if said and said[-1].isalpha() else None


def _joined(text: str, context: Context) -> list[str] | None:
    """With hyphens between: well-known, 5–7, $5-10, mid-1990s."""
    parts = _BETWEEN.split(text)
    if len(parts) < 2:
        return None
    first, second = parts[0], parts[1]
    if second in UNITS and first[-1].isdigit():  # a 6-ft pole
        return [*expand(first, context), *UNITS[second].split(), *_each(parts[2:], context)]
    if len(parts) > 2 or first == second or not (_FIGURE.match(first) and _FIGURE.match(second)):
        return _each(parts, context)
    if first[0] in "$€£" and second[0].isdigit() and amounts.is_money(first):
        first, second = first[1:], first[0] + second
    # what stands before says how both are read: May 3–5, in 1999–2001
    return [*expand(first, context.inside([], ["–", second])), "to", *expand(second, context)]


def _slashed(text: str, context: Context) -> list[str] | None:
    parts = text.split("/")
    if len(parts) < 2 or not all(parts):
        return None
    said = expand(parts[0], context.inside([], parts[1:]))
    if len(parts) == 2 and any(map(str.isdigit, parts[0])) and parts[1].isalpha():  # $5/month
        return [*said, "per", *(UNITS[parts[1]].split() if parts[1] in UNITS else expand(parts[1], context))]
    for i in range(1, len(parts)):
        said += ["slash", *expand(parts[i], context.inside(parts[:i], parts[i + 1 :]))]
    return said


_FIGURE_READINGS: tuple[Reading, ...] = (
    dates.date, amounts.telephone, dates.fraction, dates.time, dates.decade, amounts.money, amounts.count,
    amounts.measure, amounts.plain,
)  # fmt: skip
_READINGS: tuple[Reading, ...] = (
    amounts.unit, _whole, _sign, _abbreviation, _ended, _roman, _plain_word, _address, _figures, _spelled, _tag, _power,
    _possessive, _joined, _slashed,
)  # fmt: skip
