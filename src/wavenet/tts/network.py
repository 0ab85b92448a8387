"""Small residual convolution networks over letters, phones or frames.

Each block computes x ← x + V·ReLU(W∗n(x) + b) + c, where W∗ is a convolution and n(x) = x / rms(x). Weights are stored
in 8 bits with one scale per output channel. ``training/residual.py`` trains them, and ``engine/residual.py`` runs them.
"""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from wavenet import blas
from wavenet.engine import native
from wavenet.engine.eight_bits import Stored, dequantised
from wavenet.engine.residual import Residual

EPSILON = 1e-6

Array = NDArray[np.float32]
Tensors = Mapping[str, Array]


class Blocks:
    """The residual blocks ``{name}.0`` … of a network."""

    def __init__(self, tensors: Tensors, name: str, blocks: int) -> None:
        """Take the weights; raises KeyError if one is missing."""
        self._blocks = [_block(tensors, f"{name}.{i}") for i in range(blocks)]

    @blas.one_thread()
    def __call__(self, x: Array) -> Array:
        """(T, channels) to the same shape; the sequence is padded with zeros."""
        if not len(x):
            return x
        T, C = x.shape
        for weight, bias, mix, shift, taps in self._blocks:
            padded = np.zeros((T + taps - 1, C), x.dtype)
            padded[taps // 2 : taps // 2 + T] = normalised(x)
            flat = np.concatenate([padded[tap : tap + T] for tap in range(taps)], 1)  # (T, taps · C)
            x = x + np.maximum(flat @ weight + bias, 0) @ mix + shift
        return x


class Reference:
    """A matrix into the channels of the blocks, the blocks, and a matrix on n(x), in fp32."""

    def __init__(self, tensors: Tensors, blocks: int) -> None:
        """Take the weights; raises KeyError if one is missing."""
        self._input = tensors["input.weight"].T, tensors["input.bias"]
        self._blocks = Blocks(tensors, "blocks", blocks)
        self._output = tensors["output.weight"].T, tensors["output.bias"]

    @blas.one_thread()
    def __call__(self, x: Array) -> Array:
        """(T, inputs) to (T, outputs)."""
        hidden = self._blocks(x @ self._input[0] + self._input[1])
        outputs: Array = normalised(hidden) @ self._output[0] + self._output[1]
        return outputs


class Stack:
    """A ``Reference`` as the engine computes it, in less than half the time; where there is no engine, itself."""

    def __init__(self, tensors: Stored, name: str, blocks: int) -> None:
        """Take the weights.

        Args:
            tensors: as folders store them; those in float32 become so.
            name: before the first dot of those that are meant.
            blocks: their number.

        Raises:
            KeyError: a weight is missing.
        """
        parts = ["input", *(f"blocks.{i}.{part}" for i in range(blocks) for part in ("conv", "mix")), "output"]
        own = {f"{part}.{kind}": tensors[f"{name}.{part}.{kind}"] for part in parts for kind in ("weight", "bias")}
        scales = {
            key: tensors[f"{name}.{key}"] for key in map("{}.weight.scale".format, parts) if f"{name}.{key}" in tensors
        }
        taps = [own[f"blocks.{i}.conv.weight"].shape[2] for i in range(blocks)]
        own |= scales
        self._run = Residual(own, taps) if native.available() else Reference(dequantised(own), blocks)
        self._reach = sum(each // 2 for each in taps)

    def __call__(self, x: Array) -> Array:
        """(T, inputs) to (T, outputs)."""
        return self._run(x)

    def parts(self, x: Array, sizes: Iterable[int]) -> Iterator[Array]:
        """The same in parts of these many outputs, each computed from the inputs it depends on when it is requested."""
        reach, first = self._reach, 0
        for size in sizes:
            begin = max(first - reach, 0)
            yield self(x[begin : first + size + reach])[first - begin :][:size]
            first += size
            if first >= len(x):
                return


def normalised(x: Array) -> Array:
    """Scaled to unit root mean square over the channels."""
    n: Array = x / np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(EPSILON))
    return n


def _block(tensors: Tensors, name: str) -> tuple[Array, Array, Array, Array, int]:
    """A convolution (out, in, taps) as the matrix (taps · in, out), and the matrix that mixes its outputs."""
    weight, mix = tensors[f"{name}.conv.weight"], tensors[f"{name}.mix.weight"]
    flat = np.ascontiguousarray(weight.transpose(2, 1, 0)).reshape(-1, len(weight))
    return flat, tensors[f"{name}.conv.bias"], mix.T, tensors[f"{name}.mix.bias"], weight.shape[2]
