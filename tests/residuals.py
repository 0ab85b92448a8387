"""Random residual networks for tests."""

from collections.abc import Sequence

import numpy as np

from wavenet.engine.eight_bits import dequantised, quantised
from wavenet.tts.network import Tensors


def residual_tensors(inputs: int, channels: int, outputs: int, taps: Sequence[int], seed: int = 0) -> Tensors:
    """Of blocks with so many taps, in 8 bits, as a folder has them; outputs have a root mean square of about one."""
    shapes: dict[str, tuple[int, ...]] = {"input": (channels, inputs), "output": (outputs, channels)}
    for i, count in enumerate(taps):
        shapes |= {f"blocks.{i}.conv": (channels, channels, count), f"blocks.{i}.mix": (channels, channels)}
    generator, tensors = np.random.default_rng(seed), {}
    for name, shape in shapes.items():
        weight = generator.standard_normal(shape) * np.prod(shape[1:]) ** -0.5
        tensors[f"{name}.weight"] = weight.astype(np.float32)
        tensors[f"{name}.bias"] = (0.1 * generator.standard_normal(shape[0])).astype(np.float32)
    return dequantised(quantised(tensors))
