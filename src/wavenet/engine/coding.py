"""Lossless coding of classes with the probabilities of a network: the compiled coder, in ``native/coder.cpp``.

In int8 the logits are the same on every machine, and from there on only integers decide: docs/compression.md.
"""

from decimal import Decimal, localcontext
from functools import cache

import numpy as np
from numpy.typing import NDArray

from wavenet.engine import native
from wavenet.engine.claim import claimed
from wavenet.engine.interface import numbers
from wavenet.errors import UsageError

STEPS_PER_NAT = 128
"""of the logits, before they become integers"""
LARGEST = 2**20
"""the integer for the probability of the most likely class; the smallest is 1"""
MOST_CLASSES = 1_024

Classes = NDArray[np.int32]


@cache
def weights() -> NDArray[np.uint32]:
    """Integers for logits that lie i / STEPS_PER_NAT below the largest, exp(-i / STEPS_PER_NAT) · LARGEST, rounded.

    Decimal arithmetic, which no machine rounds differently. They end where they are 1.
    """
    with localcontext(prec=40):
        ratio, value = (Decimal(-1) / STEPS_PER_NAT).exp(), Decimal(LARGEST)
        table: list[int] = []
        while not table or table[-1] > 1:
            table.append(int(value.to_integral_value()))
            value *= ratio
    return np.array(table, np.uint32)


class Encoder:
    """Turns a stream's classes into bytes. ``widths`` (Q,) are the numbers of values in each class."""

    def __init__(self, widths: NDArray[np.integer]) -> None:
        self._core = native.core().Encoder(weights(), np.ascontiguousarray(widths, np.uint32))

    def take(self, state: native.State, classes: NDArray[np.integer], positions: NDArray[np.integer]) -> None:
        """Code the stream's next classes (T,), and the positions (T,) of the values in them, from 0.

        Raises:
            UsageError: one is impossible, or the network needs features.
        """
        with claimed([state.claim]):
            try:
                state.core.encode(
                    self._core, numbers("classes", classes, np.int32, 1), numbers("positions", positions, np.int32, 1)
                )
            except ValueError as error:
                raise UsageError(f"cannot encode: {error}") from None

    def finish(self) -> bytes:
        """All bytes."""
        coded: bytes = self._core.finish()
        return coded


class Decoder:
    """Turns the bytes of an ``Encoder`` with the same ``widths`` back into classes."""

    def __init__(self, widths: NDArray[np.integer], coded: bytes) -> None:
        self._core = native.core().Decoder(weights(), np.ascontiguousarray(widths, np.uint32), coded)

    def take(self, state: native.State, count: int) -> tuple[Classes, Classes]:
        """The stream's next classes and positions, (count,) each; of damaged bytes, some classes or other."""
        with claimed([state.claim]):
            try:
                return state.core.decode(self._core, count)
            except ValueError as error:
                raise UsageError(f"cannot decode: {error}") from None
