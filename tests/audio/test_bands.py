import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio import bands


def tone(part: float, samples: int = 4000) -> np.ndarray:
    """A sine at a part of the whole band."""
    return np.sin(np.pi * part * np.arange(samples))


def back(x: np.ndarray, decimation: int) -> np.ndarray:
    """Down and up, without the noise."""
    upsampler = bands.Upsampler(decimation, 0)
    made = upsampler.excitation(bands.low(x, decimation))
    return made - bands.Upsampler(decimation, 0).excitation(np.zeros(len(made) // decimation))


@pytest.mark.parametrize("decimation", [2, 3, 4, 8])
def test_what_lies_low_comes_back_in_its_place_and_what_lies_high_does_not(decimation):
    low, high = tone(0.6 / decimation), tone(1.4 / decimation)
    middle = slice(500, 3000)
    np.testing.assert_allclose(back(low, decimation)[:4000][middle], low[middle], atol=0.02)
    assert np.abs(back(high, decimation)[:4000][middle]).max() < 0.02


@pytest.mark.parametrize("decimation", [2, 4])
def test_white_noise_stays_white_noise_of_its_deviation(decimation):
    x = np.random.default_rng(0).standard_normal(100_000)
    assert bands.low(x, decimation).std() == pytest.approx(np.sqrt(0.88), abs=0.05)
    whole = bands.Upsampler(decimation, 0).excitation(bands.low(x, decimation))
    power = (np.abs(np.fft.rfft(whole[: len(whole) // 40 * 40])) ** 2)[:-1]
    parts = power[: len(power) // 20 * 20].reshape(20, -1).mean(1)
    assert parts.min() > 0.5 * parts.max()


def test_without_decimation_nothing_changes():
    x = np.random.default_rng(0).standard_normal(50)
    assert np.array_equal(bands.Upsampler(1, 3).excitation(bands.low(x, 1)), x)
    assert bands.support(1) == 1


@given(st.sampled_from([2, 4, 5]), st.integers(0, 400), st.integers(1, 60), st.integers(0, 900))
def test_an_excerpt_of_the_low_band_is_that_of_the_whole(decimation, first, count, samples):
    x = np.random.default_rng(samples).standard_normal(samples + 500)
    whole = bands.low(x, decimation)
    assert len(whole) == -(-len(x) // decimation)
    stop = min(first + count, len(whole))
    if first < stop:
        excerpt = x[decimation * first : decimation * (stop - 1) + bands.support(decimation)]
        np.testing.assert_allclose(bands.low(excerpt, decimation)[: stop - first], whole[first:stop], atol=1e-12)


@given(st.lists(st.integers(0, 70), max_size=6), st.integers(0, 5), st.sampled_from([0.0, 0.5, 3.0, 5.0]))
def test_upsampling_piece_by_piece_is_the_whole_exactly(cuts, seed, width):
    x = np.random.default_rng(1).standard_normal(200)
    upsampler = bands.Upsampler(4, seed, width)
    pieces = [upsampler.excitation(piece) for piece in np.split(x, np.cumsum(sorted(cuts)).clip(0, 200))]
    assert np.array_equal(np.concatenate(pieces), bands.Upsampler(4, seed, width).excitation(x))


def noise_alone(low: np.ndarray, width: float) -> np.ndarray:
    """What there is besides the low band: its deviation is about one where the level is plain."""
    both = bands.Upsampler(4, 0, width).excitation(low)
    plain, without = (bands.Upsampler(4, 0).excitation(each) for each in (low, np.zeros_like(low)))
    return both - (plain - without)


def test_noise_of_a_steady_band_is_as_loud_as_without_an_envelope():
    steady = np.full(1000, bands.MEAN)
    steady[::2] *= -1
    within = slice(4 * 40, 4 * 900)
    without = bands.Upsampler(4, 0).excitation(np.zeros(1000))
    np.testing.assert_allclose(noise_alone(steady, 3.0)[within], without[within], rtol=1e-9, atol=1e-9)


def test_noise_is_loud_where_the_low_band_is():
    pulses = np.zeros(1000)
    pulses[::50] = 20.0
    noise = noise_alone(pulses, 3.0)
    centres = 4 * (np.arange(5, 18) * 50 + bands.REACH)  # where they lie in the sound
    loud, quiet = (np.mean([noise[c + at : c + at + 8].std() for c in centres]) for at in (-4, 96))
    assert loud > 50 * quiet


def test_another_seed_has_other_noise_which_begins_again_when_it_ends():
    one, two = (bands.Upsampler(4, seed).excitation(np.zeros(100)) for seed in (0, 1))
    assert np.abs(np.corrcoef(one, two)[0, 1]) < 0.2
    long = bands.Upsampler(4, 0).excitation(np.zeros(bands.NOISE // 4 + 100))
    assert np.array_equal(long[:400], long[bands.NOISE :])
