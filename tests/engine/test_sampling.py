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
