"""The tensors of a model folder, laid out for the numpy engine in one of the precisions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wavenet.config import ContextConfig, ModelConfig
from wavenet.engine.folder import CALIBRATION, Tensors
from wavenet.engine.precision import Array, Precision, need_calibration
from wavenet.engine.products import Grid, Linear, linear, widest

UNIT = Grid(np.float32(1 / 127))
"""the grid of all values in (-1, 1)"""


@dataclass(frozen=True)
class Layer:
    """One residual layer."""

    dilation: int
    dilated: Linear
    """(2D, K·R), with the taps side by side, the oldest first"""
    residual: Linear | None
    """(R, D), applied to the result of ``Stack.skip.take``; None in the last layer"""


@dataclass(frozen=True)
class Stack:
    """Residual layers and the sum of their skips, of the main network or of a context stack."""

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
        """Classes (F · pool,) to frames (F, R): the filters' outputs, rectified and averaged over each frame."""
        taps = self.filters.weight.shape[1]
        companded = (2 * past).astype(np.float32) / np.float32(self.classes - 1) - np.float32(1)
        filtered = self.filters(companded.reshape(-1, self.pool // taps, taps))
        frames: Array = np.maximum(filtered, 0).mean(1)
        return frames


class Weights:
    """The tensors of a model folder in a precision, laid out for ``step`` and ``block``.

    Raises:
        UsageError: int8 is requested, but the model is not calibrated.
    """

    def __init__(self, model: ModelConfig, tensors: Tensors, precision: Precision = "fp32") -> None:
        self.model = model
        inputs, skips, hidden = _grids(tensors) if precision == "int8" else ([UNIT] * model.layers, UNIT, UNIT)
        self._embedding = np.ascontiguousarray(tensors["input.weight"].transpose(2, 1, 0))  # (input K, Q or 1, R)
        self._input_bias = tensors["input.bias"]
        self.main = _stack(precision, tensors, "", model, inputs)
        self.hidden = linear(precision, *_matrix(tensors, "head.hidden"), skips)
        # 8-bit weights would cost three times as many bits per sample here as in all other products together
        self.output = linear(precision, *_matrix(tensors, "head.output"), hidden, widest(model.head_channels))
        self.contexts = [_context(tensors, f"contexts.{n}.", c, model) for n, c in enumerate(model.contexts)]
        self.context_projections = [_projections(model, tensors, f"contexts.{n}") for n in range(len(self.contexts))]
        self.projection = _projections(model, tensors, "condition") if model.local_channels else None

    def embedded(self, classes: NDArray[np.integer]) -> Array:
        """The causal convolution of the input: the newest classes (T + input K - 1,) to (T, R).

        Its table has a row for each class, or one, which the samples' values multiply.
        """
        K, Q = len(self._embedding), self.model.quantization_channels
        n = len(classes) - K + 1
        if self.model.scalar_input:
            x = ((classes - Q // 2).astype(np.float32) * np.float32(2 / Q))[:, None]
            return np.asarray(sum(x[k : k + n] * self._embedding[k] for k in range(K)) + self._input_bias)
        return np.asarray(sum(self._embedding[k, classes[k : k + n]] for k in range(K)) + self._input_bias)


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
    """A convolution as the matrix (out, taps·in), with its taps side by side, and its bias."""
    weight = tensors[f"{name}.weight"]
    return np.ascontiguousarray(weight.transpose(0, 2, 1)).reshape(len(weight), -1), tensors[f"{name}.bias"]


def _projections(model: ModelConfig, tensors: Tensors, name: str) -> Array:
    """V of a series in every layer, (L, 2D, C)."""
    return np.stack([tensors[f"layers.{i}.{name}.weight"][:, :, 0] for i in range(model.layers)])


def _grids(tensors: Tensors) -> tuple[list[Grid], Grid, Grid]:
    """The grids of the input of each layer, and of the two inputs in the head, which are unsigned."""
    need_calibration(tensors)
    inputs, skips, hidden = (tensors[name] for name in CALIBRATION)
    return [Grid(step) for step in inputs], Grid(skips[0], 0, 255), Grid(hidden[0], 0, 255)
