"""Segments → linguistic features (section 3.2): numbers for the networks.

Per segment: the phones of the segment and of its four neighbours (a quinphone), its stress and that of the surrounding
syllables, its position in syllable, word and phrase, and the punctuation. Per frame: those of its segment, and the
position of the frame in it.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wavenet.errors import UsageError
from wavenet.tts.segments import PARTS, SIGNS, SIL, Segment

Array = NDArray[np.float32]

NEIGHBOURS = (-2, -1, 0, 1, 2)
"""offsets of the segments whose phones are features of a segment"""
STRESSES = 3
FRAME_CHANNELS = 5
"""channels that ``frames`` adds"""
LONGEST = 100.0
"""number of frames that is scaled to 1 in what ``frames`` adds: one second"""

_COUNTED = 10.0
"""number of phones, syllables or words that is scaled to 1 in the features"""
_NUMBERS = 12


def channels(phones: Sequence[str]) -> int:
    """The number of channels of ``features``."""
    return len(NEIGHBOURS) * len(phones) + len(PARTS) + 3 * STRESSES + _NUMBERS + len(SIGNS) + 1


def features(segments: Sequence[Segment], phones: Sequence[str]) -> Array:
    """The features (S, channels) of a sentence's segments; ``phones`` are all phones of the voice, including SIL.

    Raises:
        UsageError: a phone is not among them.
    """
    identity = np.zeros((len(segments) + 4, len(phones)), np.float32)
    identity[[0, 1, -2, -1], list(phones).index(SIL)] = 1
    for i, segment in enumerate(segments):
        if segment.phone not in phones:
            raise UsageError(f"the voice has no phone {segment.phone!r}; it has {' '.join(phones)}")
        identity[i + 2, list(phones).index(segment.phone)] = 1
    quinphones = [identity[2 + offset : 2 + offset + len(segments)] for offset in NEIGHBOURS]
    before, after = _stresses(segments), _stresses(segments[::-1])[::-1]
    own = np.array([_own(segment) for segment in segments], np.float32).reshape(len(segments), -1)
    return np.concatenate([*quinphones, before, after, own], 1)


def frames(of_segments: Array, durations: NDArray[np.integer]) -> Array:
    """The features (F, channels + FRAME_CHANNELS) of frames: those of their segments (S, channels), and ``places``.

    ``durations`` are the frames of each segment (S,).
    """
    return np.concatenate([np.repeat(of_segments, durations, axis=0), places(durations)], 1)


def places(durations: NDArray[np.integer]) -> Array:
    """The position of each frame in its segment (F, FRAME_CHANNELS).

    The elapsed and the remaining fraction of the segment, the same in frames, and its length.
    """
    length = np.repeat(durations, durations).astype(np.float32)
    ends = np.cumsum(durations)
    over = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - durations, durations) + np.float32(0.5)
    left = length - over
    return np.stack([over / length, left / length, over / LONGEST, left / LONGEST, length / LONGEST], 1).astype(
        np.float32
    )


def _stresses(segments: Sequence[Segment]) -> Array:
    """The stress (S, STRESSES) of the syllable before that of each segment; zeros after a pause."""
    table = np.zeros((len(segments), STRESSES), np.float32)
    last: int | None = None
    current: tuple[int, int] | None = None
    stress = 0
    for i, segment in enumerate(segments):
        place = (segment.word, segment.syllable) if segment.part else None
        if place != current:
            last = stress if current is not None and place is not None else None
            current, stress = place, segment.stress
        if last is not None:
            table[i, last] = 1
    return table


def _own(s: Segment) -> list[float]:
    """The features of the segment alone: part, stress, counts, punctuation."""
    counts = (
        *(s.position, max(s.length - s.position - 1, 0), s.length),
        *(s.syllable, max(s.syllables - s.syllable - 1, 0), s.syllables),
        *(s.word, max(s.words - s.word - 1, 0), s.words),
    )
    said = bool(s.part)
    return [
        *_one_of(PARTS, s.part),
        *(_one_of(range(STRESSES), s.stress) if said else (0.0,) * STRESSES),
        *[count / _COUNTED if count < _COUNTED else 1.0 for count in counts],
        *(s.function, said and s.syllable == s.syllables - 1, said and s.word == s.words - 1),
        *_one_of(SIGNS, s.mark),
        s.seconds is not None,
    ]


@lru_cache
def _one_of(known: Sequence[object], value: object) -> tuple[float, ...]:
    return tuple(float(each == value) for each in known)
