"""What an image costs without a network, in nats: by the simplest models, which count in the training images."""

import numpy as np
from numpy.typing import NDArray

from wavenet.arithmetic import ceil_div
from wavenet.pixelcnn.cached import Images

Nats = NDArray[np.float64]


def uniform(images: Images, levels: int) -> Nats:
    """All levels equally likely: (B,)."""
    return np.full(len(images), images[0].size * np.log(levels))


def histogram(train: Images, images: Images, levels: int) -> Nats:
    """Every value has the frequencies of its place in the training images, plus one count spread over all levels."""
    flat, known = images.reshape(len(images), -1), train.reshape(len(train), -1)
    at = np.arange(flat.shape[1])
    counts = np.full((flat.shape[1], levels), 1 / levels)
    for image in known:
        counts[at, image] += 1
    found: Nats = -np.log(counts[at, flat] / (len(known) + 1)).sum(1)
    return found


def neighbours(train: Images, images: Images, levels: int, most: int = 16) -> Nats:
    """Every value has the frequencies that followed its left and upper neighbours, each in at most ``most`` levels.

    Outside the image they are 0. With more levels than that, counts are of few values; so those of a pair of
    neighbours are added to those of all pairs, scaled to 16 counts.
    """
    step = max(1, levels // most)
    pairs = ceil_div(levels, step)
    counts = np.zeros((pairs * pairs, levels))
    np.add.at(counts, (_context(train, step, pairs).ravel(), train.ravel()), 1)
    overall = counts.sum(0) + 1 / levels
    counts += 16 * overall / overall.sum()
    p = counts / counts.sum(1, keepdims=True)
    found: Nats = -np.log(p[_context(images, step, pairs), images]).reshape(len(images), -1).sum(1)
    return found


def _context(images: Images, step: int, pairs: int) -> NDArray[np.int64]:
    """The number of the pair of neighbours of every value: (B, H, W, C)."""
    coarse = images.astype(np.int64) // step
    left, above = np.zeros_like(coarse), np.zeros_like(coarse)
    left[:, :, 1:], above[:, 1:] = coarse[:, :, :-1], coarse[:, :-1]
    return left * pairs + above
