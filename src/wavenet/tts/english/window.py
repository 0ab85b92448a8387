"""Text in pieces, as they arrive → a window of the part that is being read, with the look-ahead that it needs.

Windows are separated by breaks and by the ends of paragraphs: a blank line, or a line that begins with a bullet.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from wavenet.patterns import late
from wavenet.tts.english.abbreviations import DOTTED
from wavenet.tts.english.characters import clean, visible
from wavenet.tts.english.context import FARTHEST, form_behind, starts_sentence
from wavenet.tts.english.dates import SHORT_NAMES
from wavenet.tts.english.units import DOTTED_UNITS
from wavenet.tts.english.words import has_vowel
from wavenet.tts.markup import PLAIN, Break, Manner, Span
from wavenet.tts.traced import Place, group, joined, place, sub, words

LONGEST_PIECE = 1000
"""maximum characters without a space; longer ones are cut"""
# a space that groups thousands does not separate forms
_RUN = late(rf"[^\S\xa0\u2009\u202f]{{1,{LONGEST_PIECE}}}|[\S\xa0\u2009\u202f]{{1,{LONGEST_PIECE}}}")
_THOUSANDS = late(r"(?<=\d)[\xa0\u2009\u202f](?=\d{3}(?!\d))")
_BULLET = late(r"[-*•]|#{1,6}")
_ENDED = late(r"(?:.*?(?<![^\W\d_]))?([^\W\d_]*)([.!?])[\"')\]]*")
_FACTORIAL = late(r"(?:[a-z]|\d+)!")
_NUMERAL = late(r"[IVX]+\.")
_LONGEST_UNKNOWN = 5
_INITIAL = late(r"[A-Z]\.")
_SEEN = 4
"""characters that are kept of what has been read"""
_END = Break(-1)
"""there are no more items"""


class Piece(NamedTuple):
    """Text between two spaces, in plain characters, or text with given phones."""

    text: str
    manner: Manner
    closes: bool = False
    """a sentence ends here, whatever follows"""


class Gap:
    """Stands for text that has not arrived yet."""


Item = Piece | Break | None
"""None is the end of a paragraph"""


class Window:
    """Iterates over the items of a text; ``text`` is the window of what is being read.

    The window extends as far as forms may depend on it: to a break, to the end of the paragraph or of the sentence, or
    over ``FARTHEST`` characters. So the pieces in which the text arrives do not matter, and nothing waits for more.
    """

    def __init__(self, pieces: Iterable[str | Span | Break | None], known: Callable[[str], bool] | None) -> None:
        self._items = _items(pieces, known)
        self._next: list[Item] = []
        """an item that was read in advance and does not belong to the window"""
        self.text = ""
        self._traced = ""
        """the same, which knows where it stands: ``Traced``, whose slices take longer"""
        self.at = 0
        """position in it at which the next form begins"""
        self._ends: list[tuple[int, Manner]] = []
        """where the parts with one manner end; what is after the last one belongs to the next window"""
        self._is_whole = True
        """the window is complete"""

    @property
    def limit(self) -> int:
        """The position at which the manner changes, which no form crosses."""
        return self._ends[0][0]

    def __iter__(self) -> Iterator[Piece | Break | Manner | Gap | None]:
        """The items one after another; for text, the manner at the position of the next form."""
        while True:
            while self._ends and self.limit <= self.at:
                del self._ends[0]
            in_reading = bool(self._ends)
            if in_reading and (self._is_whole or len(self.text) - self.at >= FARTHEST):
                yield self._ends[0][1]
                continue
            item = self._next.pop() if self._next else next(self._items, _END)
            if isinstance(item, Gap):
                yield item
            elif isinstance(item, Piece) and not item.manner.phones:
                self._add(item, in_reading)
            elif in_reading:
                self._is_whole = True
                self._next.append(item)
            elif item is _END:
                return
            else:
                yield item

    def take(self, length: int) -> None:
        """Advance past a form of this length, and the space after it."""
        self.at += length
        self.at += self.text[self.at : self.at + 1] == " "

    def place(self, length: int) -> Place | None:
        """Where so many characters of the next form stand in the text that was given."""
        return place(self._traced[self.at : self.at + length])

    def _add(self, piece: Piece, goes_on: bool) -> None:
        """Add a piece; if it shows that a sentence ended before it, it begins the next window."""
        if not goes_on:
            self._traced, self.at = piece.text, 0
        elif _has_ended(self.text, str(piece.text)):
            self._traced = joined((self._traced, " ", piece.text))
            self.text = str(self._traced)
            self._is_whole = True
            self._next.append(piece)
            return
        else:
            gone = max(self.at - _SEEN, 0)
            self._traced, self.at = joined((self._traced[gone:], " ", piece.text)), self.at - gone
            self._ends = [(end - gone, manner) for end, manner in self._ends]
        self.text = str(self._traced)
        if self._ends and self._ends[-1][1] == piece.manner:
            del self._ends[-1]
        self._ends.append((len(self.text), piece.manner))
        self._is_whole = piece.closes


def _has_ended(text: str, following: str) -> bool:
    """Whether what follows shows that a sentence may have ended with a period or an ellipsis."""
    mark = text.rstrip("\"')]")[-1:]
    if mark == "…":
        return form_behind(following, 0)[:1].isupper()
    begins = starts_sentence(form_behind(following, 0)) and following not in ("No.", "Nos.", "I,", "I;", "I:")
    return mark == "." and begins and not _INITIAL.match(following)


def _items(pieces: Iterable[str | Span | Break | None], known: Callable[[str], bool] | None) -> Iterator[Item | Gap]:
    blank = "\n"
    for run in _runs(pieces):
        if isinstance(run, Break | Gap):
            yield run
        elif run.manner.phones:
            yield Piece(run.text.strip(), run.manner)
        elif run.text.isspace():
            blank = run.text
            if blank.count("\n") > 1 or "\f" in blank or "\u2029" in blank:
                yield None
        elif "\n" in blank and _BULLET.fullmatch(run.text):
            yield None
        else:
            blank = ""
            text = run.text if run.text.isascii() else sub(_THOUSANDS, ",", run.text)
            yield from (Piece(part, run.manner, _closes(str(part), known)) for part in words(clean(text)))


def _closes(text: str, known: Callable[[str], bool] | None) -> bool:
    """Whether a mark in it ends a sentence, whatever follows, and is not the period of an abbreviation."""
    if text.isalnum():  # most of any text
        return False
    match = _ENDED.fullmatch(text)
    if not match or "…" in text[-3:]:
        return False
    word = match[1].lower()
    if _NUMERAL.fullmatch(text) or _FACTORIAL.fullmatch(text):
        return False
    if match[2] != "." or not word:
        return True
    if (
        len(word) == 1
        or f"{word}." in DOTTED
        or word in DOTTED_UNITS
        or word in SHORT_NAMES
        or "." in text[: match.start(2)]
    ):
        return False
    return len(word) > _LONGEST_UNKNOWN or (known(word) if known else has_vowel(word))


def _runs(pieces: Iterable[str | Span | Break | None]) -> Iterator[Span | Break | Gap]:
    """Runs of spaces and of what is between them, wherever the pieces end."""
    manner, rest = PLAIN, ""
    for piece in pieces:
        if piece is None:
            yield Gap()
            continue
        span = Span(piece) if isinstance(piece, str) else piece
        if rest and (isinstance(span, Break) or span.manner != manner):
            yield Span(rest, manner)
            rest = ""
        if isinstance(span, Break) or span.manner.phones:
            yield span
            continue
        manner = span.manner
        whole, rest = rest + visible(span.text), ""
        for run in _RUN.finditer(whole):
            if rest:
                yield Span(rest, manner)
            rest = group(run)
    if rest:
        yield Span(rest, manner)
