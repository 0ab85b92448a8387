"""The languages of texts, and what reads each: loaded when a voice speaks it, with nothing of the others.

A new language is a folder beside ``english/`` and ``russian/``, with a module ``front_end`` that has ``read``, and an
entry in ``config.LANGUAGES``.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from wavenet.config import LANGUAGES
from wavenet.errors import UsageError
from wavenet.tts.markup import Markup
from wavenet.tts.places import Written
from wavenet.tts.segments import Segment


class Said(NamedTuple):
    """A sentence."""

    segments: list[Segment]
    text: str
    """how it is written"""
    words: list[Written]
    """and where each of its words is"""


class Read(Protocol):
    """A text, whole or in pieces → its sentences, each as soon as it is whole."""

    def __call__(
        self,
        text: str | Iterable[str | None],
        lexicon: Sequence[str | Path] = (),
        *,
        markup: Markup = "auto",
        strict: bool = False,
    ) -> Iterator[Said | None]:
        """Read a text.

        Args:
            text: what is to be said. A piece that is None says that nothing more has come yet: then a None comes out,
                and the next sentence when it is there.
            lexicon: files of how words are said.
            markup: what the text is written in.
            strict: refuse letters that the language cannot say, and do not leave them out with a ``WavenetWarning``.
        """


T = TypeVar("T")


def begun(sentences: Iterator[T | None]) -> Iterator[T | None]:
    """The sentences of a text, the first of which is read at once: what is wrong with it is told before any is said.

    Raises:
        UsageError: there is none, here or, where Nones came before that was known, later.
    """
    some = _some(sentences)
    first = next(some)
    return some if first is None else chain([first], some)


def _some(sentences: Iterator[T | None]) -> Iterator[T | None]:
    empty = True
    for sentence in sentences:
        empty = empty and sentence is None
        yield sentence
    if empty:
        raise UsageError("there is nothing to say: the text has no words")


def reader(language: str) -> Read:
    """What reads a language, by its code in ``LANGUAGES``."""
    read: Read = import_module(f"wavenet.tts.{LANGUAGES[language]}.front_end").read
    return read
