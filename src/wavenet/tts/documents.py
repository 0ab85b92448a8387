"""A text as someone wrote it, plain, in Markdown or in SSML → spans and breaks; whole, or in pieces as they come."""

from collections.abc import Iterable, Iterator

from wavenet.tts.markup import Break, Language, Markup, Span
from wavenet.tts.traced import traced

_UNMARKED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,.?!")
"""a text of these alone has no markup"""


def read(
    text: str | Iterable[str | None], language: Language, markup: Markup = "auto"
) -> Iterator[Span | Break | None]:
    """What a text wants said. One given whole is read before anything is returned.

    For a piece that is None (nothing more has come yet) a None comes out. The texts know where they stand: ``traced``.

    Raises:
        UsageError: SSML that is broken, unknown or impossible; the message names its line. In pieces: when its turn
            comes.
    """
    if isinstance(text, str) and markup in ("auto", "markdown") and _UNMARKED.issuperset(text):
        markup = "plain"
    found = _read(traced([text] if isinstance(text, str) else text), language, markup)
    return iter(list(found)) if isinstance(text, str) else found


def _read(pieces: Iterable[str | None], language: Language, markup: Markup) -> Iterator[Span | Break | None]:
    marked = markup == "ssml"
    if markup == "plain":
        yield from (None if piece is None else Span(piece) for piece in pieces if piece != "")
        return
    from wavenet.tts import markdown, ssml  # which take longer to load than a word to be said

    if markup == "auto":
        marked, pieces = yield from ssml.opened(pieces)
    if marked:
        yield from ssml.read(pieces, language)
        return
    pieces = markdown.plain(pieces, language.abbreviations)
    yield from (None if piece is None else Span(piece) for piece in pieces if piece != "")
