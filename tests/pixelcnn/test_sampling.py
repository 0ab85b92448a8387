"""Images drawn from a PixelCNN."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from tests.pixelcnn.test_network import CASES, images_of, labels_of, name, network_of
from wavenet.errors import UsageError
from wavenet.pixelcnn.cached import Network
from wavenet.pixelcnn.sampling import inverse, sample


def cached(model):
    return Network(model, network_of(model).tensors())


@pytest.mark.parametrize("model", CASES, ids=name)
def test_a_seed_draws_the_same_images_however_many_are_drawn(model):
    network = cached(model)
    many = sample(network, 5, seed=3, labels=labels_of(model, 5))
    few = sample(network, 2, seed=3, labels=labels_of(model, 2))
    np.testing.assert_array_equal(many[:2], few)
    assert many.max() < model.levels
    assert len({image.tobytes() for image in many}) == 5
    assert not np.array_equal(many, sample(network, 5, seed=4, labels=labels_of(model, 5)))


def test_the_first_rows_are_kept_and_the_rest_is_drawn():
    model = CASES[0]
    known, rows = images_of(model, 3), 2
    found = sample(cached(model), 3, given=known, rows=rows)
    np.testing.assert_array_equal(found[:, :rows], known[:, :rows])
    assert not np.array_equal(found[:, rows:], known[:, rows:])


@pytest.mark.parametrize("model", CASES, ids=name)
def test_a_drawn_image_is_as_likely_as_its_teacher_forced_likelihood_says(model):
    network, labels, nats = cached(model), labels_of(model, 3), np.zeros(3)

    images = sample(network, 3, seed=1, labels=labels)
    uniform = iter(range(model.dimensions))

    def again(logits, at):
        assert next(uniform) == at
        values = images.reshape(3, -1)[:, at]
        p = np.exp(logits.astype(np.float64))
        nats[:] -= np.log(p[np.arange(3), values] / p.sum(1))
        return values

    network.run(3, again, labels)
    np.testing.assert_allclose(-network.log_likelihood(images, labels).sum(1), nats, rtol=1e-5)


def test_levels_are_drawn_as_often_as_they_are_likely():
    logits = np.array([0.0, 1.0, -2.0, 0.5], np.float32)
    p = np.exp(logits.astype(float)) / np.exp(logits.astype(float)).sum()
    n = 1_000_000
    found = inverse(np.broadcast_to(logits, (n, 4)), np.random.default_rng(0).random(n))
    assert chisquare(np.bincount(found, minlength=4), n * p).pvalue > 1e-4


@given(st.integers(2, 8), st.floats(0, 1, exclude_max=True), st.floats(0, 3), st.integers(0, 99))
@settings(deadline=None)
def test_what_is_drawn_is_a_level(levels, uniform, temperature, seed):
    logits = np.random.default_rng(seed).normal(0, 30, (1, levels)).astype(np.float32)
    (found,) = inverse(logits, np.array([uniform]), temperature)
    assert 0 <= found < levels
    if temperature < 1e-3:
        assert found == logits.argmax()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": 0}, "count is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"temperature": -0.1}, r"temperature is -0\.1"),
        ({"rows": 99}, "rows is 99"),
        ({"rows": 1}, "the images to continue are None"),
        ({"labels": None}, "the model has 3 classes; name one for each of the 2 images"),
    ],
)
def test_impossible_arguments_are_refused(change, message):
    model = replace(CASES[0], classes=3)
    with pytest.raises(UsageError, match=message):
        sample(cached(model), **{"count": 2, "labels": np.zeros(2, int), **change})
