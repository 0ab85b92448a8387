"""English text → sentences, and the segments of each."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from wavenet.tts.english import markup as english
from wavenet.tts.english import normalise
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import Token, Word
from wavenet.tts.english.segments import segments
from wavenet.tts.markup import Markup
from wavenet.tts.segments import Segment


def read(
    text: str | Iterable[str], lexicon: Sequence[str | Path] = (), *, markup: Markup = "auto", strict: bool = False
) -> Iterator[tuple[list[Segment], str]]:
    """The segments of each sentence, and how it is written; of a text, or of one that comes in pieces.

    Args:
        text: what is wrong with one given whole is told at once; in pieces, when its turn comes.
        lexicon: files of how words are said, before the shipped one.
        markup: what the text is written in.
        strict: refuse letters that nobody can say in English, which are otherwise left out with a warning.

    Raises:
        UsageError: there is nothing to say, markup or a lexicon is wrong, or a word cannot be said.
    """
    words = Lexicon(lexicon)
    pieces = english.read(text, markup, strict)
    found = normalise.sentences(list(pieces) if isinstance(text, str) else pieces, words.__contains__)
    return ((segments(sentence, words), _written(sentence)) for sentence in found)


def _written(sentence: Sequence[Token]) -> str:
    return " ".join(token.written for token in sentence if isinstance(token, Word) and token.written)
