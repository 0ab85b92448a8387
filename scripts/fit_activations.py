"""The coefficients in native/activations.h: ``python scripts/fit_activations.py`` prints them with their errors.

tanh(x) ≈ x P(x²) / Q(x²) on |x| ≤ limit, by least squares with Lawson's weights, which minimise the largest error;
e^r ≈ a polynomial on |r| ≤ ln 2 / 2, interpolated at Chebyshev points, for the relative error.
"""

import numpy as np

FINE = (8.5, 4, 4)
COARSE = (5.0, 2, 2)
"""limit, degrees of P and Q: for fp32 and bf16; for results of 8 bits"""
ROUNDS = 300


def fit_tanh(limit: float, numerator: int, denominator: int) -> tuple[list[float], list[float]]:
    """Coefficients of P and Q, starting with the constant; Q's constant is 1."""
    x = limit * np.cos(np.linspace(0, np.pi / 2, 4001))[:-1]
    y, u = np.tanh(x), (x / limit) ** 2
    weights, q, best = np.ones_like(x), np.ones_like(x), (np.inf, np.empty(0))
    for _ in range(ROUNDS):
        columns = [x * u**i for i in range(numerator + 1)] + [-y * u**i for i in range(1, denominator + 1)]
        scale = np.sqrt(weights) / np.abs(q)
        c = np.linalg.lstsq(np.stack(columns, 1) * scale[:, None], y * scale, rcond=None)[0]
        p = sum(c[i] * u**i for i in range(numerator + 1))
        q = 1 + sum(c[numerator + i] * u**i for i in range(1, denominator + 1))
        error = np.abs(x * p / q - y)
        if error.max() < best[0]:
            best = (error.max(), c)
        weights *= error / error.max() + 1e-3
        weights /= weights.sum()
    c = best[1] / limit ** (2 * np.concatenate([np.arange(numerator + 1), np.arange(1, denominator + 1)]))
    return list(c[: numerator + 1]), [1.0, *c[numerator + 1 :]]


def fit_exp(degree: int) -> list[float]:
    """Coefficients, starting with the constant, which is 1."""
    r = np.log(2) / 2 * np.cos(np.pi * (np.arange(400) + 0.5) / 400)
    columns = np.stack([r**i for i in range(1, degree + 1)], 1)
    scale = np.exp(-r)[:, None]
    return [1.0, *np.linalg.lstsq(columns * scale, np.expm1(r) * scale[:, 0], rcond=None)[0]]


def polynomial(coefficients: list[float], x: np.ndarray) -> np.ndarray:
    """Evaluate in fp32."""
    value = np.full_like(x, coefficients[-1])
    for c in coefficients[-2::-1]:
        value = value * x + np.float32(c)
    return value


def show(coefficients: list[float]) -> str:
    """Format as in C++."""
    return f"{{{', '.join(f'{c:#.9g}f' for c in coefficients)}}}"


def main() -> None:
    """Fit, print, and measure the errors in fp32."""
    x = np.linspace(-12, 12, 1_000_001).astype(np.float32)
    for name, limit, *degrees in (("FINE", *FINE), ("COARSE", *COARSE)):
        p, q = fit_tanh(limit, *degrees)
        t = np.clip(x, -np.float32(limit), np.float32(limit))
        tanh = t * polynomial(p, t * t) / polynomial(q, t * t)
        print(f"{name}: {show(p)}, {show(q)}")
        print(f"largest error {np.abs(tanh - np.tanh(x.astype(np.float64))).max():.1e}")
    e = fit_exp(6)
    print(f"EXP: {show(e)}")
    r = np.linspace(-np.log(2) / 2, np.log(2) / 2, 1_000_001).astype(np.float32)
    exact = np.exp(r.astype(np.float64))
    print(f"largest relative error {np.abs(polynomial(e, r) / exact - 1).max():.1e}")


if __name__ == "__main__":
    main()
