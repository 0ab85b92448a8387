"""A sentence of English as segments: its words by the lexicon, their syllables, and the pauses at marks and breaks."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import Mark, Token, Word
from wavenet.tts.english.phones import is_vowel, parse
from wavenet.tts.english.syllables import places
from wavenet.tts.english.tables import FUNCTION_WORDS
from wavenet.tts.markup import Break
from wavenet.tts.segments import SIL, Segment

THE = ("DH", "IY0")
"""said for 'the' before a vowel"""


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
