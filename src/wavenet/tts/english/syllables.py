"""The syllables of a word, by the maximal onset principle: a consonant belongs to the following vowel wherever an
English word could start like this.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from wavenet.tts.english.phones import CONSONANTS, base, is_vowel, stress

ONSETS = frozenset(
    tuple(onset.split())
    for onset in (
        *CONSONANTS.keys() - {"NG"},
        *("P L", "P R", "P Y", "B L", "B R", "B Y", "T R", "T W", "D R", "D W", "K L", "K R", "K W", "K Y"),
        *("G L", "G R", "G W", "G Y", "F L", "F R", "F Y", "V Y", "TH R", "TH W", "SH R", "HH W", "HH Y", "M Y", "N Y"),
        *("S P", "S T", "S K", "S F", "S M", "S N", "S L", "S W"),
        *("S P L", "S P R", "S P Y", "S T R", "S K L", "S K R", "S K W", "S K Y"),
    )
)
"""the consonants with which an English syllable can start"""


class Syllable(NamedTuple):
    """Consonants, a vowel, consonants. Only words without vowels, such as 'shh', have a syllable without one."""

    onset: tuple[str, ...]
    nucleus: str
    """with its stress; empty if there is none"""
    coda: tuple[str, ...]

    @property
    def phones(self) -> tuple[str, ...]:
        """All of them, in order."""
        return (*self.onset, *filter(None, [self.nucleus]), *self.coda)

    @property
    def stress(self) -> int:
        """0, 1 (primary) or 2 (secondary)."""
        return stress(self.nucleus) if self.nucleus else 0


class Place(NamedTuple):
    """A phone and its position in its word; all positions count from 0."""

    phone: str
    """without its stress"""
    stress: int
    """stress of its syllable"""
    part: str
    """``onset``, ``nucleus`` or ``coda``"""
    position: int
    """position in the syllable"""
    length: int
    """number of phones in the syllable"""
    syllable: int
    """position of the syllable in the word"""
    syllables: int
    """number of syllables in the word"""


def syllabify(phones: Sequence[str]) -> tuple[Syllable, ...]:
    """The syllables of a word, which together have its phones in order. A word without phones has none."""
    vowels = [i for i, phone in enumerate(phones) if is_vowel(phone)]
    if not vowels:
        return (Syllable(tuple(phones), "", ()),) if phones else ()
    starts = [0]
    for last, vowel in pairwise(vowels):
        starts.append(next(i for i in range(last + 1, vowel + 1) if i == vowel or tuple(phones[i:vowel]) in ONSETS))
    ends = [*starts[1:], len(phones)]
    return tuple(
        Syllable(tuple(phones[start:vowel]), phones[vowel], tuple(phones[vowel + 1 : end]))
        for start, vowel, end in zip(starts, vowels, ends, strict=True)
    )


@lru_cache(4_096)
def places(phones: tuple[str, ...]) -> tuple[Place, ...]:
    """Every phone of a word with its position, in order; raises UsageError if one is unknown."""
    syllables = syllabify(phones)
    found = []
    for number, syllable in enumerate(syllables):
        nucleus = ["nucleus"] if syllable.nucleus else []
        parts = ["onset"] * len(syllable.onset) + nucleus + ["coda"] * len(syllable.coda)
        for position, (phone, part) in enumerate(zip(syllable.phones, parts, strict=True)):
            found.append(Place(base(phone), syllable.stress, part, position, len(parts), number, len(syllables)))
    return tuple(found)
