"""When each word is said."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wavenet.tts.segments import SIL
from wavenet.tts.speech import Sentence
from wavenet.tts.voice import Voice


@dataclass(frozen=True)
class Word:
    """A word, and the seconds between which it is said."""

    word: str
    start_time: float
    end_time: float


def words_of(sentence: Sentence, frame: float) -> Iterator[Word]:
    """The words of a sentence as they are spoken, from its start; a frame has so many seconds."""
    ends = np.cumsum(sentence.durations)
    word, start, end = "", 0.0, 0.0
    for segment, stop, frames in zip(sentence.segments, ends.tolist(), sentence.durations.tolist(), strict=True):
        if word and (segment.text or segment.phone == SIL):
            yield Word(word, start, end)
            word = ""
        if segment.text:
            word, start = segment.text, round(frame * (stop - frames), 6)
        end = round(frame * stop, 6)
    if word:
        yield Word(word, start, end)


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


class Captions:
    """The words of an utterance, as its sentences are planned: ``watch`` of ``Voice.start``."""

    def __init__(self, voice: Voice) -> None:
        self._frame = voice.hop_length / voice.sample_rate
        self._frames = 0
        self._words: list[Word] = []

    def __call__(self, sentence: Sentence) -> None:
        """Take the next sentence; in the thread that plans."""
        first = self._frame * self._frames
        self._frames += int(sentence.durations.sum())
        words = words_of(sentence, self._frame)
        self._words += [Word(w.word, round(first + w.start_time, 6), round(first + w.end_time, 6)) for w in words]

    def taken(self) -> list[Word]:
        """The words since the last call."""
        count = len(self._words)
        words, self._words[:count] = self._words[:count], []
        return words
