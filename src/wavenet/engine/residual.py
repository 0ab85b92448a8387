"""The residual networks of ``tts/network.py``, compiled: ``native/residual.h``."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wavenet.engine import native
from wavenet.engine.eight_bits import Stored, quantised
from wavenet.engine.interface import numbers
from wavenet.errors import UsageError

Array = NDArray[np.float32]


class Residual:
    """A matrix, blocks and a matrix, with weights of 8 bits and inputs of 16.

    A row of the outputs is the same to the bit on every machine, whatever rows are computed beside it.
    """

    def __init__(self, tensors: Stored, taps: Sequence[int]) -> None:
        """Take the weights.

        Args:
            tensors: those of a ``tts.network.Stack``, without its name.
            taps: of the convolution of each block.

        Raises:
            UsageError: the weights do not fit each other, or are more than the engine can run; ``WAVENET_ISA`` is
                unknown.
            WavenetError: the engine is not there.
        """
        core, isa = native.core(), native.chosen_instruction_set()
        channels, inputs = tensors["input.weight"].shape
        try:
            given = {name: _plain(tensor) for name, tensor in quantised(tensors).items()}
            self._core = core.ResidualNetwork(given, inputs, channels, len(given["output.weight"]), list(taps), isa)
        except (ValueError, TypeError) as error:
            raise UsageError(f"the engine cannot run this residual network: {error}") from None

    def __call__(self, x: Array) -> Array:
        """(T, inputs) to (T, outputs); raises UsageError for another shape, and for numbers that are not finite."""
        try:
            found: Array = self._core.run(numbers("inputs", x, np.float32, 2))
        except ValueError as error:
            raise UsageError(f"cannot run: {error}") from None
        return found


def _plain(tensor: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(tensor, None if tensor.dtype == np.int8 else np.float32)
