"""How samples are drawn: the settings, and counter-based random numbers; ``outputs`` makes samples of them."""

from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from wavenet.config.checks import integer
from wavenet.errors import UsageError


@dataclass(frozen=True)
class Sampling:
    """How the samples of a stream are drawn.

    Raises:
        UsageError: a value is impossible.
    """

    seed: int = 0
    """the same seed gives the same samples; from 0 to 2^64 - 1"""
    temperature: float | None = None
    """1 samples from the model, less is more timid, 0 takes the likeliest class; None: the usual one of what draws,
    which is 1 of a generator, and of a voice and of copies of recordings that at which they sound best"""
    top_k: int = 0
    """sample among so many likeliest classes; 0: all"""
    top_p: float = 1.0
    """of those, among the fewest whose probabilities add up to this part; 1: all"""

    def __post_init__(self) -> None:
        check(1.0 if self.temperature is None else self.temperature, self.top_k, self.top_p)
        object.__setattr__(self, "seed", integer("seed", self.seed, 0, 2**64 - 1))
        object.__setattr__(self, "top_k", integer("top_k", self.top_k, 0))

    def at(self, usual: float) -> "Sampling":
        """The same with a temperature: its own, or the usual one."""
        return replace(self, temperature=usual) if self.temperature is None else self


class SamplingKeywords(TypedDict, total=False):
    """The fields of ``Sampling`` as keywords."""

    seed: int
    temperature: float | None
    top_k: int
    top_p: float


def uniforms(seed: int, stream: int, start: int, n: int) -> NDArray[np.float64]:
    """The random numbers in [0, 1) of the samples start … start + n - 1 that a stream draws, (n,).

    Each depends on (seed, stream, samples drawn before) alone, so blocks of any size see the same ones: Philox 4×64
    with key (seed, stream); after t draws, word t mod 4 of counter ⌊t / 4⌋ + 1, its upper 53 bits as a fraction.
    """
    bits = np.random.Philox(key=np.array([seed, stream], np.uint64), counter=start // 4)
    skip = start % 4
    return np.random.Generator(bits).random(skip + n)[skip:]


def check(temperature: float, top_k: int, top_p: float) -> None:
    """Raise UsageError unless a distribution can use these."""
    if not 0 <= temperature <= 100:
        raise UsageError(f"temperature is {temperature}, and must be between 0 (the likeliest) and 100; 1 is the model")
    if top_k < 0:
        raise UsageError(f"top_k is {top_k}, and must be at least 0, which is all classes")
    if not 0 < top_p <= 1:
        raise UsageError(f"top_p is {top_p}, and must be more than 0 and at most 1, which is all classes")
