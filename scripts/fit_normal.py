"""The coefficients in outputs/normal.py and native/mixture.h: ``python scripts/fit_normal.py`` prints them.

Both are Chebyshev series, which numpy and C++ evaluate alike: the scaled complementary error function, from which tails
of the normal distribution are computed, and the quantiles, by which samples are drawn.
"""

import numpy as np
from numpy.polynomial.chebyshev import chebfit, chebval
from numpy.typing import NDArray
from scipy.special import erfcx, ndtri

SCALED_DEGREE, QUANTILE_DEGREE = 20, 16
CENTRE = 3.0
"""z that is the middle of the series of erfcx"""
MOST_R = 8.7
"""√(-2 ln p) of the smallest p that is drawn, 2^-54, is 8.65"""

Array = NDArray[np.float64]


def nodes(degree: int) -> Array:
    """The points of interpolation in [-1, 1]."""
    return np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))


def scaled(u: Array) -> Array:
    """erfcx(z) · (1 + √π z) of u = (z - CENTRE) / (z + CENTRE), which is near 1 for every z ≥ 0."""
    z = CENTRE * (1 + u) / (1 - u)
    return np.asarray(erfcx(z) * (1 + np.sqrt(np.pi) * z))


def quantile(u: Array) -> Array:
    """The normal quantile of p = exp(-r² / 2); √r is mapped to u in [-1, 1], from p = 1/2 to MOST_R."""
    low, high = (2 * np.log(2)) ** 0.25, MOST_R**0.5
    r = ((low + high) / 2 + (high - low) / 2 * u) ** 2
    return np.asarray(ndtri(np.exp(-r * r / 2)))


def main() -> None:
    """Fit, print and measure the errors."""
    inside = np.linspace(-1, 1 - 1e-9, 1_000_001)
    for name, function, degree in (("SCALED", scaled, SCALED_DEGREE), ("QUANTILE", quantile, QUANTILE_DEGREE)):
        x = nodes(degree)
        coefficients = chebfit(x, function(x), degree)
        error = np.abs(chebval(inside, coefficients) - function(inside)).max()
        print(f"{name}: largest error {error:.1e}")
        print("\n".join(f"    {c!r}," for c in coefficients.tolist()))


if __name__ == "__main__":
    main()
