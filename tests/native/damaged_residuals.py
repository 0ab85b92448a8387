"""Small residual networks of odd sizes and weights, for ``fuzz.py``."""

from typing import Any

import damaged_checkpoints  # noqa: F401 - which finds tests
import numpy as np
from damaged_folders import HUGE, NOT_FINITE, Rng, pick

from tests.residuals import residual_tensors


def make(rng: Rng) -> tuple[dict[str, Any], list[int]]:
    """Weights and the taps of the blocks; half of them damaged."""
    taps = [int(n) for n in rng.integers(1, 9, int(rng.integers(0, 4)))]
    tensors: dict[str, Any] = dict(residual_tensors(*(int(n) for n in rng.integers(1, 70, 3)), taps))
    match rng.integers(10):
        case 0:
            del tensors[pick(rng, [name for name in tensors if name.startswith("blocks")] or ["output.bias"])]
        case 1:
            taps = [*taps, int(pick(rng, [1, 0, -1, 2**30]))]
        case 2:
            name = pick(rng, sorted(tensors))
            tensors[name] = np.zeros(rng.integers(0, 70, tensors[name].ndim), np.float32)
        case 3 | 4:
            each = tensors[pick(rng, sorted(tensors))]
            each[rng.random(each.shape) < pick(rng, [0.1, 1])] = pick(rng, (*HUGE, *NOT_FINITE))
    return tensors, taps
