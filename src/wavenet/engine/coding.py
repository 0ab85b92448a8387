"""Lossless coding of classes with the probabilities of a network: the compiled coder, in ``native/coder.cpp``.

In int8 the logits are the same on every machine, and from there on only integers decide: docs/compression.md.
"""

import math
from decimal import Decimal, localcontext
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wavenet.config import ModelConfig
from wavenet.engine import native
from wavenet.engine.claim import claimed
from wavenet.engine.interface import numbers
from wavenet.errors import UsageError
from wavenet.outputs.mixture import LEAST_SCALE, MOST_SCALE

STEPS_PER_NAT = 128
"""of logits, and of log scales, before they become integers"""
LARGEST = 2**20
"""the integer for the probability of the most likely class; the smallest is 1"""
WHOLE = 2**30
"""the integer for the probability of all classes of a mixture, to which each class adds 1"""
STEPS_PER_SCALE, MOST_Z = 64, 24
"""of a density's distribution function, which is 0 below -MOST_Z and 1 above MOST_Z"""
MOST_CLASSES = 1_024
"""of a softmax"""

Classes = NDArray[np.int32]


class Tables(NamedTuple):
    """What the compiled coder computes with, see docs/compression.md.

    All of it comes from decimal arithmetic, which no machine rounds differently.
    """

    weights: NDArray[np.uint32]
    """for logits that lie i / STEPS_PER_NAT below the largest: exp(-i / STEPS_PER_NAT) · LARGEST, until it is 1"""
    below: NDArray[np.uint32]
    """of a mixture: WHOLE · F(z), for z from -MOST_Z to MOST_Z in steps of 1 / STEPS_PER_SCALE; else empty"""
    inverse_scales: NDArray[np.float64]
    """of a mixture: exp(i / STEPS_PER_NAT - MOST_SCALE), up to the least scale; else empty"""


def tables(model: ModelConfig) -> Tables:
    """The tables for a network's distribution."""
    if model.output == "softmax":
        return Tables(weights(), np.empty(0, np.uint32), np.empty(0))
    logistic = model.output == "logistics"
    return Tables(weights(), below(logistic), inverse_scales(model.quantization_channels))


def least_bits(model: ModelConfig) -> float:
    """What a sample costs at least, however probable it is, in bits."""
    classes = model.quantization_channels
    return math.log2(1 + (classes - 1) / (LARGEST if model.output == "softmax" else WHOLE + 1))


@cache
def weights() -> NDArray[np.uint32]:
    """See ``Tables``."""
    with localcontext(prec=40):
        ratio, value = (Decimal(-1) / STEPS_PER_NAT).exp(), Decimal(LARGEST)
        table: list[int] = []
        while not table or table[-1] > 1:
            table.append(int(value.to_integral_value()))
            value *= ratio
    return np.array(table, np.uint32)


@cache
def below(logistic: bool) -> NDArray[np.uint32]:
    """See ``Tables``: of the logistic distribution, or the normal one."""
    with localcontext(prec=40):
        function = _logistic if logistic else _normal
        upper = [
            int((WHOLE * function(Decimal(i) / STEPS_PER_SCALE)).to_integral_value())
            for i in range(MOST_Z * STEPS_PER_SCALE + 1)
        ]
    return np.array([WHOLE - each for each in upper[:0:-1]] + upper, np.uint32)


def _logistic(z: Decimal) -> Decimal:
    return 1 / (1 + (-z).exp())


def _normal(z: Decimal) -> Decimal:
    """1/2 + f(z) (z + z³/3 + z⁵/15 + …), all of whose terms are positive."""
    if z > 10:
        return Decimal(1)  # the rest is below 1e-22
    term = total = z
    n = 1
    while term > total * Decimal("1e-38"):
        n += 2
        term *= z * z / n
        total += term
    # π to 40 digits
    return (
        Decimal("0.5") + total * (-z * z / 2).exp() / (2 * Decimal("3.141592653589793238462643383279502884197")).sqrt()
    )


@cache
def inverse_scales(classes: int) -> NDArray[np.float64]:
    """See ``Tables``."""
    steps = math.ceil((MOST_SCALE - LEAST_SCALE + math.log(classes)) * STEPS_PER_NAT)
    with localcontext(prec=40):
        return np.array([float((Decimal(i) / STEPS_PER_NAT - int(MOST_SCALE)).exp()) for i in range(steps + 1)])


class Encoder:
    """Turns the classes of a network's stream into bytes."""

    def __init__(self, network: native.Network, widths: NDArray[np.integer]) -> None:
        """``widths`` (Q,) are the numbers of values in each class; raises UsageError if the network cannot code."""
        try:
            self._core = native.core().Encoder(network.core, *_arguments(network.model, widths))
        except ValueError as error:
            raise UsageError(f"cannot encode: {error}") from None

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
    """Turns the bytes of an ``Encoder`` back into classes."""

    def __init__(self, network: native.Network, widths: NDArray[np.integer], coded: bytes) -> None:
        """For the same network and ``widths`` as the encoder's; raises UsageError likewise."""
        try:
            self._core = native.core().Decoder(network.core, *_arguments(network.model, widths), coded)
        except ValueError as error:
            raise UsageError(f"cannot decode: {error}") from None

    def take(self, state: native.State, count: int) -> tuple[Classes, Classes]:
        """The stream's next classes and positions, (count,) each; of damaged bytes, some classes or other."""
        with claimed([state.claim]):
            try:
                return state.core.decode(self._core, count)
            except ValueError as error:
                raise UsageError(f"cannot decode: {error}") from None


def _arguments(
    model: ModelConfig, widths: NDArray[np.integer]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.float64]]:
    """Tables in the order in which the compiled coder takes them."""
    found = tables(model)
    return found.weights, np.ascontiguousarray(widths, np.uint32), found.below, found.inverse_scales
