"""Silence around clips, as metrics must not hear it."""

import numpy as np
from numpy.typing import NDArray

from wavenet.evaluation.perception.clip import RATE

FAINT = 1e-4
"""-80 dBFS"""


def silence(seconds: float, level: float = 0.0, seed: int = 0) -> NDArray[np.float32]:
    """Noise of a root mean square, by default zeros."""
    return (level * np.random.default_rng(seed).standard_normal(round(seconds * RATE))).astype(np.float32)


def between(
    x: NDArray[np.float32], before: float = 0.0, behind: float = 0.0, level: float = 0.0
) -> NDArray[np.float32]:
    """A clip with so many seconds of silence before and behind it."""
    return np.concatenate([silence(before, level), x, silence(behind, level, 1)])
