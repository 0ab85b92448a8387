"""Letters → words: accents are removed, words in capitals are words, and what is not a word is spelled.

Capitals are spelled (FBI, PBXs), unless they are a word: one in the dictionary (NASA), one of more than four letters
that can be pronounced (HELLO), or, if no dictionary is available, one next to another word in capitals (STOP IT) or
among several hundred common ones. What has no vowel is spelled in any case (HTTP, html). With a dictionary, OpenOffice
is two words, and only if it has these.
"""

import re

from wavenet.patterns import late
from wavenet.tts.english.abbreviations import SPELLED_SMALL, WHOLE
from wavenet.tts.english.characters import fold
from wavenet.tts.english.context import Context, Kind, after
from wavenet.tts.english.grammar import END, LETTER, any_of, form
from wavenet.tts.english.tables import (
    ACRONYMS,
    ELEMENTS,
    INTERJECTIONS,
    LEADING_APOSTROPHE,
    NEVER_WORDS,
    SHORT_WORDS,
    SPELLED,
    TWO_LETTERS,
)

_MOST_SPELLED = 4
_TESTS = ("score", "scores", "test", "tests", "exam", "prep")
_CAMEL = late(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_MANY = late(r"([A-Z]{2,5})s")
_CAPITALS = late("[A-Z]{6,}s")
"""the SELECTs of a program"""
_GRADES = late("[BCDFGPQTXYZ]s")
"""Ps and Qs; As and Es could be words"""
_FORMULA = late(f"{any_of(ELEMENTS)}{{2,}}")
"""of chemistry, without figures"""
_INTERJECTION = late(INTERJECTIONS)
_NEXT_END = late(r"[.?!](?=\s|$)")
_FIGURE = late(r"[$€£¥₹]?\d")
_VOWEL = late("[aeiouy]")
_GROUPS = late("[aeiouy]+|[^aeiouy]+")
_VOWELS = late("(?!.*(?:aa|ii|uu|yy))[aeiouy]{1,3}|eyea|eaue")
_ONSET = late(
    "[bcdfghjklmnpqrstvwxz]|[bcdfgkp][lr]|[tw]r|[dt]w|s[cklmnptwhq]|s[cpt]r|spl|thr?|shr?|chr?|ph[lr]?|[wgr]h|[kg]n|ps|"
)
_CODA = late(
    "(?:[bcdfgklmnprstvwxz]|[cp]h|c[kt]|dge|f[ft]|ght?|l[dfgklmnpstv]|lch|mb|mp|m[mn]|n[dgknt]|n?ch|n?th|p[pt]|r[bcdfgklmnptv]|"
    "rld|r?ch|r?st|r?th|s[hkmpst]|t?ch|tt|w[nlk]|zz|h[lmn]|)s?"
)


def word(text: str, context: Context, following: str = "") -> list[str]:
    """What is spoken for letters with apostrophes inside, before another form."""
    plain = fold(text)
    if plain.lower() in WHOLE and not (plain == text and plain.isupper()):  # Òk, 0Ok
        return WHOLE[plain.lower()].split()
    stem, apostrophe, end = plain.partition("'")
    if many := _MANY.fullmatch(plain):
        return [plain.lower()] if many[1].lower() in ACRONYMS - NEVER_WORDS else _with(spell(many[1]), "'s")
    if _CAPITALS.fullmatch(plain) and context.known is not None and context.known(plain.lower()):
        return [plain.lower()]
    if _GRADES.fullmatch(plain):
        return _with(spell(plain[0]), "'s")
    if _FORMULA.fullmatch(plain) and sum(map(str.isupper, plain)) > 1 and not plain.isupper():
        return spell(plain)
    if end in ("d", "D") and len(stem) > 1 and not has_vowel(stem.lower()):  # cc'd
        return _with(spell(stem), "'d")
    contraction = bool(apostrophe) and (end not in ("s", "S") or stem.lower() in SHORT_WORDS)
    if not contraction and _is_spelled(stem, context, following):
        return _with(spell(stem), apostrophe + end.lower())
    parts = _CAMEL.findall(stem)
    if len(parts) > 1 and not apostrophe and _is_compound(plain, parts, context):
        return [said for part in parts for said in word(part, context, following)]
    return WHOLE.get(plain.lower(), plain.lower()).split()


def _word(match: re.Match[str], context: Context) -> list[str] | None:
    """don't, the dogs', runnin'."""
    text = match[0]
    if text[-1] == "'":
        whole = fold(text).lower()
        if context.known is not None and context.known(whole):
            return [whole]
        text = text[:-1]
    if text == "WHO" and _is_asked(match, context):
        return ["who"]
    return word(text, context, after(match))


def _is_asked(match: re.Match[str], context: Context) -> bool:
    """Whether WHO is a question: WHO said that? Guess WHO it was."""
    ends = _NEXT_END.search(match.string, match.end())
    first = not context.last.text and after(match).islower() and ends is not None and ends[0] == "?"
    return first or (context.previous in ("guess", "see") and after(match).islower())


def _as_it_is(match: re.Match[str], context: Context) -> list[str]:
    """'em, th'."""
    return [match[0].lower()]


def spell(letters: str) -> list[str]:
    """Letter by letter; ``A`` is the name of the letter."""
    return ["A" if letter in "aA" else letter.lower() for letter in fold(letters)]


def has_vowel(text: str) -> bool:
    """Whether lower-case letters may be a word, judging by their vowels."""
    return _VOWEL.search(text) is not None


def is_sayable(text: str) -> bool:
    """Whether letters follow each other as they do in English words."""
    groups = _GROUPS.findall(fold(text).lower())
    vowels = [i for i, group in enumerate(groups) if group[0] in "aeiouy"]
    return bool(vowels) and all(
        _VOWELS.fullmatch(group) if i in vowels else _is_between(group, i > vowels[0], i < vowels[-1])
        for i, group in enumerate(groups)
    )


def _is_between(consonants: str, behind: bool, before: bool) -> bool:
    """Whether consonants can end the syllable after which they stand, and begin the one before which they do."""
    cuts = range(len(consonants) + 1) if behind and before else (len(consonants) * behind,)
    return any(_CODA.fullmatch(consonants[:cut]) and _ONSET.fullmatch(consonants[cut:]) for cut in cuts)


def _with(spelled: list[str], end: str) -> list[str]:
    return [*spelled[:-1], spelled[-1].lower() + end] if end else spelled


def _is_compound(plain: str, parts: list[str], context: Context) -> bool:
    if any(len(part) > 1 and part.isupper() for part in parts):
        return not plain.isupper()
    known = context.known
    return known is not None and not known(plain.lower()) and all(known(part.lower()) for part in parts)


def _is_spelled(stem: str, context: Context, following: str) -> bool:
    small = stem.lower()
    if len(stem) == 1:
        return stem == "A" and _is_letter(context, following)
    if stem.isupper() and len(stem) == 2 and following[:1] == "=":  # OR = 1.38
        return True
    if small == "sat" and stem.isupper() and following in _TESTS:
        return True
    if stem == "US" and context.previous in ("", "the") and following[:1].isupper():  # not a pronoun: US OPEN
        return True
    if stem.isupper() and len(stem) == 2 and small not in TWO_LETTERS and not _is_shouted(context, following):
        return True
    if context.known is not None and context.known(small):
        spelled = small in NEVER_WORDS or (small in SPELLED and not _is_shouted(context, following))
        return stem.isupper() and spelled
    if stem.isupper() and small in ACRONYMS and small not in NEVER_WORDS:
        return False
    if small in SPELLED_SMALL:
        return True
    if not has_vowel(small):
        return _INTERJECTION.fullmatch(small) is None
    if not stem.isupper() or (len(stem) > _MOST_SPELLED and is_sayable(small)):
        return False
    return context.known is not None or not (_is_shouted(context, following) or small in SHORT_WORDS - SPELLED)


def _is_letter(context: Context, following: str) -> bool:
    """Whether a capital A is not the article: plan A, A+, but not A Tale."""
    if len(following) == 1 and following.isupper() and following != "I":
        return True
    following = following.lstrip("'")
    if not context.before and _FIGURE.match(following):  # A 5 kg bag
        return False
    return not following[:1].isalpha() or (bool(context.last.text) and not following[0].isupper())


def _is_shouted(context: Context, following: str) -> bool:
    """Whether a neighbour is certainly a word, and in capitals."""
    return any(_is_loud_word(text, context) for text in (context.last.text, following))


def _is_loud_word(text: str, context: Context) -> bool:
    if not (text.isascii() and text.isalpha() and text.isupper() and len(text) > 1):
        return False
    small = text.lower()
    if small in SPELLED or small in ACRONYMS:
        return False
    if context.known is not None:
        return context.known(small)
    return len(text) > _MOST_SPELLED or small in SHORT_WORDS


SHORTENED = (
    form(
        Kind.WORD,
        rf"(?:{any_of(LEADING_APOSTROPHE)}|th'){END}(?!')",
        _as_it_is,
        re.IGNORECASE,
    ),
)
FORMS = (
    form(Kind.WORD, rf"{LETTER}+(?:'{LETTER}+)*'?{END}", _word),
    form(Kind.WORD, rf"{LETTER}+", _word),
)
