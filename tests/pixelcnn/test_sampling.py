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
        ({"temperature": 1e300}, r"temperature is 1e\+300, and must be from 0 to 100"),
        ({"rows": 99}, "rows is 99"),
        ({"rows": 1}, "the images to continue are None"),
        ({"labels": None}, "the model has 3 classes; name one for each of the 2 images"),
    ],
)
def test_impossible_arguments_are_refused(change, message):
    model = replace(CASES[0], classes=3)
    with pytest.raises(UsageError, match=message):
        sample(cached(model), **{"count": 2, "labels": np.zeros(2, int), **change})


def test_a_level_is_drawn_where_its_cumulative_probability_first_exceeds_the_number():
    logits = np.log(np.array([[0.25, 0.25, 0.5]], np.float32))
    for uniform, level in ((0.0, 0), (0.249, 0), (0.251, 1), (0.499, 1), (0.501, 2), (0.999, 2)):
        assert inverse(logits, np.array([uniform])) == [level]
    certain = np.array([[-2000.0, 0.0, -2000.0]], np.float32)
    assert inverse(certain, np.array([0.0])) == [1]
    assert inverse(certain, np.array([1 - 1e-16])) == [1]


def test_a_lower_temperature_draws_what_is_likely_more_often():
    logits = np.broadcast_to(np.log(np.array([0.2, 0.8], np.float32)), (1000, 2))
    uniform = (np.arange(1000) + 0.5) / 1000
    for temperature, share in ((0, 1.0), (0.5, 16 / 17), (1, 0.8), (2, 2 / 3)):
        assert inverse(logits, uniform, temperature).mean() == pytest.approx(share, abs=0.002)
    assert inverse(logits, uniform).mean() == pytest.approx(0.8, abs=0.002)


def test_without_a_word_seed_0_is_drawn_at_temperature_1_and_whole():
    model = CASES[0]
    network, labels = cached(model), labels_of(model, 3)
    at_rest = sample(network, 3, 0, labels, 1.0, None, 0)
    np.testing.assert_array_equal(sample(network, 3, labels=labels), at_rest)
    assert not np.array_equal(sample(network, 3, labels=labels, temperature=0.2), at_rest)


def test_progress_is_told_of_every_value_in_raster_order_also_of_those_that_are_kept():
    model, told = CASES[0], []
    sample(cached(model), 2, given=images_of(model, 2), rows=1, labels=labels_of(model, 2), progress=told.append)
    assert told == list(range(model.dimensions))


def test_all_rows_may_be_kept_and_a_temperature_may_be_0():
    model = CASES[0]
    known = images_of(model, 2)
    found = sample(cached(model), 2, given=known, rows=model.height, labels=labels_of(model, 2), temperature=0)
    np.testing.assert_array_equal(found, known)
    with pytest.raises(UsageError, match=f"rows is {model.height + 1}"):
        sample(cached(model), 2, given=known, rows=model.height + 1, labels=labels_of(model, 2))
    for temperature in (np.inf, np.nan):
        with pytest.raises(UsageError, match="temperature is"):
            sample(cached(model), 2, labels=labels_of(model, 2), temperature=temperature)
    with pytest.raises(UsageError, match="and must be"):
        sample(cached(model), 2, given=known[:1], rows=1, labels=labels_of(model, 2))


def test_a_million_images_are_the_most_at_once():
    model = CASES[0]
    with pytest.raises(UsageError, match=f"count is {2**20 + 1}, and must be .*{2**20}"):
        sample(cached(model), 2**20 + 1, labels=labels_of(model, 2))
