"""What the page is told of a text that is being said: the events that ``wavenet serve`` sends to the same page."""

from collections.abc import Iterator
from typing import Any

from wavenet.config.checks import instance
from wavenet.serving.captions import Captions
from wavenet.tts.voice import Voice

BLOCK = 0.1
"""seconds of sound in an event: after each of them the page can stop the voice"""


def say(voice: Voice, text: str, speed: float, seed: int) -> Iterator[dict[str, Any]]:
    """Yield phones and F0 of each sentence, its words, and samples (T,) in [-1, 1]; the arguments are ``Voice.say``'s.

    Raises:
        UsageError: the text cannot be said, or an argument is out of range.
    """
    instance("text", text, str, "a str")  # None would be a text that is fed later, and nobody feeds it
    captions = Captions(voice.hop_length / voice.sample_rate)
    speech = voice.start(text, speed=speed, seed=seed, watch=captions)
    while not speech.done:
        (sound,) = voice.advance([speech], round(BLOCK * voice.sample_rate))
        words, plans = captions.taken()
        for plan in plans:
            yield {"type": "speech.plan.delta", **plan}
        if words:
            yield {"type": "speech.words.delta", "timestamps": words}
        if len(sound):
            yield {"type": "speech.audio.delta", "samples": sound}
