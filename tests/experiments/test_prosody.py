"""The errors of the stages of a voice, on errors that are known."""

from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest

from experiments import prosody
from wavenet.audio.features import SPREAD, pitch_frames
from wavenet.tts.examples import Example
from wavenet.tts.segments import SIL, Segment
from wavenet.tts.speech import Sentence

F0 = np.array([0.0, 100, 110, 0, 120, 130, 140, 0, 150, 160])
EXAMPLE = Example(
    "a",
    [Segment("AA"), Segment(SIL), Segment("B"), Segment("IY")],
    np.zeros((4, 1), np.float32),
    np.array([3, 1, 4, 2]),
    pitch_frames(F0),
    lambda: np.zeros((10, 5), np.float32),
)


@dataclass
class Wrong:
    """A voice whose stages are wrong by what is known."""

    late: tuple[int, ...] = (0, 0, 0, 0)
    """frames that a segment is too long"""
    high: float = 1.0
    """factor on F0"""
    voiced: tuple[int, ...] = ()
    """frames that are voiced though they should not be"""
    loud: float = 0.0
    """dB on every band"""
    hop_length = 80
    sample_rate = 16_000
    settings = SimpleNamespace(uses_mel=True)

    def sentence(self, segments, durations=None, contour=None):
        f0 = F0 * self.high
        f0[list(self.voiced)] = 100
        mel = np.full((10, 7), self.loud * np.log(10) / 20 / SPREAD, np.float32)
        assert (contour is None) or durations is not None, "log-mel is measured with natural durations and F0"
        lengths = EXAMPLE.durations + self.late if durations is None else durations
        return Sentence(segments, lengths, pitch_frames(f0), lambda: iter([mel]))


def measured(**errors):
    return prosody.measure(Wrong(**errors), [EXAMPLE, replace(EXAMPLE, utterance="b")])


def test_a_voice_without_errors_has_none():
    found = measured()
    assert (found.phones, found.frames) == (6, 20)
    assert found.duration_rmse == found.pause_rmse == found.voicing_error == 0
    assert max(found.f0_rmse, found.f0_cents) < 1e-3
    assert found.mel_error == 0
    assert found.duration_correlation == pytest.approx(1)
    assert found.f0_correlation == pytest.approx(1)


def test_errors_of_phones_and_of_pauses_are_apart_and_in_ms():
    found = measured(late=(2, 9, 0, 0))
    assert found.duration_rmse == pytest.approx(np.sqrt(4 / 3) * 5)
    assert found.pause_rmse == pytest.approx(45)
    assert found.duration_correlation < 1


def test_a_pitch_that_is_an_octave_too_high_is_1200_cents_off_and_follows_all_the_same():
    found = measured(high=2.0)
    assert found.f0_cents == pytest.approx(1200)
    assert found.f0_rmse == pytest.approx(np.sqrt((F0[F0 > 0] ** 2).mean()), rel=1e-5)
    assert found.f0_correlation == pytest.approx(1)
    assert found.voicing_error == 0


def test_frames_of_wrong_voicing_count_there_and_nowhere_else():
    found = measured(voiced=(0, 3))
    assert found.voicing_error == pytest.approx(0.2)
    assert found.f0_rmse == pytest.approx(0, abs=1e-4)


def test_log_mel_is_compared_in_decibels():
    assert measured(loud=3.0).mel_error == pytest.approx(3, rel=1e-5)


def test_a_voice_without_a_stage_has_no_error_of_it(monkeypatch):
    monkeypatch.setattr(Wrong, "settings", SimpleNamespace(uses_mel=False))
    assert measured().mel_error is None
