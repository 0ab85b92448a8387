"""A waveform that arrives in blocks → frames: log averages of the stack's rectified sums of skips, or log-mel."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import features
from wavenet.audio.front_end import FrontEnd
from wavenet.config.recogniser import FLOOR
from wavenet.engine.interface import Engine
from wavenet.recognition.folder import RecogniserFolder

Array = NDArray[np.float32]
AT_ONCE = 25
"""frames whose samples pass through the stack at once, which bounds the memory"""


class Pooling(Protocol):
    """The frames of one stream."""

    def feed(self, waveform: NDArray[np.floating], last: bool = False) -> Array:
        """Take the next samples (T,), and return the frames (F, channels) that are complete; all of them at the end."""


class SkipPooling:
    """Of the dilated stack: frame f averages the steps that predict its samples, each of which hears those before."""

    def __init__(self, opened: RecogniserFolder, network: Engine[Any]) -> None:
        self._front_end = FrontEnd(opened.audio, opened.model)
        self._network, self._state = network, network.start()
        self._hop = opened.recogniser.features.hop_length
        self._past = np.zeros(self._front_end.order, np.float32)
        self._held = np.empty(0, np.int64)
        """classes of the frame that is not complete"""

    def feed(self, waveform: NDArray[np.floating], last: bool = False) -> Array:
        """See ``Pooling``."""
        heard = np.concatenate([self._past, np.asarray(waveform, np.float32)])
        classes = self._front_end.encode(heard, skipped=len(self._past))
        self._past = heard[len(waveform) :]
        self._held = np.concatenate([self._held, classes])
        taken = len(self._held) if last else len(self._held) // self._hop * self._hop
        size = AT_ONCE * self._hop
        found = [self._pooled(self._held[i : min(i + size, taken)]) for i in range(0, taken, size)]
        self._held = self._held[taken:]
        return np.concatenate([self._pooled(self._held[:0]), *found])

    def _pooled(self, classes: NDArray[np.int64]) -> Array:
        sums = np.maximum(self._network.skips(self._state, classes), 0)
        whole = len(sums) // self._hop * self._hop
        frames = sums[:whole].reshape(whole // self._hop, self._hop, sums.shape[1]).mean(1)
        rest = [sums[whole:].mean(0, keepdims=True)] if whole < len(sums) else []
        logs: Array = np.log(np.concatenate([frames, *rest]) + np.float32(FLOOR))
        return logs


class MelPooling:
    """Of log-mel."""

    def __init__(self, opened: RecogniserFolder) -> None:
        self._settings, self._rate = opened.recogniser.features, opened.audio.sample_rate
        self._held = np.empty(0, np.float32)
        self._first = 0
        """number of the frame that begins with the first sample that is held"""
        self._done = 0
        """frames that came out"""

    def feed(self, waveform: NDArray[np.floating], last: bool = False) -> Array:
        """See ``Pooling``."""
        settings, hop = self._settings, self._settings.hop_length
        self._held = np.concatenate([self._held, np.asarray(waveform, np.float32)])
        end = self._first * hop + len(self._held)
        after = hop // 2 + settings.n_fft - settings.n_fft // 2  # samples from the start of a frame to its window's end
        stop = features.count(end, hop) if last else max((end - after) // hop + 1, self._done)
        at = (self._done - self._first, stop - self._first)
        found = features.log_mel(self._held, self._rate, settings, *at)
        self._done = stop
        first = max(stop - features.count(settings.n_fft, hop), 0)
        self._held, self._first = self._held[(first - self._first) * hop :], first
        return found
