import builtins

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.sources import autoregressive, logistic_bits
from wavenet.errors import MissingExtraError
from wavenet.evaluation import autoregression
from wavenet.evaluation.autoregression import ORDER, REACH, WINDOW, AutoRegression, Noise

LEVELS = 4096  # bins far finer than the noise: the quantiser adds next to nothing


def bits(fitted, classes, levels):
    return fitted.bits(np.concatenate([np.full(REACH, levels // 2), classes]), levels)


def test_a_known_process_is_recovered_and_costs_its_entropy():
    scales = np.full(100_000, 0.02)
    training, unseen = (autoregressive([1.3, -0.6], scales, LEVELS, seed) for seed in (0, 1))
    fitted = autoregression.fit([training], LEVELS)
    np.testing.assert_allclose(fitted.coefficients, [1.3, -0.6] + [0] * (ORDER - 2), atol=0.02)
    theory = logistic_bits(scales, unseen, LEVELS)
    assert theory - 0.02 < bits(fitted, unseen, LEVELS).mean() < theory + 0.02


def test_the_scale_follows_a_source_that_is_loud_and_soft_by_turns():
    scales = np.where(np.arange(100_000) // 2000 % 2, 0.03, 0.001)
    training, unseen = (autoregressive([0.5], scales, LEVELS, seed) for seed in (0, 1))
    fitted = autoregression.fit([training], LEVELS)
    theory = logistic_bits(scales, unseen, LEVELS)
    found = bits(fitted, unseen, LEVELS).mean()
    assert theory < found < theory + 0.1
    steady = AutoRegression(fitted.coefficients, fitted.noise._replace(gain=0.0, floor=0.01**2))
    assert bits(steady, unseen, LEVELS).mean() > theory + 0.5


def test_the_loud_tenth_of_a_source_does_not_decide_alone_how_the_rest_is_predicted():
    soft = autoregressive([0.3], np.full(90_000, 0.001), LEVELS, 0)
    loud = autoregressive([0.9], np.full(10_000, 0.05), LEVELS, 1)
    assert autoregression.fit([soft, loud], LEVELS).coefficients[0] < 0.45


@given(decay=st.floats(0, 0.999), errors=st.lists(st.floats(-1, 1), min_size=WINDOW, max_size=WINDOW + 50))
def test_the_scale_is_the_weighted_mean_of_the_last_squared_errors(decay, errors):
    errors = np.array(errors)
    weights = decay ** np.arange(WINDOW)
    expected = [
        np.sqrt(2 * np.average(errors[t - WINDOW : t][::-1] ** 2, weights=weights) + 1e-6)
        for t in range(WINDOW, len(errors) + 1)
    ]
    np.testing.assert_allclose(Noise(decay, 2.0, 1e-6, 0.1).scale(errors), expected, rtol=1e-9)


@pytest.mark.parametrize(
    "recordings",
    [
        [np.full(5000, 8)],  # silence: a singular matrix
        [np.array([3])],
        [np.array([0]), np.array([15, 15]), np.arange(16)],
        [np.tile([0, 15], 3000)],  # as loud as can be, and without any error
        [np.full(20_000, 15)],
    ],
)
def test_any_recording_can_be_fitted(recordings):
    fitted = autoregression.fit(recordings, 16)
    assert np.isfinite(fitted.coefficients).all()
    assert np.isfinite(bits(fitted, np.concatenate(recordings), 16)).all()
    assert bits(fitted, np.concatenate(recordings), 16).mean() < 4.1


@pytest.mark.parametrize("levels", [2, 3, 65_536])
def test_any_number_of_classes_can_be_fitted(levels):
    classes = np.random.default_rng(0).integers(levels, size=3000)
    assert bits(autoregression.fit([classes], levels), classes, levels).mean() < np.log2(levels) + 0.1


def test_fitting_without_scipy_names_the_extra_and_scoring_needs_none(monkeypatch):
    fitted = autoregression.fit([np.arange(16)], 16)
    real = builtins.__import__

    def refuse(name, *rest):
        if name.startswith("scipy"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtraError, match=r"the AR baseline needs more packages: .*\[train\]"):
        autoregression.fit([np.arange(16)], 16)
    assert np.isfinite(bits(fitted, np.arange(16), 16)).all()
