"""Waveform ↔ classes: pre-emphasis, gain and μ-law, as ``AudioConfig`` says, and all of it undone at the output."""

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import mu_law
from wavenet.config import AudioConfig


def encode(waveform: NDArray[np.floating], audio: AudioConfig, classes: int) -> NDArray[np.int64]:
    """The classes (T,) that the network models, of a waveform (T,) in [-1, 1]."""
    return mu_law.encode(signal(waveform, audio), classes)


def signal(waveform: NDArray[np.floating], audio: AudioConfig) -> NDArray[np.float64]:
    """What μ-law sees of a waveform (T,): pre-emphasised, times the gain."""
    x = np.asarray(waveform, np.float64)
    if audio.pre_emphasis:
        x = x - audio.pre_emphasis * np.concatenate([[0.0], x[:-1]])
    return audio.gain * x


class Decoder:
    """Classes to waveform, block by block: the de-emphasis remembers its last output, so blocks join exactly."""

    def __init__(self, audio: AudioConfig, classes: int) -> None:
        self._table = mu_law.decode(np.arange(classes), classes) / audio.gain
        self._pre_emphasis = audio.pre_emphasis
        self._last = 0.0

    def decode(self, classes: NDArray[np.integer]) -> NDArray[np.float32]:
        """The next block of waveform (T,), clipped to [-1, 1]."""
        y = self._table[classes]
        if self._pre_emphasis:
            # x[t] = y[t] + a x[t-1]; a plain loop takes the same path whatever the block, at ~20 M samples/s
            x, a, out = self._last, self._pre_emphasis, y.tolist()
            for t, value in enumerate(out):
                out[t] = x = value + a * x
            self._last = x
            y = np.asarray(out)
        waveform: NDArray[np.float32] = np.clip(y, -1.0, 1.0).astype(np.float32)
        return waveform
