"""When the written words of a text are said, exact to a frame."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from typing import NamedTuple

from wavenet.tts.places import Written
from wavenet.tts.segments import SIL, Segment


class SaidPhone(NamedTuple):
    """A phone, and when it is said."""

    name: str
    """without stress"""
    start: float
    """in seconds from the beginning of the sound"""
    end: float


class SaidWord(NamedTuple):
    """A written word, and when it is said."""

    text: str
    """its characters as they were given, the marks around them included"""
    first: int
    """of all characters that were given, its first"""
    last: int
    """and the one behind its last: ``text`` is ``given[first:last]``"""
    start: float
    """in seconds from the beginning of the sound, where its first phone begins"""
    end: float
    """where its last phone ends"""
    phones: tuple[SaidPhone, ...] = ()
    """all that are said for it"""
    mark: str = ""
    """the punctuation mark that ends a phrase behind it, one of ``segments.SIGNS``"""

    def later(self, seconds: float) -> "SaidWord":
        """The same, so much later."""
        if not seconds:
            return self
        phones = (phone._replace(start=phone.start + seconds, end=phone.end + seconds) for phone in self.phones)
        return self._replace(start=self.start + seconds, end=self.end + seconds, phones=tuple(phones))

    def until(self, seconds: float) -> "SaidWord":
        """What is said of it by then, for sound that ends early."""
        phones = (phone._replace(end=min(phone.end, seconds)) for phone in self.phones if phone.start < seconds)
        return self if self.end <= seconds else self._replace(end=seconds, phones=tuple(phones))


class Source:
    """A text that was given, as far as words of it may still be asked for; iteration yields its pieces."""

    def __init__(self, text: str | Iterable[str | None]) -> None:
        self._pieces = text
        self._text = text if isinstance(text, str) else ""
        self._first = 0

    def __iter__(self) -> Iterator[str | None]:
        for piece in self._pieces:
            self._text += piece or ""
            yield piece

    def take(self, first: int, last: int) -> str:
        """The characters of a word; those before it are not asked for any more."""
        text = self._text[first - self._first : last - self._first]
        if not isinstance(self._pieces, str):
            self._text, self._first = self._text[first - self._first :], first
        return text


def words(
    written: Sequence[Written],
    source: Source,
    segments: Sequence[Segment],
    frames: Sequence[int],
    before: int,
    per_second: float,
) -> Iterator[SaidWord]:
    """When the words of a sentence are said.

    Args:
        written: where each is, and of how many spoken words it is.
        source: the text that was given.
        segments: of the sentence.
        frames: of each segment.
        before: frames of the sentences before it.
        per_second: frames per second.
    """
    spoken: list[tuple[list[SaidPhone], list[str]]] = []
    ends = accumulate(frames, initial=before)
    start = next(ends)
    for segment, end in zip(segments, ends, strict=True):
        if segment.phone != SIL:
            if segment.begins_word:
                spoken.append(([], []))
            spoken[-1][0].append(SaidPhone(segment.phone, start / per_second, end / per_second))
        elif spoken:
            spoken[-1][1].append(segment.mark)
        start = end
    said = iter(spoken)
    for word in written:
        own = list(islice(said, word.spoken))
        phones = [phone for each, _ in own for phone in each]
        text, mark = source.take(word.start, word.end), "".join(own[-1][1])[:1]
        yield SaidWord(text, word.start, word.end, phones[0].start, phones[-1].end, tuple(phones), mark)
