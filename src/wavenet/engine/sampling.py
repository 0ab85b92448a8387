"""From logits to a sample: counter-based random numbers and the inverse of the cumulative distribution."""

import numpy as np
from numpy.typing import NDArray

from wavenet.errors import UsageError

COLDEST = 1e-3
"""below it the second likeliest class has no chance that matters, and logits would overflow"""


def uniforms(seed: int, stream: int, start: int, n: int) -> NDArray[np.float64]:
    """The random numbers in [0, 1) of samples start … start + n - 1 of a stream.

    Each depends on (seed, stream, sample index) alone, so blocks of any size see the same ones: Philox 4×64 with key
    (seed, stream); sample t takes word t mod 4 of counter ⌊t / 4⌋ + 1, its upper 53 bits as a fraction.
    """
    bits = np.random.Philox(key=np.array([seed, stream], np.uint64), counter=start // 4)
    skip = start % 4
    return np.random.Generator(bits).random(skip + n)[skip:]


def log_probabilities(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-softmax over the last axis, in nats."""
    shifted = logits - logits.max(-1, keepdims=True)
    log_p: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return log_p


def sample(logits: NDArray[np.float32], uniform: float, temperature: float) -> int:
    """The class at which the cumulative distribution passes ``uniform``; logits (Q,).

    Temperature 1 is the model's own distribution, less is more timid, 0 (or below COLDEST) always takes the likeliest.
    """
    if temperature < COLDEST:
        return int(logits.argmax())
    weights = np.exp((logits - logits.max()) / np.float32(temperature))
    cumulative = np.cumsum(weights)
    return min(int(np.searchsorted(cumulative, uniform * cumulative[-1], side="right")), len(logits) - 1)


def check_temperature(temperature: float) -> None:
    """Raise UsageError unless the temperature can be used."""
    if not 0 <= temperature <= 100:
        raise UsageError(f"temperature is {temperature}, and must be between 0 (the likeliest) and 100; 1 is the model")
