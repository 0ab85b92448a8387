import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.perception.silence import FAINT, between, silence
from tests.evaluation.sources import speech_like
from wavenet.evaluation.perception.clip import RATE, standard
from wavenet.evaluation.perception.ends import LEAST, MARGIN, WINDOW, cut, speech

SPEECH = standard(speech_like(1.0, 0))
SECONDS = st.floats(0, 3)


def burst(seconds, level=0.1):
    return (level * np.sin(np.arange(round(seconds * RATE)))).astype(np.float32)


@given(SECONDS, SECONDS, st.integers(0, 3))
def test_zeros_around_a_clip_change_nothing(before, behind, seed):
    x = speech_like(0.5, seed)  # which ends where it is loud
    assert np.array_equal(cut(between(x, before, behind)), cut(x))


@given(SECONDS, SECONDS, st.integers(0, 3))
def test_faint_noise_around_a_clip_stays_in_its_margins(before, behind, seed):
    x = np.pad(standard(speech_like(0.5, seed)), WINDOW)
    begin, end = speech(x)
    begins, ends = speech(between(x, before, behind, FAINT))
    assert abs(begins - round(before * RATE) - begin) <= 2
    assert abs(ends - round(before * RATE) - end) <= 2
    assert np.abs(silence(1.0, FAINT)).max() < 0.01 * np.abs(x).max()


@given(st.floats(0, 0.3), st.floats(0, 0.3))
def test_80_ms_are_left_on_either_side_whatever_the_clip_has_of_them(before, behind):
    x = cut(between(burst(0.2), before, behind))
    assert len(x) == pytest.approx(0.2 * RATE + 2 * MARGIN + WINDOW, abs=4)
    sounds = np.flatnonzero(x)
    assert sounds[0] == pytest.approx(MARGIN + WINDOW / 2, abs=2)
    assert len(x) - sounds[-1] == pytest.approx(MARGIN + WINDOW / 2, abs=2)


@given(st.floats(1e-4, 1))
def test_loudness_decides_nothing(gain):
    assert np.allclose(cut(np.float32(gain) * SPEECH), cut(SPEECH), atol=1e-5)


def test_pauses_within_are_kept():
    assert len(cut(np.concatenate([burst(0.1), silence(1.0), burst(0.1, 0.02)]))) > 1.2 * RATE


@pytest.mark.parametrize("height", [0.05, 0.3])
def test_a_click_is_no_speech(height):
    click = np.zeros(RATE, np.float32)
    click[8000:8020] = height
    assert np.allclose(cut(np.concatenate([click, SPEECH, click])), cut(SPEECH), atol=1e-5)


@pytest.mark.parametrize("samples", [1, 20, LEAST - WINDOW - 2])
def test_a_click_alone_is_what_there_is_to_hear(samples):
    x = np.zeros(RATE, np.float32)
    x[500 : 500 + samples] = 0.1
    assert len(cut(x)) == samples + WINDOW - 1 + 2 * MARGIN
    assert np.array_equal(cut(x), cut(x[500 : 500 + samples]))


@pytest.mark.parametrize("samples", [0, 1, 5000])
def test_silence_stays_silence(samples):
    assert np.array_equal(cut(np.zeros(samples, np.float32)), np.zeros(samples, np.float32))


def test_noise_alone_is_heard_whole():
    assert len(cut(silence(1.0, FAINT))) == pytest.approx(RATE + 2 * MARGIN, abs=WINDOW)


def test_what_is_cut_has_the_level_of_a_clip():
    assert np.allclose(cut(SPEECH), standard(cut(SPEECH)), rtol=1e-5)


def test_margins_are_faded_and_speech_is_not():
    x = silence(1.0, 2e-4)
    x[6000:10_000] = silence(0.25, 0.1)
    heard = cut(x)
    gain = heard[2000:5000].std() / 0.1
    assert heard[:100].std() < 0.1 * 2e-4 * gain
    assert heard[MARGIN - 200 : MARGIN].std() == pytest.approx(2e-4 * gain, rel=0.3)
    assert heard[-100:].std() < 0.1 * 2e-4 * gain


def test_the_clip_itself_stays_as_it_was():
    x = SPEECH.copy()
    cut(x)
    assert np.array_equal(x, SPEECH)
