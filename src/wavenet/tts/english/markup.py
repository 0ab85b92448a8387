"""What is said of an English text, as people write it: plain, in Markdown or in SSML, with letters of any script."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import overload

from wavenet.errors import UsageError
from wavenet.tts import documents
from wavenet.tts.english import say_as
from wavenet.tts.english.abbreviations import DOTTED
from wavenet.tts.english.characters import check
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.foreign import greek, sayable
from wavenet.tts.markup import Break, Language, Markup, Span

ENGLISH = Language("en", "English", ("ipa", "x-arpabet"), say_as.KINDS, frozenset(word.rstrip(".") for word in DOTTED))
_NAMES = {"μ": "μ", "µ": "µ", "Ω": "Ω"}
"""of units"""


@overload
def read(text: str | Iterable[str], markup: Markup = "auto", strict: bool = False) -> Iterator[Span | Break]: ...
@overload
def read(
    text: Iterable[str | None], markup: Markup = "auto", strict: bool = False
) -> Iterator[Span | Break | None]: ...
def read(
    text: str | Iterable[str | None], markup: Markup = "auto", strict: bool = False
) -> Iterator[Span | Break | None]:
    """What a text wants said, in letters that English has; one given whole is read before anything is returned.

    Args:
        text: whole, or in pieces; for one that is None (nothing more has come yet) a None comes out.
        markup: what it is written in.
        strict: keep letters that nobody can say, which are refused later, and do not leave them out with a warning.

    Raises:
        UsageError: markup that is broken, unknown or impossible; the message names its line.
    """
    items = greek(say_as.said_as(documents.read(text, ENGLISH, markup), _phones), _NAMES)
    found = items if strict else sayable(items, _can_say, ENGLISH.name)
    return iter(list(found)) if isinstance(text, str) else found


def _phones(letter: str) -> str:
    return " ".join(Lexicon().spell(letter))


@lru_cache(4096)
def _can_say(character: str) -> bool:
    try:
        check(character)
    except UsageError:
        return "\ud800" <= character <= "\udfff"  # bytes that are no text are refused
    return True
