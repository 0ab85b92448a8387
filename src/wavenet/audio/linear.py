"""Uniform quantisation: class k stands for (k - ⌊Q / 2⌋) · 2 / Q, so 65,536 classes are the samples of 16-bit PCM."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def encode(x: ArrayLike, classes: int = 65_536) -> NDArray[np.int64]:
    """Waveform values in [-1, 1] (others are clipped) to classes 0 … classes - 1."""
    k = np.floor(np.asarray(x, np.float64) * (classes / 2) + classes // 2 + 0.5)
    clipped: NDArray[np.int64] = np.clip(k, 0, classes - 1).astype(np.int64)
    return clipped


def decode(k: ArrayLike, classes: int = 65_536) -> NDArray[np.float64]:
    """Classes to the waveform values at the centres of their bins."""
    return np.asarray((np.asarray(k, np.float64) - classes // 2) * (2 / classes))


def bin_edges(classes: int = 65_536) -> NDArray[np.float64]:
    """The classes + 1 waveform values that separate the bins; the outermost are infinite."""
    inner = decode(np.arange(1, classes) - 0.5, classes)
    return np.concatenate([[-np.inf], inner, [np.inf]])
