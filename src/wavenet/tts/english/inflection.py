"""Words that are formed from known ones by an ending: 's and other clitics, plural, past tense, -ing.

Each rule is here because it is right more often than the letter-to-phone network; recipes/g2p has the numbers.
"""

from collections.abc import Callable

from wavenet.tts.english.phones import SIBILANTS

Phones = tuple[str, ...]
Known = Callable[[str, str | None], Phones | None]
"""returns the phones of a word if a lexicon has it in this role"""

VOICELESS = frozenset({"CH", "F", "K", "P", "S", "SH", "T", "TH"})
CLITICS = {"'ll": ("AH0", "L"), "n't": ("AH0", "N", "T"), "'re": ("ER0",), "'ve": ("AH0", "V"), "'m": ("AH0", "M")}
LEAST = 3
"""minimum letters of a base, because 'sting' is not an inflected 'st'"""
_VOWELS = "aeiouy"


def clitic(word: str, say: Callable[[str], Phones]) -> Phones | None:
    """A word with 's, 'd, 'll, 're, 've, 'm or n't after another word, whose phones ``say`` returns."""
    for ending, tail in CLITICS.items():
        if len(word) > len(ending) and word.endswith(ending):
            return say(word.removesuffix(ending)) + tail
    base, _, ending = word.rpartition("'")
    if not base or ending not in ("s", "d"):
        return None
    phones = say(base)
    return phones + (_s(phones) if ending == "s" else _d(phones))


def inflected(word: str, known: Known) -> Phones | None:
    """A plural or third person, a past tense or a participle of a known word."""
    for ending, bases, tail, role in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word:
            found = (known(base, role) for base in bases(stem) if len(base) >= LEAST)
            if phones := next(filter(None, found), None):
                return phones + tail(phones)
    return None


def _singular(stem: str) -> list[str]:
    """Candidates for the base before -s: none for 'gas', 'chess', 'virus'; 'try' for 'tries'; 'box' for 'boxes'."""
    if stem.endswith(("s", "u", "i")):
        return []
    if stem.endswith("ie"):
        return [stem[:-2] + "y", stem]
    return [stem, stem[:-1]] if stem.endswith(("se", "xe", "ze", "che", "she")) else [stem]


def _past(stem: str) -> list[str]:
    return [stem[:-1] + "y"] if stem.endswith("i") else _present(stem)


def _present(stem: str) -> list[str]:
    """Candidates for the base before -ed and -ing: 'stop' for 'stopping', 'hope' for 'hoping', 'grind' for
    'grinding'.
    """
    if len(stem) > LEAST and stem[-1] == stem[-2] and stem[-1] in "bdgmnprtl":
        return [stem, stem[:-1]] if stem[-1] == "l" else [stem[:-1], stem]
    closed = len(stem) >= LEAST and stem[-1] not in _VOWELS and (stem[-2] not in _VOWELS or stem[-3] in _VOWELS)
    whole = closed and (stem[-1] not in "cgsvz" or stem.endswith("ing"))
    return [stem, stem + "e"] if whole else [stem + "e", stem]


def _s(phones: Phones) -> Phones:
    if phones[-1] in SIBILANTS:
        return ("IH0", "Z")
    return ("S",) if phones[-1] in VOICELESS else ("Z",)


def _d(phones: Phones) -> Phones:
    if phones[-1] in ("T", "D"):
        return ("IH0", "D")
    return ("T",) if phones[-1] in VOICELESS else ("D",)


def _ing(_: Phones) -> Phones:
    return ("IH0", "NG")


_ENDINGS = (("s", _singular, _s, None), ("ed", _past, _d, "VB"), ("ing", _present, _ing, "VB"))
