"""Initials, letters with periods, and what lawyers and playwrights shorten → words; ``names.py`` has their order."""

import re

from wavenet.tts.english.context import Context, Kind, after, is_name
from wavenet.tts.english.numbers import ordinal
from wavenet.tts.english.tables import PREPOSITIONS, words
from wavenet.tts.english.words import is_sayable, spell, word

LETTERED = words(
    "plan vitamin type grade class group section appendix exhibit hepatitis option team level size box letter part"
)
"""after these, a capital is not an initial"""
_BEGINNING = words(
    "i he she it we they you this that there here so then but the my his her our what how why who lol ok"
)
"""words with which sentences begin where nothing is written in capitals: we met at tesco. it was fun"""
_BEFORE_INITIALS = PREPOSITIONS | {"late", "said"}


def versus(match: re.Match[str], context: Context) -> list[str] | None:
    """Roe v. Wade."""
    before = context.last.text
    party = before[:1].isupper() and (len(before) > 2 or before[-1] == ".")
    return ["versus"] if party and after(match)[:1].isupper() else None


def defeated(match: re.Match[str], context: Context) -> list[str] | None:
    """Federer d. Nadal."""
    return ["defeated"] if versus(match, context) and is_name(after(match)) else None


def postscript(match: re.Match[str], context: Context) -> list[str] | None:
    """P.S. I love you."""
    return (
        None if context.last.text or not after(match)[:1].isupper() else ["p", *(["p"] if match[1] else []), "s", ","]
    )


def letters(match: re.Match[str], context: Context) -> list[str]:
    """U.S.A., H.P., e. e."""
    return spell(match[0].replace(".", "").replace(" ", ""))


def initial(match: re.Match[str], context: Context) -> list[str] | None:
    """The C. of Arthur C. Clarke; not that of plan C, and not the I of "so did I"."""
    letter, following, before = match[1], after(match), context.last.text
    if before.lower() in LETTERED:
        return None
    named = before[:1].isupper() or before.lower() in _BEFORE_INITIALS or (not before and len(following) == 1)
    return None if letter == "I" and not (named and is_name(following)) else spell(letter)


def unknown(match: re.Match[str], context: Context) -> list[str] | None:
    """Tpr. Nolan, in Wilm. by car, the gluc. level: short, not a word, and before a name or a small letter."""
    text, following = match[1], after(match)
    strange = context.known is not None and not context.known(text.lower())
    if strange and text[0].isupper() and text[1:].islower() and following.islower() and len(text) > 2:
        return word(text, context)
    known = context.known is not None and context.known(following)
    goes_on = following.islower() and following not in _BEGINNING and known
    if strange and text.islower() and len(text) > 2 and goes_on:
        return word(text, context)
    if text.isupper() or not is_name(following):
        return None
    is_word = is_sayable(text) or (context.known is not None and context.known(text))
    return word(text, context) if context.last.kind is Kind.TITLE or not is_word else None


def reporter(match: re.Match[str], context: Context) -> list[str]:
    """123 F.3d 456, 45 F. Supp. 2d 6."""
    return ["f", *(["supplement"] if match[1] else []), *ordinal(match[2][0])]


def rules(match: re.Match[str], context: Context) -> list[str]:
    """Fed. R. Civ. P. 12."""
    kinds = {"Civ": "civil procedure", "Crim": "criminal procedure", "App": "appellate procedure", "Evid": "evidence"}
    return ["federal", "rule", "of", *kinds[match[1]].split()]


def scene(match: re.Match[str], context: Context) -> list[str]:
    """INT. KITCHEN, in a screenplay."""
    places = {"INT": "interior", "EXT": "exterior"}
    return [places[match[1]], *([places[match[2]]] if match[2] else [])]


def joined(match: re.Match[str], context: Context) -> list[str] | None:
    """The prod. of dir./prod."""
    return word(match[1], context) if context.partner.text.endswith(".") else None


def pair(match: re.Match[str], context: Context) -> list[str]:
    """AT&T."""
    *said, last = spell(match[2])
    return [*spell(match[1]), "and", *said, last.lower() + "'s" if match[3] else last]
