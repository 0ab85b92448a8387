"""What is told of an utterance beside its sound: its words as they are written, with their times; phones and F0."""

from typing import Any

import numpy as np

from wavenet.audio import features
from wavenet.tts.segments import SIL
from wavenet.tts.speech import Sentence
from wavenet.tts.timing import SaidWord

Told = dict[str, Any]
"""an object of JSON"""


class Captions:
    """What was planned and not told yet: ``watch`` of ``Voice.start``."""

    def __init__(self, frame: float) -> None:
        """A frame has so many seconds."""
        self._frame = frame
        self._sentences: list[Sentence] = []

    def __call__(self, sentence: Sentence) -> None:
        """Take the next sentence; in the thread that plans."""
        self._sentences.append(sentence)

    def taken(self) -> tuple[list[Told], list[Told]]:
        """The words, and the plans, of the sentences since the last call."""
        count = len(self._sentences)
        sentences, self._sentences[:count] = self._sentences[:count], []
        words = [told_word(word) for sentence in sentences for word in sentence.words]
        return words, [plan_of(sentence, self._frame) for sentence in sentences]


def told_word(word: SaidWord) -> Told:
    """A word as clients want it: as it is written, its seconds, and its characters in the text that was given."""
    times = {"start_time": round(word.start, 6), "end_time": round(word.end, 6)}
    return {"word": word.text, **times, "from": word.first, "to": word.last}


def plan_of(sentence: Sentence, frame: float) -> Told:
    """The phones of a sentence with their seconds, and F0 in Hz of each of its frames, 0 where unvoiced."""
    ends = sentence.start + frame * np.cumsum(sentence.durations)
    phones = [
        {"phone": "" if segment.phone == SIL else segment.phone, "end": round(end, 6)}
        for segment, end in zip(sentence.segments, ends.tolist(), strict=True)
    ]
    pitch = [] if sentence.pitch is None else np.round(features.f0(sentence.pitch), 1).tolist()
    return {"start": round(sentence.start, 6), "frame": frame, "phones": phones, "pitch": pitch}


def phones_of(sentence: Sentence) -> list[dict[str, str]]:
    """The words of a sentence with their phones, separated by spaces; a digit behind a vowel is its stress."""
    found: list[dict[str, str]] = []
    for segment in sentence.segments:
        if segment.phone == SIL:
            continue
        if segment.text or not found:
            found.append({"word": segment.text, "phonemes": ""})
        phone = segment.phone + (str(segment.stress) if segment.part == "nucleus" else "")
        found[-1]["phonemes"] = f"{found[-1]['phonemes']} {phone}".strip()
    return found
