"""Addresses (example.com/a, me@example.com), tags (#HashTag, @user) and file names → words.

In an address each sign is spoken, except https://, which is silent.
"""

import re

from wavenet.patterns import late
from wavenet.tts.english.characters import fold
from wavenet.tts.english.context import Context, Kind
from wavenet.tts.english.grammar import END, LETTER, form
from wavenet.tts.english.tables import SIGNS, words
from wavenet.tts.english.words import spell

_DOMAINS = "com|org|net|edu|gov|mil|int|info|io|co|uk|de|fr|eu|ca|au|ai|app|dev|tv|ly|nl|ch|ru|jp|cn"
_STOP = r"(?=[.,;:!?)\]}\"'*_…]*(?:[\s—]|$))"
_ADDRESS = (
    rf"(?<![\w@./-])(?:(?:https?|ftp)://[^\s—]+?|www\.[^\s—]+?|[\w.+-]++@[\w-]+(?:\.[\w-]+)+"
    rf"|(?:[\w-]++\.)+(?:{_DOMAINS})(?![\w-])(?:\.(?:{_DOMAINS})(?![\w-]))*(?::\d+)?(?:[/?#][^\s—]*?)?){_STOP}"
)
_SCHEME = late("^(?:https?|ftp)://", re.IGNORECASE)
_PART = late(rf"{LETTER}+|\d+|.")
_SHORT = words("al ed jo ty an as at be by co do go he if is me my no of on or so to up us we")
_FEWEST = 5
_ADDRESS_SIGNS = SIGNS | {".": "dot", "-": "dash", "_": "underscore", "~": "tilde", ":": "colon", "?": "question mark",
                          "=": "equals", "!": "exclamation mark", ",": "comma", ";": "semicolon"}  # fmt: skip
_TAG_PART = late(rf"[A-Z]+(?!{LETTER})|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")


def _address(match: re.Match[str], context: Context) -> list[str] | None:
    said: list[str] = []
    for part in _PART.findall(_SCHEME.sub("", match[0])):
        if part[0].isalpha():
            coded = len(part) < _FEWEST and not (part.islower() or part.isupper() or part.istitle())  # bit.ly/3xYz9
            is_word = not coded and (len(part) > 2 or part.lower() in _SHORT)
            said += context.say_alone(fold(part).lower()) if is_word else spell(part)
        elif part.isdigit():
            said += context.say_alone(part)
        else:
            said += _ADDRESS_SIGNS.get(part, "").split()
    return said if any(map(str.isalnum, _SCHEME.sub("", match[0]))) else None


def _tag(match: re.Match[str], context: Context) -> list[str]:
    """#HashTag, @user_name."""
    said = [word for part in _TAG_PART.findall(match[0]) for word in context.say_alone(part)]
    return ["hashtag" if match[0][0] == "#" else "at", *said]


def _sharp(match: re.Match[str], context: Context) -> list[str]:
    """C#."""
    return [*spell(match[1]), "sharp"]


FORMS = (
    form(Kind.CODE, _ADDRESS, _address, re.IGNORECASE),
    form(Kind.CODE, rf"(?!#[A-Z](?:[A-Z]{{0,3}}-)?\d)[#@](?=\w*{LETTER})(?!\d++(?![A-Z][a-z]))\w+", _tag),
    form(Kind.CODE, rf"([A-GJ])#{END}", _sharp),
)
