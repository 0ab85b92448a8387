"""The activation functions that ``.nam`` files name, and what they are in numpy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wavenet.amp.fields import Fields
from wavenet.amp.model import Activation
from wavenet.errors import AmpError

KINDS = (
    "Identity", "Tanh", "Hardtanh", "Fasttanh", "ReLU", "LeakyReLU", "PReLU", "Sigmoid", "SiLU", "Hardswish",
    "LeakyHardtanh", "Softsign",
)  # fmt: skip
"""in the order of the native code's numbers; no file names the first"""
_SPELLINGS = {"LeakyHardTanh": "LeakyHardtanh"}
_LARGEST = 1e6
_SLOPE = 0.01


def parse(fields: Fields, key: str, value: Any, channels: int) -> Activation:
    """An activation for so many channels: its name, or an object with its name and parameters."""
    if isinstance(value, dict):
        own = Fields(value, fields.path, fields.place(key))
        found = _with_parameters(own, _known(own, "type", own.text("type")), channels)
        own.finish()
        return found
    kind = _known(fields, key, value)
    return _with_parameters(Fields({}, fields.path, fields.place(key)), kind, channels)


def _known(fields: Fields, key: str, value: Any) -> str:
    return fields.choice(key, _SPELLINGS.get(value, value) if isinstance(value, str) else value, KINDS[1:])


def _with_parameters(own: Fields, kind: str, channels: int) -> Activation:
    if kind == "LeakyReLU" or (kind == "PReLU" and not own.has("negative_slopes")):
        return Activation(kind, (own.number("negative_slope", -_LARGEST, _LARGEST, _SLOPE),))
    if kind == "PReLU":
        slopes = own.items("negative_slopes", channels)
        if len(slopes) not in (1, channels):
            raise own.error("negative_slopes", slopes, f"one number, or {channels}: one for each channel")
        each = (own.number_of(f"negative_slopes[{i}]", one, -_LARGEST, _LARGEST) for i, one in enumerate(slopes))
        return Activation(kind, tuple(each))
    if kind == "LeakyHardtanh":
        low, high = own.number("min_val", -_LARGEST, _LARGEST, -1.0), own.number("max_val", -_LARGEST, _LARGEST, 1.0)
        if low > high:
            raise AmpError(f"{own.path}: {own.place('min_val')} is {low:g}, above max_val; export the model again")
        below = own.number("min_slope", -_LARGEST, _LARGEST, _SLOPE)
        return Activation(kind, (below,), low, high, own.number("max_slope", -_LARGEST, _LARGEST, _SLOPE))
    return Activation(kind)


def apply(activation: Activation, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """An activation of values (channels, T)."""
    kind = activation.kind
    slopes = np.array(activation.slopes or (0.0,), np.float32).astype(np.float64)[:, None]
    if kind == "Tanh":
        return np.tanh(x)
    if kind == "Hardtanh":
        return x.clip(-1, 1)
    if kind == "Fasttanh":
        return _fast_tanh(x)
    if kind == "ReLU":
        return np.maximum(x, 0)
    if kind in ("LeakyReLU", "PReLU"):
        return np.where(x > 0, x, slopes * x)
    if kind == "Sigmoid":
        return _sigmoid(x)
    if kind == "SiLU":
        return x * _sigmoid(x)
    if kind == "Hardswish":
        swished: NDArray[np.float64] = x * (x + 3).clip(0, 6) / 6
        return swished
    if kind == "LeakyHardtanh":
        low, high = activation.low, activation.high
        above = np.where(x > high, (x - high) * activation.high_slope + high, x)
        return np.where(x < low, (x - low) * slopes + low, above)
    if kind == "Softsign":
        x = x / (1 + np.abs(x))
    return x


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def _fast_tanh(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rational function that files ask for by this name: within 9e-3 of tanh, and 1e-3 up to 12."""
    a, square = np.abs(x), x * x
    numerator = x * (2.45550750702956 + 2.45550750702956 * a + (0.893229853513558 + 0.821226666969744 * a) * square)
    return numerator / (2.44506634652299 + (2.44506634652299 + square) * np.abs(x + 0.814642734961073 * x * a))
