"""The tensors of a checkpoint as a layout takes them: each once, and none may be left."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet.errors import CheckpointError

Array = NDArray[np.float64]
"""folding computes in double precision, and rounds once"""


@dataclass
class Conv:
    """A convolution."""

    weight: Array
    """(out, in, taps), the oldest tap first"""
    bias: Array
    """(out,), zeros where the checkpoint has none"""

    @property
    def matrix(self) -> Array:
        """(out, in) of one tap."""
        return self.weight[:, :, 0]


class Parts:
    """Tensors by name, with PyTorch's names of a convolution: ``NAME.weight``, ``NAME.bias``, or weight norm."""

    def __init__(self, path: Path, tensors: Mapping[str, NDArray[np.float32]]) -> None:
        self.path = path
        self.weight_norm = False
        """whether a convolution had one"""
        self._left = dict(tensors)

    def has(self, name: str) -> bool:
        """Whether there is such a tensor, not taken yet."""
        return name in self._left

    def has_conv(self, name: str) -> bool:
        """Whether there is such a convolution."""
        return any(self.has(f"{name}.{end}") for end in (*_PLAIN, *_NORMS[0], *_NORMS[1]))

    def count(self, name: str) -> int:
        """How many there are of a numbered convolution, such as ``skip_convs.{}``."""
        count = 0
        while self.has_conv(name.format(count)):
            count += 1
        return count

    def take(self, name: str, dimensions: int) -> Array:
        """A tensor; raises CheckpointError if it is missing, of another number of dimensions, or not finite."""
        if name not in self._left:
            raise CheckpointError(f"{self.path}: tensor {name!r} is missing")
        found = self._left.pop(name)
        if found.ndim != dimensions:
            raise CheckpointError(
                f"{self.path}: tensor {name!r} has the shape {found.shape}, and must have {dimensions} dimensions"
            )
        if not np.isfinite(found).all():
            raise CheckpointError(f"{self.path}: tensor {name!r} contains values that are not finite")
        return found.astype(np.float64)

    def weight(self, name: str, dimensions: int = 3) -> Array:
        """The weight of a convolution; weight norm of either spelling is multiplied out."""
        for g, v in _NORMS:
            if self.has(f"{name}.{g}"):
                self.weight_norm = True
                scale, direction = self.take(f"{name}.{g}", dimensions), self.take(f"{name}.{v}", dimensions)
                length = np.sqrt(np.sum(direction**2, axis=tuple(range(1, dimensions)), keepdims=True))
                if scale.shape != length.shape or not length.all():
                    raise CheckpointError(f"{self.path}: the weight norm of {name!r} cannot be multiplied out")
                return np.asarray(direction * (scale / length))
        return self.take(f"{name}.weight", dimensions)

    def conv(self, name: str) -> Conv:
        """A convolution, with its bias or without."""
        weight = self.weight(name)
        return Conv(weight, self.bias(name, len(weight)))

    def bias(self, name: str, size: int) -> Array:
        """The bias of a convolution, zeros where it has none."""
        bias = self.take(f"{name}.bias", 1) if self.has(f"{name}.bias") else np.zeros(size)
        if len(bias) != size:
            raise CheckpointError(f"{self.path}: {name}.bias has {len(bias)} values, and must have {size}")
        return bias

    def stacked(self, *names: str) -> Conv:
        """Convolutions of the same input, one above the other."""
        convs = [self.conv(name) for name in names]
        if len({conv.weight.shape[1:] for conv in convs}) > 1:
            raise CheckpointError(f"{self.path}: {' and '.join(map(repr, names))} do not have the same inputs")
        return Conv(np.concatenate([c.weight for c in convs]), np.concatenate([c.bias for c in convs]))

    def finish(self, layout: str) -> None:
        """Raise CheckpointError if a tensor was not taken: it would change the result, and has no place."""
        if self._left:
            names = ", ".join(map(repr, sorted(self._left)[:4]))
            raise CheckpointError(
                f"{self.path}: {names}{' and more' * (len(self._left) > 4)} have no place in the layout {layout}"
            )


_PLAIN = ("weight",)
_NORMS = (("weight_g", "weight_v"), ("parametrizations.weight.original0", "parametrizations.weight.original1"))
