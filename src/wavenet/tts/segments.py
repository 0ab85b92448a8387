"""A sentence as *segments*: its phones and pauses, each with its place in syllable, word and phrase.

A phrase is what stands before a mark of punctuation. A sentence begins and ends with a pause, and there is one at each
mark and at each break, of a length that is predicted (0 is none) or given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wavenet.tts.lexicon import Lexicon
from wavenet.tts.markup import Break
from wavenet.tts.normalise import Mark, Token, Word
from wavenet.tts.phones import SIL, is_vowel, parse
from wavenet.tts.syllables import places
from wavenet.tts.tables import FUNCTION_WORDS

THE = ("DH", "IY0")
"""said for 'the' before a vowel"""
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


def segments(sentence: Sequence[Token], lexicon: Lexicon) -> list[Segment]:
    """The segments of a sentence as ``normalise.sentences`` gives it; of breaks alone, pauses alone.

    Raises:
        UsageError: a word cannot be said.
    """
    if not any(isinstance(token, Word) for token in sentence):
        return [_pause(token) for token in sentence if isinstance(token, Break)]
    found = [Segment(SIL)]
    for phrase in _phrases(sentence):
        found += _phrase(phrase, lexicon)
    return found


def _phrases(sentence: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens from behind a mark to the next one."""
    phrase: list[Token] = []
    for token in sentence:
        phrase.append(token)
        if isinstance(token, Mark):
            yield phrase
            phrase = []
    if phrase:
        yield phrase


def _phrase(phrase: Sequence[Token], lexicon: Lexicon) -> Iterator[Segment]:
    words = sum(isinstance(token, Word) for token in phrase)
    mark = next((token.sign for token in phrase if isinstance(token, Mark)), "")
    said = [_said(token, lexicon) for token in phrase if isinstance(token, Word)]
    word = 0
    for token in phrase:
        if isinstance(token, Word):
            before_vowel = word + 1 < words and is_vowel(said[word + 1][0])
            phones = THE if before_vowel and token.spoken == "the" and not token.manner.phones else said[word]
            yield from _word(token, phones, Segment("", word=word, words=words, mark=mark))
            word += 1
        elif isinstance(token, Break):
            yield _pause(token)
        else:
            yield Segment(SIL, mark=token.sign, speed=token.manner.speed, pitch=token.manner.pitch)


def _said(word: Word, lexicon: Lexicon) -> tuple[str, ...]:
    manner = word.manner
    return parse(manner.phones, manner.alphabet or None) if manner.phones else lexicon.phones(word.spoken)


def _word(word: Word, said: tuple[str, ...], common: Segment) -> Iterator[Segment]:
    manner = word.manner
    common = replace(common, function=word.spoken in FUNCTION_WORDS, speed=manner.speed, pitch=manner.pitch)
    for i, place in enumerate(places(said)):
        yield replace(
            common,
            phone=place.phone,
            stress=place.stress,
            part=place.part,
            position=place.position,
            length=place.length,
            syllable=place.syllable,
            syllables=place.syllables,
            text=word.spoken if i == 0 else "",
        )


def _pause(token: Break) -> Segment:
    return Segment(SIL, seconds=token.seconds)
