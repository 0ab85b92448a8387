"""Linear prediction of a waveform from its log-mel frames: the network need not generate what the frames determine.

    s[t] = Σ_k a[f, k] · s[t - 1 - k] + deviation[f] · e[t]    with f = t // hop_length, k = 0 … P - 1

The filter of a frame is computed from its spectral envelope (Levinson and Durbin; see Makhoul, 1975, Linear prediction:
a tutorial review). What remains, the excitation e, has about the same level everywhere and a flat envelope. The network
models it, and the filters shape its noise like speech at the output. The idea is from Song, Byun and Kang (2019),
ExcitNet vocoder, arXiv:1811.04769, and Valin and Skoglund (2019), LPCNet, arXiv:1810.11846.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wavenet import blas
from wavenet.audio import features
from wavenet.config import FeatureConfig

Array = NDArray[np.float64]

GRID = 257
"""number of frequencies at which the envelope is sampled, from 0 to half the sample rate"""
NOISE = 1e-5
"""white noise added to the spectrum, as a fraction of its power: it limits how strongly a filter attenuates"""
PIECE = 16_384
"""samples whose coefficients are in memory at the same time"""
BLOCK = 8
"""frames of one product; a fixed number, so that a frame's filter does not depend on the frames around it"""


class Filters(NamedTuple):
    """The filter of each frame, according to the formula above."""

    coefficients: Array
    """a, (F, P)"""
    deviations: Array
    """(F,)"""
    hop_length: int
    """samples per frame; the last frame never ends"""

    @property
    def order(self) -> int:
        """P: the number of preceding samples that a prediction needs."""
        return int(self.coefficients.shape[1])

    def excitation(self, waveform: NDArray[np.floating], first: int = 0) -> Array:
        """The excitation e of a waveform (T,) whose first sample has index ``first`` and is preceded by silence."""
        P, T = self.order, len(waveform)
        if not P:  # apart: rarely, NaN came out of einsum over no products here, which could not be repeated
            frame = (np.arange(first, first + T) // self.hop_length).clip(0, len(self.deviations) - 1)
            scaled: Array = np.asarray(waveform, np.float64) / self.deviations[frame]
            return scaled
        s = np.concatenate([np.zeros(P), np.asarray(waveform, np.float64)])
        e = np.empty(T)
        for start in range(0, T, PIECE):
            stop = min(start + PIECE, T)
            frame = (np.arange(first + start, first + stop) // self.hop_length).clip(0, len(self.deviations) - 1)
            past = np.lib.stride_tricks.sliding_window_view(s[start : P + stop], P + 1)[:, :P]
            predicted = np.einsum("tp,tp->t", past, self.coefficients[frame, ::-1])
            e[start:stop] = (s[P + start : P + stop] - predicted) / self.deviations[frame]
        return e

    def waveform(self, excitation: Array, first: int, past: Array) -> Array:
        """``past`` (P,), and the samples of an excitation (T,) that follow it, of which the first is sample ``first``.

        This is the readable, slow version of what ``engine/native.py`` does in compiled code.
        """
        P = self.order
        s = np.concatenate([past, np.zeros(len(excitation))])
        for t, e in enumerate(excitation.tolist()):
            f = min((first + t) // self.hop_length, len(self.deviations) - 1)
            s[P + t] = s[t : P + t][::-1] @ self.coefficients[f] + self.deviations[f] * e
        return s


def filters(log_mel: features.Frames, sample_rate: int, settings: FeatureConfig, order: int) -> Filters:
    """The filters of log-mel frames (F, n_mels); ``order`` is P. Any finite frames give stable filters."""
    F = len(log_mel)
    padded = np.pad(log_mel, ((0, -F % BLOCK), (0, 0)), mode="edge" if F else "constant")
    r = _autocorrelation(padded.reshape(-1, BLOCK, settings.n_mels), sample_rate, settings, order)
    # of all frames at once, each for itself: in blocks too, it was four fifths of the time
    a, deviations = (each[:F] for each in _levinson(r.reshape(-1, order + 1)))
    return Filters(a, deviations, settings.hop_length)


@blas.one_thread()
def _autocorrelation(log_mel: features.Frames, sample_rate: int, settings: FeatureConfig, order: int) -> Array:
    """The autocorrelation of audio with these frames (…, F, n_mels), at lags 0 … order: (…, F, order + 1)."""
    amplitudes = features.amplitudes(log_mel) @ _interpolation(sample_rate, settings)
    r: Array = amplitudes**2 @ _cosines(order) * (settings.win_length / 6)  # of a Hann window with sum 2: Σ w² = 6 / N
    r[..., 0] *= 1 + NOISE
    return r


@lru_cache
def _interpolation(sample_rate: int, settings: FeatureConfig) -> Array:
    """The weights (n_mels, GRID) that interpolate amplitudes between neighbouring bands."""
    middles, frequency = features.band_middles(settings), np.linspace(0, sample_rate / 2, GRID)
    return np.stack([np.interp(frequency, middles, band) for band in np.eye(settings.n_mels)])


@lru_cache
def _cosines(order: int) -> Array:
    """The matrix (GRID, order + 1) that turns a power spectrum (GRID,) into its autocorrelation."""
    k, lag = np.arange(GRID)[:, None], np.arange(order + 1)
    weight = np.where((k == 0) | (k == GRID - 1), 0.5, 1.0) / (GRID - 1)
    cosines: Array = weight * np.cos(np.pi * k * lag / (GRID - 1))
    return cosines


def _levinson(r: Array) -> tuple[Array, Array]:
    """The optimal predictors (F, P) for autocorrelations (F, P + 1), and the deviation of their residual (F,)."""
    if r.shape[1] == 1:  # no coefficients: the residual is the signal
        return r[:, 1:], np.sqrt(r[:, 0])
    P = r.shape[1] - 1
    a = np.empty((len(r), P))
    a[:, :1] = r[:, 1:2] / r[:, :1]  # apart, for the reason in ``excitation``
    left = r[:, 0] * (1 - a[:, 0] ** 2)
    for i in range(2, P + 1):
        known = a[:, : i - 1]
        reflection = (r[:, i] - np.einsum("fk,fk->f", known, r[:, i - 1 : 0 : -1])) / left
        known -= reflection[:, None] * known[:, ::-1]
        a[:, i - 1] = reflection
        left = left * (1 - reflection**2)
    return a, np.sqrt(left)
