"""The languages of texts, and what reads each: loaded when a voice speaks it, with nothing of the others.

A new language is a folder beside ``english/`` and ``russian/``, with a module that has ``read``, and a line here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from wavenet.config import Language
from wavenet.tts.segments import Segment

Read = Callable[[str | Iterable[str], Sequence[str | Path]], Iterator[tuple[list[Segment], str]]]
"""A text, whole or in pieces, and lexicon files → the segments of each sentence, and how it is written."""

FRONT_ENDS: dict[Language, str] = {
    "en": "wavenet.tts.english.front_end",
    "ru": "wavenet.tts.russian.front_end",
}
"""by ``VoiceConfig.language``: the module whose ``read`` is a ``Read``"""


def reader(language: Language) -> Read:
    """What reads a language."""
    read: Read = import_module(FRONT_ENDS[language]).read
    return read
