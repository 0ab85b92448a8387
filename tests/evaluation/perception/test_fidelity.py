import math

import numpy as np
import pytest

from tests import work
from tests.evaluation.perception.installed import needs
from tests.evaluation.sources import speech_like
from wavenet.audio.front_end import FrontEnd
from wavenet.config import AudioConfig, ModelConfig
from wavenet.engine.decoder import Decoder
from wavenet.errors import AudioError
from wavenet.evaluation.perception import fidelity
from wavenet.evaluation.perception.clip import RATE, Clip
from wavenet.workers import Aside

METRICS = [
    pytest.param(fidelity.pesq, marks=needs("pesq"), id="pesq"),
    pytest.param(fidelity.stoi, marks=needs("pystoi"), id="stoi"),
]
SPEECH = speech_like(2.0, 0)


def clip(x, reference=SPEECH):
    return Clip("x.wav", np.asarray(x, np.float32), RATE, reference=reference)


def coarse(levels):
    front_end = FrontEnd(AudioConfig(), ModelConfig(quantization_channels=levels))
    return Decoder(front_end).decode(front_end.encode(SPEECH))


@pytest.mark.parametrize("metric", METRICS)
def test_the_same_is_best_and_finer_is_better(metric):
    same, fine, rough = (metric(clip(x)).value for x in (SPEECH, coarse(64), coarse(8)))
    assert same > fine > rough


@pytest.mark.parametrize("metric", METRICS)
def test_loudness_does_not_matter_much(metric):
    assert metric(clip(0.5 * coarse(16))).value == pytest.approx(metric(clip(coarse(16))).value, rel=0.02)


@pytest.mark.parametrize("metric", METRICS)
def test_both_are_cut_to_the_shorter(metric):
    cut = int(0.95 * len(SPEECH))
    assert metric(clip(coarse(16)[:cut])) == metric(clip(coarse(16)[:cut], SPEECH[:cut]))
    assert metric(clip(coarse(16)[:cut], SPEECH)) == metric(clip(coarse(16), SPEECH[:cut]))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("ours", "theirs", "note"),
    [
        (SPEECH, None, "has no reference"),
        (0 * SPEECH, SPEECH, "silent"),
        (SPEECH, 0 * SPEECH, "its reference is silent"),
        (SPEECH[:1000], SPEECH[:1000], "s"),
        (SPEECH[:6000], np.pad(SPEECH[:100], (0, 5900)), None),
    ],
)
def test_where_there_is_no_score_the_reason_is_told(metric, ours, theirs, note):
    score = metric(clip(ours, theirs))
    assert math.isfinite(score.value) == (score.note == "")
    if note:
        assert math.isnan(score.value)
        assert note in score.note


@pytest.mark.parametrize("metric", METRICS)
def test_other_words_are_refused_by_their_length(metric):
    with pytest.raises(AudioError, match=r"x.wav has 1.00 s and its reference 2.00 s"):
        metric(clip(SPEECH[:RATE]))


def long(seconds):
    """Speech-like sound in phrases, with pauses between them."""
    phrase = np.concatenate([speech_like(0.7, 1), np.zeros(RATE // 2, np.float32)])
    return np.resize(phrase, round(seconds * RATE))


@needs("pesq")
@pytest.mark.parametrize("seconds", [19.2, 45, 90])
def test_pesq_of_a_long_clip_is_that_of_its_pieces(seconds):
    rng = np.random.default_rng(0)
    reference = long(seconds)
    ours = reference + 0.01 * rng.standard_normal(len(reference)).astype(np.float32)
    short = fidelity.pesq(clip(ours[: 12 * RATE], reference[: 12 * RATE])).value
    assert fidelity.pesq(clip(ours, reference)).value == pytest.approx(short, abs=0.2)
    assert fidelity.pesq(clip(reference, reference)).value > 4.6


@needs("pesq")
def test_pesq_of_a_piece_without_speech_is_left_out():
    reference = np.concatenate([long(18), np.zeros(30 * RATE, np.float32)])
    score = fidelity.pesq(clip(reference, reference))
    assert score.value > 4.6
    assert score.note == ""


@needs("pesq")
def test_what_ends_the_package_costs_one_score(monkeypatch):
    aside = Aside(work.fragile_pesq)
    monkeypatch.setattr(fidelity, "_pesq_aside", lambda: aside)
    crashed = fidelity.pesq(clip(SPEECH, SPEECH))
    assert math.isnan(crashed.value)
    assert crashed.note == "the package pesq died of SIGSEGV"
    assert fidelity.pesq(clip(SPEECH[: RATE // 2], SPEECH[: RATE // 2])).value == 1.5
    aside.end()


def sung(hertz):
    """A buzz of some F0, whole periods of samples, in each half of a second."""
    phase = np.cumsum(np.repeat(np.asarray(hertz, np.float64), RATE // 2)) / RATE
    return (0.3 * (2 * (phase % 1) - 1)).astype(np.float32)


@needs("pyworld")
def test_f0_is_that_of_the_melody_whatever_its_height_or_timbre():
    melody = sung([100, 128, 125, 160])
    assert fidelity.f0(clip(melody, melody)).value == pytest.approx(1)
    higher = sung([200, 250, 250, 320]) ** 3
    assert fidelity.f0(clip(higher, melody)).value > 0.97
    other = fidelity.f0(clip(sung([160, 125, 128, 100]), melody))
    assert other.value < -0.5
    assert other.weight > 150  # frames


@needs("pyworld")
@pytest.mark.parametrize("ours", [sung([120, 120]), speech_like(1.0, 0) * 0])
def test_without_a_melody_there_is_no_f0(ours):
    score = fidelity.f0(clip(np.resize(ours, RATE), np.zeros(RATE, np.float32)))
    assert math.isnan(score.value)
    assert score.note
