"""A small SSML (W3C, 1.1) → what is to be said, in which manner, and pauses.

Known are ``speak``, ``p``, ``s``, ``w``, ``lang`` (of the voice's language), ``break`` (``time``, ``strength``),
``prosody`` (``rate``, ``pitch``; nested, they multiply), ``emphasis``, ``phoneme`` (``ph``, ``alphabet``), ``sub``,
``say-as`` and ``mark``, which does nothing. ``metadata`` and ``meta`` are passed over with all that stands in them.
Elements and attributes of other namespaces are passed over, and what stands in those is said; any other one of SSML is
an error, never skipped.
"""

import math
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NoReturn
from xml.parsers import expat

from wavenet.errors import UsageError, suggestion
from wavenet.patterns import late
from wavenet.tts.markup import PLAIN, Break, Language, Manner, Span
from wavenet.tts.ssml_places import Read
from wavenet.tts.traced import instead, joined

RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.3, "x-fast": 1.7}
PITCHES = {"x-low": 0.7, "low": 0.85, "medium": 1.0, "default": 1.0, "high": 1.2, "x-high": 1.4}
PAUSES = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2}
"""in seconds"""
EMPHASES = {"none": (1.0, 1.0), "reduced": (1.1, 0.95), "moderate": (0.9, 1.05), "strong": (0.8, 1.1)}
"""speed and pitch"""
SPEEDS_BETWEEN, PITCHES_BETWEEN, LONGEST_PAUSE = (0.2, 5.0), (0.5, 2.0), 60.0

_ATTRIBUTES = {
    "speak": ("version", "xml:lang", "xml:base", "onlangfailure"),
    "p": ("xml:lang",),
    "s": ("xml:lang",),
    "w": ("xml:lang",),
    "lang": ("xml:lang", "onlangfailure"),
    "break": ("time", "strength"),
    "prosody": ("rate", "pitch"),
    "emphasis": ("level",),
    "phoneme": ("alphabet", "ph"),
    "sub": ("alias",),
    "say-as": ("interpret-as", "format", "detail"),
    "mark": ("name",),
}
_EMPTY = ("break", "mark")
_UNSAID = ("metadata", "meta")
"""which tell about the document"""
_TEXT = ("phoneme", "sub", "say-as")
"""which hold text alone"""
_XML = "http://www.w3.org/XML/1998/namespace"
_LONGEST_PROLOG = 65_536
_PROLOG = late(r"\s*+(?:(?>(?><\?.*?\?>)|(?><!--.*?-->)|<!DOCTYPE[^\[>]*+(?>\[.*?\]\s*+)?>)\s*+)*+", re.DOTALL)
_SPEAK = late(r"<(?:[\w.-]+:)?speak(?:[\s/>]|\Z)")
_BEGUN = late(r"|<[\w.:-]*|<!(?:-|D|DO|DOC|DOCT|DOCTY|DOCTYP)?|(?:<\?|<!--|<!DOCTYPE).*", re.DOTALL)
_BLANKS = "\ufeff \t\r\n"
_HINTS = {
    4: "; write & as &amp; and < as &lt;",
    11: "; write the character itself, or its number: &#233;",
    27: '; declare it in <speak>, as xmlns:prefix="…"',
}


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
        if not _BEGUN.fullmatch(_root(head)) or len(head) > _LONGEST_PROLOG:
            break
    return is_ssml(head), chain([head], pieces)


def is_ssml(text: str) -> bool:
    """Whether a text begins as SSML does."""
    return _SPEAK.match(_root(text)) is not None


def _root(head: str) -> str:
    """What stands behind declarations and comments."""
    start = head.lstrip(_BLANKS)
    prolog = _PROLOG.match(start)
    return start[prolog.end() :] if prolog else start


def read(pieces: Iterable[str | None], language: Language) -> Iterator[Span | Break | None]:
    """What SSML in pieces wants said; for a piece that is None, a None.

    Raises:
        UsageError: it is broken, unknown or impossible; the message names the line.
    """
    reader = _Reader(language)
    for piece in pieces:
        yield from [None] if piece is None else reader.parse(piece)
    yield from reader.parse("", final=True)


@dataclass(slots=True)
class _Element:
    """One that is open."""

    name: str
    line: int
    byte: int
    """where it begins"""
    manner: Manner
    """of what stands in it"""
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    """what stands in it, if it holds text alone"""
    foreign: bool = False
    """whether it is of another namespace, or in metadata"""
    silent: bool = False
    """whether nothing in it is said"""


class _Reader:
    """The open elements while the markup is read, and what they gave so far."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._open: list[_Element] = []
        self._ready: list[Span | Break] = []
        self._held: list[str] = []
        """what the innermost element holds behind its last child, so far"""
        self._read = Read()
        self._begun = False
        self._above = 0
        """lines before the first character"""
        self._namespace = ""
        """of the root, and so of all that is SSML"""
        self._parser = parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity  # none can be defined, so none can grow
        parser.SkippedEntityHandler = self._skipped

    def parse(self, piece: str, final: bool = False) -> list[Span | Break]:
        """What is complete by now."""
        if not self._begun:
            start = piece.lstrip(_BLANKS)
            self._above += piece.count("\n") - start.count("\n")
            piece, self._begun = start, bool(start)
        try:
            self._read.feed(piece)
            self._parser.Parse(str(piece), final)
        except expat.ExpatError as error:
            raise self._broken(error) from None
        except UnicodeEncodeError:
            raise self._wrong("has bytes that are not UTF-8; save the text as UTF-8") from None
        self._say()
        here = self._parser.CurrentByteIndex
        self._read.forget(self._open[-1].byte if self._open and self._open[-1].name in _TEXT else here)
        ready, self._ready = self._ready, []
        return ready

    @property
    def _line(self) -> int:
        return self._above + self._parser.CurrentLineNumber

    def _start(self, qualified: str, given: dict[str, str]) -> None:
        self._say()
        byte = self._parser.CurrentByteIndex
        if not self._open:
            self._namespace = qualified.rpartition(" ")[0]
        namespace, _, name = qualified.rpartition(" ")
        silent = bool(self._open) and (self._open[-1].silent or name in _UNSAID)
        if silent or namespace not in ("", self._namespace):
            self._open.append(_Element(name, self._line, byte, self._inner.manner, foreign=True, silent=silent))
            return
        if name not in _ATTRIBUTES or (not self._open and name != "speak"):
            raise self._wrong(f"<{name}> is unknown{suggestion(name, _ATTRIBUTES)}")
        around = self._inner.name if self._open else ""
        if around in (*_EMPTY, *_TEXT) or (around and name == "speak"):
            raise self._wrong(f"<{name}> cannot stand inside <{around}>")
        attributes = {own: value for key, value in given.items() if (own := self._attribute(key))}
        for attribute in attributes:
            if attribute not in _ATTRIBUTES[name]:
                raise self._wrong(f"<{name}> has no {attribute!r}{suggestion(attribute, _ATTRIBUTES[name])}")
        language = attributes.get("xml:lang", self._language.code)
        if language.lower().split("-")[0] != self._language.code:
            raise self._wrong(f'<{name} xml:lang="{language}">: this voice speaks {self._language.name}')
        element = _Element(name, self._line, byte, self._manner(name, attributes), attributes)
        self._open.append(element)
        if name == "break":
            self._ready.append(Break(self._pause(attributes)))
        elif name in ("p", "s"):
            self._ready.append(Span("\n\n", element.manner))

    @property
    def _inner(self) -> _Element:
        """The innermost element of SSML that is open."""
        return next(element for element in reversed(self._open) if not element.foreign)

    def _attribute(self, qualified: str) -> str | None:
        """The name of an attribute that is not of another namespace."""
        namespace, _, name = qualified.rpartition(" ")
        return {"": name, _XML: f"xml:{name}"}.get(namespace)

    def _manner(self, name: str, attributes: Mapping[str, str]) -> Manner:
        """That of what stands inside of an element that begins here."""
        manner = self._inner.manner if self._open else PLAIN
        if name == "prosody":
            speed = self._factor("rate", attributes.get("rate", "default"), RATES)
            return self._times(manner, speed, self._factor("pitch", attributes.get("pitch", "default"), PITCHES))
        if name == "emphasis":
            level = attributes.get("level", "moderate")
            return self._times(manner, *EMPHASES[self._known(name, "level", level, EMPHASES)])
        if name == "phoneme":
            alphabets = self._language.alphabets
            alphabet = self._known(name, "alphabet", attributes.get("alphabet", alphabets[0]), alphabets)
            phones = attributes.get("ph", "").strip()
            if not phones:
                raise self._wrong('<phoneme> has no phones; give them as ph="…"')
            return manner._replace(alphabet=alphabet, phones=phones)
        return manner

    def _times(self, manner: Manner, speed: float, pitch: float) -> Manner:
        speed, pitch = manner.speed * speed, manner.pitch * pitch
        self._within("rate", speed, SPEEDS_BETWEEN)
        self._within("pitch", pitch, PITCHES_BETWEEN)
        return manner._replace(speed=speed, pitch=pitch)

    def _end(self, _: str) -> None:
        self._say()
        element = self._open.pop()
        if element.foreign:
            return
        name, manner, attributes = element.name, element.manner, element.attributes
        if name == "phoneme":
            self._ready.append(Span(self._instead(element, element.text), manner))
        elif name == "sub":
            if "alias" not in attributes:
                raise self._wrong('<sub> has nothing to say in its place; give it as alias="…"')
            self._ready.append(Span(self._instead(element, attributes["alias"]), manner))
        elif name == "say-as":
            kind = self._known(name, "interpret-as", attributes.get("interpret-as", ""), self._language.kinds)
            self._ready.append(Span(element.text.strip(), manner, f"{kind} {attributes.get('format', '')}".strip()))
        elif name in ("p", "s"):
            self._ready.append(Span("\n\n", manner))

    def _instead(self, element: _Element, said: str) -> str:
        """What is said for what an element holds; if that is nothing, for its tag."""
        return instead(said, element.text or self._read.between(element.byte, self._parser.CurrentByteIndex))

    def _text(self, text: str) -> None:
        self._held.append(self._read.written(text, self._parser.CurrentByteIndex))

    def _say(self) -> None:
        """The text up to here is all that there is of it."""
        text, self._held = joined(self._held), []
        if not text or self._open[-1].silent:
            return
        element = self._inner
        if element.name in _TEXT:
            element.text += text
        elif element.name not in _EMPTY:
            self._ready.append(Span(text, element.manner))
        elif text.strip():
            name, held = element.name, text.strip()[:40]
            raise self._wrong(f"<{name}> cannot hold text, and has {held!r}; write <{name}/>")

    def _entity(self, name: str, *_: object) -> NoReturn:
        raise self._wrong(f"declares an entity, {name}; write what it stands for where it is used")

    def _skipped(self, name: str, *_: object) -> NoReturn:
        raise self._wrong(f"&{name}; is not defined{_HINTS[11]}")

    def _pause(self, attributes: Mapping[str, str]) -> float:
        strength, time = attributes.get("strength", "medium"), attributes.get("time")
        self._known("break", "strength", strength, PAUSES)
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
            told = f"a {attribute} {factor:.4g} times the voice's own"
            raise self._wrong(f"<prosody> gives {told}; it can be {low:g} to {high:g}, all around it multiplied")

    def _known(self, name: str, attribute: str, value: str, known: Iterable[str]) -> str:
        """A value that is one of these."""
        if value not in known:
            raise self._wrong(f'<{name} {attribute}="{value}"> is unknown{suggestion(value, known)}')
        return value

    def _wrong(self, what: str) -> UsageError:
        return UsageError(f"SSML, line {self._line}: {what}")

    def _broken(self, error: expat.ExpatError) -> UsageError:
        where = f"SSML, line {self._above + error.lineno}"
        mismatch = expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]
        if self._open and error.code == mismatch:
            name, line = self._open[-1].name, self._open[-1].line
            return UsageError(f"{where}: another element closes before <{name}> of line {line}; write </{name}> first")
        if self._open and error.code in (expat.errors.codes[e] for e in _ENDS):
            name, line = self._open[-1].name, self._open[-1].line
            return UsageError(f"{where}: the text ends inside of <{name}> of line {line}; close it by </{name}>")
        return UsageError(f"{where}: broken markup: {expat.ErrorString(error.code)}{_HINTS.get(error.code, '')}")


_ENDS = (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN)


def _number(text: str) -> float:
    """What ``float`` takes, but for its underscores, exponents, infinities and names; else NaN."""
    digits = text.removeprefix("+").removeprefix("-").replace(".", "", 1)
    return float(text) if digits.isascii() and digits.isdigit() else math.nan
