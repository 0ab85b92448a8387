"""Labelled recordings as sentences: what each stage sees, and what it shall say; and batches of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from wavenet.audio import features
from wavenet.config import FeatureConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError
from wavenet.tts import linguistics
from wavenet.tts.labels import Labelled, Labels
from wavenet.tts.phones import SIL
from wavenet.tts.segments import Segment

ENDS = ".!?…"
"""the marks at which a recording is cut into sentences, as a text is"""

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """A sentence of a recording."""

    utterance: int
    """which of the split"""
    segments: list[Segment]
    features: Array
    """of the segments, (S, channels)"""
    durations: NDArray[np.int64]
    """frames of each segment (S,)"""
    pitch: Array
    """log F0 and voicing, (F, 2)"""
    mel: Array
    """(F, n_mels)"""


def sentences(labelled: Labelled) -> Iterator[tuple[list[Segment], NDArray[np.int64]]]:
    """The sentences of a recording; a pause between two is half the end of one, half the beginning of the other."""
    found: list[Segment] = []
    frames: list[int] = []
    last = len(labelled.segments) - 1
    for i, (segment, length) in enumerate(zip(labelled.segments, labelled.durations, strict=True)):
        inner = segment.phone == SIL and segment.mark in tuple(ENDS) and i < last
        found.append(segment)
        frames.append(length - length // 2 if inner else length)
        if inner:
            yield found, np.array(frames)
            found, frames = [Segment(SIL)], [length // 2]
    yield found, np.array(frames)


def read(
    corpus: PreparedCorpus, split: str, speaker: str | None, labels: Labels, settings: FeatureConfig
) -> list[Example]:
    """The sentences of all recordings of a split that are labelled, in the order of the split.

    Raises:
        UsageError: the labels are of other frames, none of them is of this split, or one is of another recording.
        MissingExtraError: pyworld is not installed.
    """
    if (labels.hop_length, labels.sample_rate) != (settings.hop_length, corpus.sample_rate):
        raise UsageError(
            f"the labels count frames of {labels.hop_length} samples at {labels.sample_rate} Hz, and the features "
            f"{settings.hop_length} at {corpus.sample_rate}; align again with this hop_length"
        )
    known = {row.id: row for row in labels.rows}
    utterances = corpus.split(split, speaker)
    chosen = [i for i, identity in enumerate(utterances.ids) if identity in known]
    if not chosen:
        raise UsageError(f"{corpus.folder}: no recording of split {split!r} is labelled; align this corpus first")
    found: list[Example] = []
    for i in tqdm(chosen, f"reading {split}", unit=" files", delay=1, leave=False):
        waveform = corpus.waveform(utterances, i)
        mel = features.log_mel(waveform, corpus.sample_rate, settings)
        pitch = features.pitch(waveform, corpus.sample_rate, settings)
        row = known[utterances.ids[i]]
        if sum(row.durations) != len(mel):
            told = f"{row.id} has {len(mel)} frames, and its labels {sum(row.durations)}"
            raise UsageError(f"{corpus.folder}: {told}; align this corpus again")
        first = 0
        for segments, durations in sentences(row):
            frames = slice(first, first + int(durations.sum()))
            first = frames.stop
            linguistic = linguistics.features(segments, labels.phones)
            found.append(Example(i, segments, linguistic, durations, pitch[frames], mel[frames]))
    return found


@dataclass(frozen=True)
class Batch:
    """Sentences side by side; what is behind the end of one is zero."""

    features: Tensor
    """(B, S, channels)"""
    segment_inside: Tensor
    """(B, S, 1): true for what is a segment"""
    durations: Tensor
    """(B, S) frames"""
    index: Tensor
    """(B, F): which segment a frame is of"""
    places: Tensor
    """(B, F, FRAME_CHANNELS)"""
    frame_inside: Tensor
    """(B, F, 1): true for what is a frame"""
    pitch: Tensor
    """(B, F, 2)"""
    mel: Tensor
    """(B, F, n_mels)"""

    @classmethod
    def of(cls, examples: Sequence[Example]) -> "Batch":
        """Sentences as one batch."""
        columns: Mapping[str, list[Array]] = {
            "features": [e.features for e in examples],
            "segment_inside": [np.ones((len(e.segments), 1), bool) for e in examples],
            "durations": [e.durations for e in examples],
            "index": [np.repeat(np.arange(len(e.durations)), e.durations) for e in examples],
            "places": [linguistics.places(e.durations) for e in examples],
            "frame_inside": [np.ones((len(e.mel), 1), bool) for e in examples],
            "pitch": [e.pitch for e in examples],
            "mel": [e.mel for e in examples],
        }
        return cls(**{name: _padded(arrays) for name, arrays in columns.items()})


def _padded(arrays: Sequence[NDArray[np.generic]]) -> Tensor:
    whole = np.zeros((len(arrays), max(map(len, arrays)), *arrays[0].shape[1:]), arrays[0].dtype)
    for row, array in zip(whole, arrays, strict=True):
        row[: len(array)] = array
    return torch.from_numpy(whole)


def batches(examples: Sequence[Example], frames: int, rng: np.random.Generator) -> list[list[Example]]:
    """All sentences in random order, in groups of like lengths of at most so many frames, or a single sentence."""
    order = sorted(rng.permutation(len(examples)), key=lambda i: len(examples[i].mel))
    groups: list[list[Example]] = [[]]
    for i in order:
        if groups[-1] and (len(groups[-1]) + 1) * len(examples[i].mel) > frames:
            groups.append([])
        groups[-1].append(examples[i])
    return [groups[i] for i in rng.permutation(len(groups))]
