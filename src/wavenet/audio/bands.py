"""The lowest part of the band, at a lower rate, and noise for the rest: what a decimated network models, and what not.

    low[j] = √D Σ_k h[k] e[D j + 2 H - k]         so that it lies around sample D j + H of the excitation e,
    e'[t]  = √D Σ_j low[j] h[t - D j] + noise[t]  and comes back in its place without any look-ahead

with D the decimation, h a low-pass of 2 H + 1 taps and H = 16 D. White noise keeps its deviation at the lower rate.
Where the noise has an envelope, it is louder where the low band is, so that it comes in pulses where a voice does:

    noise'[t] = noise[t] · Σ_k g[k] |low[i + k]| / MEAN     g a Gaussian of unit sum; between two i a straight line

around the sample of the low band that lies around t. All that this needs is there when h has got its own.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

REACH = 16
"""samples of the network on either side that make one of sound"""
EDGE = 0.92
"""where the low-pass ends, as a part of the band that the lower rate could hold"""
NOISE = 2**18
"""samples until the noise repeats: 16 s"""
NOISE_DEVIATION = 0.8
"""the median of speech's excitation in its upper bands; its mean power, of 0.97², is that of a few loud moments"""
MEAN = 0.72
"""of |low| where the noise has its plain deviation; of speech's excitation 0.6, of white noise 0.8"""
WIDEST = 5.0
"""samples of the network: the widest deviation of the Gaussian of which nearly all lies within ``REACH``"""


@lru_cache
def taps(decimation: int) -> Array:
    """The low-pass h (2 H + 1,): a sinc under a Hamming window, with a sum of 1."""
    t = np.arange(-REACH * decimation, REACH * decimation + 1) / decimation
    h = np.sinc(EDGE * t) * np.hamming(len(t))
    scaled: Array = h / h.sum()
    return scaled


def support(decimation: int) -> int:
    """How many samples, from its own place on, one of the low band is made of."""
    return 2 * REACH * decimation + 1 if decimation > 1 else 1


def low(excitation: Array, decimation: int) -> Array:
    """The lowest part of the band (ceil(T / D),) of an excitation (T,), zero after its end."""
    if decimation == 1:
        return excitation
    count = -(-len(excitation) // decimation)
    h = taps(decimation)
    after = decimation * (count - 1) + len(h) - len(excitation)
    padded = np.pad(excitation, (0, max(after, 0)))
    made: Array = np.sqrt(decimation) * np.convolve(padded, h, "valid")[: decimation * count : decimation]
    return made


@lru_cache
def noise(decimation: int) -> Array:
    """White noise (NOISE,) without what the network models, for the power of the two to add up; the same for ever."""
    h = np.zeros(NOISE)
    h[: len(taps(decimation))] = taps(decimation)
    low_power = np.abs(np.fft.rfft(h)) ** 4  # through the filter twice: on the way in, and out
    spectrum = np.fft.rfft(np.random.Generator(np.random.Philox(0)).standard_normal(NOISE))
    made: Array = NOISE_DEVIATION * np.fft.irfft(spectrum * np.sqrt(np.maximum(1 - low_power, 0)), NOISE)
    return made


class Upsampler:
    """The way back, for one stream, piece by piece."""

    def __init__(self, decimation: int, seed: int, envelope_width: float = 0.0) -> None:
        """``envelope_width``, in samples of the network, is the deviation of g; 0: the noise has no envelope."""
        self._decimation = decimation
        self._gaussian = _gaussian(envelope_width) if envelope_width else None
        self._past = np.zeros(2 * REACH)
        self._at = int(np.random.Generator(np.random.Philox(seed % 2**64)).integers(NOISE))  # in the noise

    def excitation(self, low: Array) -> Array:
        """The next samples (D · n,) of the excitation, of the next n samples of its low band."""
        D, n = self._decimation, len(low)
        if D == 1:
            return low
        h = np.append(taps(D), np.zeros(D - 1)).reshape(-1, D)  # (2 · REACH + 1, D)
        joined = np.concatenate([self._past, low])
        made = np.zeros((n, D))
        for i, row in enumerate(h):  # one by one: the order of summation is the same for every n
            made += joined[2 * REACH - i : 2 * REACH - i + n, None] * row
        self._past = joined[n:]
        at = self._at + np.arange(D * n)
        self._at = (self._at + D * n) % NOISE
        both: Array = np.sqrt(D) * made.ravel() + self._envelope(np.abs(joined)) * noise(D)[at % NOISE]
        return both

    def _envelope(self, loud: Array) -> Array | float:
        """Of the noise (D · n,), of |low| (2 · REACH + n,), whose sample REACH lies around the first one."""
        if self._gaussian is None:
            return 1.0
        D, n = self._decimation, len(loud) - 2 * REACH
        levels = np.zeros(n + 1)
        for k, weight in enumerate(self._gaussian, 1):
            levels += weight * loud[k : k + n + 1]
        part = np.arange(D) / D
        envelope: Array = (levels[:-1, None] * (1 - part) + levels[1:, None] * part).ravel() / MEAN
        return envelope


@lru_cache
def _gaussian(width: float) -> Array:
    """The weights g (2 · REACH - 1,)."""
    g = np.exp(-0.5 * (np.arange(1 - REACH, REACH) / width) ** 2)
    scaled: Array = g / g.sum()
    return scaled
