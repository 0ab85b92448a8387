"""The sentences of a text, and an utterance in progress."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from wavenet.config.checks import instance, shortened
from wavenet.engine.claim import NotCopied
from wavenet.errors import UsageError
from wavenet.stream import Stream
from wavenet.tts.network import Array
from wavenet.tts.segments import Segment
from wavenet.tts.stages import Durations
from wavenet.tts.timing import SaidWord


class Sentence(NamedTuple):
    """The outputs of the stages for a sentence."""

    segments: list[Segment]
    durations: Durations
    """frames of each segment (S,)"""
    pitch: Array | None
    """log F0 and voicing (F, 2) as in ``audio.features.pitch``; None if the voice does not use them"""
    parts: Callable[[], Iterator[Array]]
    """yields ``conditions`` from the start, each part (F, channels) computed when needed"""
    written: str = ""
    """the words as they are written in the text, separated by spaces"""
    words: tuple[SaidWord, ...] = ()
    """each of them, with its characters in the text and the time at which it is said: from the beginning of the plan"""
    start: float = 0.0
    """seconds of the sentences before it in the plan"""

    @property
    def conditions(self) -> Array:
        """The conditioning features of the WaveNet (F, channels)."""
        return np.concatenate(list(self.parts()))


class Text:
    """A text that is fed in pieces; iteration yields None while the next piece has not arrived."""

    def __init__(self) -> None:
        self.pieces: deque[str] = deque()
        self.finished = False

    def __iter__(self) -> Iterator[str | None]:
        while self.pieces or not self.finished:
            yield self.pieces.popleft() if self.pieces else None


def checked(text: str | Iterable[str | None]) -> str | Iterable[str | None]:
    """A text, whole or in pieces that are checked as they are read; raises UsageError for anything else."""
    given: object = text
    if isinstance(given, bytes | bytearray) or not isinstance(given, Iterable):
        raise UsageError(f"text is {shortened(given)}, and must be a str, or its pieces as they come")
    return text if isinstance(text, str | Text) else _pieces(text)


def _pieces(text: Iterable[str | None]) -> Iterator[str | None]:
    for piece in text:
        instance("a piece of the text", piece, str, "a str")
        yield piece


class Speech(NotCopied):
    """One utterance in progress: text is fed, audio becomes ready. ``Voice.start`` creates one.

    Its audio depends neither on how the text arrives nor on what else is spoken at the same time.
    """

    def __init__(
        self,
        sentences: Iterable[Sentence | None],
        stream: Stream,
        text: Text | None = None,
        *,
        hop_length: int,
        sample_rate: int,
    ) -> None:
        """Speak ``sentences`` (None: more will come) by ``stream``; they are read from ``text`` if that is fed."""
        self.stream = stream
        self._parts = (part for each in sentences for part in ([None] if each is None else self._begun(each)))
        self._words: deque[SaidWord] = deque()
        """of the sentences that have begun, those that have not been told"""
        self._hop, self._rate = hop_length, sample_rate
        self._frames = 0
        """of the sentences that have begun"""
        self._text = text
        self._finished = False

    def __repr__(self) -> str:
        return f"<Speech: {self.stream.time} samples generated{', all' * self.done}>"

    def feed(self, text: str) -> None:
        """Add to the text, which may end anywhere, even within a word.

        Raises:
            UsageError: it is no str; or the text was given at the start, or is finished.
        """
        instance("text", text, str, "a str")
        self._fed().pieces.append(text)

    def finish(self) -> None:
        """Declare that no more text will come; raises UsageError as ``feed`` does."""
        self._fed().finished = True

    def _fed(self) -> Text:
        if self._text is None or self._text.finished:
            raise UsageError("the text of this utterance is complete; start another one")
        return self._text

    def _begun(self, sentence: Sentence) -> Iterator[Array]:
        self.words()  # what nobody asked for is not kept
        later = self._frames / (self._rate / self._hop) - sentence.start
        self._words.extend(word.later(later) for word in sentence.words)
        self._frames += int(sentence.durations.sum())
        return sentence.parts()

    def words(self) -> list[SaidWord]:
        """The written words that begin in the sound that is made by now, each told once, in order.

        Ask behind each ``advance``: so every word comes with the block in which it begins, and none is lost.
        """
        told: list[SaidWord] = []
        while self._words and round(self._words[0].start * self._rate) < self.stream.time:
            told.append(self._words.popleft())
        return told

    def prepare(self, samples: int = 1) -> int:
        """Read on if fewer samples are left to generate; returns how many can be generated now.

        0 means none until more text is fed, or never if it is finished. ``Voice.advance`` calls this too;
        callers with several utterances call it before, so that an error concerns one text instead of all.

        Raises:
            UsageError: the text cannot be spoken.
        """
        while (ready := self.stream.ready or 0) < samples and not self._finished:
            try:
                part = next(self._parts)
            except StopIteration:
                self._finished = True
                self.stream.finish()
            else:
                if part is None:
                    break
                self.stream.feed(part)
        return ready

    @property
    def planned(self) -> bool:
        """Whether the text is read to its end: what ``prepare`` returns is all that is left."""
        return self._finished

    @property
    def done(self) -> bool:
        """Whether all audio has been generated."""
        return self._finished and not self.stream.ready
