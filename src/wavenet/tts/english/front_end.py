"""English text → sentences, and the segments of each."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from wavenet.tts.english import markup, normalise
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import Token, Word
from wavenet.tts.english.segments import segments
from wavenet.tts.front_ends import Said


def read(text: str | Iterable[str | None], lexicon: Sequence[str | Path] = ()) -> Iterator[Said | None]:
    """The sentences of a text: ``front_ends.Read``.

    Args:
        text: plain or SSML. What is wrong with one given whole is told at once; in pieces, when its turn comes.
        lexicon: files of how words are said, before the shipped one.

    Raises:
        UsageError: there is nothing to say, markup or a lexicon is wrong, or a word cannot be said.
    """
    words = Lexicon(lexicon)
    spans = list(markup.read(text)) if isinstance(text, str) else markup.read(text)
    found = normalise.sentences(spans, words.__contains__)
    return (None if each is None else (segments(each, words), _written(each)) for each in found)


def _written(sentence: Sequence[Token]) -> str:
    return " ".join(token.written for token in sentence if isinstance(token, Word) and token.written)
