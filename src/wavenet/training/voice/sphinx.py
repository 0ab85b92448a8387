"""Forced alignment by PocketSphinx: where the phones of known words are in a recording, and how well they fit.

It scores a frame relative to the best fit of any phone, so that 0 is best, whatever the microphone; the unit is its
own. It aligns any text that can be squeezed into a recording: only the scores show whether that text was spoken.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wavenet.arithmetic import ceil_div
from wavenet.audio import files
from wavenet.errors import MissingExtraError

RATE = 16_000
"""sample rate in Hz of its acoustic model"""
FRAME = 160
"""samples per frame"""

_WINDOW = 410
# Silence before and after: without it, pauses of less than three frames at the ends cannot be found. With it, speech
# starts 15 ms from where its energy does, not 23 (mean of 138 prompts); faint noise instead of silence does not help.
_PAUSE = 10
# an aligned frame describes the middle of its window, which is to be the middle of a frame of the recording
_BEFORE = _PAUSE * FRAME + (_WINDOW - FRAME) // 2

_RANGE = 45.0
"""dB below the loud frames of a recording at which a frame is silent"""
_OVER_NOISE = 8.0
"""dB above the faintest frames at which a frame is not silent"""
_LOUD, _FAINT = 95, 2
"""percentiles"""
_FARTHEST = 20
"""frames by which an edge of a pause may be moved at most"""
_LONG, _MARGIN = 100, 30
"""frames of the shortest pause that is shortened, and frames kept at each end of it: long passages of faint noise
dominate the mean of the features and lower all scores; 10 s at -80 dBFS around a phrase lower it from -8 to -19"""

Way = tuple[str, ...]
"""phones of a word, without stress"""


@dataclass(frozen=True)
class Aligned:
    """The words of a recording, as they were spoken; anything between two phones is a pause. Times are in frames."""

    ways: tuple[int, ...]
    """for each word, the index of its pronunciation"""
    begins: NDArray[np.int64]
    """start of each phone (P,), at least 0"""
    ends: NDArray[np.int64]
    """end of each phone (P,), at least three frames after its start except at the ends of the recording"""
    scores: NDArray[np.float64]
    """score per frame of each phone (P,): the further below 0, the worse"""


class Aligner:
    """Aligns recordings to texts; of the pronunciations of a word, the audio determines which was spoken."""

    def __init__(self, words: Iterable[tuple[Way, ...]]) -> None:
        """Take all words, each as the list of its pronunciations: loading them once is fast, adding one takes seconds.

        Raises:
            MissingExtraError: PocketSphinx is not installed.
        """
        self._names = {word: f"w{i}" for i, word in enumerate(dict.fromkeys(words))}
        self._decoder = _decoder(self._names)

    def align(self, waveform: NDArray[np.floating], words: Sequence[tuple[Way, ...]]) -> Aligned | None:
        """Align one or more words to a waveform (T,) at ``RATE``, T > 0; None if they cannot be aligned."""
        heard = _heard(waveform)
        kept = _without_long_pauses(heard)
        frames = np.split(waveform, range(FRAME, len(waveform), FRAME))
        silence = np.zeros(_BEFORE, np.float32)
        shortened = np.concatenate([silence, *(frames[i] for i in kept), silence])
        sound = files.to_int16(shortened).astype("<i2").tobytes()
        self._decoder.set_align_text(" ".join(self._names[word] for word in words))
        try:
            self._pass(sound)
            if self._decoder.hyp() is None:
                return None
            self._decoder.set_alignment()
            self._pass(sound)
        except RuntimeError:
            return None
        found = _aligned(self._decoder.get_alignment(), len(kept))
        if not (found.begins < found.ends).all():  # a phone was aligned to the silence around the recording
            return None
        return _sharpened(replace(found, begins=kept[found.begins], ends=kept[found.ends - 1] + 1), heard)

    def _pass(self, sound: bytes) -> None:
        self._decoder.start_utt()
        self._decoder.process_raw(sound, full_utt=True)
        self._decoder.end_utt()


def _decoder(names: dict[tuple[Way, ...], str]) -> Any:
    try:
        from pocketsphinx import Decoder
    except ImportError:
        raise MissingExtraError("aligning", "voice") from None
    lines = [
        f"{name}{f'({i})' * (i > 1)} {' '.join(way)}\n" for word, name in names.items() for i, way in enumerate(word, 1)
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "words.dict"
        path.write_text("".join(lines), "utf-8")
        # the best path through the lattice gives words too few frames for their phones, so that the second pass fails;
        #         # a pause is as probable as none: by default none is found where a word could be lengthened
        return Decoder(dict=str(path), lm=None, bestpath=False, silprob=1.0, loglevel="FATAL")


def _aligned(alignment: Iterable[Any], frames: int) -> Aligned:
    """The result of PocketSphinx without its silences and noises, in frames of the recording."""
    ways: list[int] = []
    phones: list[tuple[int, int, int]] = []
    for word in alignment:  # valid, with its phones, only until the next one is read
        if word.name.startswith("w"):
            ways.append(int(word.name.partition("(")[2].rstrip(")") or 1) - 1)
            phones += [(phone.start, phone.duration, phone.score) for phone in word]
    starts, lengths, scores = np.array(phones).T
    begins = starts - _PAUSE
    return Aligned(tuple(ways), begins.clip(0, frames), (begins + lengths).clip(0, frames), scores / lengths)


def _heard(waveform: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which frames (F,) of a waveform are not silent, in windows of two frames around the middle of each."""
    moved = np.pad(np.asarray(waveform, np.float64), (FRAME // 2, 2 * FRAME))
    windows = np.lib.stride_tricks.sliding_window_view(moved, 2 * FRAME)[::FRAME][: ceil_div(len(waveform), FRAME)]
    level = 10 * np.log10((windows**2).mean(1) + 1e-10)
    loud, faint = np.percentile(level, [_LOUD, _FAINT])
    heard: NDArray[np.bool_] = level > max(loud - _RANGE, faint + _OVER_NOISE)
    return heard


def _without_long_pauses(heard: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The indices of the frames (F,) that remain when pauses, with these audible frames around them, are shortened."""
    kept = np.ones(len(heard), np.bool_)
    edges = np.flatnonzero(np.diff(~heard, prepend=False, append=False)).reshape(-1, 2)
    for begin, end in edges[edges[:, 1] - edges[:, 0] > _LONG]:
        kept[begin + _MARGIN : end - _MARGIN] = False
    return np.flatnonzero(kept)


def _sharpened(aligned: Aligned, heard: NDArray[np.bool_]) -> Aligned:
    """Assign what is still audible at the edges of a pause to the neighbouring phones.

    PocketSphinx ends the last phone 50 ms or more before it has decayed in 13 % of prompts, and 100 ms in 4 %.
    """
    begins, ends = aligned.begins.copy(), aligned.ends.copy()
    P, F = len(begins), len(heard)
    for i in range(P + 1):
        first, last = ends[i - 1] if i else 0, begins[i] if i < P else F
        begin, end = first, last
        while i > 0 and begin < min(last, first + _FARTHEST) and heard[begin]:
            begin += 1
        while i < P and end > max(begin, last - _FARTHEST) and heard[end - 1]:
            end -= 1
        if (
            begin == end and 0 < i < P
        ):  # a breath, or something not in the text: it is unknown to which phone it belongs
            continue
        ends[i - 1 : i], begins[i : i + 1] = begin, end
    return replace(aligned, begins=begins, ends=ends)
