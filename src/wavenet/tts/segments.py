"""A sentence as *segments*: its phones and pauses, each with its position in syllable, word and phrase.

A phrase ends at a punctuation mark. A sentence starts and ends with a pause, and there is one at each mark and at each
break, with a duration that is predicted (possibly 0) or given. The phones depend on the language; the pause and the
marks are common to all.
"""

from dataclasses import dataclass

SIL = "SIL"
"""the pause between words; never part of a word"""
SIGNS = ",;:….!?"
"""the punctuation marks, from the weakest to the strongest"""
PARTS = ("onset", "nucleus", "coda")


@dataclass(frozen=True, slots=True)
class Segment:
    """A phone or a pause. All positions count from 0; a pause has no part, and its counts are 0."""

    phone: str
    """without stress; ``SIL`` is a pause"""
    stress: int = 0
    """stress of its syllable: 0, 1 (primary) or 2 (secondary)"""
    part: str = ""
    """part of the syllable, one of ``PARTS``"""
    position: int = 0
    """position in the syllable"""
    length: int = 0
    """number of phones in the syllable"""
    syllable: int = 0
    """position of the syllable in the word"""
    syllables: int = 0
    """number of syllables in the word"""
    word: int = 0
    """position of the word in the phrase"""
    words: int = 0
    """number of words in the phrase"""
    function: bool = False
    """whether the word is a function word, which is seldom stressed"""
    mark: str = ""
    """the punctuation mark that ends the phrase; for a pause, the mark that precedes it, or none at the start"""
    text: str = ""
    """the word, if this is its first phone"""
    speed: float = 1.0
    pitch: float = 1.0
    """factors that the text requests"""
    seconds: float | None = None
    """duration of a pause, if the text gives one"""

    @property
    def begins_word(self) -> bool:
        """Whether it is the first phone of a word."""
        return self.phone != SIL and self.syllable == self.position == 0
