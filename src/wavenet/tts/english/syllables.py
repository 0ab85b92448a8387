"""The syllables of a word, by the principle of the maximal onset: a consonant belongs to the vowel after it wherever an
English word could begin so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
"""what an English syllable can begin with"""


@dataclass(frozen=True)
class Syllable:
    """Consonants, a vowel, consonants. Only a word without any vowel, such as 'shh', has a syllable without one."""

    onset: tuple[str, ...]
    nucleus: str
    """with its stress; empty where there is none"""
    coda: tuple[str, ...]

    @property
    def phones(self) -> tuple[str, ...]:
        """All of them, in order."""
        return (*self.onset, *filter(None, [self.nucleus]), *self.coda)

    @property
    def stress(self) -> int:
        """0, 1 (primary) or 2 (secondary)."""
        return stress(self.nucleus) if self.nucleus else 0


@dataclass(frozen=True)
class Place:
    """A phone and where in its word it stands; all counts are from 0."""

    phone: str
    """without its stress"""
    stress: int
    """of its syllable"""
    part: str
    """``onset``, ``nucleus`` or ``coda``"""
    position: int
    """in the syllable"""
    length: int
    """phones in the syllable"""
    syllable: int
    """which of the word"""
    syllables: int
    """in the word"""


def syllabify(phones: Sequence[str]) -> tuple[Syllable, ...]:
    """The syllables of a word; together they have its phones in order. A word without phones has none."""
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


def places(phones: Sequence[str]) -> tuple[Place, ...]:
    """Every phone of a word with its place, in order; raises UsageError where one is unknown."""
    syllables = syllabify(phones)
    found = []
    for number, syllable in enumerate(syllables):
        nucleus = ["nucleus"] if syllable.nucleus else []
        parts = ["onset"] * len(syllable.onset) + nucleus + ["coda"] * len(syllable.coda)
        for position, (phone, part) in enumerate(zip(syllable.phones, parts, strict=True)):
            found.append(Place(base(phone), syllable.stress, part, position, len(parts), number, len(syllables)))
    return tuple(found)
