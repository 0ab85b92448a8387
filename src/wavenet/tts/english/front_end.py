"""English text → sentences, and the segments of each."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from wavenet.tts.english import markup as english
from wavenet.tts.english import normalise
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import Token, Word
from wavenet.tts.english.segments import segments
from wavenet.tts.front_ends import Said
from wavenet.tts.markup import Markup
from wavenet.tts.places import Written


def read(
    text: str | Iterable[str | None],
    lexicon: Sequence[str | Path] = (),
    *,
    markup: Markup = "auto",
    strict: bool = False,
) -> Iterator[Said | None]:
    """The sentences of a text: ``front_ends.Read``.

    Args:
        text: what is wrong with one given whole is told at once; in pieces, when its turn comes.
        lexicon: files of how words are said, before the shipped one.
        markup: what the text is written in.
        strict: refuse letters that nobody can say in English, which are otherwise left out with a warning.

    Raises:
        UsageError: there is nothing to say, markup or a lexicon is wrong, or a word cannot be said.
    """
    words = Lexicon(lexicon)
    spans = english.read(text, markup, strict)
    found = normalise.sentences(list(spans) if isinstance(text, str) else spans, words.__contains__)
    return (None if each is None else Said(segments(each, words), _written(each), _places(each)) for each in found)


def _written(sentence: Sequence[Token]) -> str:
    return " ".join(token.written for token in sentence if isinstance(token, Word) and token.written)


def _places(sentence: Sequence[Token]) -> list[Written]:
    said = [token for token in sentence if isinstance(token, Word)]
    firsts = [(word.place, i) for i, word in enumerate(said) if word.place]
    after = [*(i for _, i in firsts), len(said)][1:]
    return [Written(*place, last - i) for (place, i), last in zip(firsts, after, strict=True)]
