"""Text → sentences of words and punctuation marks, as they arrive: a text of any length in constant memory.

The text is read form by form (``forms.py``), and each form is replaced by its words.

- A sentence ends at . ! ? and at the end of a paragraph; at … before a capital; at the period of an abbreviation only
  before a word that often begins a sentence. It ends with a comma if it would be longer than ``MOST_TOKENS`` or
  ``MOST_LETTERS``, or with more than ``MOST_PAUSES``.
- Dashes and brackets are commas; of several marks in a row the strongest is kept. Quotes and emoticons are silent.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, overload

from wavenet.patterns import late
from wavenet.tts.english.abbreviations import DIRECTIONS
from wavenet.tts.english.characters import check
from wavenet.tts.english.context import FARTHEST, Context, Kind, Read, form_behind, starts_sentence
from wavenet.tts.english.forms import read
from wavenet.tts.english.tables import ARTICLES, PREPOSITIONS
from wavenet.tts.english.times import may_follow_time
from wavenet.tts.english.window import Gap, Window
from wavenet.tts.front_ends import begun
from wavenet.tts.markup import PLAIN, Break, Manner, Span
from wavenet.tts.places import Places
from wavenet.tts.segments import SIGNS
from wavenet.tts.traced import Place, place

MOST_TOKENS = 200
"""tokens of a sentence: about a minute"""
MOST_LETTERS = 1500
"""letters of its words: text that has no spaces for a long time is cut into pieces with many letters"""
MOST_PAUSES = 60.0
"""seconds of its breaks: the stages of a voice take a sentence at once, and need time and memory for every frame"""

_ENDS = ".!?"
_NUMBERED = late(r"\s*Nos?\.")
"""begins no sentence, although "no" often does"""
_ATTRIBUTE = late(r"[\d.,]+-")
"""10-yr. of a 10-yr. Treasury note"""
_NEIGHBOURS = 8
_FEW = 2
_PHONES = {"A": "EY1", "th'": "DH"}
"""phones of what the dictionary has differently: the name of the letter, and the article without its vowel"""
_APART = (Kind.MARK, Kind.SOFT)
_CLOSING = late(r"[\"')\]}]+(?=\s|$)")
"""behind the mark that ends a sentence, its own"""


@dataclass(frozen=True, slots=True)
class Word:
    """A word to be spoken: letters a-z and apostrophes, as in a dictionary.

    ``written`` is the text of this word and of those after it that have none. With phones in its manner it is one word
    whatever its text; ``spoken`` is then its letters, if any. ``place`` is that of the written word (``places.py``) of
    which this is the first and those after it that have none are the others.
    """

    spoken: str
    written: str
    manner: Manner = PLAIN
    place: Place | None = field(default=None, compare=False)


class Mark(NamedTuple):
    """Punctuation: one of ``SIGNS``."""

    sign: str
    manner: Manner = PLAIN


Token = Word | Mark | Break
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
    """The sentences of a text, or of its pieces, which may end within words; for a piece that is None, yields None.

    Each has a word and ends with a mark; breaks are at their positions, those between two sentences in the second one,
    and those at the end in a separate list. ``known`` tells whether the dictionary contains a word.

    This call already makes the first sentence, and checks a text that is given as a whole, as a string or a list, so
    that errors in it are reported before anything is spoken.

    Raises:
        UsageError: there is nothing to speak, or a character that has no sound in English; after this call only for
            text that is not given as a whole.
    """
    pieces = [text] if isinstance(text, str) else text
    if isinstance(pieces, Sequence):
        for piece in pieces:
            if isinstance(piece, str) or (isinstance(piece, Span) and not piece.manner.phones):
                check(piece if isinstance(piece, str) else piece.text)
    return begun(_sentences(Window(pieces, known), Context(known=known, read=read)))


def _sentences(window: Window, context: Context) -> Iterator[list[Token] | None]:
    made = _Sentence()
    for item in window:
        if isinstance(item, Break):
            yield from made.pause(item)
        elif isinstance(item, Gap):
            yield None
        elif item is None:
            context = context._replace(before=(), quotes="")
            yield from made.end(".")
        elif isinstance(item, Manner):
            if made.is_long:
                yield from made.end(",")
            glued = window.at > 0 and not window.text[window.at - 1].isspace()
            form = read(window.text, window.at, context, min(window.limit, window.at + FARTHEST))
            behind = window.at + len(form.text)
            following = "" if _NUMBERED.match(window.text, behind) else form_behind(window.text, behind)
            closing = _CLOSING.match(window.text, behind) if form.kind in _APART else None
            where = window.place(len(form.text.rstrip()) + (len(closing[0]) if closing else 0))
            window.take(len(form.text))
            yield from made.add(form, item, glued, following, where)
            context = _behind(context, form, glued)
            if not made.tokens:
                context = context._replace(before=())
        else:
            if made.is_long:
                yield from made.end(",")
            made.given(Word(_letters(item.text), str(item.text), item.manner), place(item.text))
    yield from made.end(".")
    if made.tokens:
        yield made.tokens


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isascii() and (c.isalpha() or c == "'"))


def _behind(context: Context, form: Read, glued: bool) -> Context:
    """The context of what follows a form."""
    quotes = context.quotes
    if form.kind in _APART:
        if form.text.count('"') % 2:
            quotes = quotes.replace('"', "") if '"' in quotes else quotes + '"'
        if "'" in form.text or "`" in form.text:
            quotes = quotes.replace("'", "") + ("" if glued else "'")
    return context._replace(before=(*context.before[1 - _NEIGHBOURS :], form), quotes=quotes)


class _Sentence:
    """The sentence in progress. Whatever ends it yields it."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self._letters = 0
        self._paused = 0.0
        """seconds"""
        self._chain: int | None = None
        """index of the word whose ``written`` collects the text of forms that are joined"""
        self._places = Places()

    @property
    def is_long(self) -> bool:
        """Whether it is longer than one breath."""
        return len(self.tokens) >= MOST_TOKENS or self._letters >= MOST_LETTERS

    def given(self, word: Word, where: Place | None) -> None:
        """Add a word with phones."""
        if where:
            self._places.form(where, word.written, glued=False, apart=False, silent=False)
        self._append(word)

    def _append(self, word: Word) -> None:
        self._places.word(len(self.tokens))
        self.tokens.append(word)

    def add(
        self, form: Read, manner: Manner, glued: bool, following: str, where: Place | None = None
    ) -> Iterator[list[Token]]:
        """Add what is spoken for a form, given the form after it, and where it is written."""
        if where:
            silent = all(said in SIGNS for said in form.said)
            self._places.form(where, form.text, glued=glued, apart=form.kind in _APART, silent=silent)
        if not glued or form.kind in _APART:
            self._chain = None
        written = form.text
        if self._chain is not None:
            word = self.tokens[self._chain]
            assert isinstance(word, Word)
            self.tokens[self._chain], written = replace(word, written=word.written + written), ""
        for said in form.said:
            if said in SIGNS:
                if form.kind in _APART:
                    yield from self._mark(said, following)
                elif self.tokens:
                    self.tokens.append(Mark(said, manner))
                continue
            phones = _PHONES.get(said, "")
            own = manner._replace(alphabet="x-arpabet", phones=phones) if phones else manner
            if self._chain is None and form.kind not in _APART:
                self._chain = len(self.tokens)
            self._append(Word(said.lower(), written, own))
            self._letters += len(said)
            written = ""
        if _ends_sentence(form, following, self._is_bound(form)):
            yield from self.end(".")

    def _is_bound(self, form: Read) -> bool:
        """Whether more has to follow a time: behind an article, or where the sentence is no more than At 5 p.m."""
        if form.kind is not Kind.TIME:
            return False
        words = [token.spoken for token in self.tokens if isinstance(token, Word)]
        before = words[: len(words) - len(form.said)]
        return not before or before[-1] in ARTICLES or (len(before) <= _FEW and before[0] in PREPOSITIONS)

    def end(self, sign: str) -> Iterator[list[Token]]:
        """End the sentence with a mark, if it contains a word; the last mark stays unless it is a comma or weaker."""
        word = self._last_word()
        if word is not None:
            self._put(sign, word, over="," if sign in ",." else SIGNS)
            yield self._taken()

    def pause(self, pause: Break) -> Iterator[list[Token]]:
        """Add a break; if there are too many for one sentence, those before are in one of their own."""
        if self.is_long or (self._paused and self._paused + pause.seconds > MOST_PAUSES):
            yield from self.end(",")
            if self.tokens:
                yield self._taken()
        self.tokens.append(pause)
        self._paused += pause.seconds

    def _taken(self) -> list[Token]:
        tokens, self.tokens = self.tokens, []
        for start, end, first in self._places.taken():
            word = tokens[first]
            assert isinstance(word, Word)
            tokens[first] = replace(word, place=(start, end))
        self._letters, self._paused, self._chain = 0, 0.0, None
        return tokens

    def _mark(self, sign: str, following: str) -> Iterator[list[Token]]:
        if sign in _ENDS or (sign == "…" and (not following or following[:1].isupper())):
            yield from self.end(sign)
        elif (word := self._last_word()) is not None:
            self._put(sign, word, over=SIGNS[: SIGNS.index(sign)])

    def _last_word(self) -> Word | None:
        return next((token for token in reversed(self.tokens) if isinstance(token, Word)), None)

    def _put(self, sign: str, word: Word, over: str) -> None:
        """Put a mark after a word, in its manner; an existing mark is replaced only if it is one of ``over``."""
        mark = Mark(sign, word.manner._replace(alphabet="", phones=""))
        last = self.tokens[-1]
        if not isinstance(last, Mark):
            self.tokens.append(mark)
        elif last.sign in over:
            self.tokens[-1] = mark


def _ends_sentence(form: Read, following: str, is_bound: bool) -> bool:
    """Whether the period of an abbreviation also ends the sentence; that of "the 5 p.m. Amtrak" does not."""
    if form.text[-1:] != "." or form.kind is Kind.TITLE or form.kind in _APART:
        return False
    if form.kind is Kind.TIME and following[1:2].islower() and not is_bound and not may_follow_time(following):
        return following[0].isupper()
    measured = form.kind in (Kind.MEASURE, Kind.UNIT) and not _ATTRIBUTE.match(form.text)
    measured = measured and following not in DIRECTIONS and not may_follow_time(following)  # 2 mi. N. of, 3 pts. Fri.
    return starts_sentence(following) or (measured and following[:1].isupper())
