"""How a sentence is spoken, as a table: words, their phones, durations and F0."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from wavenet.audio.features import f0
from wavenet.errors import escaped
from wavenet.tts.segments import SIL, Segment
from wavenet.tts.speech import Sentence

LEGEND = "each phone: its name and stress, ms, mean F0 in Hz (-: unvoiced)"
_WORD = 14


def table(sentence: Sentence, frame_ms: float) -> str:
    """A line about the sentence, then one per word and pause; ``frame_ms`` is the duration of a frame."""
    heights = hertz(sentence)
    rows = [f"{sentence.written or '(no words)'}  [{int(sentence.durations.sum()) * frame_ms:.0f} ms]"]
    numbered = zip(sentence.segments, sentence.durations.tolist(), heights, strict=True)
    starts = np.cumsum([s.syllable == s.position == 0 for s in sentence.segments]).tolist()  # of words and pauses
    for _, group in groupby(zip(starts, numbered, strict=True), key=lambda pair: pair[0]):
        phones = [(segment, frames * frame_ms, height) for _, (segment, frames, height) in group]
        first = phones[0][0]
        if first.phone != SIL:
            cells = [f"{name(s):>4} {ms:3.0f} {round(hz) or '-':>3}" for s, ms, hz in phones]
            rows.append(f"  {first.text:{_WORD}}{' '.join(cells)}")
        elif phones[0][1]:
            rows.append(f"  {'(pause) ' + first.mark:{_WORD}}{'':4} {phones[0][1]:3.0f}")
    return "\n".join(map(escaped, rows))


def name(segment: Segment) -> str:
    """A phone, with its stress if it is a vowel; empty for a pause."""
    if segment.phone == SIL:
        return ""
    return f"{segment.phone}{segment.stress if segment.part == 'nucleus' else ''}"


def hertz(sentence: Sentence) -> list[float]:
    """The mean F0 of each segment's voiced frames; 0 if it has none, or if the voice does not predict F0."""
    if sentence.pitch is None:
        return [0.0] * len(sentence.segments)
    parts: list[NDArray[np.float64]] = np.split(f0(sentence.pitch), np.cumsum(sentence.durations)[:-1])
    return [float(part[part > 0].mean()) if (part > 0).any() else 0.0 for part in parts]


def course(sentences: Sequence[Sentence], frame: float) -> tuple[list[tuple[str, float]], NDArray[np.float64]]:
    """Each phone with the second at which it ends, and F0 (F,), 0 where unvoiced; ``frame`` is in seconds."""
    frames = np.concatenate([sentence.durations for sentence in sentences])
    names = [name(segment) for sentence in sentences for segment in sentence.segments]
    contours = [f0(sentence.pitch) for sentence in sentences if sentence.pitch is not None]
    ends: list[float] = (np.cumsum(frames) * frame).tolist()
    return list(zip(names, ends, strict=True)), np.concatenate([np.empty(0), *contours])
