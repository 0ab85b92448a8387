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
