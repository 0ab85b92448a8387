"""How well a PixelCNN predicts images, beside the simplest models."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wavenet.pixelcnn import baselines
from wavenet.pixelcnn.cached import Network
from wavenet.pixelcnn.images import ImageSet

AT_ONCE = 100
"""images of one batch"""
_RESAMPLINGS = 2_000


@dataclass(frozen=True)
class Report:
    """Nats of each image, by model, the simplest first."""

    nats: dict[str, NDArray[np.float64]]
    """(N,) each"""
    dimensions: int
    """values of an image"""
    recognised: float | None = None
    """of a conditional model, with all classes equally likely: the share of images whose own class is the likeliest"""

    def mean(self, name: str) -> float:
        """Nats per image."""
        return float(self.nats[name].mean())

    def bits(self, name: str) -> float:
        """Bits per dimension."""
        return self.mean(name) / self.dimensions / float(np.log(2))

    def interval(self, name: str) -> tuple[float, float]:
        """95 % interval of nats per image: a bootstrap over images with a fixed seed."""
        nats, rng = self.nats[name], np.random.default_rng(0)
        means = [nats[rng.integers(len(nats), size=len(nats))].mean() for _ in range(_RESAMPLINGS)]
        low, high = np.quantile(means, [0.025, 0.975])
        return float(low), float(high)

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``json.dumps``."""
        return {
            "images": len(self.nats["model"]),
            "dimensions": self.dimensions,
            **({} if self.recognised is None else {"recognised": self.recognised}),
            **{
                name: {
                    "nats": self.mean(name),
                    "bits_per_dimension": self.bits(name),
                    "interval_95": self.interval(name),
                }
                for name in self.nats
            },
        }

    def table(self) -> str:
        """A table for people."""
        lines = [f"{len(self.nats['model'])} images of {self.dimensions} values", ""]
        lines.append(f"{'':12} {'nats per image':>15} {'95 %':>22} {'bits per dimension':>19}")
        for name in self.nats:
            low, high = self.interval(name)
            interval = f"{low:.2f} to {high:.2f}"
            lines.append(f"{name:12} {self.mean(name):15.2f} {interval:>22} {self.bits(name):19.4f}")
        if self.recognised is not None:
            lines += ["", f"the class by which an image is likeliest is its own for {self.recognised:.1%} of them"]
        return "\n".join(lines)


def evaluate(
    network: Network, train: ImageSet, images: ImageSet, progress: Callable[[int], object] = lambda done: None
) -> Report:
    """Nats of images; the baselines count in the images ``train``.

    Of a conditional model, ``model`` is -log p(x), where p(x) is the mean over all classes of p(x ∣ class), as no class
    is told to an unconditional one; and ``given class`` is -log p(x ∣ class).
    """
    levels, by_class = network.model.levels, []
    for at in range(0, len(images), AT_ONCE):
        part = images[at : at + AT_ONCE]
        by_class.append(_by_class(network, part))
        progress(len(part))
    log_p = np.concatenate(by_class)
    nats = {
        "uniform": baselines.uniform(images.images, levels),
        "histogram": baselines.histogram(train.images, images.images, levels),
        "neighbours": baselines.neighbours(train.images, images.images, levels),
        "model": -_log_mean(log_p),
    }
    if images.labels is None:
        return Report(nats, network.model.dimensions)
    nats["given class"] = -log_p[np.arange(len(images)), images.labels]
    return Report(nats, network.model.dimensions, float((log_p.argmax(1) == images.labels).mean()))


def _by_class(network: Network, images: ImageSet) -> NDArray[np.float64]:
    """Log p of images, for each class: (N, classes), or (N, 1) without any."""
    classes = [None] if images.labels is None else [np.full(len(images), i) for i in range(network.model.classes)]
    each = [network.log_likelihood(images.images, labels).sum(1, dtype=np.float64) for labels in classes]
    return np.stack(each, 1)


def _log_mean(log_p: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithm of the mean probability: (N, K) to (N,)."""
    most = log_p.max(1, keepdims=True)
    found: NDArray[np.float64] = most[:, 0] + np.log(np.exp(log_p - most).mean(1))
    return found
