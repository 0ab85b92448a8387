"""Runs of equal samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.coder import runs
from wavenet.coder.runs import LEAST

LENGTHS = st.one_of(st.integers(1, 5), st.sampled_from([LEAST - 1, LEAST, LEAST + 1, 3 * LEAST]))


@given(st.lists(LENGTHS, max_size=12), st.integers(1, 100))
def test_what_is_coded_and_the_runs_are_the_samples(lengths, block):
    samples = np.repeat(np.arange(len(lengths)) % 7, lengths)
    found = runs.find(samples)
    coded = samples[runs.without(found, len(samples))]
    stored = runs.stored(found)
    assert runs.check(stored, len(samples)) == len(coded)
    places, blocks = runs.Places(stored), range(0, len(samples), block)
    found_at = [places.at(at, min(block, len(samples) - at)) for at in blocks]
    np.testing.assert_array_equal(coded[np.concatenate([np.zeros(0, int), *found_at])], samples)
    assert len(coded) <= len(samples) - sum(length - 1 for length in lengths if length >= LEAST)


@pytest.mark.parametrize("numbers", [(1,), (0, 5), (5, 0), (5, 6), (1, 2, 3, 5)])
def test_runs_that_are_not_within_the_audio_are_refused(numbers):
    with pytest.raises(ValueError, match="runs are not within"):
        runs.check(numbers, 10)
