"""What images cost by the simplest models."""

import numpy as np
import pytest

from wavenet.pixelcnn import baselines

RANDOM = np.random.default_rng(0)


def test_all_levels_are_equally_likely_at_first():
    np.testing.assert_allclose(baselines.uniform(np.zeros((2, 3, 4, 1), np.uint8), 8), 12 * np.log(8))


@pytest.mark.parametrize("model", [baselines.histogram, baselines.neighbours])
@pytest.mark.parametrize("levels", [2, 256])
def test_probabilities_of_all_images_sum_to_one(model, levels):
    train = RANDOM.integers(0, levels, (20, 1, 1, 1), np.uint8)
    every = np.arange(levels, dtype=np.uint8)[:, None, None, None]
    assert np.exp(-model(train, every, levels)).sum() == pytest.approx(1)


def test_neighbours_know_what_places_do_not():
    # every row repeats its first value, which is random
    images = np.repeat(RANDOM.integers(0, 2, (500, 8, 1, 1), np.uint8), 8, axis=2)
    bits = [
        model(images[:400], images[400:], 2).mean() / 64 / np.log(2)
        for model in (baselines.histogram, baselines.neighbours)
    ]
    assert bits[0] == pytest.approx(1, abs=0.02)
    assert bits[1] < 0.6


def test_neighbours_are_the_value_to_the_left_and_the_one_above_and_0_outside():
    context = baselines._context(np.arange(6, dtype=np.uint8).reshape(1, 2, 3, 1), 1, 10)[0, :, :, 0]
    np.testing.assert_array_equal(context, [[0, 0, 10], [0, 31, 42]])
    coarse = baselines._context(np.array([[[[200], [17]]]], np.uint8), 16, 16)[0, 0, :, 0]
    np.testing.assert_array_equal(coarse, [0, 12 * 16])


def test_a_value_never_seen_after_its_neighbours_costs_what_its_overall_frequency_says():
    train = np.zeros((10, 1, 2, 1), np.uint8)
    train[:, 0, 1] = 1  # always 0, then 1
    seen, unseen = (baselines.neighbours(train, np.array([[[[a], [b]]]], np.uint8), 2)[0] for a, b in ((0, 1), (0, 0)))
    # 20 pairs (0, 0) lead to 0 and to 1 ten times each, beside 16 counts of overall frequencies, a half each
    assert seen == pytest.approx(-2 * np.log(0.5))
    assert unseen == pytest.approx(-2 * np.log(0.5))
    surprise = baselines.neighbours(train, np.array([[[[1], [0]]]], np.uint8), 2)[0]
    assert surprise == pytest.approx(-np.log(0.5) - np.log(0.5))


def test_a_histogram_has_one_count_spread_over_all_levels():
    train, image = np.zeros((3, 1, 1, 1), np.uint8), np.array([[[[1]]], [[[0]]]], np.uint8)
    np.testing.assert_allclose(baselines.histogram(train, image, 4), [-np.log(0.25 / 4), -np.log(3.25 / 4)])
