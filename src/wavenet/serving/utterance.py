"""One text on its way to a listener: what the scheduler knows of it, and the sound that waits to be taken."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from enum import Enum, auto
from threading import Event, Lock

import numpy as np
from numpy.typing import NDArray

from wavenet.tts.speech import Speech
from wavenet.tts.voice import Voice

Block = NDArray[np.float32]
Begin = Callable[[], Speech]
"""Starts the utterance; called where planning does not delay anybody."""

UNTAKEN = 4.0
"""seconds of sound that nobody has taken, with which an utterance rests"""


class State(Enum):
    """What is next for an utterance."""

    QUEUED = auto()
    """waits for a place"""
    UNPLANNED = auto()
    """waits for a planner"""
    PLANNING = auto()
    """a planner has it"""
    HUNGRY = auto()
    """waits for more text"""
    READY = auto()
    """waits for a worker"""
    ADVANCING = auto()
    """a worker has it"""
    ENDED = auto()


class Utterance:
    """A text that is being said. ``Scheduler.start`` creates one; any one thread may take its sound.

    What changes is guarded by the scheduler's lock, except ``speech``, which belongs to whoever the state names.
    """

    def __init__(
        self,
        lock: Lock,
        wake: Callable[["Utterance"], object],
        leave: Callable[["Utterance"], object],
        voice: Voice,
        begin: Begin,
        whole: bool = True,
        tell: Callable[[], object] | None = None,
    ) -> None:
        """``lock`` is that of its scheduler, whose threads ``wake`` wakes, and out of which ``leave`` takes it; the
        others are those of its ``start``.
        """
        self._lock, self._wake, self._leave = lock, wake, leave
        self.voice, self.begin = voice, begin
        self.tell = tell
        """called by another thread after there is something to take; must not block"""
        self.state = State.QUEUED
        self.speech: Speech | None = None
        self.error: Exception | None = None
        self.asked = time.monotonic()
        self.first: float | None = None
        """when its first sound was there"""
        self.made = 0
        """samples made"""
        self.untaken = 0
        """of these, samples that were not taken yet"""
        self.texts: deque[str] = deque()
        """pieces of the text that no planner has seen"""
        self.finished = False
        """no more pieces will come"""
        self.whole = whole
        """``speech`` knows that"""
        self._blocks: deque[Block] = deque()

    def lead(self, now: float) -> float:
        """Seconds of sound that are made beyond what was heard, if it is played from when it first could be."""
        if self.first is None:
            return 0.0
        return self.made / self.voice.sample_rate - (now - self.first)

    @property
    def rests(self) -> bool:
        """Whether it is not advanced because its sound is not taken."""
        return self.untaken >= UNTAKEN * self.voice.sample_rate

    @property
    def ended(self) -> bool:
        """Whether no more sound will come."""
        return self.state is State.ENDED

    def add(self, block: Block) -> None:
        """Take a block from a worker, which holds the lock."""
        if not len(block):
            return
        self.first = time.monotonic() if self.first is None else self.first
        self.made += len(block)
        self.untaken += len(block)
        self._blocks.append(block)

    def told(self) -> None:
        """Tell the listener that there is something to take."""
        tell = self.tell
        if tell:
            tell()

    def take(self) -> Block | None:
        """The sound (T,) that was made since the last call, perhaps none yet; None: there will be no more.

        Raises:
            Exception: what ended it early, after all sound that was made before.
        """
        with self._lock:
            if self._blocks:
                sound = np.concatenate(self._blocks)
                self._blocks.clear()
                rested, self.untaken = self.rests, 0
                if rested:
                    self._wake(self)
                return sound
            if not self.ended:
                return np.empty(0, np.float32)
            if self.error:
                raise self.error
            return None

    def __iter__(self) -> Iterator[Block]:
        """The sound, block by block, waiting for each; for threads that may wait."""
        told = Event()
        with self._lock:
            self.tell = told.set
        while (sound := self.take()) is not None:
            if len(sound):
                yield sound
            else:
                told.wait()
            told.clear()

    def feed(self, text: str) -> None:
        """Add to a text that is given in pieces, which may end anywhere."""
        self._more(text)

    def finish(self) -> None:
        """Declare that no more text will come."""
        self._more(None)

    def _more(self, text: str | None) -> None:
        with self._lock:
            if text is None:
                self.finished = True
            else:
                self.texts.append(text)
            if self.state is State.HUNGRY:
                self.state = State.UNPLANNED
                self._wake(self)

    def cancel(self) -> None:
        """Give up its place now; what was made and not taken is dropped."""
        with self._lock:
            if not self.ended:
                self._blocks.clear()
                self._leave(self)
