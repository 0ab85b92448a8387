import numpy as np
import pytest

from experiments.speech.systems import OURS, System
from experiments.speech.texts import Line
from tests.evaluation.sources import speech_like
from wavenet.evaluation.perception import judge as judging
from wavenet.evaluation.perception import scores
from wavenet.evaluation.perception.clip import RATE, Score
from wavenet.evaluation.perception.judge import METRICS

LINES = {
    "prompts": [Line("a", "One two.", 0.1 * speech_like(0.3, 1)), Line("dir/b", "Three.", 0.1 * speech_like(0.2, 2))],
    "sentences": [Line("01", "Four five six.")],
}


class Speakers:
    """Systems that need no programs, and what they were asked to say."""

    def __init__(self):
        self.asked, self.opened = [], []

    def system(self, name, version="1", kind="other", waveform=None):
        def say(line):
            self.asked.append((name, line.text))
            seed = sum((name + line.text).encode())
            return 0.05 * speech_like(0.3, seed) if waveform is None else waveform

        def start():
            self.opened.append(name)
            return say

        return System(name, kind, version, start)

    def ours(self, name="english", version="1"):
        return self.system(name, version, OURS)


@pytest.fixture
def speakers():
    return Speakers()


@pytest.fixture
def judged(monkeypatch):
    """Metrics that need no packages; and the names of what was judged."""
    names = []
    monkeypatch.setattr(scores, "_RESAMPLINGS", 100)

    def energy(clip):
        names.append(clip.name)
        return Score(1 + 4 * float(np.mean(np.abs(clip.waveform[: RATE // 10]))))

    def words(clip):
        return Score(0.25, len(clip.text.split()), "heard words")

    for name, score in {"naturalness": energy, "intelligibility": words}.items():
        monkeypatch.setitem(judging.METRICS, name, METRICS[name]._replace(load=lambda: None, score=score))
    return names
