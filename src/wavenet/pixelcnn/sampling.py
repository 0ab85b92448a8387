"""Images drawn from a PixelCNN, whole or continued from their first rows."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wavenet.config.checks import integer, require
from wavenet.errors import UsageError
from wavenet.outputs.classes import COLDEST, HOTTEST
from wavenet.pixelcnn.cached import Array, Images, Network, log_probabilities


def sample(
    network: Network,
    count: int,
    seed: int = 0,
    labels: NDArray[np.integer] | None = None,
    temperature: float = 1.0,
    given: Images | None = None,
    rows: int = 0,
    progress: Callable[[int], object] = lambda at: None,
) -> Images:
    """Draw ``count`` images (B, H, W, C).

    Args:
        network: the model.
        count: B.
        seed: image number i of a seed draws the same random numbers, whatever the other images are.
        labels: their classes (B,), for a conditional model.
        temperature: 1 is the model's own distribution, 0 selects the most likely value.
        given: images (B, H, W, C) whose first ``rows`` rows are kept.
        rows: see ``given``.
        progress: is called with the number of each value in raster order.

    Raises:
        UsageError: an argument is impossible.
    """
    m = network.model
    count, rows = integer("count", count, 1, 2**20), integer("rows", rows, 0, m.height)
    require(0 <= temperature <= HOTTEST, f"temperature is {temperature}, and must be from 0 to {HOTTEST}")
    if m.classes and (labels is None or np.shape(labels) != (count,)):
        raise UsageError(f"the model has {m.classes} classes; name one for each of the {count} images")
    shape = (count, m.height, m.width, m.colours)
    if rows and (given is None or given.shape != shape):
        raise UsageError(f"the images to continue are {given if given is None else given.shape}, and must be {shape}")
    uniform = np.stack([random_numbers(seed, i, m.dimensions) for i in range(count)])
    kept = rows * m.width * m.colours
    known = None if given is None else given.reshape(count, -1)

    def choose(logits: Array, at: int) -> NDArray[np.integer]:
        progress(at)
        return known[:, at] if known is not None and at < kept else inverse(logits, uniform[:, at], temperature)

    return network.run(count, choose, labels)


def random_numbers(seed: int, image: int, count: int) -> NDArray[np.float64]:
    """The uniform numbers in [0, 1) of one image of a seed."""
    return np.random.Generator(np.random.Philox(key=[integer("seed", seed, 0), image])).random(count)


def inverse(logits: Array, uniform: NDArray[np.float64], temperature: float = 1.0) -> NDArray[np.int64]:
    """The levels at which the cumulative distributions exceed uniform numbers: (B, Q) and (B,) to (B,)."""
    if temperature < COLDEST:
        return np.asarray(logits.argmax(1), np.int64)
    cumulative = np.exp(log_probabilities(logits / np.float32(temperature)).astype(np.float64)).cumsum(1)
    above = cumulative <= uniform[:, None] * cumulative[:, -1:]
    return np.asarray(np.minimum(above.sum(1), logits.shape[1] - 1), np.int64)
