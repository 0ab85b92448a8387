"""The matrix products ``W x + b`` in three precisions, in numpy; docs/model-folder.md defines them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wavenet.engine.precision import Array, Precision


@dataclass(frozen=True)
class Grid:
    """The values that an int8 product can take, low … high times a step; values beyond them saturate."""

    step: np.float32
    low: int = -127
    high: int = 127

    def __call__(self, x: Array) -> Array:
        """The integers of the nearest values, as float32."""
        integers: Array = np.clip(np.rint(x * (np.float32(1) / self.step)), self.low, self.high)
        return integers


@dataclass(frozen=True)
class Linear:
    """``W x + b`` in two parts: ``take`` rounds x once for all products that use it; a call takes the result of
    ``take``.
    """

    take: Callable[[Array], Array]
    weight: NDArray[np.float32] | NDArray[np.float64]
    """(out, in), rounded; below fp32 it is float64, so that sums do not depend on their order"""
    scale: Array | None
    """(out,), the value of one unit of an integer sum; None: the sum is the value"""
    bias: Array

    def __call__(self, taken: Array) -> Array:
        """(…, in) to (…, out); in int8 the dot products are of integers, and exact."""
        with np.errstate(invalid="ignore"):  # OpenBLAS may say so of finite numbers: its kernels read beyond short rows
            sums: Array = (taken @ self.weight.T).astype(np.float32, copy=False)  # dot products
        return (sums if self.scale is None else sums * self.scale) + self.bias


def linear(precision: Precision, weight: Array, bias: Array, grid: Grid, most: int = 127) -> Linear:
    """The product with a weight (out, in) and a bias (out,); for int8, the grid of x and a weight's largest integer."""
    if precision == "fp32":
        return Linear(lambda x: x, weight, None, bias)
    if precision == "bf16":
        return Linear(to_bf16, to_bf16(weight).astype(np.float64), None, bias)
    integers, scale = quantized_rows(weight, most)
    return Linear(grid, integers.astype(np.float64), scale * grid.step, bias)


def to_bf16(x: Array) -> Array:
    """The nearest bf16 values, ties to even, as float32."""
    bits = np.ascontiguousarray(x, np.float32).view(np.uint32)
    odd = (bits >> np.uint32(16)) & np.uint32(1)
    return ((bits + np.uint32(0x7FFF) + odd) & np.uint32(0xFFFF0000)).view(np.float32)


def quantized_rows(weight: Array, most: int = 127) -> tuple[NDArray[np.int32], Array]:
    """Integers in -most … most in the shape of a weight (out, in), and the scale (out,) of each row."""
    scale = np.abs(weight).max(axis=1) / np.float32(most)
    scale = np.where(scale > 0, scale, np.float32(1))
    return np.clip(np.rint(weight / scale[:, None]), -most, most).astype(np.int32), scale


def widest(inputs: int) -> int:
    """The largest 16-bit integer for weights whose sums over ``inputs`` values of 0 … 255 fit into int32."""
    return min(2**15 - 1, (2**31 - 1) // (255 * inputs))
