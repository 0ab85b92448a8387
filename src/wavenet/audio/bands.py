"""The two parts of the band in a decimated model: the low band, which the network models, and noise above it.

    low[j] = √D Σ_k h[k] e[D j + 2 H - k]         so that it is centred on sample D j + H of the excitation e,
    e'[t]  = √D Σ_j low[j] h[t - D j] + noise[t]  which restores its position without any look-ahead

Here D is the decimation, h a low-pass filter of 2 H + 1 taps, and H = 16 D. White noise keeps its deviation at the
lower rate. If the noise has an envelope, it follows the level of the low band, so that it comes in pulses where a voice
does:

    noise'[t] = noise[t] · Σ_k g[k] |low[i + k]| / MEAN     with a Gaussian g of unit sum, interpolated linearly in i

where i is the sample of the low band that is centred on t. All samples that this needs are known when h has its own.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wavenet.arithmetic import ceil_div

Array = NDArray[np.float64]

REACH = 16
"""steps of the network on either side that a sample of audio is computed from"""
EDGE = 0.92
"""upper edge of the low-pass, as a fraction of the band that the lower rate could hold"""
NOISE = 2**16
"""samples after which the noise repeats: 4 s at 16 kHz"""
NOISE_DEVIATION = 0.8
"""the median of speech's excitation in its upper bands; its mean power, 0.97², is due to a few loud moments"""
MEAN = 0.72
"""level |low| at which the noise has its plain deviation; the mean of speech's excitation is 0.6, of white noise 0.8"""
WIDEST = 5.0
"""largest deviation of the Gaussian, in steps of the network, at which nearly all of it lies within ``REACH``"""


@lru_cache
def taps(decimation: int) -> Array:
    """The low-pass filter h (2 H + 1,): a sinc under a Hamming window, with unit sum."""
    t = np.arange(-REACH * decimation, REACH * decimation + 1) / decimation
    h = np.sinc(EDGE * t) * np.hamming(len(t))
    scaled: Array = h / h.sum()
    return scaled


def support(decimation: int) -> int:
    """Samples of the excitation, from its own position on, that one sample of the low band is computed from."""
    return 2 * REACH * decimation + 1 if decimation > 1 else 1


def low(excitation: Array, decimation: int) -> Array:
    """The low band (ceil(T / D),) of an excitation (T,) that is zero after its end."""
    if decimation == 1:
        return excitation
    count = ceil_div(len(excitation), decimation)
    h = taps(decimation)
    after = decimation * (count - 1) + len(h) - len(excitation)
    padded = np.pad(excitation, (0, max(after, 0)))
    made: Array = np.sqrt(decimation) * np.convolve(padded, h, "valid")[: decimation * count : decimation]
    return made


@lru_cache
def noise(decimation: int) -> Array:
    """White noise (NOISE,) without the band that the network models, so that the two powers add up; always the same.

    All its frequencies are equally strong before that band is taken away, and have random phases.
    """
    low_power = np.abs(np.fft.rfft(taps(decimation), NOISE)) ** 4  # through the filter twice: on the way in, and out
    phases = 2 * np.pi * _fractions(np.arange(len(low_power), dtype=np.uint64))
    spectrum = np.exp(1j * phases) * np.sqrt(NOISE * np.maximum(1 - low_power, 0))
    made: Array = NOISE_DEVIATION * np.fft.irfft(spectrum, NOISE)
    return made


def _fractions(numbers: NDArray[np.uint64]) -> Array:
    """Random numbers in [0, 1), each that of an integer, by SplitMix64 (Steele, Lea and Flood, 2014).

    ``numpy.random`` could draw them, but takes longer to load than the noise to be made.
    """
    z = numbers * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return ((z ^ z >> np.uint64(31)) >> np.uint64(11)).astype(np.float64) * 2.0**-53


@lru_cache
def rows(decimation: int) -> Array:
    """The low-pass filter (2 · REACH + 1, D), so that row i has the taps of the i-th sample back of the low band."""
    return np.append(taps(decimation), np.zeros(decimation - 1)).reshape(-1, decimation)


FullBand = Callable[[Array, Array, Array, Array, int], Array]


def full_band(low: Array, rows: Array, gaussian: Array, noise: Array, at: int) -> Array:
    """The samples (D · n,) of the excitation. ``native/decoding.cpp`` does the same, in the same order.

    Args:
        low: the low band (2 · REACH + n,).
        rows: of the low-pass filter (2 · REACH + 1, D), see ``rows``.
        gaussian: g of the envelope, or nothing.
        noise: (NOISE,).
        at: where in the noise the first sample is.
    """
    D, n = rows.shape[1], len(low) - len(rows) + 1
    made = np.zeros((n, D))
    for i, row in enumerate(rows):  # one by one: the order of summation is the same for every n
        made += low[len(rows) - 1 - i : len(low) - i, None] * row
    both: Array = (
        np.sqrt(D) * made.ravel() + _envelope(np.abs(low), D, n, gaussian) * noise[(at + np.arange(D * n)) % len(noise)]
    )
    return both


def _envelope(loud: Array, D: int, n: int, gaussian: Array) -> Array | float:
    """The envelope of the noise (D · n,) from |low| (2 · REACH + n,), whose sample REACH is centred on the first
    one.
    """
    if not len(gaussian):
        return 1.0
    levels = np.zeros(n + 1)
    for k, weight in enumerate(gaussian, 1):
        levels += weight * loud[k : k + n + 1]
    part = np.arange(D) / D
    envelope: Array = (levels[:-1, None] * (1 - part) + levels[1:, None] * part).ravel() / MEAN
    return envelope


class Upsampler:
    """The way back to the full band, for one stream, block by block."""

    def __init__(self, decimation: int, seed: int, envelope_width: float = 0.0, compute: FullBand = full_band) -> None:
        """``envelope_width`` is the deviation of g in steps of the network; 0: the noise has no envelope.

        ``compute`` may be a compiled version of its default.
        """
        self._decimation = decimation
        self._gaussian = _gaussian(envelope_width) if envelope_width else np.empty(0)
        self._past = np.zeros(2 * REACH)
        self._at = int(NOISE * _fractions(np.array([seed % 2**64], np.uint64))[0])  # in the noise
        self._compute = compute

    def excitation(self, low: Array) -> Array:
        """The next samples (D · n,) of the excitation, from the next n samples of its low band."""
        D, n = self._decimation, len(low)
        if D == 1:
            return low
        joined = np.concatenate([self._past, low])
        made = self._compute(joined, rows(D), self._gaussian, noise(D), self._at)
        self._past, self._at = joined[n:], (self._at + D * n) % NOISE
        return made


@lru_cache
def _gaussian(width: float) -> Array:
    """The weights g (2 · REACH - 1,)."""
    g = np.exp(-0.5 * (np.arange(1 - REACH, REACH) / width) ** 2)
    scaled: Array = g / g.sum()
    return scaled
