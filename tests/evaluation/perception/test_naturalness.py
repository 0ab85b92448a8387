import math
import sys
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evaluation.perception.installed import needs
from tests.evaluation.perception.silence import FAINT, between
from tests.evaluation.sources import speech_like
from wavenet.evaluation.perception import ends, naturalness
from wavenet.evaluation.perception.clip import RATE, Clip, standard
from wavenet.evaluation.perception.naturalness import DELAYS, SEGMENT

real = needs("distillmos", "xls_r_sqa", "torch")
SECONDS = st.floats(0, 9)


def score(x):
    return naturalness.score(Clip("a", standard(np.asarray(x, np.float32)), RATE)).value


class Network:
    """In place of DistillMOS: it hears in segments too, and where in them something is loud."""

    def __init__(self):
        self.passes = []
        self.ears = np.random.default_rng(0).uniform(0, 1, SEGMENT)

    def __call__(self, waveforms):
        self.passes.append(tuple(waveforms.shape))
        x = np.abs(waveforms.numpy())
        x = np.pad(x, ((0, 0), (0, -x.shape[1] % SEGMENT))).reshape(len(x), -1, SEGMENT)
        heard = 1 + 4 * (x @ self.ears / (x.sum(2) + 1e-9)).mean(1, keepdims=True)
        return pytest.importorskip("torch").from_numpy(heard)


@contextmanager
def network():
    """For a part of a test."""
    made = Network()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(naturalness, "load", lambda: made)
        yield made


@given(SECONDS, SECONDS)
@settings(max_examples=20)
def test_zeros_around_a_clip_do_not_change_its_score(before, behind):
    x = standard(speech_like(0.5, 0))
    with network():
        assert score(between(x, before, behind)) == pytest.approx(score(x), abs=1e-6)


@given(SECONDS, SECONDS)
@settings(max_examples=20)
def test_faint_noise_around_a_clip_does_not_change_its_score(before, behind):
    x = standard(speech_like(0.5, 0))
    with network():
        assert score(between(x, before, behind, FAINT)) == pytest.approx(score(x), abs=0.01)


def test_a_score_is_the_mean_over_the_delays_in_one_pass():
    torch = pytest.importorskip("torch")
    x = standard(speech_like(1.0, 0))
    with network() as heard:
        found = naturalness.delayed(x)
        assert heard.passes == [(len(DELAYS), len(x) + max(DELAYS))]
        alone = [float(heard(torch.from_numpy(np.pad(x, (delay, 0)))[None])) for delay in DELAYS]
        assert score(x) == pytest.approx(np.mean(naturalness.delayed(ends.cut(x))))
    assert found == pytest.approx(alone, abs=1e-6)
    assert len(set(found)) == len(DELAYS)


def test_a_clip_that_fills_a_segment_is_heard_delay_by_delay():
    with network() as heard:
        naturalness.delayed(np.ones(SEGMENT - 1200, np.float32))
    assert heard.passes == [(1, SEGMENT - 1200 + delay) for delay in DELAYS]


@pytest.mark.parametrize("samples", [1, 1000, 40_000])
def test_silence_has_no_score(samples):
    with network():
        found = naturalness.score(Clip("a", np.zeros(samples, np.float32), RATE))
    assert math.isnan(found.value)
    assert found.note == "silent"


@real
def test_scores_are_opinion_scores_that_loudness_does_not_change(capsys):
    x = speech_like(1.0, 0)
    assert 1 <= score(x) <= 5
    assert abs(score(0.1 * x) - score(x)) < 1e-3
    assert capsys.readouterr().out == ""


@real
def test_silence_around_a_clip_does_not_change_what_the_network_says():
    x = standard(speech_like(1.0, 0))
    assert score(between(x, 2.0, 3.3)) == pytest.approx(score(x), abs=1e-4)
    assert score(between(x, 2.0, 3.3, FAINT)) == pytest.approx(score(x), abs=0.05)


@real
def test_the_network_says_the_same_of_the_delays_together_and_alone():
    torch = pytest.importorskip("torch")
    x = standard(speech_like(1.0, 0))
    with torch.inference_mode():
        alone = [float(naturalness.load()(torch.from_numpy(np.pad(x, (delay, 0)))[None])) for delay in DELAYS]
    assert naturalness.delayed(x) == pytest.approx(alone, abs=1e-4)


@real
def test_one_clip_is_scored_the_same_after_any_other():
    x = speech_like(1.0, 0)
    first = score(x)
    score(speech_like(0.5, 1))
    assert score(x) == first


@real
def test_any_length_has_a_score():
    assert 1 <= score([0.1]) <= 5
    assert 1 <= score(speech_like(9.0, 0)) <= 5


@real
def test_torchaudio_is_as_absent_as_before():
    before = sys.modules.get("torchaudio")
    naturalness.load.__wrapped__()
    assert sys.modules.get("torchaudio") is before
