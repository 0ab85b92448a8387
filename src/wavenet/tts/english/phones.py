"""The phones of American English: the 39 of ARPAbet as CMUdict writes them, and the pause.

A *phone* is a name such as ``AH`` or ``T``; as part of a word, a vowel carries its stress as a digit: ``AH0`` (none),
``AH1`` (primary), ``AH2`` (secondary). The unstressed ``AH0`` is IPA's ə, the stressed ones are ʌ.
"""

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wavenet.errors import UsageError, suggestion
from wavenet.tts.segments import SIL

MANNERS = ("stop", "affricate", "fricative", "nasal", "liquid", "glide")
PLACES = ("bilabial", "labiodental", "dental", "alveolar", "postalveolar", "palatal", "velar", "glottal")


class Vowel(NamedTuple):
    """The position of the tongue and the lips at the start and at the end, which differ in a diphthong; all 0 … 1."""

    height: float
    """0 open … 1 close"""
    front: float
    """0 back … 1 front"""
    rounded: float
    end_height: float
    end_front: float
    end_rounded: float
    tense: float
    rhotic: float = 0


class Consonant(NamedTuple):
    """The manner and the place of articulation of a consonant."""

    manner: str
    place: str
    voiced: bool


def _pure(height: float, front: float, rounded: float, tense: float, rhotic: float = 0) -> Vowel:
    return Vowel(height, front, rounded, height, front, rounded, tense, rhotic)


VOWELS = {
    "AA": _pure(0, 0.2, 0, 1),
    "AE": _pure(0.1, 0.9, 0, 0),
    "AH": _pure(0.4, 0.4, 0, 0),
    "AO": _pure(0.3, 0, 1, 1),
    "AW": Vowel(0, 0.5, 0, 0.85, 0.15, 1, 1),
    "AY": Vowel(0, 0.5, 0, 0.85, 0.85, 0, 1),
    "EH": _pure(0.4, 0.9, 0, 0),
    "ER": _pure(0.5, 0.5, 0.5, 1, 1),
    "EY": Vowel(0.65, 0.95, 0, 0.85, 0.9, 0, 1),
    "IH": _pure(0.85, 0.85, 0, 0),
    "IY": _pure(1, 1, 0, 1),
    "OW": Vowel(0.65, 0.05, 1, 0.85, 0.15, 1, 1),
    "OY": Vowel(0.3, 0, 1, 0.85, 0.85, 0, 1),
    "UH": _pure(0.85, 0.15, 1, 0),
    "UW": _pure(1, 0, 1, 1),
}
CONSONANTS = {
    "B": Consonant("stop", "bilabial", True),
    "CH": Consonant("affricate", "postalveolar", False),
    "D": Consonant("stop", "alveolar", True),
    "DH": Consonant("fricative", "dental", True),
    "F": Consonant("fricative", "labiodental", False),
    "G": Consonant("stop", "velar", True),
    "HH": Consonant("fricative", "glottal", False),
    "JH": Consonant("affricate", "postalveolar", True),
    "K": Consonant("stop", "velar", False),
    "L": Consonant("liquid", "alveolar", True),
    "M": Consonant("nasal", "bilabial", True),
    "N": Consonant("nasal", "alveolar", True),
    "NG": Consonant("nasal", "velar", True),
    "P": Consonant("stop", "bilabial", False),
    "R": Consonant("liquid", "postalveolar", True),
    "S": Consonant("fricative", "alveolar", False),
    "SH": Consonant("fricative", "postalveolar", False),
    "T": Consonant("stop", "alveolar", False),
    "TH": Consonant("fricative", "dental", False),
    "V": Consonant("fricative", "labiodental", True),
    "W": Consonant("glide", "velar", True),
    "Y": Consonant("glide", "palatal", True),
    "Z": Consonant("fricative", "alveolar", True),
    "ZH": Consonant("fricative", "postalveolar", True),
}
PHONES = (SIL, *sorted(VOWELS | CONSONANTS))
"""all phones; a synthesiser may number them by their index here"""
SIBILANTS = frozenset({"CH", "JH", "S", "SH", "Z", "ZH"})

_VOWEL_FEATURES = Vowel._fields
MOST_OF_A_WORD = 2_000
"""characters of the phones of a word, which is spoken as a whole: far more than the longest one has"""
ALPHABETS = ("arpabet", "x-arpabet", "ipa")
"""alphabets of phones; the first two are the same"""
FEATURES = ("silence", "vowel", "voiced", "diphthong", *_VOWEL_FEATURES, *MANNERS, *PLACES)
"""the names of what ``features`` returns"""


def features(phone: str) -> NDArray[np.float32]:
    """The articulatory features (len(FEATURES),) of a phone with or without stress, each 0 … 1; 0 if not applicable.

    Raises:
        UsageError: there is no such phone.
    """
    name = base(phone)
    values: dict[str, float] = {}
    if name == SIL:
        values = {"silence": 1}
    elif vowel := VOWELS.get(name):
        values = vowel._asdict() | {"vowel": 1, "voiced": 1}
        values["diphthong"] = float((vowel.height, vowel.front) != (vowel.end_height, vowel.end_front))
    else:
        consonant = CONSONANTS[name]
        values = {"voiced": float(consonant.voiced), consonant.manner: 1, consonant.place: 1}
        values |= {"rhotic": float(name == "R")}
        if name == "W":  # also articulated with the lips
            values |= {"bilabial": 1, "rounded": 1, "end_rounded": 1}
    return np.array([values.get(feature, 0) for feature in FEATURES], np.float32)


def base(phone: str) -> str:
    """A phone without its stress; raises UsageError if there is no such phone."""
    name = phone.rstrip("012")
    if name not in PHONES or (name != phone and name not in VOWELS):
        raise UsageError(f"unknown phone {phone!r}{suggestion(name, PHONES)}")
    return name


def stress(phone: str) -> int:
    """0, 1 (primary) or 2 (secondary); 0 for a consonant."""
    return int(phone[-1]) if phone[-1] in "012" else 0


def is_vowel(phone: str) -> bool:
    """Whether a phone, with or without stress, is a vowel."""
    return phone.rstrip("012") in VOWELS


_IPA = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "aʊ", "AY": "aɪ", "B": "b", "CH": "t͡ʃ", "D": "d", "DH": "ð",
    "EH": "ɛ", "ER": "ɚ", "EY": "eɪ", "F": "f", "G": "ɡ", "HH": "h", "IH": "ɪ", "IY": "i", "JH": "d͡ʒ", "K": "k",
    "L": "l", "M": "m", "N": "n", "NG": "ŋ", "OW": "oʊ", "OY": "ɔɪ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t",
    "TH": "θ", "UH": "ʊ", "UW": "u", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_MARKS = {"ˈ": 1, "ˌ": 2}
_VARIANTS = {
    "ʌ": "AH", "ə": "AH", "ɐ": "AH", "ɝ": "ER", "ɜ": "ER", "ɜ˞": "ER", "ə˞": "ER", "ɜr": "ER", "ɜɹ": "ER", "e": "EH",
    "a": "AA", "ɒ": "AA", "o": "OW", "əʊ": "OW", "ɨ": "IH", "ʉ": "UW", "ei": "EY", "ai": "AY", "au": "AW", "ou": "OW",
    "ɔi": "OY", "ʧ": "CH", "ʤ": "JH", "r": "R", "g": "G", "ɫ": "L", "ɾ": "T", "ʔ": "T", "x": "K",
}  # fmt: skip
_SYLLABIC = "\u0329"
# ties, lengths, syllable boundaries, and details that 39 phones do not have
_SILENT = dict.fromkeys(map(ord, ".\u02b0\u02d0\u02d1\u02e0\u0303\u031a\u032f\u0334\u035c\u0361"))
_SYMBOLS = {symbol.translate(_SILENT): name for name, symbol in _IPA.items()} | _VARIANTS
_LONGEST = max(map(len, _SYMBOLS))


def ipa(phone: str) -> str:
    """The IPA of a phone, with its stress mark directly before the vowel: ``ˈoʊ`` for ``OW1``; raises UsageError."""
    name, level = base(phone), stress(phone)
    if name == SIL:
        raise UsageError(f"{SIL} is a pause, which IPA does not write")
    return "ə" if phone == "AH0" else ("", "ˈ", "ˌ")[level] + _IPA[name]


def parse(text: str, alphabet: str | None = None) -> tuple[str, ...]:
    """The phones of a word in a notation: ``HH AH0 L OW1``, or ``həˈloʊ``, with or without spaces.

    In ARPAbet the digits 0 may be left out; without any digit, the first vowel is stressed. In IPA, stress marks may
    precede the vowel or its syllable; ties, lengths and distinctions that American English does not make are ignored.

    Args:
        text: the phones.
        alphabet: one of ``ALPHABETS``; None: ARPAbet if it has capital letters, or if all its parts are ARPAbet phones.

    Raises:
        UsageError: there is no such phone or alphabet, or no phone at all.
    """
    if len(text) > MOST_OF_A_WORD:
        raise UsageError(f"a word has {len(text):,} characters of phones, more than {MOST_OF_A_WORD:,}; write several")
    tokens = text.split()
    if alphabet not in (None, *ALPHABETS):
        raise UsageError(f"unknown alphabet {alphabet!r}{suggestion(str(alphabet), ALPHABETS)}")
    if alphabet is None:
        names = {token.upper().rstrip("012") for token in tokens}
        alphabet = "arpabet" if names <= set(PHONES) or any("A" <= c <= "Z" for c in text) else "ipa"
    found = tuple(_ipa(tokens)) if alphabet == "ipa" else _arpabet(tokens)
    if not found:
        raise UsageError(f"no phones in {text!r}; write some, such as 'HH AH0 L OW1'")
    return found


def _arpabet(tokens: list[str]) -> tuple[str, ...]:
    found = [token.upper() for token in tokens]
    for phone in found:
        if base(phone) == SIL:
            raise UsageError(f"{SIL} is a pause, not part of a word; leave it out")
        if len(phone) - len(base(phone)) > 1:
            raise UsageError(f"phone {phone!r} has more than one digit; stress is one of 0, 1 and 2")
    vowels = [i for i, phone in enumerate(found) if is_vowel(phone)]
    bare = all(found[i] in VOWELS for i in vowels)
    for i in vowels:
        found[i] += "" if found[i][-1] in "012" else "1" if bare and i == vowels[0] else "0"
    return tuple(found)


def _ipa(tokens: list[str]) -> Iterator[str]:
    """Match the longest symbols; a stress mark applies to the next vowel."""
    level = 0
    for token in tokens:
        rest = unicodedata.normalize("NFD", token).translate(_SILENT).replace("'", "ˈ")
        while rest:
            if mark := _MARKS.get(rest[0]):
                level, rest = mark, rest[1:]
                continue
            length = next((n for n in range(_LONGEST, 0, -1) if rest[:n] in _SYMBOLS and len(rest) >= n), 0)
            if not length:
                raise UsageError(f"unknown phone {rest[0]!r} in {token!r}{suggestion(rest[0], _SYMBOLS)}")
            name, rest = _SYMBOLS[rest[:length]], rest[length:]
            if rest.startswith(_SYLLABIC):  # a vowel of its own, as the n of 'button'
                yield f"AH{level}"
                level, rest = 0, rest[1:]
            yield name + str(level) * (name in VOWELS)
            level = 0 if name in VOWELS else level
    if level:
        raise UsageError(f"a stress mark in {' '.join(tokens)!r} has no vowel after it; remove it")
