from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audio.test_prediction import RATE, coloured, filters_of
from wavenet.audio import bands, features
from wavenet.audio.front_end import FrontEnd
from wavenet.config import AudioConfig, FeatureConfig, ModelConfig
from wavenet.engine import native
from wavenet.engine.decoder import Decoder

LOG_MEL = FeatureConfig(kinds=("log_mel",))
MODEL = ModelConfig(features=LOG_MEL)
QUARTER = replace(MODEL, decimation=4)
PREDICTED = AudioConfig(lpc_order=16, gain=0.1)


def coded(x: np.ndarray, audio: AudioConfig, model: ModelConfig = MODEL) -> np.ndarray:
    frames = features.log_mel(x, RATE, LOG_MEL)
    front_end = FrontEnd(audio, model)
    decoder = Decoder(front_end)
    decoder.feed(frames)
    return decoder.decode(front_end.encode(x, frames), len(x))


@given(st.integers(0, 30), st.integers(0, 500), st.integers(0, 2000), st.integers(1, 200))
def test_the_compiled_filter_is_the_readable_one(order, samples, first, hop):
    rng = np.random.default_rng(samples)
    by = filters_of(coloured(0.1), order, FeatureConfig(kinds=("log_mel",), hop_length=hop))
    excitation, past = rng.standard_normal(samples), rng.standard_normal(order)
    np.testing.assert_allclose(
        native.synthesise(by, excitation, first, past), by.waveform(excitation, first, past), rtol=1e-9, atol=1e-9
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"coefficients": np.zeros((2, 3))},
        {"coefficients": np.zeros((1, 2))},
        {"coefficients": np.zeros((0, 3)), "deviations": np.zeros(0)},
        {"hop_length": 0},
        {"first": -1},
    ],
)
def test_what_the_compiled_filter_could_not_read_is_refused(wrong):
    good = {
        "excitation": np.zeros(4),
        "coefficients": np.zeros((1, 3)),
        "deviations": np.ones(1),
        "hop_length": 160,
        "first": 0,
        "past": np.zeros(3),
    }
    assert native._core.synthesise(**good).shape == (3 + 4,)
    with pytest.raises(ValueError, match="must"):
        native._core.synthesise(**good | wrong)


@given(st.integers(0, 300), st.integers(1, 6), st.sampled_from([0.0, 0.7, 3.0]), st.integers(0, 49))
def test_the_compiled_full_band_is_the_readable_one_bit_by_bit(steps, decimation, width, at):
    rng = np.random.default_rng(steps)
    gaussian = bands._gaussian(width) if width else np.empty(0)
    given = rng.standard_normal(2 * bands.REACH + steps), bands.rows(decimation), gaussian, rng.standard_normal(50), at
    assert np.array_equal(native.full_band(*given), bands.full_band(*given))


@pytest.mark.parametrize(
    "wrong",
    [
        {"low": np.zeros(31)},
        {"taps": np.zeros((0, 4))},
        {"taps": np.zeros((33, 0))},
        {"gaussian": np.zeros(32)},
        {"noise": np.zeros(0)},
        {"at": -1},
        {"at": 7},
    ],
)
def test_what_the_compiled_full_band_could_not_read_is_refused(wrong):
    good = {"low": np.zeros(40), "taps": np.zeros((33, 4)), "gaussian": np.zeros(31), "noise": np.zeros(7), "at": 6}
    assert native._core.full_band(**good).shape == (4 * (40 - 32),)
    with pytest.raises(ValueError, match="must"):
        native._core.full_band(**good | wrong)


def test_the_noise_of_the_coding_follows_the_envelope():
    x = coloured()

    def noise_below(audio: AudioConfig, hz: float) -> float:
        """The part of the noise's power below a frequency."""
        power = np.abs(np.fft.rfft(coded(x, audio) - x)) ** 2
        return float(power[: int(hz / (RATE / 2) * len(power))].sum() / power.sum())

    assert noise_below(AudioConfig(), 4000) < 0.6
    assert noise_below(PREDICTED, 4000) > 0.9


@pytest.mark.parametrize("audio", [AudioConfig(), AudioConfig(pre_emphasis=0.85), PREDICTED])
def test_the_waveform_comes_back_but_for_the_quantiser_s_noise(audio):
    x = coloured()
    error = coded(x, audio) - x
    assert 10 * np.log10(np.mean(error**2) / np.mean(x**2)) < -28


@pytest.mark.parametrize("model", [MODEL, QUARTER])
@given(st.lists(st.integers(1, 7), max_size=5), st.lists(st.integers(0, 400), max_size=12))
def test_frames_and_samples_piece_by_piece_give_the_same_waveform_exactly(model, fed, asked):
    frames = features.log_mel(coloured(0.2), RATE, LOG_MEL)
    classes = np.random.default_rng(0).integers(60, 196, 160 // model.decimation * len(frames))
    whole, decoder = (Decoder(FrontEnd(PREDICTED, model), seed=5) for _ in range(2))
    whole.feed(frames)
    parts, there, used, made = [], 0, 0, 0
    for count in [*fed, len(frames)]:
        decoder.feed(frames[there : there + count])
        there += len(frames[there : there + count])
        for samples in [*asked, 160 * there - made] if there == len(frames) else asked[:1]:
            samples = min(samples, 160 * there - made)
            stop = used + decoder.missing(samples)
            parts.append(decoder.decode(classes[used:stop], samples))
            assert len(parts[-1]) == samples
            used, made = stop, made + samples
    assert np.array_equal(np.concatenate(parts), whole.decode(classes)[:made])


def test_the_lowest_quarter_of_the_band_comes_back_and_the_rest_has_its_envelope():
    x = coloured(2.0)
    back = coded(x, PREDICTED, QUARTER)
    spectra = [np.fft.rfft(y) for y in (x, back)]
    quarter = len(spectra[0]) // 4
    below = slice(0, int(0.8 * quarter))
    assert np.abs(spectra[1] - spectra[0])[below].std() < 0.15 * np.abs(spectra[0][below]).std()
    for first in range(quarter, len(spectra[0]) - 1000, 1000):  # by hundreds of Hz
        powers = [np.mean(np.abs(each[first : first + 1000]) ** 2) for each in spectra]
        assert 0.4 < powers[1] / powers[0] < 1.6


def test_without_the_compiled_core_it_sounds_the_same(monkeypatch):
    x = coloured(0.1)
    compiled = coded(x, PREDICTED)
    monkeypatch.setattr(native, "_core", None)
    np.testing.assert_allclose(coded(x, PREDICTED), compiled, atol=1e-7)
