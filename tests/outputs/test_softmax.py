import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wavenet.engine.sampling import uniforms
from wavenet.errors import UsageError
from wavenet.outputs.softmax import Softmax


def test_uniform_logits_cost_the_logarithm_of_the_classes():
    nats = Softmax(256).negative_log_likelihood(torch.zeros(3, 256), torch.tensor([0, 128, 255]))
    torch.testing.assert_close(nats, torch.full((3,), math.log(256)))


def test_what_is_no_sample_costs_nothing():
    nats = Softmax(4).negative_log_likelihood(torch.randn(2, 4), torch.tensor([Softmax.no_sample, 1]))
    assert nats[0] == 0
    assert nats[1] > 0


LOGITS = arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(2, 30)), elements=st.floats(-20, 20, width=32))


@given(LOGITS, st.data())
def test_training_and_run_time_give_samples_the_same_likelihood(logits, data):
    T, Q = logits.shape
    classes = np.array(data.draw(st.lists(st.integers(0, Q - 1), min_size=T, max_size=T)))
    nats = Softmax(Q).negative_log_likelihood(torch.from_numpy(logits), torch.from_numpy(classes))
    np.testing.assert_allclose(Softmax(Q).log_likelihood(logits, classes), -nats.numpy(), atol=1e-5)


def test_training_draws_from_the_distribution_too_and_the_same_from_the_same_random_numbers():
    logits = torch.log(torch.tensor([0.1, 0.2, 0.3, 0.4])).expand(20_000, 4)
    one, other = (Softmax(4).draw(logits, torch.Generator().manual_seed(0)) for _ in range(2))
    assert torch.equal(one, other)
    np.testing.assert_allclose(torch.bincount(one) / 20_000, [0.1, 0.2, 0.3, 0.4], atol=0.015)


@pytest.mark.parametrize("wrong", [[0, 4], [-1], [2**32], [0.5], [True]])
def test_what_is_no_class_is_no_target(wrong):
    with pytest.raises(UsageError, match="a class is outside 0 … 3, or no integer"):
        Softmax(4).targets(wrong)


@pytest.mark.parametrize("classes", [[], [3, 0], np.array([1, 2], np.uint8)])
def test_targets_are_integers_of_32_bits(classes):
    found = Softmax(4).targets(classes)
    assert found.dtype == np.int32
    assert np.array_equal(found, classes)


@given(st.lists(st.floats(-20, 20, width=32), min_size=2, max_size=30), st.floats(0, 1, exclude_max=True))
def test_a_sample_is_where_the_cumulative_distribution_passes_the_uniform(values, u):
    logits = np.array(values, np.float32)
    k = Softmax(len(logits)).sample(logits, u)
    p = np.exp(Softmax(len(logits)).log_probabilities(logits).astype(np.float64))
    below, upto = p[:k].sum(), p[: k + 1].sum()
    assert below - 1e-5 <= u <= upto + 1e-5


def test_sampling_many_times_gives_the_distribution():
    logits = np.log(np.array([0.1, 0.2, 0.3, 0.4], np.float32))
    drawn = [Softmax(len(logits)).sample(logits, u) for u in uniforms(0, 0, 0, 20_000)]
    np.testing.assert_allclose(np.bincount(drawn) / 20_000, [0.1, 0.2, 0.3, 0.4], atol=0.015)


def test_temperature_sharpens_and_zero_takes_the_likeliest():
    logits = np.log(np.array([0.3, 0.7], np.float32))
    u = uniforms(0, 0, 0, 5000)
    share = {t: np.mean([Softmax(2).sample(logits, x, t) for x in u]) for t in (0, 0.5, 1, 2)}
    assert share[0] == 1
    assert share[0.5] == pytest.approx(0.49 / 0.58, abs=0.02)
    assert share[1] == pytest.approx(0.7, abs=0.02)
    assert share[2] < share[1]
