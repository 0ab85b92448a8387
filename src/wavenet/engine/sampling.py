"""How samples are drawn: the settings, and counter-based random numbers, which ``outputs`` turns into samples."""

from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from wavenet.config.checks import integer, is_number
from wavenet.errors import UsageError
from wavenet.outputs.classes import HOTTEST


@dataclass(frozen=True)
class Sampling:
    """How the samples of a stream are drawn.

    Raises:
        UsageError: a value is impossible.
    """

    seed: int = 0
    """the same seed gives the same samples; from 0 to 2^64 - 1"""
    temperature: float | None = None
    """1 samples from the model, a lower one is more conservative, 0 selects the most likely class. None: the default,
    which is 1 for a generator; a voice and copies of recordings have defaults at which they sound best"""
    top_k: int = 0
    """sample among this number of most likely classes; 0: all"""
    top_p: float = 1.0
    """of these, sample among the fewest whose probabilities add up to this value; 1: all"""

    def __post_init__(self) -> None:
        object.__setattr__(self, "seed", integer("seed", self.seed, 0, 2**64 - 1))
        object.__setattr__(self, "top_k", integer("top_k", self.top_k, 0))
        check(1.0 if self.temperature is None else self.temperature, self.top_k, self.top_p)

    def at(self, usual: float) -> "Sampling":
        """The same with a temperature: its own, or this default."""
        return replace(self, temperature=usual) if self.temperature is None else self


class SamplingKeywords(TypedDict, total=False):
    """The fields of ``Sampling`` as keywords."""

    seed: int
    temperature: float | None
    top_k: int
    top_p: float


def uniforms(seed: int, stream: int, start: int, n: int) -> NDArray[np.float64]:
    """The random numbers in [0, 1) for the samples start … start + n - 1 that a stream draws, (n,).

    Each depends only on (seed, stream, number of samples drawn before), so it does not depend on block sizes: Philox
    4×64 with key (seed, stream); after t draws, word t mod 4 of counter ⌊t / 4⌋ + 1, with its upper 53 bits as a
    fraction.
    """
    bits = np.random.Philox(key=np.array([seed, stream], np.uint64), counter=start // 4)
    skip = start % 4
    return np.random.Generator(bits).random(skip + n)[skip:]


def check(temperature: float, top_k: int, top_p: float) -> None:
    """Raise UsageError unless a distribution can use these values."""
    if not (is_number(temperature) and 0 <= temperature <= HOTTEST):
        raise UsageError(
            f"temperature is {temperature!r}, and must be between 0 (most likely) and {HOTTEST}; 1 is the model's"
        )
    if top_k < 0:
        raise UsageError(f"top_k is {top_k}, and must be at least 0, which means all classes")
    if not (is_number(top_p) and 0 < top_p <= 1):
        raise UsageError(f"top_p is {top_p!r}, and must be more than 0 and at most 1, which means all classes")
