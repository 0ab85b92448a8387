"""The standard normal distribution as a density of a mixture (``mixture.Density``), without scipy.

Both series are Chebyshev's, with the coefficients that ``scripts/fit_normal.py`` prints; ``native/mixture.h`` has the
same ones.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

Array = NDArray[np.float64]

CENTRE = 3.0
SCALED = np.array([
    1.0811171617207895,
    -0.04686969163605152,
    -0.06485736369366452,
    0.04307174377681822,
    -0.015720635975333127,
    0.003782627507116967,
    -0.0005499814392095204,
    1.7027241788375547e-05,
    1.0968036939639928e-05,
    -1.7706833454259567e-06,
    -1.5004553625720394e-07,
    6.606423696765881e-08,
    1.399288075815513e-09,
    -2.357546622270024e-09,
    -4.077881854233966e-12,
    9.057872023567548e-11,
    9.560931892886923e-13,
    -3.750569651583582e-12,
    -1.6854539477362007e-13,
    1.5961033058476675e-13,
    1.8097879307048532e-14,
])  # fmt: skip
"""erfcx(z) (1 + √π z) by (z - CENTRE) / (z + CENTRE), for z ≥ 0, within 1e-14"""

MOST_R = 8.7
QUANTILE = np.array([
    -3.82706865666337,
    -4.153065917858267,
    -0.3468519979115271,
    -0.017209703919067856,
    0.0030544480068998357,
    -0.000497962462705746,
    7.714316257613181e-05,
    -1.240623532641973e-05,
    2.3561636503661855e-06,
    -5.418489918136845e-07,
    1.3394376487140843e-07,
    -3.195555089216193e-08,
    7.1088316653071115e-09,
    -1.5016397788758628e-09,
    3.163074305168415e-10,
    -6.963523012404438e-11,
    1.5410451547063514e-11,
])  # fmt: skip
"""the quantile of p ≤ 1/2 by √r, r = √(-2 ln p) up to MOST_R, mapped to [-1, 1], within 1e-11"""
LOW, HIGH = (2 * math.log(2)) ** 0.25, MOST_R**0.5


def scaled_tail(z: Array) -> Array:
    """(1 - F(z)) e^(z²/2) of z ≥ 0, which is never 0: half the scaled complementary error function of z / √2."""
    from numpy.polynomial.chebyshev import chebval

    z = z * math.sqrt(0.5)
    return np.asarray(0.5 * chebval((z - CENTRE) / (z + CENTRE), SCALED) / (1 + math.sqrt(math.pi) * z))


def log_below(z: Array) -> Array:
    """Log F(z)."""
    tail, square = scaled_tail(np.abs(z)), z * z / 2
    return np.where(z > 0, np.log1p(-tail * np.exp(-square)), np.log(tail) - square)


def log_mass(t: Array, w: Array) -> Array:
    """Log(F(b) - F(a)) with a = t - w/2 and b = t + w/2.

    By symmetry t ≥ 0. Where a > 0, both tails are taken relative to the larger one, whose logarithm is exact however
    far out it is; b² / 2 - a² / 2 is t w.
    """
    t = np.abs(t)
    a, b = t - w / 2, t + w / 2
    tail_a, tail_b, square = scaled_tail(np.abs(a)), scaled_tail(b), a * a / 2
    around = np.maximum(1 - tail_a * np.exp(-square) - tail_b * np.exp(-b * b / 2), TINY)
    outside = np.maximum(tail_a - tail_b * np.exp(-t * w), TINY)
    return np.where(a > 0, np.log(outside) - square, np.log(around))


TINY = 1e-300
"""what rounding makes 0 or negative becomes this, so that a logarithm of it is finite"""


def quantile(p: Array) -> Array:
    """F^-1(p), of p in [2^-54, 1 - 2^-53]."""
    from numpy.polynomial.chebyshev import chebval

    r = np.sqrt(-2 * np.log(np.minimum(p, 1 - p)))
    below = chebval((2 * np.sqrt(r) - (LOW + HIGH)) / (HIGH - LOW), QUANTILE)
    return np.asarray(np.where(p > 0.5, -below, below))


def torch_scaled_tail(z: "torch.Tensor") -> "torch.Tensor":
    """``scaled_tail``, for training."""
    import torch

    tail: torch.Tensor = 0.5 * torch.special.erfcx(z * math.sqrt(0.5))
    return tail


def torch_log_below(z: "torch.Tensor") -> "torch.Tensor":
    """``log_below``, for training."""
    import torch

    tail, square = torch_scaled_tail(z.abs()), z * z / 2
    return torch.where(z > 0, (-tail * (-square).exp()).log1p(), tail.log() - square)


def torch_log_mass(t: "torch.Tensor", w: "torch.Tensor") -> "torch.Tensor":
    """``log_mass``, for training."""
    import torch

    t = t.abs()
    a, b = t - w / 2, t + w / 2
    tail_a, tail_b, square = torch_scaled_tail(a.abs()), torch_scaled_tail(b), a * a / 2
    around = (1 - tail_a * (-square).exp() - tail_b * (-b * b / 2).exp()).clamp(min=TINY)
    outside = (tail_a - tail_b * (-t * w).exp()).clamp(min=TINY)
    return torch.where(a > 0, outside.log() - square, around.log())


def torch_log_density(z: "torch.Tensor") -> "torch.Tensor":
    """Log f(z)."""
    return -0.5 * (z * z + math.log(2 * math.pi))


def torch_draw(like: "torch.Tensor", random: "torch.Generator") -> "torch.Tensor":
    """Random numbers of this distribution, as many as ``like`` has."""
    import torch

    return torch.randn(like.shape, generator=random, device=like.device, dtype=like.dtype)
