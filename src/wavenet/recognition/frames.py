"""The non-causal convolutions over frames: pooled frames to the log probability of each phone, whole or in blocks."""

import numpy as np
from numpy.typing import NDArray

from wavenet import blas
from wavenet.engine.folder import Tensors

Array = NDArray[np.float32]


class Classifier:
    """The convolutions, with the tensors ``convs.N`` and ``output`` of a recogniser.

    Before the first frame and after the last one, every convolution sees zeros.
    """

    def __init__(self, tensors: Tensors, layers: int) -> None:
        self._convs = [_matrix(tensors, f"convs.{i}") for i in range(layers)]
        self._output = _matrix(tensors, "output")
        self.kernel_size = tensors["convs.0.weight"].shape[2]
        self.channels = tensors["convs.0.weight"].shape[1]
        self.radius = layers * (self.kernel_size // 2)

    @blas.one_thread()
    def __call__(self, frames: Array) -> Array:
        """Frames (F, channels) of a whole recording to log probabilities (F, P)."""
        if not len(frames):
            return np.empty((0, len(self._output[1])), np.float32)
        x, half = frames, self.kernel_size // 2
        for weight, bias in self._convs:
            padded = np.pad(x, ((half, half), (0, 0)))
            taps = [padded[k : k + len(x)] for k in range(self.kernel_size)]
            x = np.maximum(np.concatenate(taps, axis=1) @ weight + bias, 0)
        logits = x @ self._output[0] + self._output[1]
        logits = logits - logits.max(1, keepdims=True)
        logs: Array = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        return logs


class FrameStream:
    """The same of frames that arrive in blocks: those whose ``radius`` frames are there come out."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._held = np.empty((0, classifier.channels), np.float32)
        self._first = 0
        """number of the first frame that is held"""
        self._done = 0
        """frames that came out"""

    def feed(self, frames: Array, last: bool = False) -> Array:
        """Take the next frames (F, channels), and return the next log probabilities (…, P); all of them at the end."""
        radius = self._classifier.radius
        self._held = np.concatenate([self._held, frames])
        end = self._first + len(self._held)
        stop = end if last else max(end - radius, self._done)
        if stop == self._done:
            return self._classifier(self._held[:0])
        # zeros are seen beyond the frames that are held; within radius of a cut they would be wrong
        logs = self._classifier(self._held)[self._done - self._first : stop - self._first]
        self._done = stop
        first = max(stop - radius, 0)
        self._held, self._first = self._held[first - self._first :], first
        return logs


def _matrix(tensors: Tensors, name: str) -> tuple[Array, Array]:
    """A convolution (out, in, K) as a matrix (K·in, out), the taps one after the other; and its bias."""
    weight = tensors[f"{name}.weight"]
    return np.ascontiguousarray(weight.transpose(2, 1, 0)).reshape(-1, len(weight)), tensors[f"{name}.bias"]
