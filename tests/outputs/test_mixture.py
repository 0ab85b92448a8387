import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import integrate, special, stats

from wavenet import outputs
from wavenet.config import ModelConfig
from wavenet.engine.sampling import uniforms
from wavenet.errors import UsageError
from wavenet.outputs import logistic, normal
from wavenet.outputs.mixture import LEAST_SCALE, Mixture

SIXTEEN_BITS = 65_536
DRAWS = 1_000_000
NAMES = ("logistics", "gaussian", "mcgsm")
DENSITIES = [(logistic, stats.logistic), (normal, stats.norm)]
IN_CLASSES = "a class is outside 0 … 65535, or no integer"


def mixture(name: str, classes: int = SIXTEEN_BITS, components: int = 3, scales: int = 2) -> Mixture:
    made = outputs.of(
        ModelConfig(quantization_channels=classes, output=name, components=components, scales=scales)  # type: ignore[arg-type]
    )
    assert isinstance(made, Mixture)
    return made


def some_logits(made: Mixture, seed: int = 0) -> np.ndarray:
    """Densities of which some are narrower than a class of 8 bits, and none alike."""
    noise = np.random.default_rng(seed).normal(0, 0.4, made.channels)
    return (made.initial_bias() + noise).astype(np.float32)


def probabilities(made: Mixture, logits: np.ndarray) -> np.ndarray:
    k = np.arange(made.classes)
    return np.exp(made.log_interval(np.broadcast_to(logits, (made.classes, len(logits))), k, k))


def continuous(made: Mixture, logits: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The density of the mixture at x (N,), by scipy."""
    gates, means, log_scales = made.parameters(logits)
    family = stats.logistic if made.name == "logistics" else stats.norm
    return np.asarray((special.softmax(gates) * family.pdf(x[:, None], means, np.exp(log_scales))).sum(-1))


@pytest.mark.parametrize(
    ("name", "channels"), [("logistics", 30), ("gaussian", 2), ("mcgsm", 2 * 40 + 10), ("softmax", SIXTEEN_BITS)]
)
def test_outputs_of_the_last_layer(name, channels):
    made = outputs.of(ModelConfig(quantization_channels=SIXTEEN_BITS, output=name))
    assert made.channels == channels
    assert made.initial_bias().shape == (channels,)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("classes", [SIXTEEN_BITS, 256, 255, 2])
def test_the_probabilities_of_all_classes_add_up_to_one(name, classes):
    made = mixture(name, classes)
    for logits in (made.initial_bias(), some_logits(made), some_logits(made) + 3):
        assert probabilities(made, logits).sum() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_a_class_has_the_integral_of_the_density_over_its_bin(name):
    made = mixture(name, 256)
    logits = some_logits(made)
    p = probabilities(made, logits)
    for k in (40, 127, 128, 129, 200):
        low, high = (k - 128.5) / 128, (k - 127.5) / 128
        found, _ = integrate.quad(lambda x: continuous(made, logits, np.array([x]))[0], low, high, limit=200)
        assert p[k] == pytest.approx(found, rel=1e-6)
    beyond, _ = integrate.quad(lambda x: continuous(made, logits, np.array([x]))[0], 126.5 / 128, np.inf)
    assert p[255] == pytest.approx(beyond, rel=1e-6)


@pytest.mark.parametrize(("ours", "theirs"), DENSITIES)
def test_the_densities_are_those_of_scipy(ours, theirs):
    z = np.concatenate([np.linspace(-9, 9, 301), [-35.0, 35.0]])
    np.testing.assert_allclose(ours.log_below(z), theirs.logcdf(z), rtol=1e-11, atol=1e-14)
    w = 10.0 ** np.linspace(-3, 1, 301)
    near = np.linspace(-6, 6, 301)
    wanted = np.log(theirs.cdf(near + w / 2) - theirs.cdf(near - w / 2))
    wanted = np.where(near > 0, np.log(theirs.sf(near - w / 2) - theirs.sf(near + w / 2)), wanted)
    np.testing.assert_allclose(ours.log_mass(near, w), wanted, atol=1e-9)
    p = np.concatenate([10.0 ** np.arange(-15, 0), np.linspace(0.01, 0.99, 99)])
    np.testing.assert_allclose(ours.quantile(p), theirs.ppf(p), atol=1e-10, rtol=1e-10)
    np.testing.assert_allclose(ours.torch_log_density(torch.from_numpy(z)), theirs.logpdf(z), rtol=1e-12)


@pytest.mark.parametrize(("t", "w"), [(50.0, 1e-3), (1e3, 0.1), (1e6, 3.0), (-1e9, 10.0), (8.3, 16.5), (0.0, 1e-6)])
def test_far_tails_are_exact(t, w):
    """Against arithmetic of a thousand digits, or the leading terms where that overflows."""
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(60):
        a, b = sorted((abs(mpmath.mpf(t)) - mpmath.mpf(w) / 2, abs(mpmath.mpf(t)) + mpmath.mpf(w) / 2))
        of_normal = mpmath.log((mpmath.erfc(a / mpmath.sqrt(2)) - mpmath.erfc(b / mpmath.sqrt(2))) / 2)
        of_logistic = mpmath.log(1 / (1 + mpmath.exp(a)) - 1 / (1 + mpmath.exp(b)))
        wanted = float(of_normal), float(of_logistic)
    at = np.array([t]), np.array([w])
    found = float(normal.log_mass(*at)[0]), float(logistic.log_mass(*at)[0])
    assert found == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_the_likelihood_is_finite_for_all_finite_logits_and_classes(name, data):
    made = mixture(name, data.draw(st.sampled_from([SIXTEEN_BITS, 256, 3])))
    logits = data.draw(arrays(np.float32, (4, made.channels), elements=st.floats(-1e4, 1e4, width=32)))
    classes = np.array([0, made.classes // 2, made.classes - 1, data.draw(st.integers(0, made.classes - 1))])
    log_p = made.log_likelihood(logits, classes)
    assert np.isfinite(log_p).all()
    assert (log_p <= 1e-6).all()
    given_logits = torch.from_numpy(logits).requires_grad_()
    nats = made.negative_log_likelihood(given_logits, torch.from_numpy(classes))
    np.testing.assert_allclose(nats.detach().numpy(), -log_p, rtol=1e-5, atol=1e-5)
    nats.sum().backward()
    assert torch.isfinite(given_logits.grad).all()


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_those_of_finite_differences(name):
    made = mixture(name)
    logits = np.stack([some_logits(made, seed) for seed in range(20)]).astype(np.float64)
    classes = np.random.default_rng(0).integers(30_000, 36_000, 20)
    classes[:2] = 0, SIXTEEN_BITS - 1
    assert torch.autograd.gradcheck(
        lambda x: made.negative_log_likelihood(x, torch.from_numpy(classes)),
        torch.from_numpy(logits).requires_grad_(),
        eps=1e-6,
        rtol=1e-4,
        atol=1e-4,
    )


def chi_square(drawn: np.ndarray, p: np.ndarray) -> float:
    """The p-value of draws under probabilities, in groups of classes that expect 1,000 draws each or more."""
    group = np.minimum((np.cumsum(p) * len(drawn) / 1000).astype(int), len(drawn) // 1000 - 1)
    group = np.unique(group, return_inverse=True)[1]
    expected, counts = np.bincount(group, p) * len(drawn), np.bincount(group, np.bincount(drawn, minlength=len(p)))
    return float(stats.chisquare(counts, expected * len(drawn) / expected.sum()).pvalue)


@pytest.mark.parametrize("name", NAMES)
def test_a_million_draws_have_the_distribution(name):
    made = mixture(name)
    logits, random = some_logits(made), uniforms(1, 0, 0, DRAWS)
    p = probabilities(made, logits)
    assert chi_square(made.draw_all(np.broadcast_to(logits, (DRAWS, len(logits))), random), p) > 1e-3
    in_training = made.draw(torch.from_numpy(logits).expand(DRAWS, -1), torch.Generator().manual_seed(0))
    assert chi_square(in_training.numpy(), p) > 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_temperature_is_what_is_documented(name):
    made = mixture(name)
    logits = some_logits(made)
    cooler = logits.copy()
    gates = made.channels - made._densities - made._means
    cooler[:gates] /= np.float32(0.5)
    cooler[gates + made._means :] += np.float32(math.log(0.5))
    drawn = made.draw_all(np.broadcast_to(logits, (DRAWS, len(logits))), uniforms(2, 0, 0, DRAWS), 0.5)
    assert chi_square(drawn, probabilities(made, cooler)) > 1e-3
    means, weights, _ = made.parameters(logits)[1], made.parameters(logits)[0], None
    mean = means[weights.argmax()]
    for cold in (0.0, 1e-4):
        assert made.sample(logits, 0.9, cold) == round(mean * SIXTEEN_BITS / 2) + SIXTEEN_BITS // 2


@pytest.mark.parametrize("name", NAMES)
@given(uniform=st.sampled_from([0.0, 2.0**-53, 0.5, 1 - 2.0**-53]), seed=st.integers(0, 100))
def test_every_uniform_number_gives_a_class(name, uniform, seed):
    made = mixture(name)
    assert 0 <= made.sample(some_logits(made, seed), uniform) < SIXTEEN_BITS


@pytest.mark.parametrize("name", NAMES)
def test_an_interval_has_the_sum_of_its_classes(name):
    made = mixture(name)
    logits = some_logits(made)
    k = np.arange(SIXTEEN_BITS)
    log_p = made.log_interval(np.broadcast_to(logits, (SIXTEEN_BITS, len(logits))), k, k)
    for first, last in [(0, 10_000), (32_700, 32_800), (40_000, 65_535), (0, 65_535), (5, 5)]:
        found = made.log_interval(logits[None], np.array([first]), np.array([last]))[0]
        assert found == pytest.approx(special.logsumexp(log_p[first : last + 1]), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_sample_costs_nothing_and_no_class_is_refused(name):
    made = mixture(name)
    logits = torch.from_numpy(np.stack([some_logits(made)] * 2)).requires_grad_()
    nats = made.negative_log_likelihood(logits, torch.tensor([made.no_sample, 32_768]))
    assert nats[0] == 0
    nats.sum().backward()
    assert (logits.grad[0] == 0).all()
    with pytest.raises(UsageError, match=IN_CLASSES):
        made.targets([SIXTEEN_BITS])


@pytest.mark.parametrize("name", NAMES)
def test_top_k_and_top_p_are_refused(name):
    made = mixture(name)
    for top_k, top_p, message in [(5, 1.0, "top_k is 5"), (0, 0.9, "top_p is 0.9")]:
        with pytest.raises(UsageError, match=f"{message}, but this model's output is {name}"):
            made.sample(some_logits(made), 0.5, 1.0, top_k, top_p)


def test_scales_have_bounds():
    made = mixture("gaussian")
    _, _, log_scale = made.parameters(np.array([0, -1e9], np.float32))
    assert log_scale[0] == LEAST_SCALE - math.log(SIXTEEN_BITS)
    middle = made.log_likelihood(np.array([[0, -1e9]], np.float32), np.array([SIXTEEN_BITS // 2]))
    assert middle[0] == pytest.approx(0, abs=1e-3)
