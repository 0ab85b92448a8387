"""Plain text or a small SSML (W3C, 1.1) → what is to be said, in which manner, and pauses.

Text is SSML if it begins with ``<speak``; else each ``<`` in it is itself. Known are ``speak``, ``p``, ``s``, ``break``
(``time``, ``strength``), ``prosody`` (``rate``, ``pitch``; nested, they multiply) and ``phoneme`` (``ph``,
``alphabet``); what else stands in the markup is an error, never skipped.
"""

import math
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import overload
from xml.parsers import expat

from wavenet.errors import UsageError, suggestion

RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.3, "x-fast": 1.7}
PITCHES = {"x-low": 0.7, "low": 0.85, "medium": 1.0, "default": 1.0, "high": 1.2, "x-high": 1.4}
PAUSES = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2}
"""in seconds"""
SPEEDS_BETWEEN, PITCHES_BETWEEN, LONGEST_PAUSE = (0.2, 5.0), (0.5, 2.0), 60.0

_ATTRIBUTES = {
    "speak": ("version", "xml:lang", "xmlns", "xmlns:xsi", "xsi:schemaLocation"),
    "p": ("xml:lang",),
    "s": ("xml:lang",),
    "break": ("time", "strength"),
    "prosody": ("rate", "pitch"),
    "phoneme": ("alphabet", "ph"),
}
_HINTS = {4: "; write & as &amp; and < as &lt;", 11: "; write the character itself, or its number: &#233;"}


@dataclass(frozen=True, slots=True)
class Language:
    """What markup may name of the language that a voice speaks."""

    code: str
    """of ``xml:lang``"""
    name: str
    alphabets: Sequence[str]
    """that ``<phoneme>`` may be written in; unless it tells, in the first"""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is said: factors of speed and pitch, and its phones, spelled in the alphabet, where they are given."""

    speed: float = 1.0
    pitch: float = 1.0
    alphabet: str = ""
    phones: str = ""


PLAIN = Manner()
"""the voice's own"""


@dataclass(frozen=True, slots=True)
class Span:
    """A span of text. A blank line in it ends a sentence; the next span of the same manner goes on where it ends."""

    text: str
    manner: Manner = PLAIN


@dataclass(frozen=True, slots=True)
class Break:
    """A pause."""

    seconds: float


@overload
def read(text: str | Iterable[str], language: Language) -> Iterator[Span | Break]: ...
@overload
def read(text: Iterable[str | None], language: Language) -> Iterator[Span | Break | None]: ...
def read(text: str | Iterable[str | None], language: Language) -> Iterator[Span | Break | None]:
    """What a text, or one that comes in pieces, wants said. Markup given whole is checked before anything is returned.

    For a piece that is None (nothing more has come yet) a None comes out.

    Raises:
        UsageError: markup that is broken, unknown or impossible; the message names its line. In pieces: when its
            turn comes.
    """
    if isinstance(text, str):
        return iter(list(_read([text], language)))
    return _read(text, language)


def opened(pieces: Iterable[str | None]) -> Generator[None, None, tuple[bool, Iterator[str | None]]]:
    """Whether a text in pieces is SSML, and its pieces, the first of them long enough to tell; by ``yield from``.

    What is yielded is a None for each that comes before.
    """
    pieces = iter(pieces)
    head = ""
    for piece in pieces:
        if piece is None:
            yield None
            continue
        head += piece
        if len(head.lstrip("\ufeff \t\r\n")) > len("<speak"):
            break
    start = head.lstrip("\ufeff \t\r\n")
    marked = start.startswith("<speak") and start[6:7] in ("", " ", "\t", "\r", "\n", ">", "/")
    return marked, chain([head.lstrip("\ufeff") if marked else head], pieces)


def _read(pieces: Iterable[str | None], language: Language) -> Iterator[Span | Break | None]:
    marked, pieces = yield from opened(pieces)
    if marked:
        yield from _Markup(language).events(pieces)
    else:
        yield from (None if piece is None else Span(piece) for piece in pieces if piece != "")


class _Markup:
    """The open elements while the markup is read, and what they gave so far."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._open: list[tuple[str, int, Manner]] = []
        self._ready: list[Span | Break] = []
        self._phoneme = ""
        # what begins with <speak has no place for declarations: no entity can be defined, so none can grow
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def events(self, pieces: Iterable[str | None]) -> Iterator[Span | Break | None]:
        for piece in pieces:
            yield from [None] if piece is None else self._parse(piece)
        yield from self._parse("", final=True)

    def _parse(self, piece: str, final: bool = False) -> list[Span | Break]:
        try:
            self._parser.Parse(piece, final)
        except expat.ExpatError as error:
            raise self._broken(error) from None
        except UnicodeEncodeError:
            raise self._wrong("has bytes that are not UTF-8; save the text as UTF-8") from None
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name not in _ATTRIBUTES:
            raise self._wrong(f"<{name}> is unknown{suggestion(name, _ATTRIBUTES)}")
        around = self._open[-1][0] if self._open else ""
        if around in ("break", "phoneme") or (around and name == "speak"):
            raise self._wrong(f"<{name}> cannot stand inside <{around}>")
        for attribute in attributes:
            if attribute not in _ATTRIBUTES[name]:
                raise self._wrong(f"<{name}> has no {attribute!r}{suggestion(attribute, _ATTRIBUTES[name])}")
        language = attributes.get("xml:lang", self._language.code)
        if language.lower().split("-")[0] != self._language.code:
            raise self._wrong(f'<{name} xml:lang="{language}">: this voice speaks {self._language.name}')
        manner = self._manner(name, attributes)
        self._open.append((name, self._parser.CurrentLineNumber, manner))
        if name in ("p", "s"):
            self._ready.append(Span("\n\n", manner))

    def _manner(self, name: str, attributes: Mapping[str, str]) -> Manner:
        """That of what stands inside of an element that begins here."""
        manner = self._open[-1][2] if self._open else PLAIN
        if name == "break":
            self._ready.append(Break(self._pause(attributes)))
        elif name == "prosody":
            speed = manner.speed * self._factor("rate", attributes.get("rate", "default"), RATES)
            pitch = manner.pitch * self._factor("pitch", attributes.get("pitch", "default"), PITCHES)
            self._within("rate", speed, SPEEDS_BETWEEN)
            self._within("pitch", pitch, PITCHES_BETWEEN)
            manner = replace(manner, speed=speed, pitch=pitch)
        elif name == "phoneme":
            known = self._language.alphabets
            alphabet, phones = attributes.get("alphabet", known[0]), attributes.get("ph", "").strip()
            if alphabet not in known:
                raise self._wrong(f'<phoneme alphabet="{alphabet}"> is unknown{suggestion(alphabet, known)}')
            if not phones:
                raise self._wrong('<phoneme> has no phones; give them as ph="…"')
            manner = replace(manner, alphabet=alphabet, phones=phones)
        return manner

    def _end(self, name: str) -> None:
        _, _, manner = self._open.pop()
        if name == "phoneme":
            self._ready.append(Span(self._phoneme, manner))
            self._phoneme = ""
        elif name in ("p", "s"):
            self._ready.append(Span("\n\n", manner))

    def _text(self, text: str) -> None:
        name, _, manner = self._open[-1]
        if name == "phoneme":
            self._phoneme += text
        elif name != "break":
            self._ready.append(Span(text, manner))
        elif text.strip():
            raise self._wrong(f"<break> cannot hold text, and has {text.strip()[:40]!r}; write <break/>")

    def _pause(self, attributes: Mapping[str, str]) -> float:
        strength, time = attributes.get("strength", "medium"), attributes.get("time")
        if strength not in PAUSES:
            raise self._wrong(f'<break strength="{strength}"> is unknown{suggestion(strength, PAUSES)}')
        if time is None:
            return PAUSES[strength]
        seconds = _number(time[:-2]) / 1000 if time.endswith("ms") else _number(time.removesuffix("s"))
        if not time.endswith("s") or not 0 <= seconds <= LONGEST_PAUSE:
            raise self._wrong(f'<break time="{time}">: it takes 300ms or 0.3s, from 0 to {LONGEST_PAUSE:g} s')
        return seconds

    def _factor(self, attribute: str, value: str, named: Mapping[str, float]) -> float:
        """A name, a factor (1.2), a share (80%), a change (+10%), or for the pitch semitones (+2st)."""
        value = value.strip()
        if value in named:
            return named[value]
        if value.endswith("%"):
            share = _number(value[:-1]) / 100
            factor = 1 + share if value[0] in "+-" else share
        elif value.endswith("st") and attribute == "pitch":
            # as the exponent of a float, more would overflow
            factor = 2 ** (max(-99.0, min(_number(value[:-2]), 99.0)) / 12)
        else:
            factor = _number(value) if value[:1] not in ("+", "-") else math.nan
        if math.isnan(factor):
            forms = "1.2, 80%, +10%" + (", +2st" if attribute == "pitch" else "")
            raise self._wrong(f'<prosody {attribute}="{value}">: it takes {", ".join(named)}, or such as {forms}')
        return factor

    def _within(self, attribute: str, factor: float, between: tuple[float, float]) -> None:
        low, high = between
        if not low <= factor <= high:
            message = f"a {attribute} {factor:.4g} times the voice's own"
            raise self._wrong(f"<prosody> gives {message}; it can be {low:g} to {high:g}, all around it multiplied")

    def _wrong(self, what: str) -> UsageError:
        return UsageError(f"SSML, line {self._parser.CurrentLineNumber}: {what}")

    def _broken(self, error: expat.ExpatError) -> UsageError:
        where = f"SSML, line {error.lineno}"
        mismatch = expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]
        if self._open and error.code == mismatch:
            name, line, _ = self._open[-1]
            return UsageError(f"{where}: another element closes before <{name}> of line {line}; write </{name}> first")
        if self._open and error.code in (expat.errors.codes[e] for e in _ENDS):
            name, line, _ = self._open[-1]
            return UsageError(f"{where}: the text ends inside of <{name}> of line {line}; close it by </{name}>")
        return UsageError(f"{where}: broken markup: {expat.ErrorString(error.code)}{_HINTS.get(error.code, '')}")


_ENDS = (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN)


def _number(text: str) -> float:
    """What ``float`` takes, but for its underscores, exponents, infinities and names; else NaN."""
    digits = text.removeprefix("+").removeprefix("-").replace(".", "", 1)
    return float(text) if digits.isascii() and digits.isdigit() else math.nan
