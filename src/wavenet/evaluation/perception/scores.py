"""Scores of clips as one number with its uncertainty, and comparisons of two systems on the same clips."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wavenet.errors import UsageError
from wavenet.evaluation.perception.clip import Score

_RESAMPLINGS = 2000  # the ends of a 95 % interval then vary by about 2 % of its width

Interval = tuple[float, float]
Table = NDArray[np.float64]
"""(N, 2): a value and its weight"""


class Difference(NamedTuple):
    """The difference between the means of two systems on the same clips."""

    mean: float
    interval: Interval | None
    """95 % interval; if it contains 0, the clips do not distinguish the systems. None for fewer than two clips"""
    clips: int
    """number of clips that have both scores"""


@dataclass(frozen=True, eq=False)
class Scores:
    """The scores of all clips under one metric."""

    by_clip: dict[str, Score]

    @property
    def clips(self) -> int:
        """The number of clips that have a score."""
        return len(self._table(list(self.by_clip)))

    @property
    def mean(self) -> float:
        """The weighted mean over the clips that have a score; for word error rates, all errors divided by all words."""
        return _mean(self._table(list(self.by_clip)))

    @property
    def interval(self) -> Interval | None:
        """95 % interval of the mean, from a bootstrap over clips with a fixed seed; None for fewer than two clips."""
        return _interval(self._table(list(self.by_clip)))

    def minus(self, other: "Scores") -> Difference:
        """This system's mean minus the other's: a paired bootstrap over the clips that have both scores.

        Raises:
            UsageError: they are not scores of the same clips, or of the same texts.
        """
        if odd := self.by_clip.keys() ^ other.by_clip.keys():
            raise UsageError(f"only one of two systems has the clip {min(odd)!r}; compare them on the same clips")
        both = [n for n, s in self.by_clip.items() if not (math.isnan(s.value) or math.isnan(other.by_clip[n].value))]
        ours, theirs = self._table(both), other._table(both)
        if not np.array_equal(ours[:, 1], theirs[:, 1]):
            raise UsageError("the two systems were scored on different texts; compare them on the same ones")
        # with equal weights, the mean of the differences is the difference of the means
        differences = np.stack([ours[:, 0] - theirs[:, 0], ours[:, 1]], axis=1)
        return Difference(_mean(differences), _interval(differences), len(both))

    def _table(self, names: list[str]) -> Table:
        scores = (self.by_clip[name] for name in names)
        return np.array([s[:2] for s in scores if not math.isnan(s.value)], np.float64).reshape(-1, 2)


def _mean(table: Table) -> float:
    return float(table[:, 0] @ table[:, 1] / table[:, 1].sum()) if len(table) else math.nan


def _interval(table: Table) -> Interval | None:
    if len(table) < 2:
        return None
    rng = np.random.default_rng(0)
    means = [_mean(table[rng.integers(len(table), size=len(table))]) for _ in range(_RESAMPLINGS)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
