"""The flat list of weights of a ``.nam`` file, handed out in its order."""

from typing import Any

import numpy as np

from wavenet.amp.model import Array, Convolution
from wavenet.errors import AmpError

MOST_CHANNELS = 512
MOST_LAYERS = 512
MOST_TAPS = 2**17
MOST_DENSE = 2**18
"""weights that a network may have at least, once the zeros of its groups are written out"""
MOST_ZEROS = 8
"""and as a multiple of the weights in its file"""


class Weights:
    """Hands out the weights of one network in the order of its parts.

    Args:
        found: the list, from the file.
        path: the file's name.
        where: the list's place in the file.

    Raises:
        AmpError: it is not a list of finite numbers that fit float32.
    """

    def __init__(self, found: Any, path: str, where: str) -> None:
        self.path, self.where = path, where
        if not isinstance(found, list) or not all(type(one) in (int, float) for one in found):
            raise AmpError(f"{path}: {where} is not a list of numbers; export the model again")
        try:
            with np.errstate(over="ignore"):
                self._all = np.array(found, np.float64).astype(np.float32)
        except OverflowError:
            self._all = np.full(1, np.inf, np.float32)
        if not np.isfinite(self._all).all():
            at = int(np.argmin(np.isfinite(self._all)))
            raise AmpError(f"{path}: {where}[{at}] is not a finite number; the training failed: train the model again")
        self._taken = 0
        self._left = MOST_DENSE + MOST_ZEROS * len(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def take(self, *shape: int) -> Array:
        """The next weights."""
        count = int(np.prod(shape, dtype=object))
        if self._taken + count > len(self._all):
            raise AmpError(
                f"{self.path}: {self.where} has {len(self._all):,} numbers, and its config asks for more; the file was "
                "cut or edited: export the model again"
            )
        self._taken += count
        return self._all[self._taken - count : self._taken].reshape(shape)

    def convolution(
        self, inputs: int, outputs: int, taps: int = 1, *, bias: bool = False, dilation: int = 1, groups: int = 1
    ) -> Convolution:
        """The next convolution: weights by output, input of the group and tap, then the bias."""
        if inputs % groups or outputs % groups:
            raise AmpError(
                f"{self.path}: {groups} groups do not divide {inputs} inputs and {outputs} outputs evenly in the "
                f"config of {self.where}; export the model again"
            )
        self._left -= inputs * outputs * taps
        if self._left < 0:
            raise AmpError(
                f"{self.path}: the network of {self.where} is larger than its weights say: a convolution of {inputs} × "
                f"{outputs} channels and {taps} taps in {groups} groups; train a model with fewer groups"
            )
        parts = self.take(groups, outputs // groups, inputs // groups, taps)
        whole = np.zeros((groups, outputs // groups, groups, inputs // groups, taps), np.float32)
        for group in range(groups):
            whole[group, :, group] = parts[group]
        weight: Array = whole.reshape(outputs, inputs, taps)
        return Convolution(weight, self.take(outputs) if bias else None, dilation)

    def finish(self) -> None:
        """Refuse weights that no part asked for."""
        if self._taken != len(self._all):
            raise AmpError(
                f"{self.path}: {self.where} has {len(self._all):,} numbers, and its config asks for {self._taken:,}; "
                "the file was edited, or needs a later version of wavenet"
            )
