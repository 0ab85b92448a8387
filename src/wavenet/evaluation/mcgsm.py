"""MCGSM: a mixture of conditional Gaussian scale mixtures as a model of its own (Theis, Hosseini and Bethge, 2012).

The next value y, given the ORDER values x before it:

    p(y | x) = Σ_cs p(c, s | x) N(y; a_c · x, e^-α_cs)
    p(c, s | x) ∝ exp(η_cs - ½ e^α_cs Σ_i β_ci² (b_i · x)²)

So a gate depends on the energy of the past through features b_i that all components share: loud contexts choose large
scales. The parameters maximise the likelihood of one window of the data, by L-BFGS. Past and present are whitened
before; each present value is spread evenly over the bin of its class, because a density of values that repeat has no
maximum. Scoring integrates the density over the bin.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import mu_law
from wavenet.audio.quantizers import Bins
from wavenet.config import Quantizer
from wavenet.errors import MissingExtraError
from wavenet.evaluation.autoregression import LEAST_UNIFORM
from wavenet.outputs import normal

ORDER = 32
"""past values"""
_AT_ONCE = 16_384  # samples that are scored at once

Array = NDArray[np.float64]
Classes = NDArray[np.integer]


class Parameters(NamedTuple):
    """C components, S scales, F features, P past values."""

    a: Array
    """(C, P)"""
    log_precisions: Array
    """α (C, S)"""
    gates: Array
    """η (C, S)"""
    weights: Array
    """β (C, F)"""
    features: Array
    """b (F, P)"""

    def flat(self) -> Array:
        """All numbers in one vector, for an optimiser."""
        return np.concatenate([part.ravel() for part in self])

    def like(self, flat: Array) -> "Parameters":
        """The parameters of these shapes in a vector."""
        ends = np.cumsum([part.size for part in self])[:-1]
        return Parameters(*(each.reshape(part.shape) for each, part in zip(np.split(flat, ends), self, strict=True)))


def initial(components: int, scales: int, features: int, order: int = ORDER, seed: int = 0) -> Parameters:
    """Small random numbers, with scales spread over two orders of magnitude."""
    rng = np.random.default_rng(seed)
    precisions = np.linspace(0.0, 6.0, scales)[None] + rng.normal(0, 0.3, (components, scales))
    return Parameters(
        rng.normal(0, 0.02, (components, order)),
        precisions,
        rng.normal(0, 0.1, (components, scales)),
        rng.normal(0.1, 0.02, (components, features)),
        rng.normal(0, order**-0.5, (features, order)),
    )


def _gates(p: Parameters, past: Array) -> tuple[Array, Array, Array]:
    """Log gates (N, C, S), not normalised; energies (N, C); squares of the features (N, F)."""
    squares = (past @ p.features.T) ** 2
    energies = squares @ (p.weights**2).T
    return p.gates - 0.5 * np.exp(p.log_precisions) * energies[..., None], energies, squares


def _log_sum(values: Array) -> Array:
    """Log Σ exp over components and scales, (N, C, S) to (N,)."""
    most = values.max((1, 2), keepdims=True)
    return np.asarray(most[:, 0, 0] + np.log(np.exp(values - most).sum((1, 2))))


def objective(p: Parameters, past: Array, present: Array) -> tuple[float, Parameters]:
    """The mean of -log p(y | x), in nats, and its gradient; past (N, P), present (N,)."""
    log_gates, energies, squares = _gates(p, past)
    precisions, errors = np.exp(p.log_precisions), present[:, None] - past @ p.a.T  # (C, S), (N, C)
    joint = log_gates + 0.5 * (p.log_precisions - precisions * errors[..., None] ** 2 - np.log(2 * np.pi))
    of_joint, of_gates = _log_sum(joint), _log_sum(log_gates)
    posterior = np.exp(joint - of_joint[:, None, None])
    surplus = posterior - np.exp(log_gates - of_gates[:, None, None])  # (N, C, S), derivative by the log gates
    n = -len(present)
    by_precision = (surplus * -0.5 * energies[..., None]).sum(0) - 0.5 * (posterior * errors[..., None] ** 2).sum(0)
    by_energy = -0.5 * (surplus * precisions).sum(-1)  # (N, C)
    by_square = by_energy @ p.weights**2  # (N, F)
    gradient = Parameters(
        ((posterior * precisions).sum(-1) * errors).T @ past / n,
        (precisions * by_precision + 0.5 * posterior.sum(0)) / n,
        surplus.sum(0) / n,
        2 * p.weights * (by_energy.T @ squares) / n,
        2 * (by_square * (past @ p.features.T)).T @ past / n,
    )
    return float((of_joint - of_gates).sum() / n), gradient


@dataclass(frozen=True)
class MCGSM:
    """A fitted model."""

    parameters: Parameters
    whitening: Array
    """(P, P), applied to the past"""
    scale: float
    """of the present: its standard deviation"""
    quantizer: Quantizer

    def bits(self, classes: Classes, levels: int) -> Array:
        """-log2 p (T,) of the last T of the classes (ORDER + T,), of ``levels`` classes in total."""
        bins = Bins(self.quantizer, levels)
        signal = bins.values[classes]
        past, targets = _past(signal), np.asarray(classes[ORDER:], np.int64)
        parts = [
            self._bits(past[at : at + _AT_ONCE], targets[at : at + _AT_ONCE], bins)
            for at in range(0, len(targets), _AT_ONCE)
        ]
        return np.concatenate([np.empty(0), *parts])

    def _bits(self, past: Array, targets: NDArray[np.int64], bins: Bins) -> Array:
        p, past = self.parameters, past @ self.whitening.T
        log_gates = _gates(p, past)[0]
        low, high = (bins.edges[each] / self.scale for each in (targets, targets + 1))
        inner = np.isfinite(low) & np.isfinite(high)
        middle = np.where(inner, (low + high) / 2, np.where(np.isfinite(low), low, high))[:, None, None]
        middle = middle - (past @ p.a.T)[..., None]
        root = np.exp(0.5 * p.log_precisions)
        width = np.where(inner, high - low, 1.0)[:, None, None]
        log_mass = normal.log_mass(middle * root, width * root)
        log_mass = np.where(np.isneginf(low)[:, None, None], normal.log_below(middle * root), log_mass)
        log_mass = np.where(np.isposinf(high)[:, None, None], normal.log_below(-middle * root), log_mass)
        log_p = _log_sum(log_gates + log_mass) - _log_sum(log_gates)
        return -np.log2((1 - LEAST_UNIFORM) * np.exp(log_p) + LEAST_UNIFORM / bins.classes)


def _past(signal: Array) -> Array:
    """The ORDER values before each (T, ORDER), newest first, of a signal (ORDER + T,)."""
    return np.lib.stride_tricks.sliding_window_view(signal, ORDER)[:-1, ::-1]


def fit(
    recordings: list[Classes],
    levels: int,
    quantizer: Quantizer = "mu_law",
    *,
    components: int = 8,
    scales: int = 4,
    features: int = 32,
    samples: int = 100_000,
    rounds: int = 200,
    seed: int = 0,
) -> MCGSM:
    """Fit to the classes (T,) of recordings, at ``samples`` of their positions, in at most ``rounds`` of L-BFGS.

    Raises:
        MissingExtraError: scipy is not installed.
    """
    try:
        from scipy.optimize import minimize
    except ImportError:
        raise MissingExtraError("the MCGSM baseline", "train") from None
    rng, bins = np.random.default_rng(seed), Bins(quantizer, levels)
    joined = np.concatenate([np.full(ORDER, mu_law.silence(levels)), *recordings])
    at = np.sort(rng.choice(len(joined) - ORDER, min(samples, len(joined) - ORDER), replace=False))
    signal = bins.values[joined]
    past, classes = _past(signal)[at], joined[at + ORDER]
    edges = np.clip(bins.edges, -1, 1)
    present = edges[classes] + rng.random(len(at)) * (edges[classes + 1] - edges[classes])
    scale = float(present.std()) or 1.0
    whitening = _whitening(past)
    start = initial(components, scales, features, seed=seed)
    # linear prediction from which the components start; the best for all
    start = start._replace(a=start.a + np.linalg.lstsq(past @ whitening.T, present / scale)[0])
    past, present = past @ whitening.T, present / scale

    def flat(values: Array) -> tuple[float, Array]:
        loss, gradient = objective(start.like(values), past, present)
        return loss, gradient.flat()

    found = minimize(flat, start.flat(), jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 20})
    return MCGSM(start.like(np.asarray(found.x, np.float64)), whitening, scale, quantizer)


def _whitening(past: Array) -> Array:
    """The symmetric matrix (P, P) that makes the past uncorrelated, faint directions no more than a thousandfold."""
    values, vectors = np.linalg.eigh(past.T @ past / len(past))
    values = np.maximum(values, max(1e-6 * values[-1], 1e-12))
    return np.asarray((vectors / np.sqrt(values)) @ vectors.T)
