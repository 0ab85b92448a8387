"""Cutting long recordings at pauses."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FRAME_SECONDS = 0.01
PAUSE_SECONDS = 0.25
"""the shortest pause; stop consonants are silent for up to 0.15 s"""
RANGE = 40.0
"""dB below the loud frames of a recording; frames below this level are silent"""
OVER_NOISE = 8.0
"""dB above the quietest frames of a recording; frames below this level are silent, too"""
LEAST = 0.25
"""length of the shortest piece, relative to the longest"""

_LOUD, _QUIET = 95, 2  # percentiles


class Level:
    """The level of a recording that is added in blocks of any size."""

    def __init__(self, sample_rate: int) -> None:
        self.frame = max(round(FRAME_SECONDS * sample_rate), 1)
        """samples of a frame"""
        self.samples = 0
        self._powers: list[NDArray[np.float32]] = []
        self._rest = np.empty(0, np.float32)

    def add(self, block: NDArray[np.float32]) -> None:
        """Add the next samples (T,)."""
        self.samples += len(block)
        block = np.concatenate([self._rest, block])
        whole = len(block) // self.frame * self.frame
        self._powers.append(np.mean(block[:whole].reshape(-1, self.frame) ** 2, axis=1, dtype=np.float32))
        self._rest = block[whole:].copy()

    def decibels(self) -> NDArray[np.float32]:
        """The level of each whole frame (F,), relative to full scale."""
        return 10 * np.log10(np.concatenate([np.empty(0, np.float32), *self._powers]) + np.float32(1e-10))


def ends(level: Level, most: int) -> Iterator[int]:
    """Where to cut a recording into pieces of at most ``most`` samples; the last end is that of the recording.

    Each cut is in the middle of the longest pause that makes a piece neither too long nor shorter than ``LEAST``. If
    there is no pause, it is in the quietest frame.
    """
    decibels = level.decibels()
    middles, lengths = _pauses(decibels)
    begin = 0
    while level.samples - begin > most:
        first = begin + int(most * LEAST)
        last = min(begin + most, level.samples - int(most * LEAST))
        at = middles * level.frame
        within = np.flatnonzero((at >= first) & (at <= last))
        if len(within):
            begin = int(at[within[lengths[within].argmax()]])
        else:
            frames = np.arange(-(-first // level.frame), max(last // level.frame, -(-first // level.frame)) + 1)
            frames = frames[frames < len(decibels)]
            begin = int(frames[decibels[frames].argmin()]) * level.frame if len(frames) else last
        yield begin
    yield level.samples


def _pauses(decibels: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The middle frame and the length in frames of each pause."""
    if not len(decibels):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    loud, quiet = np.percentile(decibels, [_LOUD, _QUIET])
    silent = decibels < max(loud - RANGE, min(quiet + OVER_NOISE, loud - OVER_NOISE))
    edges = np.flatnonzero(np.diff(silent, prepend=False, append=False)).reshape(-1, 2)
    edges = edges[edges[:, 1] - edges[:, 0] >= round(PAUSE_SECONDS / FRAME_SECONDS)]
    return edges.sum(axis=1) // 2, edges[:, 1] - edges[:, 0]
