import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.sources import speech_like
from wavenet.evaluation.perception.clip import RATE, Clip, silent, standard


def level(x):
    return 20 * np.log10(np.sqrt(np.mean(np.square(x, dtype=np.float64))))


@given(st.floats(1e-4, 1.0), st.integers(0, 9))
def test_loudness_does_not_matter(gain, seed):
    x = speech_like(0.5, seed)
    assert level(standard(gain * x)) == pytest.approx(-26, abs=1e-3)
    assert np.allclose(standard(gain * x), standard(x), rtol=1e-4, atol=1e-7)


def test_twice_is_once():
    once = standard(speech_like(0.5, 0))
    assert np.allclose(standard(once), once, rtol=1e-6)


def test_a_click_is_not_clipped_but_softer():
    x = np.zeros(RATE, np.float32)
    x[100] = 0.01
    assert np.abs(standard(x)).max() == pytest.approx(1)
    assert level(standard(x)) < -26


@pytest.mark.parametrize("x", [np.zeros(100, np.float32), np.empty(0, np.float32)])
def test_silence_stays_silence(x):
    assert silent(standard(x))
    assert len(standard(x)) == len(x)


def test_the_faintest_sound_is_heard():
    assert level(standard(np.full(100, 1e-30, np.float32))) == pytest.approx(-26, abs=1e-3)


def test_a_clip_of_another_rate_is_heard_at_16_khz_with_its_reference():
    x = speech_like(0.5, 1, 44_100)
    heard = Clip("a", x, 44_100, "words", 0.1 * x, "someone").standard()
    assert heard.sample_rate == RATE
    assert len(heard.waveform) == RATE // 2
    assert heard.reference == pytest.approx(heard.waveform, abs=1e-5)
    assert (heard.name, heard.text, heard.speaker) == ("a", "words", "someone")
    assert heard.seconds == pytest.approx(0.5)
