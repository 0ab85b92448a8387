"""Classes to waveform, block by block: what ``audio/codec.py`` did to the waveform, undone."""

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import codec, mu_law
from wavenet.audio.prediction import Filters
from wavenet.config import AudioConfig, FeatureConfig
from wavenet.engine import native


class Decoder:
    """The end of one stream; its filter remembers the last samples, so blocks join exactly."""

    def __init__(self, audio: AudioConfig, classes: int, settings: FeatureConfig | None = None) -> None:
        settings = settings or FeatureConfig()
        self._audio, self._settings = audio, settings
        self._table = mu_law.decode(np.arange(classes), classes) / audio.gain
        self._filters = codec.filters(audio, settings, np.empty((0, settings.channels), np.float32))
        self._past = np.zeros(self._filters.order)
        self._time = 0  # of the next sample, counted from the first frame of the filters

    def feed(self, frames: NDArray[np.floating]) -> None:
        """Take the next frames of features (F, channels), where filters follow from them."""
        if not self._audio.lpc_order:
            return
        done = min(self._time // self._settings.hop_length, len(self._filters.deviations))
        new = codec.filters(self._audio, self._settings, np.asarray(frames, np.float32))
        self._filters = Filters(
            np.concatenate([self._filters.coefficients[done:], new.coefficients]),
            np.concatenate([self._filters.deviations[done:], new.deviations]),
            new.hop,
        )
        self._time -= done * new.hop

    def decode(self, classes: NDArray[np.integer]) -> NDArray[np.float32]:
        """The next block of waveform (T,), clipped to [-1, 1]."""
        if not len(classes):
            return np.empty(0, np.float32)
        synthesise = native.synthesise if native.available() else Filters.waveform
        y = synthesise(self._filters, self._table[classes], self._time, self._past)
        self._past = np.concatenate([self._past, y])[len(y) :]
        self._time += len(y)
        waveform: NDArray[np.float32] = np.clip(y, -1.0, 1.0).astype(np.float32)
        return waveform
