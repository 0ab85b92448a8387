"""Plain text or SSML of English: what ``tts/markup.py`` reads, with this language's name and alphabets."""

from collections.abc import Iterable, Iterator
from typing import overload

from wavenet.tts import markup
from wavenet.tts.markup import Break, Language, Span

ENGLISH = Language("en", "English", ("ipa", "x-arpabet"))


@overload
def read(text: str | Iterable[str]) -> Iterator[Span | Break]: ...
@overload
def read(text: Iterable[str | None]) -> Iterator[Span | Break | None]: ...
def read(text: str | Iterable[str | None]) -> Iterator[Span | Break | None]:
    """``markup.read`` of an English text; raises UsageError."""
    return markup.read(text, ENGLISH)
