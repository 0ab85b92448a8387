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


def repeats(numbers: tuple[int, ...], first: int, count: int) -> NDArray[np.int64]:
    """How often coded samples ``first`` … first + count - 1 occur in a row, from what was ``stored``: (count,)."""
    last = np.cumsum(np.array(numbers[::2], np.int64)) - 1  # the coded sample that begins each run
    more = np.array(numbers[1::2], np.int64)
    own = np.ones(count, np.int64)
    here = (last >= first) & (last < first + count)
    own[last[here] - first] += more[here]
    return own
