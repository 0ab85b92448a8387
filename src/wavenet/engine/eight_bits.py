"""Weights in 8 bits, with one scale for each output channel, as folders store those of ``tts/network.py``."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCALE = ".scale"
"""behind the name of a weight: the name of its scale (out,)"""

Stored = Mapping[str, NDArray[Any]]
"""weights in int8 with their scales, and vectors in float32"""


def quantised(tensors: Stored) -> dict[str, NDArray[Any]]:
    """Weights (out, …) of any kind as ``Stored``: those in float32 become integers; all else is unchanged."""
    stored: dict[str, NDArray[Any]] = {}
    for name, tensor in tensors.items():
        if tensor.ndim == 1 or tensor.dtype == np.int8:
            stored[name] = tensor
            continue
        flat = tensor.reshape(len(tensor), -1)
        scale = np.maximum(np.abs(flat).max(1, initial=0), 1e-12).astype(np.float32) / 127
        stored[name] = np.rint(flat / scale[:, None]).astype(np.int8).reshape(tensor.shape)
        stored[name + SCALE] = scale
    return stored


def dequantised(stored: Stored) -> dict[str, NDArray[np.float32]]:
    """Weights as float32: the inverse of ``quantised``. Raises KeyError or ValueError where a scale does not fit."""
    plain = {name: tensor for name, tensor in stored.items() if not name.endswith(SCALE)}
    return {
        name: tensor * stored[name + SCALE].reshape(-1, *[1] * (tensor.ndim - 1)) if tensor.dtype == np.int8 else tensor
        for name, tensor in plain.items()
    }
