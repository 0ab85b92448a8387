"""F0 and voicing of signals of which both are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio import periodicity

HOP = 160
RATE = 16_000


def f0(waveform, rate=RATE, hop=HOP, low=60.0, high=600.0):
    return periodicity.f0(waveform, rate, hop, low, high)


def seconds(length, rate=RATE):
    return np.arange(round(length * rate)) / rate


def tone(hertz, length=0.3, rate=RATE):
    return 0.3 * np.sin(2 * np.pi * hertz * seconds(length, rate))


def pulses(hertz, length=0.3, rate=RATE):
    """Harmonics that fall by 6 dB an octave, as those of a voice."""
    harmonics = range(1, int(3_500 / hertz))
    return 0.1 * sum(np.cos(2 * np.pi * hertz * k * seconds(length, rate)) / k for k in harmonics)


def noise(length=0.3, seed=0, scale=0.1, rate=RATE):
    return np.random.default_rng(seed).normal(0, scale, round(length * rate))


@given(st.floats(65, 590))
def test_a_tone_has_its_pitch(hertz):
    np.testing.assert_allclose(f0(tone(hertz))[1:-1], hertz, rtol=0.1)  # the outer frames see less than their windows
    np.testing.assert_allclose(f0(tone(hertz))[3:-3], hertz, rtol=0.004)


@given(st.floats(65, 400), st.sampled_from([8_000, 11_025, 16_000, 22_050, 44_100, 48_000]))
def test_a_pulse_train_has_its_pitch_at_every_sample_rate(hertz, rate):
    found = f0(pulses(hertz, rate=rate), rate, rate // 100)
    np.testing.assert_allclose(found[3:-3], hertz, rtol=0.01)


@pytest.mark.parametrize("hertz", [1_000, 1_730, 3_000, 6_500])
def test_a_tone_above_the_range_is_no_fraction_of_itself(hertz):
    assert not f0(tone(hertz)).any()
    np.testing.assert_allclose(f0(tone(hertz, 0.1), low=200.0, high=7_000.0)[3:-3], hertz, rtol=0.01)


@given(st.integers(0, 1000))
def test_noise_is_unvoiced(seed):
    assert not f0(noise(seed=seed)).any()


@pytest.mark.parametrize("constant", [0.0, 0.3])
@pytest.mark.parametrize("samples", [0, 1, 2, 159, 160, 161, 5_000])
def test_silence_is_unvoiced_whatever_its_offset_and_length(samples, constant):
    found = f0(np.full(samples, constant))
    assert found.shape == (-(-samples // HOP),)
    assert not found.any()


@given(st.floats(80, 300), st.integers(0, 100))
def test_voice_is_heard_through_noise_twenty_decibels_below_it(hertz, seed):
    voice = pulses(hertz)
    noisy = voice + noise(seed=seed, scale=0.1 * voice.std())
    np.testing.assert_allclose(f0(noisy)[3:-3], hertz, rtol=0.03)


@given(st.integers(0, 100))
def test_hiss_between_vowels_is_unvoiced_and_they_are_voiced(seed):
    hiss = np.diff(noise(0.1, seed, 0.05), prepend=0)  # high frequencies, as in S
    found = f0(np.concatenate([pulses(120), hiss, pulses(120)])) > 0
    assert found[:29].all()
    assert not found[32:38].any()
    assert found[41:].all()


def test_a_pause_with_hum_is_unvoiced_beside_speech():
    hum = 0.0002 * np.sin(2 * np.pi * 100 * seconds(0.3))
    found = f0(np.concatenate([pulses(120), hum, pulses(120)])) > 0
    assert not found[33:57].any()


CLIP = np.concatenate([pulses(150, 0.1), noise(0.05), pulses(200, 0.1)])


@pytest.mark.parametrize(("scale", "offset"), [(1e-4, 0.0), (0.01, 0.3), (2.0, -0.1)])
def test_scale_and_offset_change_nothing(scale, offset):
    quiet = np.pad(CLIP, 1_600)
    np.testing.assert_allclose(f0((quiet + offset) * scale)[10:-10], f0(quiet)[10:-10], atol=1e-3)


@given(st.integers(1, 40))
def test_silence_around_changes_nothing(frames):
    np.testing.assert_allclose(f0(np.pad(CLIP, frames * HOP))[frames:-frames], f0(np.pad(CLIP, HOP))[1:-1], atol=1e-6)


def test_a_recording_is_the_same_however_many_frames_are_in_memory_at_once(monkeypatch):
    whole = f0(CLIP)
    monkeypatch.setattr(periodicity, "AT_ONCE", 7)
    np.testing.assert_allclose(f0(CLIP), whole, atol=1e-6)


def test_a_glide_is_followed():
    hertz = np.linspace(100, 300, RATE)
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    found = f0(sum(0.1 * np.sin(k * phase) / k for k in range(1, 10)))
    np.testing.assert_allclose(found[3:-3], hertz[HOP // 2 :: HOP][3:-3], rtol=0.02)
