import math
import sys

import numpy as np

from tests.evaluation.perception.installed import needs
from tests.evaluation.sources import speech_like
from wavenet.evaluation.perception import naturalness
from wavenet.evaluation.perception.clip import RATE, Clip

pytestmark = needs("distillmos", "xls_r_sqa", "torch")


def score(x):
    return naturalness.score(Clip("a", np.asarray(x, np.float32), RATE)).value


def test_scores_are_opinion_scores_that_loudness_does_not_change(capsys):
    x = speech_like(1.0, 0)
    assert 1 <= score(x) <= 5
    assert abs(score(0.1 * x) - score(x)) < 1e-3
    assert capsys.readouterr().out == ""


def test_one_clip_is_scored_the_same_after_any_other():
    x = speech_like(1.0, 0)
    first = score(x)
    score(speech_like(0.5, 1))
    assert score(x) == first


def test_any_length_has_a_score():
    assert 1 <= score([0.1]) <= 5
    assert 1 <= score(speech_like(9.0, 0)) <= 5


def test_silence_has_none():
    assert math.isnan(score(np.zeros(1000)))


def test_torchaudio_is_as_absent_as_before():
    before = sys.modules.get("torchaudio")
    naturalness.load.__wrapped__()
    assert sys.modules.get("torchaudio") is before
