"""Variables of TensorFlow under the names, and with the order of axes, that PyTorch has for the same."""

import re
from collections.abc import Mapping
from typing import Any

OPTIMISER = re.compile(r"/(Adam(_\d+)?|Momentum|RMSProp(_\d+)?|ExponentialMovingAverage)$|^beta[12]_power$")
"""variables beside the network's own"""


def rename(tensors: Mapping[str, Any], table: Mapping[str, str]) -> dict[str, Any]:
    """Tensors by the first pattern that their whole name matches; a convolution (taps, in, out) is turned.

    What no pattern matches keeps its name, and is refused by it later; the optimiser's variables are left out.
    """
    found = {}
    for name, tensor in tensors.items():
        if OPTIMISER.search(name):
            continue
        for pattern, replacement in table.items():
            if re.fullmatch(pattern, name):
                name = re.sub(pattern, replacement, name)
                tensor = tensor.transpose(2, 1, 0) if tensor.ndim == 3 else tensor
                break
        found[name] = tensor
    return found


def fits(names: Any, *patterns: str) -> bool:
    """Whether each pattern is the whole of some name."""
    return all(any(re.fullmatch(pattern, name) for name in names) for pattern in patterns)
