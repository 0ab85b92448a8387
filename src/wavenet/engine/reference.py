"""The network in numpy, the reference for every faster engine: ``step`` for generation, ``block`` for scoring.

``Weights`` do not change; ``State`` belongs to the caller. Both functions read and advance the same state, so an
excerpt may be taken block by block, sample by sample, or mixed; ``reference_engine.py`` builds an engine from them. A
precision applies to the matrix products only: the residual stream, the gates and every sum between products are fp32,
and so is everything that conditions (docs/model-folder.md, "Precisions").
"""

from collections.abc import Callable
from copy import deepcopy

import numpy as np
from numpy.typing import NDArray

from wavenet import blas, outputs
from wavenet.audio import mu_law
from wavenet.engine.interface import LocalConditioning
from wavenet.engine.precision import Array
from wavenet.engine.weights import Context, Stack, Weights
from wavenet.errors import UsageError

ConditioningTerm = Callable[[int], Array]
"""for n samples: maps a layer to what is added before its gates, (n, 2D), or (1, 2D) if it is constant"""


def _unconditioned(layer: int) -> Array:
    return np.zeros((1, 1), np.float32)


class Past:
    """The inputs that a stack's layers still need, at the start: constant for all past time, so every layer is
    constant.

    One step fills every ring: see "Alignment and start" in docs/model-folder.md.
    """

    def __init__(self, stack: Stack, x: Array, added: ConditioningTerm) -> None:
        """``x`` (R,) is the constant input of the first layer."""
        self.t = 0
        """number of steps taken"""
        self.rings: list[Array] = []
        """one (size, R) for each layer: its input at time t, rounded for the dilated product, is in row t mod size,
        size = (K - 1) · dilation"""
        for i, layer in enumerate(stack.layers):
            taken = layer.dilated.take(x)
            self.rings.append(np.tile(taken, ((stack.kernel_size - 1) * layer.dilation, 1)))
            z = stack.skip.take(_gated(layer.dilated(np.tile(taken, stack.kernel_size)) + added(i)[0]))
            if layer.residual is not None:
                x = x + layer.residual(z)


class State:
    """One stream at its start: infinite silence before the first sample."""

    def __init__(self, weights: Weights, bias: Array | None = None, features: LocalConditioning | None = None) -> None:
        """``bias`` (L, 2D) is global conditioning; the first row of the features also applies before the start."""
        model = weights.model
        silence = mu_law.silence(model.quantization_channels)
        self.t = 0
        """number of samples taken"""
        self.bias = np.zeros((model.layers, 2 * model.dilation_channels), np.float32) if bias is None else bias
        """added before every gate; may be replaced between two calls"""
        most = max([model.input_kernel_size, *(context.pool for context in weights.contexts)])
        self.classes = np.full(most - 1, silence)
        """the last classes, oldest first"""
        self.contexts: list[Past] = []
        self.outputs: list[Array] = []
        """(S,) of each context stack: for the newest complete frame; before the first one, for infinite silence"""
        for context in weights.contexts:
            frame = context.pooled(np.full(context.pool, silence))
            self.contexts.append(Past(context.stack, frame[0], _unconditioned))
            self.outputs.append(_output(context, deepcopy(self.contexts[-1]), frame)[0])
        x = weights.embedded(np.full(model.input_kernel_size, silence))[0]
        row = None if features is None else LocalConditioning(features.rows[:1])
        self.main = Past(weights.main, x, _conditioning_term(weights, self, self.classes, 1, row))


@blas.one_thread()
def step(weights: Weights, state: State, newest: int, features: LocalConditioning | None = None) -> Array:
    """Take one sample (a class) and return the logits (Q,) of the next one, which the features condition."""
    classes = np.append(state.classes, newest)
    added = _conditioning_term(weights, state, classes, 1, features)
    state.classes = classes[1:]
    x = weights.embedded(classes[len(classes) - weights.model.input_kernel_size :])[0]
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


@blas.one_thread()
def block(
    weights: Weights, state: State, newest: NDArray[np.integer], features: LocalConditioning | None = None
) -> Array:
    """Take T samples at once and return the logits (T, Q) of the sample after each: ``step``, parallel over time."""
    if not len(newest):
        return np.empty((0, outputs.of(weights.model).channels), np.float32)
    return _head(weights, skip_sums(weights, state, newest, features))


@blas.one_thread()
def skip_sums(
    weights: Weights, state: State, newest: NDArray[np.integer], features: LocalConditioning | None = None
) -> Array:
    """Take T samples at once and return the sums of the skips (T, S), from which ``block`` computes the logits."""
    n = len(newest)
    if not n:
        return np.empty((0, weights.model.skip_channels), np.float32)
    classes = np.concatenate([state.classes, newest])
    added = _conditioning_term(weights, state, classes, n, features)
    state.classes = classes[n:]
    x = weights.embedded(classes[len(classes) - n + 1 - weights.model.input_kernel_size :])
    state.t += n
    return _layers(weights.main, state.main, x, added)


def _layers(stack: Stack, past: Past, x: Array, added: ConditioningTerm) -> Array:
    """The inputs (T, R) of the first layer to the sums of the skips (T, S)."""
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
    """The conditioning term of the next n samples; ``classes`` end with the n newest. Advances the context stacks.

    Frame j of a context stack covers samples j · pool … (j + 1) · pool - 1 and conditions the samples after them.
    """
    check(weights, features, state.t, n)
    times = np.arange(state.t, state.t + n)
    series = []  # for each: its V, its rows, and the row of each sample
    for k, (context, past, V) in enumerate(
        zip(weights.contexts, state.contexts, weights.context_projections, strict=True)
    ):
        frames = times // context.pool - past.t
        begin = len(classes) - n - (state.t - 1 - past.t * context.pool)
        whole = classes[begin : begin + frames[-1] * context.pool]
        rows = np.concatenate([state.outputs[k][None], _output(context, past, context.pooled(whole))])
        state.outputs[k] = rows[-1]
        series.append((V, rows, frames))
    if weights.projection is not None and features is not None:
        at = times // features.steps_per_row - features.first_row
        series.append((weights.projection, features.rows[at[0] : at[-1] + 1], at - at[0]))

    def added(layer: int) -> Array:
        total: Array = state.bias[layer][None]
        for V, rows, at in series:
            total = total + (rows @ V[layer].T)[at]
        return total

    return added


def check(weights: Weights, features: LocalConditioning | None, first: int, n: int) -> None:
    """Raise UsageError unless features are those that samples first … first + n - 1 of a stream need."""
    if (weights.projection is None) != (features is None):
        raise UsageError("this network takes no features" if features else "this network needs features")
    if weights.projection is None or features is None:
        return
    width = weights.projection.shape[2]
    if features.rows.ndim != 2 or features.rows.shape[1] != width:
        raise UsageError(f"features of shape {features.rows.shape}: the network takes rows of {width}")
    begin, last = (t // features.steps_per_row - features.first_row for t in (first, first + n - 1))
    if begin < 0 or last >= len(features.rows):
        raise UsageError("the features do not cover the requested samples")


def _output(context: Context, past: Past, frames: Array) -> Array:
    """The next frames (F, R) of a context stack to the rectified sums of the skips (F, S)."""
    skips: Array = np.maximum(_layers(context.stack, past, frames, _unconditioned), 0)
    return skips


def _gated(a: Array) -> Array:
    """Equation 2 on (…, 2D), the tanh half first; σ is computed from tanh, which cannot overflow."""
    D = a.shape[-1] // 2
    gate: Array = np.float32(0.5) + np.float32(0.5) * np.tanh(np.float32(0.5) * a[..., D:])
    return np.tanh(a[..., :D]) * gate


def _head(weights: Weights, skips: Array) -> Array:
    for product in (weights.hidden, weights.output):
        skips = product(product.take(np.maximum(skips, 0)))
    return skips
