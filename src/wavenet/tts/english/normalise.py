"""Text → sentences of words and punctuation marks, as they come: a text of any length in constant memory.

The text is cut at blanks into written forms, these from the punctuation at their ends; each form is said by its words.

- A sentence ends at . ! ? and at a blank line, and before a line with a bullet; at … before a capital; at the period
  of an abbreviation only before a word which usually begins a sentence. It ends with a comma where it would be longer
  than ``MOST_TOKENS``.
- Dashes and brackets are commas; of several marks in a row the strongest stays. Quotes and emoticons are silent.
- A form keeps together in one manner: where the manner changes, so does the word.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

from wavenet.tts.english.characters import check, visible
from wavenet.tts.english.context import Context
from wavenet.tts.english.expand import expand, is_dotted, starts_sentence
from wavenet.tts.english.forms import Sign, forms
from wavenet.tts.front_ends import begun
from wavenet.tts.markup import PLAIN, Break, Manner, Span
from wavenet.tts.segments import SIGNS

MOST_TOKENS = 200
"""of a sentence: about a minute"""

_ENDS = ".!?"
_NEIGHBOURS = 6
_FARTHEST = 20
# a blank that keeps thousands together does not part forms; what has no blank for long is cut
_RUN = re.compile(r"[^\S\xa0\u2009\u202f]{1,1000}|[\S\xa0\u2009\u202f]{1,1000}")
_BULLET = re.compile(r"[-*•]|#{1,6}")


@dataclass(frozen=True, slots=True)
class Word:
    """A word to be said: letters a-z and apostrophes, as a dictionary has them.

    ``written`` is what stands in the text for this word and those after it that have none. With phones in its manner
    it is one word whatever its text; ``spoken`` is then what letters there are.
    """

    spoken: str
    written: str
    manner: Manner = PLAIN


@dataclass(frozen=True, slots=True)
class Mark:
    """Punctuation: one of ``SIGNS``."""

    sign: str
    manner: Manner = PLAIN


Token = Word | Mark | Break


@dataclass(frozen=True, slots=True)
class _Form:
    text: str
    manner: Manner


class _Gap:
    """In the place of what has not come yet."""


class _NotYetError(Exception):
    """What comes next is asked for, and has not come yet."""


_Item = _Form | Sign | Break | None
"""None is the end of a paragraph"""
Piece = str | Span | Break


@overload
def sentences(text: str | Iterable[Piece], known: Callable[[str], bool] | None = None) -> Iterator[list[Token]]: ...
@overload
def sentences(
    text: Iterable[Piece | None], known: Callable[[str], bool] | None = None
) -> Iterator[list[Token] | None]: ...
def sentences(
    text: str | Iterable[Piece | None], known: Callable[[str], bool] | None = None
) -> Iterator[list[Token] | None]:
    """The sentences of a text, or of pieces of it, which may end within words; for a piece that is None, a None.

    Each has a word and ends with a mark; breaks lie in it where they are, those between two sentences before the
    second, and those at the end in a list of their own. ``known`` says whether the dictionary has a word.

    The first sentence is made here, and a text given whole, as a string or a list, is looked through here, so that what
    is wrong with it is told before anything is said.

    Raises:
        UsageError: there is nothing to say, or a character that has no sound in English; later than here only in what
            is not given whole.
    """
    pieces = [text] if isinstance(text, str) else text
    if isinstance(pieces, Sequence):
        for piece in pieces:
            if isinstance(piece, str) or (isinstance(piece, Span) and not piece.manner.phones):
                check(piece if isinstance(piece, str) else piece.text)
    return begun(_sentences(_Ahead(_items(pieces)), known))


def _items(pieces: Iterable[Piece | None]) -> Iterator[_Item | _Gap]:
    blank = "\n"
    for run in _runs(pieces):
        if isinstance(run, Break | _Gap):
            yield run
        elif run.manner.phones:
            yield _Form(run.text.strip(), run.manner)
        elif run.text.isspace():
            blank = run.text
            if blank.count("\n") > 1 or "\f" in blank or "\u2029" in blank:
                yield None
        elif "\n" in blank and _BULLET.fullmatch(run.text):
            yield None
        else:
            blank = ""
            for form in forms(run.text):
                yield form if isinstance(form, Sign) else _Form(form, run.manner)


def _runs(pieces: Iterable[Piece | None]) -> Iterator[Span | Break | _Gap]:
    """Runs of blanks and what stands between them, wherever the pieces end."""
    manner, rest = PLAIN, ""
    for piece in pieces:
        if piece is None:
            yield _Gap()
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
            rest = run[0]
    if rest:
        yield Span(rest, manner)


class _Ahead:
    """What comes next, looked at only as far as it is asked for; ``_NotYetError`` where that has not come yet."""

    def __init__(self, items: Iterator[_Item | _Gap]) -> None:
        self._items = items
        self._seen: deque[_Item] = deque()

    def __iter__(self) -> Iterator[_Item | _Gap]:
        while True:
            try:
                if not self._look(0):
                    return
            except _NotYetError:
                yield _Gap()
            else:
                yield self._seen.popleft()

    def put_back(self, item: _Item) -> None:
        """Let an item come once more."""
        self._seen.appendleft(item)

    def after(self, i: int) -> str:
        """The i-th form from here, brackets and dashes aside; ``""`` where a mark or the end comes first."""
        at = 0
        while at < _FARTHEST and self._look(at):
            item = self._seen[at]
            if isinstance(item, _Form):
                if i == 0:
                    return item.text
                i -= 1
            elif not (isinstance(item, Sign) and item.soft):
                return ""
            at += 1
        return ""

    def ends(self) -> bool:
        """Whether the paragraph ends here."""
        return not self._look(0) or self._seen[0] is None

    def _look(self, at: int) -> bool:
        while len(self._seen) <= at:
            try:
                item = next(self._items)
            except StopIteration:
                return False
            if isinstance(item, _Gap):
                raise _NotYetError
            self._seen.append(item)
        return True


def _sentences(items: _Ahead, known: Callable[[str], bool] | None) -> Iterator[list[Token] | None]:
    sentence: list[Token] = []
    before: tuple[str, ...] = ()
    for item in items:
        if isinstance(item, _Gap):
            yield None
            continue
        if isinstance(item, _Form) and len(sentence) >= MOST_TOKENS and _end(sentence, ","):
            yield sentence
            sentence = []
        kept = list(sentence)
        try:
            ended = _take(sentence, item, Context(before, items.after, known), items)
        except _NotYetError:
            items.put_back(item)
            sentence = kept
            yield None
            continue
        if isinstance(item, _Form):
            before = (*before[1 - _NEIGHBOURS :], item.text)
        elif isinstance(item, Sign) and not item.soft:
            before = ()
        if ended:
            yield sentence
            sentence, before = [], ()
    _end(sentence, ".")
    if sentence:
        yield sentence


def _take(sentence: list[Token], item: _Item, context: Context, items: _Ahead) -> bool:
    """Add an item to a sentence; whether it ended it."""
    if isinstance(item, Break):
        sentence.append(item)
        return False
    if item is None:
        return _end(sentence, ".")
    if isinstance(item, Sign):
        return _mark(sentence, item.sign, items)
    return _say(sentence, item, context, items)


def _say(sentence: list[Token], form: _Form, context: Context, items: _Ahead) -> bool:
    """Add what is said for a form; whether it ended the sentence."""
    if form.manner.phones:
        spoken = "".join(c for c in form.text.lower() if c.isascii() and (c.isalpha() or c == "'"))
        sentence.append(Word(spoken, form.text, form.manner))
        return False
    written = form.text
    for said in expand(form.text, context):
        if said in SIGNS:
            if _mark(sentence, said, items):
                return True
        else:
            letter = replace(form.manner, alphabet="x-arpabet", phones="EY1") if said == "A" else form.manner
            sentence.append(Word(said.lower(), written, letter))
            written = ""
    return is_dotted(form.text) and starts_sentence(context.after(0)) and _end(sentence, ".")


def _mark(sentence: list[Token], sign: str, items: _Ahead) -> bool:
    """Add a mark; whether it ended the sentence."""
    if sign in _ENDS or (sign == "…" and (items.ends() or items.after(0)[:1].isupper())):
        return _end(sentence, sign)
    word = _last_word(sentence)
    if word is not None:
        _put(sentence, sign, word, over=SIGNS[: SIGNS.index(sign)])
    return False


def _end(sentence: list[Token], sign: str) -> bool:
    """End the sentence, if there is a word in it, by a mark: the last one, unless that is a comma or weaker."""
    word = _last_word(sentence)
    if word is None:
        return False
    _put(sentence, sign, word, over="," if sign in ",." else SIGNS)
    return True


def _last_word(sentence: list[Token]) -> Word | None:
    return next((token for token in reversed(sentence) if isinstance(token, Word)), None)


def _put(sentence: list[Token], sign: str, word: Word, over: str) -> None:
    """A mark behind a word and in its manner; if one is there, only over one of these."""
    mark = Mark(sign, replace(word.manner, alphabet="", phones=""))
    last = sentence[-1]
    if not isinstance(last, Mark):
        sentence.append(mark)
    elif last.sign in over:
        sentence[-1] = mark
