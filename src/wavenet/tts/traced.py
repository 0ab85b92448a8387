"""Text that knows where it stands in what somebody wrote, whatever is done to it on the way to speech.

Each character of a ``Traced`` has a place: an interval of the characters that were given, all pieces counted together.
Slices, sums and the functions here keep the places, and take a plain ``str`` as well, which has none; any other method
of ``str`` returns a plain one. What is inserted stands at the seam, in an empty interval; what is put in the place of
something else has the whole place of that.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import SupportsIndex

from wavenet.patterns import late

Place = tuple[int, int]
"""from this character up to that one"""
Numbers = range | list[int]
"""a ``range`` where they count up, as in most texts, so that slices cost nothing"""


class Traced(str):
    """A text with the place of each of its characters."""

    __slots__ = ("ends", "starts")

    starts: Numbers
    """of each character, the first that it stands for"""
    ends: Numbers
    """and the one behind the last"""

    def __new__(cls, text: str, starts: Numbers, ends: Numbers) -> "Traced":
        """The text, and the first and last of what each character stands for."""
        made = super().__new__(cls, text)
        made.starts, made.ends = starts, ends
        return made

    def __getitem__(self, key: SupportsIndex | slice) -> "Traced":
        if not isinstance(key, slice):
            at = key.__index__()
            key = slice(at, at + 1 or None)
        return Traced(super().__getitem__(key), self.starts[key], self.ends[key])

    def __add__(self, other: str) -> "Traced":
        return _joined([self, other])

    def __radd__(self, other: str) -> "Traced":
        return _joined([other, self])

    def strip(self, characters: str | None = None, /) -> "Traced":
        """Without these characters, or blanks, at both ends."""
        return self.lstrip(characters).rstrip(characters)

    def lstrip(self, characters: str | None = None, /) -> "Traced":
        """Without these characters, or blanks, at the beginning."""
        return self[len(self) - len(super().lstrip(characters)) :]

    def rstrip(self, characters: str | None = None, /) -> "Traced":
        """Without these characters, or blanks, at the end."""
        return self[: len(super().rstrip(characters))]


def traced(pieces: Iterable[str | None]) -> Iterator[str | None]:
    """Pieces of a text that know where they stand in it, if they do not yet; a None stays one."""
    at = 0
    for piece in pieces:
        if piece is None or isinstance(piece, Traced):
            yield piece
            continue
        yield Traced(piece, range(at, at + len(piece)), range(at + 1, at + len(piece) + 1))
        at += len(piece)


def place(text: str) -> Place | None:
    """Where a text stands; None if that is not known."""
    return (min(text.starts), max(text.ends)) if isinstance(text, Traced) and text else None


def joined(parts: Iterable[str], between: str = "") -> str:
    """The parts, one after another."""
    listed = list(parts)
    if between:
        listed = [*chain.from_iterable(zip(repeat(between), listed))][1:]
    return _joined(listed) if any(isinstance(part, Traced) for part in listed) else "".join(listed)


def _joined(parts: Sequence[str]) -> Traced:
    seam = next((part.starts[0] for part in parts if isinstance(part, Traced) and part), 0)
    starts, ends = range(0), range(0)  # type: Numbers, Numbers
    for part in parts:
        if not part:
            continue
        if isinstance(part, Traced):
            starts, ends = _followed(starts, part.starts), _followed(ends, part.ends)
            seam = part.ends[-1]
        else:
            inserted = [seam] * len(part)
            starts, ends = _followed(starts, inserted), _followed(ends, inserted)
    return Traced("".join(parts), starts, ends)


def _followed(first: Numbers, second: Numbers) -> Numbers:
    """The one and then the other; the first may be changed, if it is a list."""
    if isinstance(first, range):
        if isinstance(second, range) and (not first or first.stop == second.start):
            return second if not first else range(first.start, second.stop)
        first = [*first]
    first.extend(second)
    return first


def instead(new: str, text: str) -> str:
    """New text for another one; if that is traced, it stands where that does.

    Words with which both begin, or both end, stay where they are: of "в 2024" only the year is the place of its words.
    """
    if isinstance(new, Traced) or not isinstance(text, Traced) or not text:
        return new
    same = _alike(new, text)
    first = new.rfind(" ", 0, same) + 1
    same = _alike(new[first:][::-1], str(text[first:])[::-1])
    last = new.find(" ", len(new) - same) if same else -1
    last = len(new) - last if last >= 0 else 0
    middle, old = new[first : len(new) - last], text[first : len(text) - last] or text
    where = Traced(middle, [min(old.starts)] * len(middle), [max(old.ends)] * len(middle))
    return _joined([text[:first], where, text[len(text) - last :]])


def _alike(one: str, other: str) -> int:
    """With how many characters both begin."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def mapped(text: str, new: Iterable[str]) -> str:
    """A text with something new, of any length, for each of its characters."""
    if not isinstance(text, Traced):
        return "".join(new)
    parts = list(new)
    if all(len(part) == 1 for part in parts):
        return Traced("".join(parts), text.starts, text.ends)
    starts, ends = (
        [at for at, part in zip(numbers, parts, strict=True) for _ in part] for numbers in (text.starts, text.ends)
    )
    return Traced("".join(parts), starts, ends)


def sub(pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str], text: str) -> str:
    """What ``pattern.sub(new, text)`` returns; ``new`` is no template."""
    if not isinstance(text, Traced):
        return pattern.sub(new if callable(new) else lambda _: new, text)
    parts, at = [], 0
    for found in pattern.finditer(text):
        said = new(found) if callable(new) else new
        old = text[found.start() : found.end()]
        parts += [text[at : found.start()], instead(said, old) if old else said]
        at = found.end()
    return _joined([*parts, text[at:]]) if parts else text


def group(found: re.Match[str], number: int | str = 0) -> str:
    """A group of a match, with its places; empty if it took no part."""
    return found.string[slice(*found.span(number))] if found[number] else ""


def split(text: str, pattern: re.Pattern[str]) -> list[str]:
    """What stands between the matches of a pattern, which has no groups."""
    edges = [0, *chain.from_iterable(found.span() for found in pattern.finditer(text)), len(text)]
    return [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


_WORD = late(r"\S+")


def words(text: str) -> list[str]:
    """What stands between blanks, as ``text.split()``."""
    return [group(found) for found in _WORD.finditer(text)] if isinstance(text, Traced) else text.split()


def normalized(form: str, text: str) -> str:
    """What ``unicodedata.normalize`` returns; a letter with its accents has one place."""
    new = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    if not isinstance(text, Traced) or new == text:
        return new if not isinstance(text, Traced) else text
    parts = [(part, unicodedata.normalize(form, part)) for part in map(group, _ACCENTED.finditer(text))]  # type: ignore[arg-type]
    if "".join(made for _, made in parts) != new:  # parts that join, as those of Hangul do
        return instead(new, text)
    return _joined([part if made == part else instead(made, part) for part, made in parts])


_ACCENTED = late(r".[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]*", re.DOTALL)
