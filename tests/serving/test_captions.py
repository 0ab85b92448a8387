"""What is told beside the sound: written words with their times, and the plan of each sentence, each once."""

import numpy as np
import pytest

from wavenet.audio import features
from wavenet.serving.captions import Captions, phones_of, plan_of
from wavenet.tts.segments import SIL, Segment
from wavenet.tts.speech import Sentence
from wavenet.tts.timing import SaidWord

SAID = [
    Segment(SIL),
    Segment("F", text="fox"),
    Segment("AA", part="nucleus", stress=1),
    Segment(SIL, mark=","),
    Segment("R", text="runs"),
    Segment("Z"),
]
WORDS = (SaidWord("Fox,", 0, 4, 0.1, 0.2), SaidWord("runs", 5, 9, 0.4, 0.5))
FRAMES = np.array([10, 5, 5, 20, 4, 6])


def sentence(start: float = 0.0) -> Sentence:
    pitch = features.pitch_frames(np.where(np.arange(50) < 20, 100.0, 0.0))
    words = tuple(word.later(start) for word in WORDS)
    return Sentence(SAID, FRAMES, pitch, lambda: iter(()), words=words, start=start)


def test_words_and_plans_are_told_once_in_order():
    captions = Captions(0.01)
    captions(sentence())
    words, plans = captions.taken()
    assert words == [
        {"word": "Fox,", "start_time": 0.1, "end_time": 0.2, "from": 0, "to": 4},
        {"word": "runs", "start_time": 0.4, "end_time": 0.5, "from": 5, "to": 9},
    ]
    captions(sentence(0.5))
    captions(sentence(1.0))
    words, later = captions.taken()
    assert [word["start_time"] for word in words] == [0.6, 0.9, 1.1, 1.4]
    assert [plan["start"] for plan in plans + later] == [0.0, 0.5, 1.0]
    assert captions.taken() == ([], [])


def test_a_plan_has_every_phone_and_the_pitch_of_every_frame():
    plan = plan_of(sentence(2.0), 0.01)
    assert [phone["phone"] for phone in plan["phones"]] == ["", "F", "AA", "", "R", "Z"]
    assert [phone["end"] for phone in plan["phones"]] == pytest.approx([2.1, 2.15, 2.2, 2.4, 2.44, 2.5])
    assert plan["pitch"] == pytest.approx([100.0] * 20 + [0.0] * 30, abs=0.1)


def test_phones_have_the_stress_of_their_vowels():
    assert phones_of(sentence()) == [{"word": "fox", "phonemes": "F AA1"}, {"word": "runs", "phonemes": "R Z"}]
