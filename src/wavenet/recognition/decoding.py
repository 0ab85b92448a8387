"""Log probabilities of phones in frames → the phone of each frame, and phones with their times and confidences.

``Greedy`` takes the likeliest phone of each frame. ``Bigram`` finds the likeliest path through all frames, in which a
phone lasts and is followed by others as in the labels of the training data: hidden Markov states whose emission is the
posterior over a power of the prior. A frame is decided when ``LAG`` more have been heard, by the path that is best
then, so blocks of any size give what the whole gives.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from wavenet.engine.folder import Tensors
from wavenet.tts.segments import SIL

Array = NDArray[np.float32]
Numbers = NDArray[np.int64]
Decoding = Literal["bigram", "greedy"]
LONGEST = 10.0
"""times the mean length of a phone in the training data: nobody says a longer one, and steady noise sounds like one"""
PRIOR_POWER = 0.5
"""of the prior by which posteriors are divided. 1 would be Bayes' rule; but neighbouring frames hear the same sound,
and 1 gave more errors than 0.5 or 0 on validation recordings (docs/lab-notebook.md)"""
LAG = 30
"""frames after a frame that its phone depends on"""


@dataclass(frozen=True)
class Phone:
    """A phone or a pause in a recording."""

    name: str
    start: float
    """seconds"""
    end: float
    """seconds; the next one starts at the same float"""
    confidence: float
    """mean probability that its frames have this phone; 0 if it lasts longer than a phone can, see ``LONGEST``"""


class Decoder(Protocol):
    """Decides which phone each frame of one stream has."""

    lag: int
    """frames after a frame that its phone depends on"""

    def feed(self, logs: Array, last: bool = False) -> Numbers:
        """Take the next log probabilities (F, P), and return the phones of the next frames; all of them at the end."""


class Greedy:
    """The likeliest phone of each frame."""

    lag = 0

    def feed(self, logs: Array, last: bool = False) -> Numbers:
        """See ``Decoder``."""
        found: Numbers = logs.argmax(1)
        return found


class Bigram:
    """The likeliest path, with the tensors ``prior``, ``stay``, ``leave`` and ``next`` of a recogniser."""

    lag = LAG

    def __init__(self, phones: Tensors) -> None:
        self._prior = phones["prior"].astype(np.float64)
        move = phones["leave"][:, None].astype(np.float64) + phones["next"]
        np.fill_diagonal(move, phones["stay"])
        self._move = move
        self._score: NDArray[np.float64] | None = None
        self._back: list[Numbers] = []
        """of each frame that is not decided, the best phone before each phone"""

    def feed(self, logs: Array, last: bool = False) -> Numbers:
        """See ``Decoder``."""
        found: list[int] = []
        for row in logs.astype(np.float64) - PRIOR_POWER * self._prior:
            if self._score is None:
                self._score, back = row + self._prior, np.zeros(len(row), np.int64)
            else:
                paths = self._score[:, None] + self._move
                back = paths.argmax(0)
                self._score = paths[back, np.arange(len(row))] + row
                self._score -= self._score.max()
            self._back.append(back)
            if len(self._back) > self.lag:
                found.append(self._path()[0])
                del self._back[0]
        if last and self._back:
            found += self._path()
            self._back = []
        return np.array(found, np.int64)

    def _path(self) -> list[int]:
        """The phones of the frames that are not decided, by the best path."""
        assert self._score is not None
        path = [int(self._score.argmax())]
        for back in self._back[:0:-1]:
            path.append(int(back[path[-1]]))
        return path[::-1]


class Spans:
    """Joins frames of the same phone: each phone comes out when the next one has begun."""

    def __init__(self, names: tuple[str, ...], seconds: float, phones: Tensors) -> None:
        """``seconds`` is the length of a frame; ``phones`` are the tensors of ``bigram.py``."""
        self._names, self._seconds = names, seconds
        self._most = LONGEST * np.exp(-phones["leave"].astype(np.float64))
        """frames that a phone can last"""
        self._at = self._begin = 0
        self._phone, self._sum = -1, 0.0

    def feed(self, phones: Numbers, logs: Array) -> list[Phone]:
        """Take the phones (F,) of the next frames, and their log probabilities (F, P)."""
        found = []
        confidences = np.exp(logs[np.arange(len(phones)), phones].astype(np.float64))
        for phone, confidence in zip(phones.tolist(), confidences.tolist(), strict=True):
            if phone != self._phone:
                found += self._ended(self._at * self._seconds)
                self._phone, self._begin, self._sum = phone, self._at, 0.0
            self._sum += confidence
            self._at += 1
        return found

    def end(self, seconds: float) -> list[Phone]:
        """The last phone, which ends with the recording, of so many seconds."""
        found = self._ended(seconds)
        self._phone = -1
        return found

    def _ended(self, end: float) -> list[Phone]:
        if self._phone < 0:
            return []
        name, frames = self._names[self._phone], self._at - self._begin
        possible = name == SIL or frames <= self._most[self._phone]
        mean = min(self._sum / frames, 1.0) if possible else 0.0
        return [Phone(name, self._begin * self._seconds, end, mean)]
