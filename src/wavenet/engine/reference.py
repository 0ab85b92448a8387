"""The network in numpy, the oracle of every faster engine: ``step`` for generation, ``block`` for scoring.

``Weights`` do not change, ``State`` belongs to the caller. Both functions read and advance the same state, so a
stretch may be taken block by block, sample by sample, or mixed. A precision is that of the matrix products alone:
the residual stream, the gates and every sum between products are fp32 (docs/model-folder.md, "Precisions").
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import mu_law
from wavenet.config import ModelConfig
from wavenet.engine.folder import CALIBRATION, Tensors
from wavenet.engine.precision import Array, Grid, Linear, Precision, linear, need_calibration, widest

UNIT = Grid(np.float32(1 / 127))
"""of all in (-1, 1)"""


@dataclass(frozen=True)
class Layer:
    """One residual layer."""

    dilation: int
    dilated: Linear
    """(2D, K·R), the taps side by side, the oldest first"""
    residual: Linear | None
    """(R, D), of what ``Weights.skip`` takes; none in the last layer"""


class Weights:
    """The tensors of a model folder in a precision, laid out for ``step`` and ``block``.

    Raises:
        UsageError: int8 is asked for, and the model is not calibrated.
    """

    def __init__(self, model: ModelConfig, tensors: Tensors, precision: Precision = "fp32") -> None:
        self.model = model
        inputs, skips, hidden = _grids(tensors) if precision == "int8" else ([UNIT] * model.layers, UNIT, UNIT)
        self.embedding = np.ascontiguousarray(tensors["input.weight"].transpose(2, 1, 0))  # (input K, Q, R)
        self.input_bias = tensors["input.bias"]
        self.layers = [
            Layer(
                dilation,
                linear(precision, *_matrix(tensors, f"layers.{i}.dilated"), inputs[i]),
                linear(precision, *_matrix(tensors, f"layers.{i}.residual"), UNIT) if i < model.layers - 1 else None,
            )
            for i, dilation in enumerate(model.dilations)
        ]
        parts = [_matrix(tensors, f"layers.{i}.skip") for i in range(model.layers)]
        skip = np.concatenate([weight for weight, _ in parts], axis=1)
        self.skip = linear(precision, skip, np.sum([bias for _, bias in parts], axis=0), UNIT)  # (S, L·D)
        self.hidden = linear(precision, *_matrix(tensors, "head.hidden"), skips)
        # weights of 8 bits would cost three times as many bits per sample here as in all other products together
        self.output = linear(precision, *_matrix(tensors, "head.output"), hidden, widest(model.head_channels))


def _matrix(tensors: Tensors, name: str) -> tuple[Array, Array]:
    """A convolution as the matrix (out, taps·in) of its taps side by side, and its bias."""
    weight = tensors[f"{name}.weight"]
    return np.ascontiguousarray(weight.transpose(0, 2, 1)).reshape(len(weight), -1), tensors[f"{name}.bias"]


def _grids(tensors: Tensors) -> tuple[list[Grid], Grid, Grid]:
    """Of the input of each layer, and of the two of the head, which have no sign."""
    need_calibration(tensors)
    inputs, skips, hidden = (tensors[name] for name in CALIBRATION)
    return [Grid(step) for step in inputs], Grid(skips[0], 0, 255), Grid(hidden[0], 0, 255)


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
        """one (reach, R) for each layer: its input of time t, as the dilated product takes it, lies in row t mod reach,
        reach = (K - 1) · dilation"""
        x = weights.embedding[:, silence].sum(0) + weights.input_bias
        for layer in weights.layers:
            taken = layer.dilated.take(x)
            self.rings.append(np.tile(taken, ((model.kernel_size - 1) * layer.dilation, 1)))
            z = weights.skip.take(_gated(layer.dilated(np.tile(taken, model.kernel_size))))
            if layer.residual is not None:
                x = x + layer.residual(z)


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
        taps[-1] = layer.dilated.take(x)
        if len(ring):
            ring[state.t % len(ring)] = taps[-1]
        z = zs[i * D : (i + 1) * D] = weights.skip.take(_gated(layer.dilated(taps.ravel())))
        if layer.residual is not None:
            x = x + layer.residual(z)
    state.t += 1
    return _head(weights, weights.skip(zs))


def block(weights: Weights, state: State, newest: NDArray[np.integer]) -> Array:
    """Take T samples at once and return the logits (T, Q) of the sample after each: ``step``, parallel over time."""
    model, n = weights.model, len(newest)
    classes = np.concatenate([state.classes, newest])
    state.classes = classes[n:]
    x = sum(table[classes[k : k + n]] for k, table in enumerate(weights.embedding)) + weights.input_bias
    D = model.dilation_channels
    zs = np.empty((n, model.layers * D), np.float32)
    for i, layer in enumerate(weights.layers):
        ring = np.roll(state.rings[i], -(state.t % max(len(state.rings[i]), 1)), axis=0)
        past = np.concatenate([ring, layer.dilated.take(x)])
        reach = len(past) - n
        taps = np.concatenate([past[k * layer.dilation :][:n] for k in range(model.kernel_size)], axis=1)
        state.rings[i] = np.roll(past[n:], (state.t + n) % max(reach, 1), axis=0)
        z = zs[:, i * D : (i + 1) * D] = weights.skip.take(_gated(layer.dilated(taps)))
        if layer.residual is not None:
            x = x + layer.residual(z)
    state.t += n
    return _head(weights, weights.skip(zs))


def _gated(a: Array) -> Array:
    """Equation 2 on (…, 2D), the tanh half first; σ by tanh, which cannot overflow."""
    D = a.shape[-1] // 2
    gate: Array = np.float32(0.5) + np.float32(0.5) * np.tanh(np.float32(0.5) * a[..., D:])
    return np.tanh(a[..., :D]) * gate


def _head(weights: Weights, skips: Array) -> Array:
    for product in (weights.hidden, weights.output):
        skips = product(product.take(np.maximum(skips, 0)))
    return skips
