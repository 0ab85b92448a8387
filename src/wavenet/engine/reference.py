"""The network in numpy, the oracle of every faster engine: ``step`` for generation, ``block`` for scoring.

``Weights`` do not change, ``State`` belongs to the caller. Both functions read and advance the same state, so a
excerpt may be taken block by block, sample by sample, or mixed. A precision is that of the matrix products alone:
the residual stream, the gates and every sum between products are fp32, and so is all that conditions
(docs/model-folder.md, "Precisions").
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wavenet import outputs
from wavenet.audio import mu_law
from wavenet.config import ContextConfig, ModelConfig
from wavenet.engine.folder import CALIBRATION, Tensors
from wavenet.engine.precision import Array, Grid, Linear, Precision, linear, need_calibration, widest
from wavenet.errors import UsageError

UNIT = Grid(np.float32(1 / 127))
"""of all in (-1, 1)"""


@dataclass(frozen=True)
class LocalConditioning:
    """Local conditioning of a call: row r of all rows conditions samples r · hop … (r + 1) · hop - 1 of the stream."""

    rows: Array
    """(rows, C): y, see ``engine/conditioning.py``"""
    steps_per_row: int = 1
    """network samples that each row conditions"""
    first_row: int = 0
    """which of all rows the first of these is"""


@dataclass(frozen=True)
class Layer:
    """One residual layer."""

    dilation: int
    dilated: Linear
    """(2D, K·R), the taps side by side, the oldest first"""
    residual: Linear | None
    """(R, D), of what ``Stack.skip`` takes; none in the last layer"""


@dataclass(frozen=True)
class Stack:
    """Residual layers and the sum of their skips: the main network's, or a context stack's."""

    kernel_size: int
    layers: list[Layer]
    skip: Linear
    """(S, L·D)"""


@dataclass(frozen=True)
class Context:
    """A context stack (section 2.6); all its products are fp32."""

    pool: int
    filters: Linear
    """(R, taps), of companded samples"""
    classes: int
    stack: Stack

    def pooled(self, past: NDArray[np.integer]) -> Array:
        """Classes (F · pool,) to frames (F, R): the filters' rectified outputs, their mean over each frame."""
        taps = self.filters.weight.shape[1]
        companded = (2 * past).astype(np.float32) / np.float32(self.classes - 1) - np.float32(1)
        filtered = self.filters(companded.reshape(-1, self.pool // taps, taps))
        frames: Array = np.maximum(filtered, 0).mean(1)
        return frames

    def output(self, past: "Past", frames: Array) -> Array:
        """The next frames (F, R) to the rectified sums of the skips (F, S), which condition the main network."""
        skips: Array = np.maximum(_layers(self.stack, past, frames, _unconditioned), 0)
        return skips


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
        self.main = _stack(precision, tensors, "", model, inputs)
        self.hidden = linear(precision, *_matrix(tensors, "head.hidden"), skips)
        # weights of 8 bits would cost three times as many bits per sample here as in all other products together
        self.output = linear(precision, *_matrix(tensors, "head.output"), hidden, widest(model.head_channels))
        self.contexts = [_context(tensors, f"contexts.{n}.", c, model) for n, c in enumerate(model.contexts)]
        self.context_projections = [_projections(model, tensors, f"contexts.{n}") for n in range(len(self.contexts))]
        self.projection = _projections(model, tensors, "condition") if model.local_channels else None


def _stack(
    precision: Precision, tensors: Tensors, prefix: str, shape: ModelConfig | ContextConfig, inputs: list[Grid]
) -> Stack:
    names = [f"{prefix}layers.{i}" for i in range(shape.layers)]
    layers = [
        Layer(
            dilation,
            linear(precision, *_matrix(tensors, f"{name}.dilated"), grid),
            linear(precision, *_matrix(tensors, f"{name}.residual"), UNIT) if name != names[-1] else None,
        )
        for name, dilation, grid in zip(names, shape.dilations, inputs, strict=True)
    ]
    skips = [_matrix(tensors, f"{name}.skip") for name in names]
    weight = np.concatenate([weight for weight, _ in skips], axis=1)
    return Stack(
        shape.kernel_size, layers, linear(precision, weight, np.sum([bias for _, bias in skips], axis=0), UNIT)
    )


def _context(tensors: Tensors, prefix: str, context: ContextConfig, model: ModelConfig) -> Context:
    filters = linear("fp32", *_matrix(tensors, f"{prefix}input"), UNIT)
    stack = _stack("fp32", tensors, prefix, context, [UNIT] * context.layers)
    return Context(context.pool, filters, model.quantization_channels, stack)


def _matrix(tensors: Tensors, name: str) -> tuple[Array, Array]:
    """A convolution as the matrix (out, taps·in) of its taps side by side, and its bias."""
    weight = tensors[f"{name}.weight"]
    return np.ascontiguousarray(weight.transpose(0, 2, 1)).reshape(len(weight), -1), tensors[f"{name}.bias"]


def _projections(model: ModelConfig, tensors: Tensors, name: str) -> Array:
    """V of a series in every layer, (L, 2D, C)."""
    return np.stack([tensors[f"layers.{i}.{name}.weight"][:, :, 0] for i in range(model.layers)])


def _grids(tensors: Tensors) -> tuple[list[Grid], Grid, Grid]:
    """Of the input of each layer, and of the two of the head, which have no sign."""
    need_calibration(tensors)
    inputs, skips, hidden = (tensors[name] for name in CALIBRATION)
    return [Grid(step) for step in inputs], Grid(skips[0], 0, 255), Grid(hidden[0], 0, 255)


ConditioningTerm = Callable[[int], Array]
"""of n samples: for each layer what is added before its gates, (n, 2D), or (1, 2D) where all are the same"""


def _unconditioned(layer: int) -> Array:
    return np.zeros((1, 1), np.float32)


class Past:
    """The inputs that a stack's layers still need, at its start: for ever the same before, so every layer is constant.

    One step fills every ring: see "Alignment and start" in docs/model-folder.md.
    """

    def __init__(self, stack: Stack, x: Array, added: ConditioningTerm) -> None:
        """``x`` (R,) is the constant input of the first layer."""
        self.t = 0
        """steps taken so far"""
        self.rings: list[Array] = []
        """one (reach, R) for each layer: its input of time t, as the dilated product takes it, lies in row t mod reach,
        reach = (K - 1) · dilation"""
        for i, layer in enumerate(stack.layers):
            taken = layer.dilated.take(x)
            self.rings.append(np.tile(taken, ((stack.kernel_size - 1) * layer.dilation, 1)))
            z = stack.skip.take(_gated(layer.dilated(np.tile(taken, stack.kernel_size)) + added(i)[0]))
            if layer.residual is not None:
                x = x + layer.residual(z)


class State:
    """One stream at its start: silence for ever before the first sample."""

    def __init__(self, weights: Weights, bias: Array | None = None, features: LocalConditioning | None = None) -> None:
        """``bias`` (L, 2D) is global conditioning; the first row of the features is what lies before the start too."""
        model = weights.model
        silence = mu_law.silence(model.quantization_channels)
        self.t = 0
        """samples taken so far"""
        self.bias = np.zeros((model.layers, 2 * model.dilation_channels), np.float32) if bias is None else bias
        """added before every gate; another one may take its place between two calls"""
        most = max([model.input_kernel_size, *(context.pool for context in weights.contexts)])
        self.classes = np.full(most - 1, silence)
        """the last classes, oldest first"""
        self.contexts: list[Past] = []
        self.outputs: list[Array] = []
        """(S,) of each context stack: of the newest frame that is whole; before the first, of silence for ever"""
        for context in weights.contexts:
            frame = context.pooled(np.full(context.pool, silence))
            self.contexts.append(Past(context.stack, frame[0], _unconditioned))
            self.outputs.append(context.output(deepcopy(self.contexts[-1]), frame)[0])
        x = weights.embedding[:, silence].sum(0) + weights.input_bias
        row = None if features is None else LocalConditioning(features.rows[:1])
        self.main = Past(weights.main, x, _conditioning_term(weights, self, self.classes, 1, row))


def step(weights: Weights, state: State, newest: int, features: LocalConditioning | None = None) -> Array:
    """Take one sample (a class) and return the logits (Q,) of the one after it, which the features condition."""
    classes = np.append(state.classes, newest)
    added = _conditioning_term(weights, state, classes, 1, features)
    state.classes = classes[1:]
    embedded = classes[len(classes) - len(weights.embedding) :]
    x = weights.embedding[np.arange(len(embedded)), embedded].sum(0) + weights.input_bias
    K, main, past = weights.main.kernel_size, weights.main, state.main
    taps = np.empty((K, len(x)), np.float32)
    zs = []
    for i, (layer, ring) in enumerate(zip(main.layers, past.rings, strict=True)):
        for k in range(K - 1):
            taps[k] = ring[(past.t + k * layer.dilation) % len(ring)]
        taps[-1] = layer.dilated.take(x)
        if len(ring):
            ring[past.t % len(ring)] = taps[-1]
        zs.append(main.skip.take(_gated(layer.dilated(taps.ravel()) + added(i)[0])))
        if layer.residual is not None:
            x = x + layer.residual(zs[-1])
    past.t += 1
    state.t += 1
    return _head(weights, main.skip(np.concatenate(zs)))


def block(
    weights: Weights, state: State, newest: NDArray[np.integer], features: LocalConditioning | None = None
) -> Array:
    """Take T samples at once and return the logits (T, Q) of the sample after each: ``step``, parallel over time."""
    n = len(newest)
    if not n:
        return np.empty((0, outputs.of(weights.model).channels), np.float32)
    classes = np.concatenate([state.classes, newest])
    added = _conditioning_term(weights, state, classes, n, features)
    state.classes = classes[n:]
    embedded = classes[len(classes) - n + 1 - len(weights.embedding) :]
    x = sum(table[embedded[k : k + n]] for k, table in enumerate(weights.embedding)) + weights.input_bias
    state.t += n
    return _head(weights, _layers(weights.main, state.main, x, added))


def _layers(stack: Stack, past: Past, x: Array, added: ConditioningTerm) -> Array:
    """From the first layer's inputs (T, R) to the sums of the skips (T, S)."""
    n, zs = len(x), []
    for i, layer in enumerate(stack.layers):
        ring = np.roll(past.rings[i], -(past.t % max(len(past.rings[i]), 1)), axis=0)
        inputs = np.concatenate([ring, layer.dilated.take(x)])
        reach = len(inputs) - n
        taps = np.concatenate([inputs[k * layer.dilation :][:n] for k in range(stack.kernel_size)], axis=1)
        past.rings[i] = np.roll(inputs[n:], (past.t + n) % max(reach, 1), axis=0)
        zs.append(stack.skip.take(_gated(layer.dilated(taps) + added(i))))
        if layer.residual is not None:
            x = x + layer.residual(zs[-1])
    past.t += n
    return stack.skip(np.concatenate(zs, axis=1))


def _conditioning_term(
    weights: Weights, state: State, classes: NDArray[np.integer], n: int, features: LocalConditioning | None
) -> ConditioningTerm:
    """Of the next n samples; ``classes`` end with the n newest. Context stacks take the frames that become whole.

    Frame j of a context stack, of samples j · pool … (j + 1) · pool - 1, conditions the samples after them.
    """
    times = np.arange(state.t, state.t + n)
    series = []  # of each its V, rows, and which of these is that of each sample
    for k, (context, past, V) in enumerate(
        zip(weights.contexts, state.contexts, weights.context_projections, strict=True)
    ):
        frames = times // context.pool - past.t
        begin = len(classes) - n - (state.t - 1 - past.t * context.pool)
        whole = classes[begin : begin + frames[-1] * context.pool]
        rows = np.concatenate([state.outputs[k][None], context.output(past, context.pooled(whole))])
        state.outputs[k] = rows[-1]
        series.append((V, rows, frames))
    if (weights.projection is None) != (features is None):
        raise UsageError("this network takes no features" if features else "this network needs features")
    if weights.projection is not None and features is not None:
        at = times // features.steps_per_row - features.first_row
        if not 0 <= at[0] <= at[-1] < len(features.rows):
            raise UsageError("the features do not cover the samples asked for")
        series.append((weights.projection, features.rows[at[0] : at[-1] + 1], at - at[0]))

    def added(layer: int) -> Array:
        total: Array = state.bias[layer][None]
        for V, rows, at in series:
            total = total + (rows @ V[layer].T)[at]
        return total

    return added


def _gated(a: Array) -> Array:
    """Equation 2 on (…, 2D), the tanh half first; σ by tanh, which cannot overflow."""
    D = a.shape[-1] // 2
    gate: Array = np.float32(0.5) + np.float32(0.5) * np.tanh(np.float32(0.5) * a[..., D:])
    return np.tanh(a[..., :D]) * gate


def _head(weights: Weights, skips: Array) -> Array:
    for product in (weights.hidden, weights.output):
        skips = product(product.take(np.maximum(skips, 0)))
    return skips
