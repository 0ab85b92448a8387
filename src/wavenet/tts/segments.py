"""A sentence as *segments*: its phones and pauses, each with its place in syllable, word and phrase.

A phrase is what stands before a mark of punctuation. A sentence begins and ends with a pause, and there is one at each
mark and at each break, of a length that is predicted (0 is none) or given. What the phones are is a matter of the
language; the pause and the marks are those of all.
"""

from dataclasses import dataclass

SIL = "SIL"
"""the pause between words; never part of one"""
SIGNS = ",;:….!?"
"""the marks, from the weakest to the strongest"""
PARTS = ("onset", "nucleus", "coda")


@dataclass(frozen=True, slots=True)
class Segment:
    """A phone or a pause. All counts are from 0; those of a pause are 0, and it has no part."""

    phone: str
    """without stress; ``SIL`` is a pause"""
    stress: int = 0
    """of its syllable: 0, 1 (primary) or 2 (secondary)"""
    part: str = ""
    """one of ``PARTS``: of the syllable"""
    position: int = 0
    """in the syllable"""
    length: int = 0
    """phones in the syllable"""
    syllable: int = 0
    """which of the word"""
    syllables: int = 0
    """in the word"""
    word: int = 0
    """which of the phrase"""
    words: int = 0
    """in the phrase"""
    function: bool = False
    """whether the word is one of the small ones that are seldom stressed"""
    mark: str = ""
    """that ends the phrase; of a pause, the one that it stands at: none at the beginning"""
    text: str = ""
    """the word, at its first phone"""
    speed: float = 1.0
    pitch: float = 1.0
    """factors that the text asks for"""
    seconds: float | None = None
    """of a pause whose length is given"""
