"""What is said of a text: its sentences, and an utterance in progress."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from wavenet.errors import UsageError
from wavenet.stream import Stream
from wavenet.tts.network import Array
from wavenet.tts.segments import Segment
from wavenet.tts.stages import Durations


@dataclass(frozen=True)
class Sentence:
    """What the stages made of a sentence."""

    segments: list[Segment]
    durations: Durations
    """frames of each segment (S,)"""
    pitch: Array | None
    """log F0 and voicing (F, 2) as ``audio.features.pitch`` has them; None where the voice does without"""
    parts: Callable[[], Iterator[Array]]
    """``conditions``, from the beginning on, each part (F, channels) computed when it is asked for"""
    written: str = ""
    """the forms that stand in the text for its words, with blanks between them"""

    @property
    def conditions(self) -> Array:
        """Of the WaveNet (F, channels)."""
        return np.concatenate(list(self.parts()))


class Text:
    """A text as it is fed; a None is in the place of what has not come yet."""

    def __init__(self) -> None:
        self.pieces: deque[str] = deque()
        self.finished = False

    def __iter__(self) -> Iterator[str | None]:
        while self.pieces or not self.finished:
            yield self.pieces.popleft() if self.pieces else None


class Speech:
    """One utterance in progress: text that is fed, sound that is ready. ``Voice.start`` makes one.

    Its sound depends neither on how the text arrives, nor on what else is said at the same time.
    """

    def __init__(self, sentences: Iterable[Sentence | None], stream: Stream, text: Text | None = None) -> None:
        """``sentences`` become its sound in ``stream``, a None where nothing more has come yet; ``text`` is theirs."""
        self.stream = stream
        self._parts = (part for each in sentences for part in ([None] if each is None else each.parts()))
        self._text = text
        self._finished = False

    def feed(self, text: str) -> None:
        """Take more of the text, which may end anywhere, within a word too.

        Raises:
            UsageError: the text was given at the start, or finished.
        """
        self._fed().pieces.append(text)

    def finish(self) -> None:
        """No more text will come; raises UsageError as ``feed``."""
        self._fed().finished = True

    def _fed(self) -> Text:
        if self._text is None or self._text.finished:
            raise UsageError("the text of this utterance is whole; start another one")
        return self._text

    def prepare(self) -> int:
        """Read on, unless there is sound to be made; how many samples can be made now.

        0: none, until more text is fed or, if it is finished, ever. ``Voice.advance`` does this too; whoever speaks
        several texts at a time does it before, so that an error is of one text and not of all.

        Raises:
            UsageError: the text cannot be said.
        """
        while not self.stream.ready and not self._finished:
            try:
                part = next(self._parts)
            except StopIteration:
                self._finished = True
                self.stream.finish()
            else:
                if part is None:
                    break
                self.stream.feed(part)
        return self.stream.ready or 0

    @property
    def done(self) -> bool:
        """Whether all of it is said."""
        return self._finished and not self.stream.ready
