"""Classes to waveform, block by block: the inverse of ``audio/front_end.py``."""

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import bands
from wavenet.audio.front_end import FrontEnd
from wavenet.audio.prediction import Filters
from wavenet.engine import native


class Decoder:
    """The decoder of one stream. Its filters keep their state, so blocks join exactly."""

    def __init__(self, front_end: FrontEnd, seed: int = 0) -> None:
        """``seed`` determines the noise above the low band."""
        self._front_end, model = front_end, front_end.model
        self._table = front_end.values()
        self._filters = front_end.filters(np.empty((0, model.features.channels), np.float32))
        self._past = np.zeros(self._filters.order)
        full_band = native.full_band if native.available() else bands.full_band
        self._upsampler = bands.Upsampler(model.decimation, seed, model.noise_envelope_width, full_band)
        self._decoded = 0  # in samples, counted from the first frame of the filters
        self._rest = np.empty(0, np.float32)

    def feed(self, frames: NDArray[np.floating]) -> None:
        """Take the next frames of features (F, channels), if filters are computed from them."""
        if not self._front_end.audio.lpc_order:
            return
        done = min(self._decoded // self._filters.hop_length, len(self._filters.deviations))
        new = self._front_end.filters(frames)
        self._filters = Filters(
            np.concatenate([self._filters.coefficients[done:], new.coefficients]),
            np.concatenate([self._filters.deviations[done:], new.deviations]),
            new.hop_length,
        )
        self._decoded -= done * new.hop_length

    @property
    def left(self) -> int:
        """Samples that are decoded but were not requested yet: fewer than ``decimation``."""
        return len(self._rest)

    def missing(self, samples: int) -> int:
        """The number of further classes that the next samples need."""
        return self._front_end.steps(max(samples - self.left, 0))

    def decode(self, classes: NDArray[np.integer], samples: int | None = None) -> NDArray[np.float32]:
        """The next samples of the waveform, clipped to [-1, 1], using the next classes; None: all that are
        available.
        """
        made = np.concatenate([self._rest, self._waveform(classes)])
        stop = len(made) if samples is None else samples
        self._rest = made[stop:]
        return made[:stop]

    def _waveform(self, classes: NDArray[np.integer]) -> NDArray[np.float32]:
        if not len(classes):
            return np.empty(0, np.float32)
        excitation = self._upsampler.excitation(self._table[classes])
        synthesise = native.synthesise if native.available() else Filters.waveform
        s = synthesise(self._filters, excitation, self._decoded, self._past)
        self._past = s[len(excitation) :].copy()
        self._decoded += len(excitation)
        return s[self._filters.order :].clip(-1.0, 1.0).astype(np.float32)
