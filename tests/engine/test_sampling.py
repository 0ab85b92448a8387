import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.engine import sampling
from wavenet.errors import UsageError

SEEDS = st.integers(0, 2**64 - 1)


@given(SEEDS, st.integers(0, 5), st.integers(0, 1000), st.integers(0, 50), st.integers(0, 50))
def test_uniforms_do_not_depend_on_the_block(seed, stream, start, n, more):
    whole = sampling.uniforms(seed, stream, start, n + more)
    parts = [sampling.uniforms(seed, stream, start, n), sampling.uniforms(seed, stream, start + n, more)]
    assert np.array_equal(np.concatenate(parts), whole)


@given(SEEDS)
def test_streams_and_seeds_differ(seed):
    first = sampling.uniforms(seed, 0, 0, 8)
    assert not np.array_equal(first, sampling.uniforms(seed, 1, 0, 8))
    assert not np.array_equal(first, sampling.uniforms(seed ^ 1, 0, 0, 8))


def test_uniforms_are_uniform():
    u = sampling.uniforms(7, 0, 0, 100_000)
    counts, _ = np.histogram(u, 20, (0, 1))
    assert ((counts - 5000) ** 2 / 5000).sum() < 50  # chi-square, 19 degrees of freedom: p < 1e-4


@given(st.lists(st.floats(-20, 20, width=32), min_size=2, max_size=30), st.floats(0, 1, exclude_max=True))
def test_a_sample_is_where_the_cumulative_distribution_passes_the_uniform(values, u):
    logits = np.array(values, np.float32)
    k = sampling.sample(logits, u, 1.0)
    p = np.exp(sampling.log_probabilities(logits).astype(np.float64))
    below, upto = p[:k].sum(), p[: k + 1].sum()
    assert below - 1e-5 <= u <= upto + 1e-5


def test_sampling_many_times_gives_the_distribution():
    logits = np.log(np.array([0.1, 0.2, 0.3, 0.4], np.float32))
    drawn = [sampling.sample(logits, u, 1.0) for u in sampling.uniforms(0, 0, 0, 20_000)]
    np.testing.assert_allclose(np.bincount(drawn) / 20_000, [0.1, 0.2, 0.3, 0.4], atol=0.015)


def test_temperature_sharpens_and_zero_takes_the_likeliest():
    logits = np.log(np.array([0.3, 0.7], np.float32))
    u = sampling.uniforms(0, 0, 0, 5000)
    share = {t: np.mean([sampling.sample(logits, x, t) for x in u]) for t in (0, 0.5, 1, 2)}
    assert share[0] == 1
    assert share[0.5] == pytest.approx(0.49 / 0.58, abs=0.02)
    assert share[1] == pytest.approx(0.7, abs=0.02)
    assert share[2] < share[1]


@pytest.mark.parametrize("temperature", [-0.1, float("nan"), float("inf")])
def test_impossible_temperatures_are_refused(temperature):
    with pytest.raises(UsageError, match="temperature"):
        sampling.check(temperature, 0, 1.0)


def test_numbers_of_numpy_are_settings_too_and_plain_ones_from_then_on():
    given = sampling.Sampling(seed=np.int64(3), top_k=np.uint8(4))
    assert given == sampling.Sampling(3, top_k=4)
    assert (type(given.seed), type(given.top_k)) == (int, int)


def test_the_usual_temperature_is_that_of_who_tells_none():
    assert sampling.Sampling().at(0.7).temperature == 0.7
    assert sampling.Sampling(temperature=0.0).at(0.7).temperature == 0.0
