import numpy as np
import pytest
from scipy import integrate, optimize, special, stats

from wavenet.audio import mu_law
from wavenet.evaluation import autoregression, mcgsm
from wavenet.evaluation.mcgsm import ORDER, Parameters, initial, objective

LEVELS = 256


def some_data(n: int = 300, order: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    past = rng.normal(size=(n, order))
    return past, past[:, 0] * np.where(rng.random(n) > 0.5, 1.0, -1.0) + 0.3 * rng.normal(size=n)


def test_the_gradient_is_that_of_finite_differences():
    past, present = some_data()
    start = initial(3, 2, 4, order=5)
    error = optimize.check_grad(
        lambda flat: objective(start.like(flat), past, present)[0],
        lambda flat: objective(start.like(flat), past, present)[1].flat(),
        start.flat(),
        epsilon=1e-7,
    )
    assert error < 1e-5


def test_the_likelihood_is_that_of_the_formula():
    past, present = some_data(20)
    p = initial(3, 2, 4, order=5)
    total = 0.0
    for x, y in zip(past, present, strict=True):
        energy = (p.weights**2 * (p.features @ x) ** 2).sum(1)
        gates = special.softmax(p.gates - 0.5 * np.exp(p.log_precisions) * energy[:, None])
        total += np.log((gates * stats.norm.pdf(y, (p.a @ x)[:, None], np.exp(-0.5 * p.log_precisions))).sum())
    assert objective(p, past, present)[0] == pytest.approx(-total / 20, rel=1e-12)


@pytest.mark.parametrize("quantizer", ["mu_law", "linear"])
def test_the_probabilities_of_all_classes_add_up_to_one_and_are_integrals(quantizer):
    rng = np.random.default_rng(0)
    made = mcgsm.MCGSM(initial(3, 2, 4), np.eye(ORDER) * 3, 0.2, quantizer)
    before = rng.integers(100, 150, ORDER)
    p = np.array([2.0 ** -made.bits(np.append(before, k), LEVELS)[0] for k in range(LEVELS)])
    assert p.sum() == pytest.approx(1, abs=1e-6)
    bins = mcgsm.Bins(quantizer, LEVELS)
    x = 3 * bins.values[before][::-1]
    q = made.parameters
    energy = (q.weights**2 * (q.features @ x) ** 2).sum(1)
    gates = special.softmax(q.gates - 0.5 * np.exp(q.log_precisions) * energy[:, None])
    scales = 0.2 * np.exp(-0.5 * q.log_precisions)

    def density(y: float) -> float:
        return float((gates * stats.norm.pdf(y, 0.2 * (q.a @ x)[:, None], scales)).sum())

    for k in (120, 130):
        found, _ = integrate.quad(density, bins.edges[k], bins.edges[k + 1])
        assert p[k] == pytest.approx(found, rel=1e-4, abs=1e-8)


def test_what_a_mixture_made_is_found_again():
    """Data of two linear predictions and two noises, which no single linear prediction explains."""
    rng = np.random.default_rng(0)
    past = rng.normal(size=(20_000, 4))
    truth = Parameters(
        np.array([[0.9, 0, 0, 0], [-0.9, 0.5, 0, 0]]), np.array([[3.0], [1.0]]), np.zeros((2, 1)),
        np.array([[1.0], [0.2]]), np.array([[0.0, 0.0, 1.0, 0.0]]),
    )  # fmt: skip
    gates = -0.5 * np.exp(truth.log_precisions[:, 0]) * (past @ truth.features.T) ** 2 * (truth.weights**2).T
    c = (rng.random(len(past)) < special.softmax(gates, 1)[:, 1]).astype(int)
    present = (truth.a[c] * past).sum(1) + rng.normal(size=len(past)) * np.exp(-0.5 * truth.log_precisions[c, 0])
    start = initial(2, 1, 1, order=4)
    found = optimize.minimize(
        lambda flat: (lambda r: (r[0], r[1].flat()))(objective(start.like(flat), past, present)), start.flat(), jac=True
    )
    assert found.fun < objective(truth, past, present)[0] + 1e-3


def test_it_beats_linear_prediction_where_the_noise_depends_on_the_past():
    rng = np.random.default_rng(0)
    signal = np.zeros(40_000)
    for t in range(2, len(signal)):
        level = 0.002 + 0.5 * abs(signal[t - 1] - signal[t - 2])
        signal[t] = np.clip(0.9 * signal[t - 1] + level * rng.normal(), -0.9, 0.9)
    classes = mu_law.encode(signal, LEVELS)
    train, test = classes[:30_000], classes[30_000:]
    made = mcgsm.fit([train], LEVELS, components=2, scales=3, features=4, rounds=60)
    ar = autoregression.fit([train], LEVELS)
    ours = made.bits(test, LEVELS)[mcgsm.ORDER :].mean()
    assert ours < ar.bits(test, LEVELS).mean()


def test_a_value_depends_on_the_32_before_it_and_on_no_other():
    rng = np.random.default_rng(1)
    made = mcgsm.MCGSM(initial(3, 2, 4), np.eye(ORDER) * 3, 0.2, "mu_law")
    values = rng.integers(100, 150, 50)

    def changed(back):
        other = values.copy()
        other[-1 - back] += 40
        return made.bits(other, LEVELS)[-1]

    bits = made.bits(values, LEVELS)[-1]
    assert changed(33) == bits
    assert all(changed(back) != bits for back in (1, 31, 32))
