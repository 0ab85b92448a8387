"""AR(16): linear prediction with noise whose scale adapts to recent errors, as a probability for each class.

The signal is the dequantised one. x_t is predicted by Σ a_k x_{t-k}. The noise is logistic with

    s_t² = gain · (mean of the last 128 squared errors, weighted by decay^age) + floor

and its distribution function, integrated over the bin of a class, gives the probability of the class. A small uniform
share keeps unexpected classes possible. Everything at time t is computed from the 144 samples before t.

The noise is logistic because of the likelihood of English training speech: 4.058 bits; normal noise needs 4.061 and
Laplace noise 4.100. Student's t with 10 degrees of freedom needs 4.055, but its distribution function is scipy's, which
only fitting needs now.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import trange

from wavenet.audio import mu_law
from wavenet.audio.quantizers import Bins
from wavenet.config import Quantizer
from wavenet.errors import MissingExtraError

ORDER = 16
WINDOW = 128
"""number of past errors that determine the scale, a power of two; for speech, decay is near 0.78, and 0.78^128 is
1e-14"""
REACH = ORDER + WINDOW

_ROUNDS = 4  # training bits after each round: 4.245, 4.073, 4.060, 4.059
_EXCERPTS, _EXCERPT_SAMPLES = 64, 8192  # data of the fit: 33 s at 16 kHz; twice as much gained 0.006 bits
_LEAST_SCALE = 1 / 20  # of the finest bin; a smaller scale gains nothing, and its weight would dominate all others
LEAST_UNIFORM = 1e-6
"""share of the uniform distribution, so that no sample is impossible"""

Array = NDArray[np.float64]
Classes = NDArray[np.integer]


class Noise(NamedTuple):
    """The distribution of the prediction error."""

    decay: float
    """weight of a squared error relative to that of the next one, in [0, 1)"""
    gain: float
    floor: float
    """constant part of s², in squared waveform values"""
    uniform: float
    """share of the uniform distribution"""

    def scale(self, errors: Array) -> Array:
        """s_t (…, T) from the errors (…, WINDOW - 1 + T) up to t - 1."""
        mean, total, span = errors**2, 1.0, 1
        while span < WINDOW:  # each pass doubles the length of the sum
            mean = mean[..., span:] + self.decay**span * mean[..., :-span]
            total *= 1 + self.decay**span
            span *= 2
        return np.asarray(np.sqrt(self.gain / total * mean + self.floor))


@dataclass(frozen=True)
class AutoRegression:
    """The fitted predictor."""

    coefficients: Array
    """(ORDER,), the coefficient of x_{t-1} first"""
    noise: Noise
    quantizer: Quantizer = "mu_law"
    """what made the classes"""

    def bits(self, classes: Classes, levels: int) -> Array:
        """-log2 p (…, T) of the last T of the classes (…, REACH + T), of ``levels`` classes in total."""
        bins = Bins(self.quantizer, levels)
        signal = bins.values[classes]
        return _bits(_past(signal) @ self.coefficients, signal[..., ORDER:], classes, bins, self.noise)


def fit(
    recordings: list[Classes], levels: int, progress: bool = False, quantizer: Quantizer = "mu_law"
) -> AutoRegression:
    """Fit to the classes (T,) of recordings, alternating least squares and maximum likelihood.

    The first least squares are unweighted. The next ones weight each sample by 1/s_t², because loud vowels would
    dominate otherwise.

    Raises:
        MissingExtraError: scipy is not installed.
    """
    bins, classes = Bins(quantizer, levels), _excerpts(recordings, levels)
    signal = bins.values[classes]
    past, present = _past(signal), signal[..., ORDER:]
    weights = np.ones(classes[..., REACH:].shape)
    free = np.array([1.3, -1.0, -3.5, -9.0])
    for _ in trange(_ROUNDS, desc="fitting AR", unit=" rounds", delay=1, leave=False, disable=not progress):
        coefficients = _least_squares(past[..., WINDOW:, :], present[..., WINDOW:], weights)
        predicted = past @ coefficients
        free = _likeliest(free, predicted, present, classes, bins)
        noise = _noise(free, bins)
        weights = noise.scale((present - predicted)[..., :-1]) ** -2
    return AutoRegression(coefficients, noise, quantizer)


def _likeliest(free: Array, predicted: Array, present: Array, classes: Classes, bins: Bins) -> Array:
    """The parameters of the noise that minimise the bits of the errors."""
    try:
        from scipy.optimize import minimize
    except ImportError:
        raise MissingExtraError("the AR baseline", "train") from None

    def loss(free: Array) -> float:
        return float(_bits(predicted, present, classes, bins, _noise(free, bins)).mean())

    found = minimize(loss, free, method="Nelder-Mead", options={"xatol": 0.02, "fatol": 1e-4, "maxiter": 200})
    return np.asarray(found.x, np.float64)


def _past(signal: Array) -> Array:
    """The ORDER samples before each (…, T, ORDER), newest first, of a signal (…, ORDER + T)."""
    return np.lib.stride_tricks.sliding_window_view(signal, ORDER, axis=-1)[..., :-1, ::-1]


def _bits(predicted: Array, present: Array, classes: Classes, bins: Bins, noise: Noise) -> Array:
    """The bits of the last T; predicted and present are (…, WINDOW + T)."""
    scale = noise.scale((present - predicted)[..., :-1])
    middle, targets, edges = predicted[..., WINDOW:], classes[..., REACH:], bins.edges
    below = np.tanh((edges[targets] - middle) / (2 * scale))  # tanh(z / 2) = 2 F(z) - 1, F the logistic distribution
    above = np.tanh((edges[targets + 1] - middle) / (2 * scale))
    return -np.log2((1 - noise.uniform) * (above - below) / 2 + noise.uniform / bins.classes)


def _noise(free: Array, bins: Bins) -> Noise:
    """Four unbounded numbers to the parameters of the noise; the floor is relative to the finest bin."""
    free = np.clip(free, -30, 30)
    share = 1 / (1 + np.exp(-free))
    return Noise(
        decay=float(0.999 * share[0]),
        gain=float(np.exp(free[1])),
        floor=float(bins.finest**2 * (_LEAST_SCALE**2 + np.exp(free[2]))),
        uniform=float(LEAST_UNIFORM + (1 - LEAST_UNIFORM) * share[3]),
    )


def _least_squares(past: Array, present: Array, weights: Array) -> Array:
    rows, weights = past.reshape(-1, ORDER), weights.reshape(-1, 1)
    weighted = weights * rows
    # silence makes the matrix singular; the smallest solution is used then
    return np.asarray(np.linalg.lstsq(weighted.T @ rows, weighted.T @ present.ravel())[0], np.float64)


def _excerpts(recordings: list[Classes], levels: int) -> Classes:
    """Evenly spaced parts (N, REACH + T) of all recordings, concatenated after silence."""
    silence = np.full(REACH, mu_law.silence(levels))
    joined = np.concatenate([silence, *recordings])
    length = REACH + min(_EXCERPT_SAMPLES, len(joined) - REACH)
    starts = np.linspace(0, len(joined) - length, max(1, min(_EXCERPTS, len(joined) // length)), dtype=np.int64)
    return np.stack([joined[start : start + length] for start in starts]).astype(np.int64)
