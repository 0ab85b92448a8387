"""What the page without a server is told: the sound, the plan and the words that a server would tell it."""

import numpy as np
import pytest

from tests.serving.speaking import said, voice
from wavenet.browser import speech
from wavenet.errors import UsageError
from wavenet.serving import captions

TEXT = "The fox sees you. Does it run?"


def of(kind, events):
    return [event for event in events if event["type"] == f"speech.{kind}.delta"]


def test_the_sound_is_what_the_voice_says():
    sound = [event["samples"] for event in of("audio", speech.say(voice(), TEXT, 1.0, 3))]
    assert np.array_equal(np.concatenate(sound), said(TEXT, 3))
    assert max(map(len, sound)) <= speech.BLOCK * voice().sample_rate


def test_every_sentence_and_word_is_told_before_the_sound_that_has_it():
    events, heard, planned = list(speech.say(voice(), TEXT, 1.0, 0)), 0, 0
    for event in events:
        if event["type"] == "speech.plan.delta":
            planned += 1
            assert event["start"] * voice().sample_rate >= heard - 1
        heard += len(event.get("samples", ()))
    assert planned == 2
    words = [word for event in of("words", events) for word in event["timestamps"]]
    assert [word["word"] for word in words] == TEXT.split()


def test_the_plan_is_that_of_a_server():
    frame = voice().hop_length / voice().sample_rate
    plans = [{**event} for event in of("plan", speech.say(voice(), TEXT, 2.0, 0))]
    for plan in plans:
        del plan["type"]
    assert plans == [captions.plan_of(sentence, frame) for sentence in voice().plan(TEXT, speed=2.0)]


@pytest.mark.parametrize(("text", "speed"), [("...", 1.0), ("So?", 9.0)])
def test_what_cannot_be_said_is_refused_before_any_event(text, speed):
    with pytest.raises(UsageError):
        next(speech.say(voice(), text, speed, 0))
