import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio import features, prediction
from wavenet.config import FeatureConfig

RATE = 16_000
LOG_MEL = FeatureConfig(kinds=("log_mel",))


def coloured(seconds: float = 0.5, seed: int = 0) -> np.ndarray:
    """Noise with resonances at 700 and 2500 Hz, whose loudness changes."""
    noise = np.random.default_rng(seed).standard_normal(int(seconds * RATE))
    poles = [0.97 * np.exp(2j * np.pi * f / RATE) for f in (700, 2500)]
    a = np.poly([*poles, *np.conj(poles)]).real
    x = np.zeros(len(noise) + 4)
    for t, e in enumerate(noise):
        x[t + 4] = e - x[t : t + 4][::-1] @ a[1:]
    return 0.005 * x[4:] * np.exp(np.sin(np.arange(len(noise)) / 1000))


def filters_of(waveform: np.ndarray, order: int = 24, settings: FeatureConfig = LOG_MEL) -> prediction.Filters:
    return prediction.filters(features.log_mel(waveform, RATE, settings), RATE, settings, order)


def test_what_it_leaves_of_a_coloured_noise_is_flat_and_of_deviation_one():
    x = coloured(2.0)
    e = filters_of(x).excitation(x)
    assert 0.8 < e.std() < 1.2

    def flatness(y: np.ndarray) -> float:
        power = (np.abs(np.fft.rfft(y)) ** 2)[: len(y) // 2 // 100 * 100].reshape(100, -1).mean(1)
        return float(np.exp(np.log(power).mean()) / power.mean())

    assert flatness(x) < 0.2
    assert flatness(e) > 0.85


def test_frames_that_are_twice_as_loud_leave_half_of_the_excitation():
    x = coloured()
    once, twice = (filters_of(x * gain).excitation(x) for gain in (3.5, 7.0))
    np.testing.assert_allclose(twice, once / 2, atol=1e-3)


@given(st.integers(0, 40), st.integers(0, 50), st.integers(1, 900))
def test_the_waveform_of_an_excitation_is_the_waveform(order, seed, samples):
    x = coloured(0.1, seed)[:samples]
    by = filters_of(x, order)
    back = by.waveform(by.excitation(x), 0, np.zeros(order))[order:]
    np.testing.assert_allclose(back, x, atol=1e-10)


@given(st.integers(0, 1500), st.integers(1, 400))
def test_the_excitation_of_an_excerpt_behind_its_past_is_that_of_the_whole(start, length):
    x = coloured(0.1)
    by = filters_of(x, 8)
    before = max(start - 8, 0)
    excerpt = by.excitation(x[before : start + length], before)[start - before :]
    np.testing.assert_allclose(excerpt, by.excitation(x)[start : start + length], atol=1e-9)


def test_a_long_waveform_is_computed_in_pieces_that_join(monkeypatch):
    x = coloured()
    by = filters_of(x)
    whole = by.excitation(x)
    monkeypatch.setattr(prediction, "PIECE", 333)
    np.testing.assert_allclose(by.excitation(x), whole, atol=1e-12)


@given(st.integers(0, 40), st.data())
def test_a_frame_has_the_same_filter_in_any_company_exactly(count, data):
    frames = np.random.default_rng(count).uniform(-2, 2, (count, 80)).astype(np.float32)
    whole = prediction.filters(frames, RATE, LOG_MEL, 12)
    assert whole.coefficients.shape == (count, 12)
    first = data.draw(st.integers(0, count))
    part = prediction.filters(frames[first:], RATE, LOG_MEL, 12)
    np.testing.assert_array_equal(part.coefficients, whole.coefficients[first:])
    np.testing.assert_array_equal(part.deviations, whole.deviations[first:])


@given(st.integers(0, 100), st.sampled_from([1, 16, 40, 120]))
def test_any_frames_give_stable_filters(seed, order):
    rng = np.random.default_rng(seed)
    frames = rng.uniform(*sorted(rng.uniform(-4, 4, 2)), (3, 80)).astype(np.float32)
    by = prediction.filters(frames, RATE, LOG_MEL, order)
    assert (by.deviations > 0).all()
    for a in by.coefficients:
        assert np.abs(np.roots([1, *-a])).max() < 1


def test_silence_predicts_nothing_and_is_quiet():
    by = filters_of(np.zeros(800))
    assert (by.excitation(np.zeros(800)) == 0).all()
    assert 0 < by.deviations.max() < 1e-3


@pytest.mark.parametrize("mels", [4, 20, 80])
def test_the_deviation_of_white_noise_is_its_own_whatever_the_bands(mels):
    noise = 0.1 * np.random.default_rng(0).standard_normal(RATE)
    settings = FeatureConfig(kinds=("log_mel",), n_mels=mels)
    assert filters_of(noise, 2, settings).deviations[5:-5].mean() == pytest.approx(0.1, rel=0.15)


@pytest.mark.parametrize("order", [8, 40])
def test_the_noise_of_the_spectrum_stays_in_every_excitation(order):
    """What a filter may take away has a limit, however few bands are loud."""
    frames = np.full((1, LOG_MEL.n_mels), -4.0, np.float32)
    frames[0, 10] = 1.0
    (power,) = prediction.filters(frames, RATE, LOG_MEL, 0).deviations ** 2
    (left,) = prediction.filters(frames, RATE, LOG_MEL, order).deviations ** 2
    assert left >= prediction.NOISE * power / (1 + prediction.NOISE)


@given(st.integers(0, 400), st.integers(0, 300), st.integers(1, 90), st.integers(1, 5))
def test_without_coefficients_the_excitation_is_the_waveform_over_the_deviations(T, first, hop, frames):
    deviations = np.linspace(1, 2, frames)
    waveform = np.sin(np.arange(T))
    found = prediction.Filters(np.empty((frames, 0)), deviations, hop).excitation(waveform, first)
    at = np.minimum((first + np.arange(T)) // hop, frames - 1)
    assert np.array_equal(found, waveform / deviations[at])
