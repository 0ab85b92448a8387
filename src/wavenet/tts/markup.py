"""What a text asks for beside its words: in which manner they are said, and pauses."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

Markup = Literal["auto", "plain", "markdown", "ssml"]
"""what a text is written in; auto: SSML if it begins as such, else Markdown, which plain text is seldom by chance"""


class Language(NamedTuple):
    """What markup may name of the language that a voice speaks."""

    code: str
    """of ``xml:lang``"""
    name: str
    alphabets: Sequence[str]
    """that ``<phoneme>`` may be written in; unless it tells, in the first"""
    kinds: Sequence[str] = ()
    """that ``<say-as>`` may call a text"""
    abbreviations: frozenset[str] = frozenset()
    """words in small letters behind which a period ends no sentence"""


class Manner(NamedTuple):
    """How a text is said: factors of speed and pitch, and its phones, spelled in the alphabet, where they are given."""

    speed: float = 1.0
    pitch: float = 1.0
    alphabet: str = ""
    phones: str = ""


PLAIN = Manner()
"""the voice's own"""


class Span(NamedTuple):
    """A part of a text. A blank line in it ends a sentence; the next span of the same manner goes on where it ends."""

    text: str
    manner: Manner = PLAIN
    kind: str = ""
    """one of ``Language.kinds``: what the text is a whole one of, and behind a blank the form of a date"""


class Break(NamedTuple):
    """A pause."""

    seconds: float
