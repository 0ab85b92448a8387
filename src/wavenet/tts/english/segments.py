"""A sentence of English as segments: its words by the lexicon, their syllables, and the pauses at marks and breaks."""

from collections.abc import Iterable, Iterator, Sequence

from wavenet.tts.english import heteronyms
from wavenet.tts.english.lexicon import Lexicon, Phones
from wavenet.tts.english.normalise import Mark, Token, Word
from wavenet.tts.english.phones import is_vowel, parse
from wavenet.tts.english.syllables import places
from wavenet.tts.english.tables import FUNCTION_WORDS
from wavenet.tts.markup import Break
from wavenet.tts.segments import SIL, Segment

THE = ("DH", "IY0")
"""said for 'the' before a vowel"""

Spoken = tuple[Token, Phones]
"""a word with its phones, or another token with none"""


def segments(sentence: Sequence[Token], lexicon: Lexicon) -> list[Segment]:
    """The segments of a sentence as ``normalise.sentences`` gives it; of breaks alone, pauses alone.

    Raises:
        UsageError: a word cannot be said.
    """
    if not any(isinstance(token, Word) for token in sentence):
        return [_pause(token) for token in sentence if isinstance(token, Break)]
    found = [Segment(SIL)]
    for phrase in _phrases(_spoken(sentence, lexicon)):
        found += _phrase(phrase)
    return found


def _spoken(sentence: Sequence[Token], lexicon: Lexicon) -> Iterator[Spoken]:
    """Each token with its phones: those it is given, those that its sentence asks for, or those of the lexicon."""
    chosen = heteronyms.chosen(sentence, lexicon)
    for i, token in enumerate(sentence):
        if not isinstance(token, Word):
            yield token, ()
        elif token.manner.phones:
            yield token, parse(token.manner.phones, token.manner.alphabet or None)
        else:
            yield token, chosen[i].phones if i in chosen else lexicon.phones(token.spoken)


def _phrases(sentence: Iterable[Spoken]) -> Iterator[list[Spoken]]:
    """The tokens from behind a mark to the next one."""
    phrase: list[Spoken] = []
    for token, phones in sentence:
        phrase.append((token, phones))
        if isinstance(token, Mark):
            yield phrase
            phrase = []
    if phrase:
        yield phrase


def _phrase(phrase: Sequence[Spoken]) -> Iterator[Segment]:
    said = [phones for token, phones in phrase if isinstance(token, Word)]
    mark = next((token.sign for token, _ in phrase if isinstance(token, Mark)), "")
    word = 0
    for token, phones in phrase:
        if isinstance(token, Word):
            before_vowel = word + 1 < len(said) and is_vowel(said[word + 1][0])
            phones = THE if before_vowel and token.spoken == "the" and not token.manner.phones else phones
            yield from _word(token, phones, word, len(said), mark)
            word += 1
        elif isinstance(token, Break):
            yield _pause(token)
        else:
            yield Segment(SIL, mark=token.sign, speed=token.manner.speed, pitch=token.manner.pitch)


def _word(word: Word, said: tuple[str, ...], index: int, words: int, mark: str) -> Iterator[Segment]:
    manner, function = word.manner, word.spoken in FUNCTION_WORDS
    for i, place in enumerate(places(said)):
        yield Segment(
            place.phone,
            place.stress,
            place.part,
            place.position,
            place.length,
            place.syllable,
            place.syllables,
            word=index,
            words=words,
            function=function,
            mark=mark,
            text=word.spoken if i == 0 else "",
            speed=manner.speed,
            pitch=manner.pitch,
        )


def _pause(token: Break) -> Segment:
    return Segment(SIL, seconds=token.seconds)
