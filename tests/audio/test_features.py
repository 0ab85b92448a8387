from dataclasses import fields, replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio import features
from wavenet.audio.front_end import FrontEnd
from wavenet.config import AudioConfig, FeatureConfig, FeatureKind, ModelConfig, PitchMethod
from wavenet.errors import UsageError

RATE = 16_000
LOG_MEL = FeatureConfig(kinds=("log_mel",))
PITCH = FeatureConfig(kinds=("pitch",))
METHODS = get_args(PitchMethod)


def sine(frequency, seconds=0.5, amplitude=1.0):
    return amplitude * np.sin(2 * np.pi * frequency * np.arange(int(seconds * RATE)) / RATE)


def speech_like(frequency, seconds=0.6):
    """Twenty harmonics."""
    return 0.05 * sum(sine(k * frequency, seconds) for k in range(1, 20))


@pytest.mark.parametrize("frequency", [200.0, 440.0, 1000.0, 3000.0, 7000.0])
def test_a_sine_is_loudest_in_the_band_around_its_frequency(frequency):
    frames = features.log_mel(sine(frequency), RATE, LOG_MEL)
    bands = features._bands(RATE, 1024, 80, 0.0, 8000.0)
    expected = int(bands[round(frequency / RATE * 1024)].argmax())
    assert (abs(frames[5:-5].argmax(1) - expected) <= 1).all()


def test_twice_the_amplitude_adds_the_logarithm_of_two():
    quiet, loud = (features.log_mel(sine(500.0, amplitude=a), RATE, LOG_MEL) for a in (0.2, 0.4))
    band = quiet[10].argmax()
    np.testing.assert_allclose((loud - quiet)[5:-5, band] * features.SPREAD, np.log(2), atol=1e-5)


def test_silence_is_the_least_value_and_what_lies_outside_is_silent():
    assert (features.log_mel(np.zeros(1000), RATE, LOG_MEL) == np.float32(features.LEAST_LOG_MEL)).all()
    embedded = features.log_mel(np.pad(sine(300.0), (1600, 1600)), RATE, LOG_MEL)
    np.testing.assert_array_equal(embedded[10:-10], features.log_mel(sine(300.0), RATE, LOG_MEL))


@given(st.integers(1, 700), st.integers(1, 90), st.integers(2, 130), st.data())
def test_any_range_of_frames_is_that_of_the_whole(samples, hop, n_fft, data):
    settings = FeatureConfig(
        kinds=("log_mel",), hop_length=hop, n_fft=n_fft, win_length=data.draw(st.integers(1, n_fft)), n_mels=4
    )
    waveform = np.random.default_rng(samples).normal(0, 0.1, samples)
    whole = features.extract(waveform, RATE, settings)
    assert whole.shape == (-(-samples // hop), 4)
    first = data.draw(st.integers(0, len(whole) - 1))
    stop = data.draw(st.integers(first + 1, len(whole)))
    np.testing.assert_array_equal(features.log_mel(waveform, RATE, settings, first, stop), whole[first:stop])


def test_every_kind_is_known_to_the_settings_and_tells_which_of_them_decide():
    assert {*features.KINDS, "file"} == set(get_args(FeatureKind))
    for kind, known in features.KINDS.items():
        assert set(known.settings) <= {field.name for field in fields(FeatureConfig)}
        assert FeatureConfig(kinds=(kind,)).channels > 0


@pytest.mark.parametrize("kind", [kind for kind, known in features.KINDS.items() if known.excerpt])
@given(st.integers(0, 60), st.integers(1, 60))
def test_of_an_excerpt_no_more_is_read_than_n_fft_samples_around_it(kind, first, length):
    settings = FeatureConfig(kinds=(kind,), hop_length=80, n_fft=256, win_length=200, n_mels=20)
    waveform = np.random.default_rng(first).normal(0, 0.1, 4_803)
    front_end, read = FrontEnd(AudioConfig(), ModelConfig(features=settings)), []

    def samples(begin: int, stop: int) -> np.ndarray:
        read.append((begin, stop))
        return waveform[begin:stop]

    stop = min(first + length, 61)
    frames = front_end.excerpt_features(first, stop, len(waveform), samples, {})
    np.testing.assert_array_equal(frames, front_end.features(waveform)[first:stop])
    ((begin, end),) = read
    assert begin > first * 80 - 256 - 80
    assert end <= stop * 80 + 256


def test_a_click_is_seen_by_the_frame_it_lies_in_and_by_those_whose_window_reaches_it():
    waveform = np.zeros(3200)
    waveform[1650] = 1.0  # in frame 10, 30 samples before its middle
    loud = (features.log_mel(waveform, RATE, LOG_MEL).mean(1) > features.LEAST_LOG_MEL + 0.1).nonzero()[0]
    assert loud.tolist() == [8, 9, 10, 11]
    assert features.log_mel(waveform, RATE, LOG_MEL).mean(1).argmax() == 10


def test_amplitudes_undo_the_logarithm():
    frames = features.log_mel(sine(1000.0), RATE, LOG_MEL)
    assert features.amplitudes(frames).max() == pytest.approx(0.78, abs=0.02)  # a window's main lobe over two bands


def test_every_band_hears_something_however_narrow():
    bands = features._bands(RATE, 256, 100, 0.0, 8000.0)
    np.testing.assert_allclose(bands.sum(0), 1)


def test_a_band_beyond_half_the_rate_is_refused():
    with pytest.raises(UsageError, match="f_max is 8000 Hz, more than half the sample rate, 4000"):
        features.extract(np.zeros(100), 8000, LOG_MEL)


def test_every_pitch_method_is_known_to_the_settings():
    assert {*features.PITCH_METHODS} == {*METHODS}


@pytest.mark.parametrize("method", METHODS)
def test_pitch_is_that_of_the_voice_and_drawn_on_through_silence(method):
    waveform = np.concatenate([np.zeros(4800), speech_like(120.0), np.zeros(4800), speech_like(240.0)])
    frames = features.pitch(waveform, RATE, replace(PITCH, pitch_method=method))
    assert frames.shape == (-(-len(waveform) // 160), 2)
    hertz = np.exp(frames[:, 0] * features.PITCH_SPREAD + features.PITCH_MIDDLE)
    voiced = frames[:, 1] > 0
    assert not voiced[:25].any()
    assert voiced[35:85].all()
    np.testing.assert_allclose(hertz[35:85], 120, rtol=0.02)
    np.testing.assert_allclose(hertz[130:170], 240, rtol=0.02)
    between = ~voiced & (np.arange(len(frames)) > 85) & (np.arange(len(frames)) < 125)
    assert between.sum() > 15
    assert (np.diff(frames[between, 0]) > 0).all()  # on from the one to the other
    assert np.isfinite(frames).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_recording_without_voice_has_the_middle_pitch(method):
    assert not features.pitch(np.zeros(3200), RATE, replace(PITCH, pitch_method=method)).any()


def test_f0_is_searched_for_between_its_limits():
    for low, high, found in [(60.0, 600.0, 200.0), (250.0, 600.0, 0.0), (60.0, 150.0, 0.0)]:
        frames = features.pitch(speech_like(200.0), RATE, replace(PITCH, pitch_min=low, pitch_max=high))
        np.testing.assert_allclose(features.f0(frames)[5:-5], found, rtol=0.01, err_msg=f"{low} {high}")


def test_f0_comes_back_from_the_frames_that_were_made_of_it():
    f0 = np.array([0.0, 0, 110, 120.5, 0, 440, 0])
    np.testing.assert_allclose(features.f0(features.pitch_frames(f0)), f0, rtol=1e-6)


def test_kinds_lie_side_by_side_and_own_features_are_the_users():
    settings = FeatureConfig(kinds=("file", "log_mel"), file_channels=2)
    own = np.arange(20, dtype=np.float32).reshape(10, 2)
    frames = features.extract(sine(300.0, 0.05), RATE, settings, own)
    assert frames.shape == (5, 82)
    np.testing.assert_array_equal(frames[:, :2], own[:5])
    with pytest.raises(UsageError, match="cannot be computed from a recording alone"):
        features.extract(sine(300.0), RATE, settings)


def test_an_unknown_kind_is_refused_by_name():
    with pytest.raises(UsageError, match=r"kinds\[1\] is 'pich', and must be one of 'log_mel', 'pitch', 'file'"):
        FeatureConfig(kinds=("log_mel", "pich"))  # type: ignore[arg-type]


def test_the_pitch_of_a_glide_stands_at_the_middle_of_its_frame():
    f0 = np.linspace(100, 220, int(0.6 * RATE))
    phase = 2 * np.pi * np.cumsum(f0) / RATE
    glide = 0.05 * sum(np.sin(k * phase) for k in range(1, 20))
    found = features.f0(features.pitch(glide, RATE, PITCH))[10:50]
    wanted = f0[80::160][10:50]
    late = (wanted - found) / (120 / 0.6 * 160 / RATE)  # in frames
    assert abs(np.median(late)) < 0.25


@pytest.mark.parametrize("kind", features.KINDS)
def test_a_kind_is_as_wide_as_the_settings_say(kind):
    settings = FeatureConfig(kinds=(kind,), n_mels=13)
    frames = features.KINDS[kind].whole(speech_like(150.0, 0.1), RATE, settings)
    assert frames.shape == (10, settings.channels)
