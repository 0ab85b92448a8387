"""Runs of equal samples, such as digital silence, which are counted and not coded one by one."""

import numpy as np
from numpy.typing import NDArray

LEAST = 256
"""samples of a run; shorter ones are coded"""


def find(samples: NDArray[np.integer]) -> list[tuple[int, int]]:
    """The first sample and the number of samples of every run of at least LEAST equal ones in samples (N,)."""
    if len(samples) < LEAST:
        return []
    edges = np.concatenate([[0], np.flatnonzero(np.diff(samples)) + 1, [len(samples)]])
    lengths = np.diff(edges)
    long = lengths >= LEAST
    return list(zip(edges[:-1][long].tolist(), lengths[long].tolist(), strict=True))


def without(found: list[tuple[int, int]], count: int) -> NDArray[np.bool_]:
    """Which of a number of samples are coded: all but those after the first of a run, (count,)."""
    coded = np.ones(count, bool)
    for first, length in found:
        coded[first + 1 : first + length] = False
    return coded


def stored(found: list[tuple[int, int]]) -> tuple[int, ...]:
    """For each run, samples from the end of the last one up to its first sample, which is included; and how many
    follow that.
    """
    numbers, at = [], 0
    for first, length in found:
        numbers += [first + 1 - at, length - 1]
        at = first + length
    return tuple(numbers)


def check(numbers: tuple[int, ...], count: int) -> int:
    """How many of ``count`` samples are coded; raises ValueError if what was ``stored`` is impossible."""
    if len(numbers) % 2 or min(numbers, default=1) < 1 or sum(numbers) > count:
        raise ValueError("its runs are not within the audio")
    return count - sum(numbers[1::2])


class Places:
    """Where the coded samples of a channel occur, from what was ``stored``."""

    def __init__(self, numbers: tuple[int, ...]) -> None:
        self._more = np.array(numbers[1::2], np.int64)
        self._before = np.cumsum(self._more) - self._more
        self._begins = np.cumsum(np.array(numbers[::2], np.int64)) - 1 + self._before

    def at(self, first: int, count: int) -> NDArray[np.int64]:
        """Which coded sample each of samples ``first`` … first + count - 1 is: (count,)."""
        begin, end = self._of(np.array([first, first + count - 1])).tolist()
        if begin == end:  # all within one run, as most of long silence is
            return np.full(count, begin)
        if end - begin == count - 1:  # no run
            return np.arange(begin, end + 1)
        return self._of(np.arange(first, first + count))

    def _of(self, samples: NDArray[np.int64]) -> NDArray[np.int64]:
        if not len(self._begins):
            return samples
        run = np.searchsorted(self._begins, samples, side="right") - 1  # that began last; -1: none has
        further = np.minimum(samples - self._begins[run], self._more[run]) + self._before[run]
        return samples - np.where(run < 0, 0, further)
