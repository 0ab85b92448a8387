"""Sound at another rate: the same for any blocks, as long, and with its pitch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio.resampling import resampled
from wavenet.errors import UsageError

SOUND = (0.3 * np.random.default_rng(0).standard_normal(6_000)).astype(np.float32)


def whole(sound: np.ndarray, rate: int, to: int, block: int) -> np.ndarray:
    blocks = [sound[i : i + block] for i in range(0, len(sound), block)]
    found = list(resampled(blocks, rate, to))
    assert all(len(part) and part.dtype == np.float32 for part in found)
    return np.concatenate(found)


@given(st.sampled_from([8_000, 11_025, 24_000, 44_100, 48_000]), st.integers(1, 7_000))
def test_the_samples_do_not_depend_on_the_blocks_and_last_as_long(to, block):
    expected = whole(SOUND, 16_000, to, len(SOUND))
    assert np.array_equal(whole(SOUND, 16_000, to, block), expected)
    assert len(expected) == pytest.approx(len(SOUND) * to / 16_000, abs=1)


def test_a_tone_stays_where_it_is():
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000).astype(np.float32)
    made = whole(tone, 16_000, 8_000, 800)
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(8_000) / 8_000)
    assert np.abs(made - expected)[200:-200].max() < 1e-3


def test_no_sample_is_beyond_full_scale_and_the_same_rate_changes_nothing():
    square = np.sign(np.sin(np.arange(4_000) / 9)).astype(np.float32)
    assert np.abs(whole(square, 16_000, 24_000, 100)).max() == 1
    assert np.array_equal(whole(square, 16_000, 16_000, 100), square)


@pytest.mark.parametrize("to", [-1, 0, 3_999, 192_001])
def test_a_rate_that_nothing_plays_is_refused_before_any_sound(to):
    with pytest.raises(UsageError, match=f"the sample rate is {to}, and must be from 4000 to 192000 Hz"):
        resampled([SOUND], 16_000, to)
