"""The network in numpy, the oracle of every faster engine: ``step`` for generation, ``block`` for scoring.

``Weights`` do not change, ``State`` belongs to the caller. Both functions read and advance the same state, so a
stretch may be taken block by block, sample by sample, or mixed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import mu_law
from wavenet.config import ModelConfig
from wavenet.engine.folder import Tensors

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """One residual layer; the taps of its dilated convolution side by side, the oldest first."""

    dilation: int
    dilated: Array
    """(2D, K·R)"""
    dilated_bias: Array
    residual: Array | None
    """(R, D); none in the last layer"""
    residual_bias: Array | None


class Weights:
    """The tensors of a model folder, laid out for ``step`` and ``block``."""

    def __init__(self, model: ModelConfig, tensors: Tensors) -> None:
        self.model = model
        self.embedding = np.ascontiguousarray(tensors["input.weight"].transpose(2, 1, 0))  # (input K, Q, R)
        self.input_bias = tensors["input.bias"]
        self.layers = [self._layer(i, d, tensors) for i, d in enumerate(model.dilations)]
        skips = [f"layers.{i}.skip" for i in range(model.layers)]
        self.skip = np.concatenate([tensors[f"{name}.weight"][:, :, 0] for name in skips], axis=1)  # (S, L·D)
        self.skip_bias = np.sum([tensors[f"{name}.bias"] for name in skips], axis=0)
        self.head = [(tensors[f"head.{n}.weight"][:, :, 0], tensors[f"head.{n}.bias"]) for n in ("hidden", "output")]

    def _layer(self, i: int, dilation: int, tensors: Tensors) -> Layer:
        dilated = tensors[f"layers.{i}.dilated.weight"].transpose(0, 2, 1).reshape(2 * self.model.dilation_channels, -1)
        residual = tensors.get(f"layers.{i}.residual.weight")
        return Layer(
            dilation,
            np.ascontiguousarray(dilated),
            tensors[f"layers.{i}.dilated.bias"],
            None if residual is None else residual[:, :, 0],
            tensors.get(f"layers.{i}.residual.bias"),
        )


class State:
    """The past that the network still needs, at its start: silence for ever before the first sample.

    Silence is constant, so every layer is constant in time, and one step fills every ring: see "Alignment and start"
    in docs/model-folder.md.
    """

    def __init__(self, weights: Weights) -> None:
        model = weights.model
        silence = int(mu_law.encode(0.0, model.quantization_channels))
        self.t = 0
        """samples taken so far"""
        self.classes = np.full(model.input_kernel_size - 1, silence)
        """the last classes, oldest first"""
        self.rings: list[Array] = []
        """one (reach, R) for each layer: its input of time t lies in row t mod reach, reach = (K - 1) · dilation"""
        x = weights.embedding[:, silence].sum(0) + weights.input_bias
        for layer in weights.layers:
            self.rings.append(np.tile(x, ((model.kernel_size - 1) * layer.dilation, 1)))
            z = _gated(layer.dilated @ np.tile(x, model.kernel_size) + layer.dilated_bias)
            if layer.residual is not None:
                x = x + layer.residual @ z + layer.residual_bias


def step(weights: Weights, state: State, newest: int) -> Array:
    """Take one sample (a class) and return the logits (Q,) of the one after it."""
    model = weights.model
    classes = np.append(state.classes, newest)
    state.classes = classes[1:]
    x = weights.embedding[np.arange(len(classes)), classes].sum(0) + weights.input_bias
    K, R, D = model.kernel_size, model.residual_channels, model.dilation_channels
    taps = np.empty((K, R), np.float32)
    zs = np.empty(model.layers * D, np.float32)
    for i, (layer, ring) in enumerate(zip(weights.layers, state.rings, strict=True)):
        for k in range(K - 1):
            taps[k] = ring[(state.t + k * layer.dilation) % len(ring)]
        taps[-1] = x
        if len(ring):
            ring[state.t % len(ring)] = x
        z = zs[i * D : (i + 1) * D] = _gated(layer.dilated @ taps.ravel() + layer.dilated_bias)
        if layer.residual is not None:
            x = x + layer.residual @ z + layer.residual_bias
    state.t += 1
    return _head(weights, weights.skip @ zs + weights.skip_bias)


def block(weights: Weights, state: State, newest: NDArray[np.integer]) -> Array:
    """Take T samples at once and return the logits (T, Q) of the sample after each: ``step``, parallel over time."""
    model, n = weights.model, len(newest)
    classes = np.concatenate([state.classes, newest])
    state.classes = classes[n:]
    x = sum(table[classes[k : k + n]] for k, table in enumerate(weights.embedding)) + weights.input_bias
    D = model.dilation_channels
    zs = np.empty((n, model.layers * D), np.float32)
    for i, layer in enumerate(weights.layers):
        past = np.concatenate([np.roll(state.rings[i], -(state.t % max(len(state.rings[i]), 1)), axis=0), x])
        reach = len(past) - n
        taps = np.concatenate([past[k * layer.dilation :][:n] for k in range(model.kernel_size)], axis=1)
        state.rings[i] = np.roll(past[n:], (state.t + n) % max(reach, 1), axis=0)
        z = zs[:, i * D : (i + 1) * D] = _gated(taps @ layer.dilated.T + layer.dilated_bias)
        if layer.residual is not None:
            x = x + z @ layer.residual.T + layer.residual_bias
    state.t += n
    return _head(weights, zs @ weights.skip.T + weights.skip_bias)


def _gated(a: Array) -> Array:
    """Equation 2 on (…, 2D), the tanh half first; σ by tanh, which cannot overflow."""
    D = a.shape[-1] // 2
    gate: Array = np.float32(0.5) + np.float32(0.5) * np.tanh(np.float32(0.5) * a[..., D:])
    return np.tanh(a[..., :D]) * gate


def _head(weights: Weights, skips: Array) -> Array:
    for weight, bias in weights.head:
        skips = np.maximum(skips, 0) @ weight.T + bias
    return skips
