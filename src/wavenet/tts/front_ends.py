"""The languages of texts, and what reads each: loaded when a voice speaks it, with nothing of the others.

A new language is a folder beside ``english/`` and ``russian/``, with a module that has ``read``, and a line here.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from wavenet.config import Language
from wavenet.tts.markup import Markup
from wavenet.tts.segments import Segment


class Read(Protocol):
    """A text, whole or in pieces → the segments of each sentence, and how it is written."""

    def __call__(
        self,
        text: str | Iterable[str],
        lexicon: Sequence[str | Path] = (),
        *,
        markup: Markup = "auto",
        strict: bool = False,
    ) -> Iterator[tuple[list[Segment], str]]:
        """Read a text.

        Args:
            text: what is to be said.
            lexicon: files of how words are said.
            markup: what the text is written in.
            strict: refuse what the language cannot say, and do not leave it out with a ``LeftOutWarning``.
        """


FRONT_ENDS: dict[Language, str] = {
    "en": "wavenet.tts.english.front_end",
    "ru": "wavenet.tts.russian.front_end",
}
"""by ``VoiceConfig.language``: the module whose ``read`` is a ``Read``"""


def reader(language: Language) -> Read:
    """What reads a language."""
    read: Read = import_module(FRONT_ENDS[language]).read
    return read
