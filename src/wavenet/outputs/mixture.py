"""Distributions of the sample's value: mixtures of logistic or normal densities, discretised to linear classes.

Section 2.2 compares the softmax with such mixtures. Class k is the value x_k = (k - ⌊Q / 2⌋) · 2 / Q, and its
probability is what a density has between x_k - 1/Q and x_k + 1/Q; the first and the last class also have the tails
beyond them, so the probabilities add up to 1. With M components the logits are

    M gates (none if M is 1) · the means, in MEAN_UNIT · M log scales

- ``logistics``: M = ``components`` logistic densities, each with a mean of its own (the discretised mixture of
  PixelCNN++).
- ``gaussian``: one normal density (ClariNet).
- ``mcgsm``: a mixture of conditional Gaussian scale mixtures (Theis et al., 2012), M = ``components`` · ``scales``: a
  gate and a scale for each pair, and one mean for each component, a linear prediction from the last hidden layer.

``native/mixture.h`` is the compiled version.
"""

import math
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wavenet.errors import UsageError
from wavenet.outputs.classes import COLDEST, NO_SAMPLE, checked

if TYPE_CHECKING:
    import torch

Array = NDArray[np.float64]

LEAST_SCALE, MOST_SCALE = math.log(0.1), 3.0
"""bounds of log scales: a tenth of a class's half width, at which a class in the middle of a logistic density has a
probability of 0.9999; and twenty times full scale. The first one is relative to 1/Q"""
MEAN_UNIT = 1 / 32
"""value of a mean of 1 in the logits: training's steps then suit the errors of predictions, a thirtieth of full scale.
(After 300 updates, logistics had 10.28 bits with 0.03, 10.43 with 0.1, and 10.79 with 1.)"""
WIDEST, NARROWEST = math.log(0.25), math.log(4)
"""log scales before training: from a quarter of full scale down to four half widths; the latter relative to 1/Q"""
SMALLEST = 2.0**-54
"""probabilities below it, or as close to 1, have no quantile of their own"""


class Density(Protocol):
    """A density f that is symmetric around 0, with distribution function F: a module, such as ``logistic``."""

    def log_below(self, z: Array) -> Array:
        """Log F(z)."""

    def log_mass(self, t: Array, w: Array) -> Array:
        """Log(F(t + w/2) - F(t - w/2)), w > 0: finite, and exact in the tails too."""

    def quantile(self, p: Array) -> Array:
        """F^-1(p)."""

    def torch_log_below(self, z: "torch.Tensor") -> "torch.Tensor":
        """``log_below``, for training, which needs no gradients of it."""

    def torch_log_mass(self, t: "torch.Tensor", w: "torch.Tensor") -> "torch.Tensor":
        """``log_mass``, likewise."""

    def torch_log_density(self, z: "torch.Tensor") -> "torch.Tensor":
        """Log f(z)."""

    def torch_draw(self, like: "torch.Tensor", random: "torch.Generator") -> "torch.Tensor":
        """Random numbers of this distribution, as many as ``like`` has."""


class Mixture:
    """See ``outputs.Distribution``; the samples are linear classes 0 … Q - 1."""

    no_sample = NO_SAMPLE

    def __init__(self, name: str, classes: int, density: Density, components: int = 1, scales: int = 1) -> None:
        self.name, self.classes = name, classes
        self._density, self._scales, self._means = density, scales, components
        self._densities = components * scales
        self._gates = self._densities if self._densities > 1 else 0
        self.channels = self._gates + components + self._densities
        self._least_scale = LEAST_SCALE - math.log(classes)

    def __deepcopy__(self, memo: dict[int, object]) -> "Mixture":
        """Nothing of it changes, and the density is a module, which cannot be copied."""
        return self

    def initial_bias(self) -> NDArray[np.float32]:
        """Equal gates, means 0, and scales from loud to faint, so that no two components start alike: (C,)."""
        faint = NARROWEST - math.log(self.classes)
        steps = np.linspace(WIDEST, max(faint, WIDEST - 12), self._densities + 1)[:-1]
        bias = np.zeros(self.channels, np.float32)
        bias[self._gates + self._means :] = steps.reshape(self._scales, self._means).T.ravel()
        return bias

    def check(self, top_k: int, top_p: float) -> None:
        """Raise UsageError for ``top_k`` and ``top_p``: there are no likeliest classes to choose among."""
        if top_k or top_p < 1:
            setting = f"top_k is {top_k}" if top_k else f"top_p is {top_p}"
            raise UsageError(f"{setting}, but this model's output is {self.name}; leave it out, or use temperature")

    def targets(self, values: ArrayLike) -> NDArray[np.int32]:
        """Classes (T,); raises UsageError if one is outside 0 … Q - 1, or no integer."""
        return checked(values, self.classes)

    def parameters(self, logits: NDArray[np.floating]) -> tuple[Array, Array, Array]:
        """Gates, means and log scales, (…, M) each, of logits (…, C)."""
        values: Array = np.asarray(logits, np.float64)
        first = self._gates + self._means
        gates: Array = values[..., : self._gates] if self._gates else np.zeros((*values.shape[:-1], 1))
        means: Array = np.repeat(MEAN_UNIT * values[..., self._gates : first], self._scales, -1)
        return gates, means, np.asarray(np.clip(values[..., first:], self._least_scale, MOST_SCALE))

    def log_likelihood(self, logits: NDArray[np.float32], targets: NDArray[np.integer]) -> NDArray[np.float32]:
        """Log p of classes (T,), given logits (T, C), in nats: (T,)."""
        return self.log_interval(logits, targets, targets).astype(np.float32)

    def log_interval(
        self, logits: NDArray[np.floating], first: NDArray[np.integer], last: NDArray[np.integer]
    ) -> Array:
        """Log of the probability of all classes first … last (T,), given logits (T, C), in nats: (T,)."""
        gates, means, log_scales = self.parameters(logits)
        first, last = (np.asarray(each, np.int64)[..., None] for each in (first, last))
        middle = (first + last - 2 * (self.classes // 2)) / self.classes
        inverse = np.exp(-log_scales)
        t, w = (middle - means) * inverse, 2 * (last - first + 1) / self.classes * inverse
        log_p = self._density.log_mass(t, w)
        low, high = first == 0, last == self.classes - 1
        log_p = np.where(low, self._density.log_below(t + w / 2), log_p)
        log_p = np.where(high, self._density.log_below(w / 2 - t), log_p)
        joint = gates + np.where(low & high, 0.0, log_p)
        return _log_sum(joint) - _log_sum(gates)

    def sample(
        self, logits: NDArray[np.float32], uniform: float, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0
    ) -> int:
        """The class that a uniform number selects; logits (C,). See ``draw_all``."""
        self.check(top_k, top_p)
        return int(self.draw_all(logits[None], np.array([uniform]), temperature)[0])

    def draw_all(
        self, logits: NDArray[np.float32], uniforms: NDArray[np.float64], temperature: float = 1.0
    ) -> NDArray[np.int64]:
        """The classes (N,) that uniform numbers (N,) in [0, 1) select, given logits (N, C).

        The component is the first at which the running sum of the weights exceeds u times the whole sum. What is left
        of u · sum there, over the weight, is the probability whose quantile is taken. Temperature T multiplies the
        scales and makes the weights their 1/T-th powers; 0 (or below COLDEST) takes the mean of the component with the
        largest gate, the first of equal ones.
        """
        gates, means, log_scales = self.parameters(logits)
        rows = np.arange(len(gates))
        if temperature < COLDEST:
            return self._nearest(means[rows, gates.argmax(-1)])
        temperature = float(np.float32(temperature))  # as the compiled engine has it
        weights = np.exp((gates - gates.max(-1, keepdims=True)) / temperature)
        sums = np.cumsum(weights, -1)
        reached = uniforms * sums[:, -1]
        chosen = np.minimum((sums <= reached[:, None]).sum(-1), self._densities - 1)
        before = np.where(chosen, sums[rows, chosen - 1], 0.0)
        p = np.clip((reached - before) / weights[rows, chosen], SMALLEST, 1 - 2 * SMALLEST)
        spread = temperature * np.exp(log_scales[rows, chosen]) * self._density.quantile(p)
        return self._nearest(means[rows, chosen] + spread)

    def _nearest(self, x: Array) -> NDArray[np.int64]:
        """The classes of values; what is no number is class 0."""
        k = np.nan_to_num(np.floor(x * (self.classes / 2) + self.classes // 2 + 0.5), nan=0.0)
        nearest: NDArray[np.int64] = np.clip(k, 0, self.classes - 1).astype(np.int64)
        return nearest

    def negative_log_likelihood(self, logits: "torch.Tensor", targets: "torch.Tensor") -> "torch.Tensor":
        """In nats: logits (N, C) and classes (N,) to (N,); 0 where there is no sample. In float64 inside."""
        import torch

        gates, means, log_scales = self._torch_parameters(logits)
        known = targets != self.no_sample
        classes = targets.clamp(min=0)[:, None]
        inverse = (-log_scales).exp()
        t, w = (2 * (classes - self.classes // 2) / self.classes - means) * inverse, 2 / self.classes * inverse
        log_p = (gates.log_softmax(-1) + self._torch_log_mass(t, w, classes)).logsumexp(-1)
        return torch.where(known, -log_p, 0.0).to(logits.dtype)

    def _torch_log_mass(self, t: "torch.Tensor", w: "torch.Tensor", classes: "torch.Tensor") -> "torch.Tensor":
        """Log of what a density has in a class, with its derivatives by t and w in closed form.

        Derivatives by the chain rule would differ little, but not be finite in the tails.
        """
        import torch

        low, high = classes == 0, classes == self.classes - 1
        with torch.no_grad():
            log_p = self._density.torch_log_mass(t, w)
            log_p = torch.where(low, self._density.torch_log_below(t + w / 2), log_p)
            log_p = torch.where(high, self._density.torch_log_below(w / 2 - t), log_p)
            at_low = torch.where(low, 0.0, (self._density.torch_log_density(t - w / 2) - log_p).exp())
            at_high = torch.where(high, 0.0, (self._density.torch_log_density(t + w / 2) - log_p).exp())
            by_t, by_w = at_high - at_low, (at_high + at_low) / 2
        return log_p + by_t * (t - t.detach()) + by_w * (w - w.detach())

    def draw(self, logits: "torch.Tensor", random: "torch.Generator") -> "torch.Tensor":
        """Classes (N,), given logits (N, C)."""
        gates, means, log_scales = self._torch_parameters(logits)
        chosen = gates.softmax(-1).multinomial(1, generator=random)
        means, spread = means.gather(-1, chosen)[:, 0], log_scales.gather(-1, chosen)[:, 0].exp()
        x = means + spread * self._density.torch_draw(means, random)
        half = self.classes // 2
        return (x * (self.classes / 2) + half + 0.5).floor().clamp(0, self.classes - 1).long()

    def _torch_parameters(self, logits: "torch.Tensor") -> tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]:
        """``parameters``, for training."""
        logits = logits.double()
        first = self._gates + self._means
        gates = logits[..., : self._gates] if self._gates else logits.new_zeros(*logits.shape[:-1], 1)
        means = (MEAN_UNIT * logits[..., self._gates : first]).repeat_interleave(self._scales, -1)
        return gates, means, logits[..., first:].clamp(self._least_scale, MOST_SCALE)


def _log_sum(values: Array) -> Array:
    """Log Σ exp over the last axis, whose values are finite."""
    most = values.max(-1, keepdims=True)
    return np.asarray(most[..., 0] + np.log(np.exp(values - most).sum(-1)))
