"""The standard logistic distribution, F(z) = 1 / (1 + e^-z), as a density of a mixture (``mixture.Density``)."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

Array = NDArray[np.float64]


def log_below(z: Array) -> Array:
    """Log F(z)."""
    return np.asarray(-np.logaddexp(0, -z))


def log_mass(t: Array, w: Array) -> Array:
    """Log(F(b) - F(a)) with a = t - w/2 and b = t + w/2: F(b) · F(-a) · (1 - e^-w), a product without cancellation."""
    return np.asarray(np.log(-np.expm1(-w)) - np.logaddexp(0, -t - w / 2) - np.logaddexp(0, t - w / 2))


def quantile(p: Array) -> Array:
    """F^-1(p), of p in (0, 1)."""
    return np.asarray(np.log(p) - np.log1p(-p))


def torch_log_below(z: "torch.Tensor") -> "torch.Tensor":
    """``log_below``, for training."""
    from torch.nn.functional import logsigmoid

    return logsigmoid(z)


def torch_log_mass(t: "torch.Tensor", w: "torch.Tensor") -> "torch.Tensor":
    """``log_mass``, for training."""
    from torch.nn.functional import logsigmoid

    return (-(-w).expm1()).log() + logsigmoid(t + w / 2) + logsigmoid(w / 2 - t)


def torch_log_density(z: "torch.Tensor") -> "torch.Tensor":
    """Log f(z)."""
    from torch.nn.functional import logsigmoid

    return logsigmoid(z) + logsigmoid(-z)


def torch_draw(like: "torch.Tensor", random: "torch.Generator") -> "torch.Tensor":
    """Random numbers of this distribution, as many as ``like`` has."""
    import torch

    return torch.rand(like.shape, generator=random, device=like.device, dtype=like.dtype).logit(1e-12)
