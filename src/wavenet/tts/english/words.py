"""Letters → words: accents go, shouted words are words, and what is no word is spelled.

Capitals are spelled (FBI, PBXs), unless they are a word: one of the dictionary (NASA), one of more than four letters
(HELLO), or, where no dictionary is at hand, one beside another word in capitals (STOP IT) or among some hundred common
ones. What has no vowel is spelled in any case (HTTP, html). With a dictionary, OpenOffice is two words if it has only
these.
"""

import re

from wavenet.tts.english.characters import fold
from wavenet.tts.english.context import Context
from wavenet.tts.english.tables import INTERJECTIONS, SHORT_WORDS, SPELLED

_MOST_SPELLED = 4
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_MANY = re.compile(r"([A-Z]{2,4})s")
_INTERJECTION = re.compile(INTERJECTIONS)
_VOWEL = re.compile("[aeiouy]")


def word(text: str, context: Context) -> list[str]:
    """What is said for letters with apostrophes inside."""
    plain = fold(text)
    stem, apostrophe, end = plain.partition("'")
    if many := _MANY.fullmatch(plain):
        return _with(spell(many[1]), "'s")
    contraction = bool(apostrophe) and (end not in ("s", "S") or stem.lower() in SHORT_WORDS)
    if not contraction and _is_spelled(stem, context):
        return _with(spell(stem), apostrophe + end.lower())
    parts = _CAMEL.findall(stem)
    if len(parts) > 1 and not apostrophe and _is_compound(plain, parts, context):
        return [said for part in parts for said in word(part, context)]
    return [plain.lower()]


def spell(letters: str) -> list[str]:
    """Letter by letter; ``A`` is the letter's name."""
    return ["A" if letter in "aA" else letter.lower() for letter in fold(letters)]


def has_vowel(text: str) -> bool:
    """Whether lower-case letters may be a word by their vowels."""
    return _VOWEL.search(text) is not None


def _with(spelled: list[str], end: str) -> list[str]:
    return [*spelled[:-1], spelled[-1].lower() + end] if end else spelled


def _is_compound(plain: str, parts: list[str], context: Context) -> bool:
    if any(len(part) > 1 and part.isupper() for part in parts):
        return not plain.isupper()
    known = context.known
    return known is not None and not known(plain.lower()) and all(known(part.lower()) for part in parts)


def _is_spelled(stem: str, context: Context) -> bool:
    small = stem.lower()
    if len(stem) == 1:
        return stem == "A" and _is_letter(context)
    if context.known is not None and context.known(small):
        return stem.isupper() and small in SPELLED and not _is_shouted(context)
    if not has_vowel(small):
        return _INTERJECTION.fullmatch(small) is None
    if not stem.isupper() or len(stem) > _MOST_SPELLED:
        return False
    return context.known is not None or not (_is_shouted(context) or small in SHORT_WORDS - SPELLED)


def _is_letter(context: Context) -> bool:
    """Whether a capital A is not the article: plan A, A+, but not A Tale."""
    following = context.after(0)
    if len(following) == 1 and following.isupper() and following != "I":
        return True
    return not following[:1].isalpha() or (bool(context.before) and not following[0].isupper())


def _is_shouted(context: Context) -> bool:
    """Whether a neighbour is certainly a word, and in capitals."""
    return any(_is_loud_word(text, context) for text in (*context.before[-1:], context.after(0)))


def _is_loud_word(text: str, context: Context) -> bool:
    if not (text.isascii() and text.isalpha() and text.isupper() and len(text) > 1):
        return False
    small = text.lower()
    if context.known is not None:
        return context.known(small) and small not in SPELLED
    return (len(text) > _MOST_SPELLED or small in SHORT_WORDS) and small not in SPELLED
