"""A categorical distribution over the classes (section 2.2). ``native/sampler.h`` is the compiled version."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wavenet.outputs.classes import COLDEST, NO_SAMPLE, checked

if TYPE_CHECKING:
    import torch


class Softmax:
    """See ``outputs.Distribution``; the samples are classes 0 … Q - 1, with one logit each."""

    name = "softmax"
    no_sample = NO_SAMPLE

    def __init__(self, classes: int) -> None:
        self.channels = classes

    def initial_bias(self) -> NDArray[np.float32]:
        """Zeros: the loss starts at ln(classes)."""
        return np.zeros(self.channels, np.float32)

    def check(self, top_k: int, top_p: float) -> None:
        """Any value that ``Sampling`` accepts is possible."""

    def targets(self, values: ArrayLike) -> NDArray[np.int32]:
        """Classes (T,); raises UsageError if one is outside 0 … Q - 1, or no integer."""
        return checked(values, self.channels)

    def log_probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """The log probability of every class, in nats: (…, Q) to (…, Q)."""
        shifted = logits - logits.max(-1, keepdims=True)
        log_p: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
        return log_p

    def log_likelihood(self, logits: NDArray[np.float32], targets: NDArray[np.integer]) -> NDArray[np.float32]:
        """Log p of classes (T,), given logits (T, Q), in nats: (T,)."""
        log_p: NDArray[np.float32] = self.log_probabilities(logits)[np.arange(len(targets)), targets]
        return log_p

    def sample(
        self, logits: NDArray[np.float32], uniform: float, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0
    ) -> int:
        """The class at which the cumulative distribution exceeds ``uniform``; logits (Q,).

        Temperature 1 is the model's own distribution, a lower one is more conservative, and 0 (or below COLDEST) always
        selects the most likely class. Only the ``top_k`` most likely classes are kept (0: all), and of those the fewest
        whose probabilities add up to ``top_p``; among classes of equal probability the lower one comes first.
        """
        if temperature < COLDEST:
            return int(logits.argmax())
        weights = np.exp((logits - logits.max()) / np.float32(temperature))
        if top_k or top_p < 1:
            order = np.argsort(-weights, kind="stable")
            kept = order[: top_k or None]
            cumulative = np.cumsum(weights[kept])
            fewest = int(np.searchsorted(cumulative, np.float32(top_p) * cumulative[-1])) + 1
            weights[np.setdiff1d(order, kept[:fewest])] = 0
        cumulative = np.cumsum(weights)
        return min(int(np.searchsorted(cumulative, uniform * cumulative[-1], side="right")), len(logits) - 1)

    def negative_log_likelihood(self, logits: "torch.Tensor", targets: "torch.Tensor") -> "torch.Tensor":
        """In nats: logits (N, Q) and classes (N,) to (N,); 0 where there is no sample."""
        from torch.nn.functional import cross_entropy

        return cross_entropy(logits.float(), targets, reduction="none", ignore_index=self.no_sample)

    def draw(self, logits: "torch.Tensor", random: "torch.Generator") -> "torch.Tensor":
        """Classes (N,), given logits (N, Q)."""
        return logits.float().softmax(-1).multinomial(1, generator=random)[:, 0]
