"""PixelCNN value by value, in numpy: what was computed for earlier values is kept, as the engine does for audio.

The vertical stack of a row depends on the rows above alone, so it is computed once a row; everything else is computed
once per pixel (per value, if there are three colours), for all images of the batch in one matrix product. The full
forward pass of ``network.py`` computes every pixel anew for each value.

Shapes: B images, C colours, P channels, K side of a kernel, Q levels; images are integers (B, H, W, C).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wavenet import blas
from wavenet.config.pixelcnn import PixelCNNConfig

Array = NDArray[np.float32]
Images = NDArray[np.uint8]
Tensors = dict[str, Array]
Choice = Callable[[Array, int], NDArray[np.integer]]
"""what a value shall be: logits (B, Q), and its index in raster order, to levels (B,)"""


class Layers(Protocol):
    """The layers of either network, with what they keep."""

    def row(self, x: Array, y: int) -> None:
        """Begin row y of images (B, H, W, C), scaled, whose earlier rows are complete."""

    def pixel(self, x: Array, y: int, column: int) -> Array:
        """The sum of the skip outputs at a pixel, whose own earlier colours are in x: (B, P)."""


@dataclass(frozen=True)
class Network:
    """A model: its settings and its weights, by the names of ``network.py``."""

    model: PixelCNNConfig
    tensors: Tensors

    def run(self, batch: int, choose: Choice, labels: NDArray[np.integer] | None = None) -> Images:
        """Images (B, H, W, C), each of whose values ``choose`` selects in turn, given the classes (B,)."""
        m, t = self.model, self.tensors
        layers: Layers = (_Two if m.stacks == "two" else _One)(m, t, batch, labels)
        hidden, output = t["hidden.weight"][:, :, 0, 0].T, t["output.weight"][:, :, 0, 0].T
        images = np.zeros((batch, m.height, m.width, m.colours), np.uint8)
        x = np.zeros(images.shape, np.float32)
        for y in range(m.height):
            layers.row(x, y)
            for column in range(m.width):
                for colour in range(m.colours):
                    skips = layers.pixel(x, y, column)
                    inside = relu(relu(skips) @ hidden + t["hidden.bias"])
                    own = slice(colour * m.levels, (colour + 1) * m.levels)
                    logits = inside @ output[:, own] + t["output.bias"][own]
                    chosen = choose(logits, (y * m.width + column) * m.colours + colour)
                    images[:, y, column, colour] = chosen
                    x[:, y, column, colour] = chosen * np.float32(2 / (m.levels - 1)) - 1
        return images

    def log_likelihood(self, images: Images, labels: NDArray[np.integer] | None = None) -> Array:
        """Log p of every value of images (B, H, W, C), in nats, in raster order: (B, H · W · C)."""
        values = images.reshape(len(images), -1)
        found = np.zeros(values.shape, np.float32)

        def known(logits: Array, at: int) -> NDArray[np.integer]:
            found[:, at] = log_probabilities(logits)[np.arange(len(values)), values[:, at]]
            return values[:, at]

        self.run(len(images), known, labels)
        return found


def relu(x: Array) -> Array:
    """max(x, 0)."""
    return np.maximum(x, 0)


def gate(x: Array) -> Array:
    """The gated activation unit, tanh ⊙ σ: (…, 2P) to (…, P)."""
    a, b = np.split(x, 2, -1)
    z: Array = np.tanh(a) / (1 + np.exp(-np.clip(b, -80, 80)))
    return z


def log_probabilities(logits: Array) -> Array:
    """Of every level, in nats: (B, Q) to (B, Q)."""
    shifted = logits - logits.max(-1, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return log_p


def matrix(weight: Array) -> Array:
    """A convolution's weight (out, in, KH, KW) for patches (B, KH · KW · in): (KH · KW · in, out)."""
    return np.ascontiguousarray(weight.transpose(2, 3, 1, 0).reshape(-1, len(weight)))


def of_class(tensors: Tensors, layer: int, labels: NDArray[np.integer] | None) -> Array | np.float32:
    """What a layer adds for the classes of the images (B,): (B, …); 0 without classes."""
    if f"layers.{layer}.classes" not in tensors:
        return np.float32(0)
    assert labels is not None
    found: Array = tensors[f"layers.{layer}.classes"][labels]
    return found


class _Two:
    """The gated layers with two stacks."""

    def __init__(self, m: PixelCNNConfig, t: Tensors, batch: int, labels: NDArray[np.integer] | None) -> None:
        self._model, self._kernels = m, m.kernel_sizes
        names = [f"layers.{i}" for i in range(len(self._kernels))]
        self._vertical = [(matrix(t[f"{name}.vertical.weight"]), t[f"{name}.vertical.bias"]) for name in names]
        self._horizontal = [matrix(t[f"{name}.horizontal.weight"]) for name in names]
        self._link, self._residual, self._skip = (
            [(t[f"{name}.{part}.weight"][:, :, 0, 0].T, t[f"{name}.{part}.bias"]) for name in names]
            for part in ("link", "residual", "skip")
        )
        biases = [of_class(t, i, labels) for i in range(len(names))]
        self._class_above = [bias[:, None, : 2 * m.channels] if np.ndim(bias) else bias for bias in biases]  # type: ignore[index]
        self._class = [bias[:, None, 2 * m.channels :] if np.ndim(bias) else bias for bias in biases]  # type: ignore[index]
        halves = [K // 2 for K in self._kernels]
        inputs = [m.colours, *[m.channels] * m.layers]
        # the last rows of each layer's vertical input, the current row of its horizontal input; with zeros around
        self._rows = [
            np.zeros((batch, half + 1, m.width + 2 * half, n), np.float32)
            for half, n in zip(halves, inputs, strict=True)
        ]
        self._own = [np.zeros((batch, m.width + half, n), np.float32) for half, n in zip(halves, inputs, strict=True)]
        self._above = [np.zeros(0, np.float32)] * len(names)

    @blas.one_thread()
    def row(self, x: Array, y: int) -> None:
        """See ``Layers``."""
        batch, width = len(x), self._model.width
        v = x[:, y - 1]  # not used in row 0, which has nothing above
        for i, (K, rows) in enumerate(zip(self._kernels, self._rows, strict=True)):
            weight, bias = self._link[i]
            seen = np.zeros((batch, width, weight.shape[0]), np.float32)
            if y:
                rows[:, :-1] = rows[:, 1:]
                rows[:, -1, K // 2 : K // 2 + width] = v
                patches = np.lib.stride_tricks.sliding_window_view(rows, K, axis=2)  # (B, rows, W, in, K)
                flat = patches.transpose(0, 2, 1, 4, 3).reshape(batch * width, -1)
                seen = (flat @ self._vertical[i][0] + self._vertical[i][1]).reshape(batch, width, -1)
                v = gate(seen + self._class_above[i])
            self._above[i] = seen @ weight + bias + self._class[i]

    @blas.one_thread()
    def pixel(self, x: Array, y: int, column: int) -> Array:
        """See ``Layers``."""
        half = self._kernels[0] // 2
        self._own[0][:, half:] = x[:, y]
        h = x[:, y, column]
        skips: Array | float = 0.0
        for i, (K, own) in enumerate(zip(self._kernels, self._own, strict=True)):
            if i:
                own[:, column + K // 2] = h
            patch = own[:, column : column + K // 2 + 1].reshape(len(x), -1)
            z = gate(patch @ self._horizontal[i] + self._above[i][:, column])
            residual = z @ self._residual[i][0] + self._residual[i][1]
            h = h + residual if i else residual
            skips = skips + z @ self._skip[i][0] + self._skip[i][1]
        return np.asarray(skips, np.float32)


class _One:
    """The layers with one stack of masked convolutions."""

    def __init__(self, m: PixelCNNConfig, t: Tensors, batch: int, labels: NDArray[np.integer] | None) -> None:
        self._kernels = m.kernel_sizes
        names = [f"layers.{i}" for i in range(len(self._kernels))]
        # rows below the centre are masked
        upper = [t[f"{name}.conv.weight"][:, :, : K // 2 + 1] for name, K in zip(names, self._kernels, strict=True)]
        self._conv = [(matrix(weight), t[f"{name}.conv.bias"]) for name, weight in zip(names, upper, strict=True)]
        self._residual, self._skip = (
            [(t[f"{name}.{part}.weight"][:, :, 0, 0].T, t[f"{name}.{part}.bias"]) for name in names]
            for part in ("residual", "skip")
        )
        self._class = [of_class(t, i, labels) for i in range(len(names))]
        inputs = [m.colours, *[m.channels] * m.layers]
        self._maps = [
            np.zeros((batch, m.height + K // 2, m.width + 2 * (K // 2), n), np.float32)
            for K, n in zip(self._kernels, inputs, strict=True)
        ]

    @blas.one_thread()
    def row(self, x: Array, y: int) -> None:
        """See ``Layers``."""
        half = self._kernels[0] // 2
        self._maps[0][:, half : half + y, half : half + x.shape[2]] = x[:, :y]

    @blas.one_thread()
    def pixel(self, x: Array, y: int, column: int) -> Array:
        """See ``Layers``."""
        half = self._kernels[0] // 2
        self._maps[0][:, y + half, half : half + x.shape[2]] = x[:, y]
        h = x[:, y, column]
        skips: Array | float = 0.0
        for i, (K, map_) in enumerate(zip(self._kernels, self._maps, strict=True)):
            if i:
                map_[:, y + K // 2, column + K // 2] = relu(h)
            patch = map_[:, y : y + K // 2 + 1, column : column + K].reshape(len(x), -1)
            z = relu(patch @ self._conv[i][0] + self._conv[i][1] + self._class[i])
            residual = z @ self._residual[i][0] + self._residual[i][1]
            h = h + residual if i else residual
            skips = skips + z @ self._skip[i][0] + self._skip[i][1]
        return np.asarray(skips, np.float32)
