"""μ-law companding and quantisation (section 2.2): f(x) = sign(x) · ln(1 + μ|x|) / ln(1 + μ)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def encode(x: ArrayLike, classes: int = 256) -> NDArray[np.int64]:
    """Waveform values in [-1, 1] (others are clipped) to classes 0 … classes - 1."""
    mu = classes - 1
    x = np.clip(np.asarray(x, np.float64), -1.0, 1.0)
    companded = np.sign(x) * np.log1p(mu * np.abs(x)) / np.log1p(mu)
    k: NDArray[np.int64] = np.floor((companded + 1) / 2 * mu + 0.5).astype(np.int64)
    return k


def silence(classes: int = 256) -> int:
    """The class of a sample with value 0."""
    return int(encode(0.0, classes))


def decode(k: ArrayLike, classes: int = 256) -> NDArray[np.float64]:
    """Classes to the waveform values at the centres of their bins."""
    return expand(2 * np.asarray(k, np.float64) / (classes - 1) - 1, classes)


def expand(companded: ArrayLike, classes: int = 256) -> NDArray[np.float64]:
    """The inverse of f: companded values in [-1, 1] to waveform values."""
    mu = classes - 1
    companded = np.asarray(companded, np.float64)
    expanded: NDArray[np.float64] = np.sign(companded) * np.expm1(np.abs(companded) * np.log1p(mu)) / mu
    return expanded


def bin_edges(classes: int = 256) -> NDArray[np.float64]:
    """The classes + 1 waveform values that separate the bins; the outermost are infinite."""
    inner = expand((2 * np.arange(1, classes) - 1) / (classes - 1) - 1, classes)
    return np.concatenate([[-np.inf], inner, [np.inf]])
