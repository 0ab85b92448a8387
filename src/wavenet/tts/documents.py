"""A text as someone wrote it, plain, in Markdown or in SSML → spans and breaks; whole, or in pieces as they come."""

from collections.abc import Iterable, Iterator

from wavenet.tts import markdown, ssml
from wavenet.tts.markup import Break, Language, Markup, Span


def read(text: str | Iterable[str], language: Language, markup: Markup = "auto") -> Iterator[Span | Break]:
    """What a text wants said. One given whole is read before anything is returned.

    Raises:
        UsageError: SSML that is broken, unknown or impossible; the message names its line. In pieces: when its turn
            comes.
    """
    if isinstance(text, str):
        return iter(list(_read([text], language, markup)))
    return _read(text, language, markup)


def _read(pieces: Iterable[str], language: Language, markup: Markup) -> Iterator[Span | Break]:
    marked, pieces = ssml.opened(pieces) if markup == "auto" else (markup == "ssml", pieces)
    if marked:
        yield from ssml.read(pieces, language)
        return
    if markup != "plain":
        pieces = markdown.plain(pieces, language.abbreviations)
    yield from (Span(piece) for piece in pieces if piece)
