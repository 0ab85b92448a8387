"""What the tests of serving share: a voice, and what it says alone."""

from functools import cache

import numpy as np

from tests import voices
from wavenet.tts.speech import Speech
from wavenet.tts.voice import Voice

TEXTS = ("So? Run.", "It cost $3.50.", "The fox sees you. Does it run?", "Yes… No, it stays.")


@cache
def voice() -> Voice:
    return Voice(voices.tiny())


@cache
def said(text: str, seed: int) -> np.ndarray:
    return np.concatenate(list(voice().say(text, seed=seed)))


def begin(text: str | None, seed: int = 0, **settings: object):
    """How a scheduler starts it."""

    def start() -> Speech:
        return voice().start(text, seed=seed, **settings)

    return start
