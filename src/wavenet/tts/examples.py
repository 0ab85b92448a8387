"""Labelled recordings as sentences: the inputs of each stage of a voice, and its targets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, partial

import numpy as np
from numpy.typing import NDArray

from wavenet import bars
from wavenet.audio import features
from wavenet.config import FeatureConfig
from wavenet.corpora import feature_store
from wavenet.corpora.prepared import PreparedCorpus, Utterances
from wavenet.errors import UsageError
from wavenet.tts import linguistics
from wavenet.tts.labels import Labelled, Labels
from wavenet.tts.segments import SIL, Segment

ENDS = ".!?…"
"""the punctuation marks at which a recording is cut into sentences, as a text is"""

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """A sentence of a recording."""

    utterance: str
    """its id in the corpus"""
    segments: list[Segment]
    features: Array
    """linguistic features of the segments, (S, channels)"""
    durations: NDArray[np.int64]
    """frames of each segment (S,)"""
    pitch: Array
    """log F0 and voicing, (F, 2)"""
    read_mel: Callable[[], Array]
    """computes ``mel``, which takes longer than all the rest"""

    @property
    def frames(self) -> int:
        """F."""
        return len(self.pitch)

    @cached_property
    def mel(self) -> Array:
        """(F, n_mels), from when it is needed first: never, where every stage is trained."""
        return self.read_mel()


def sentences(labelled: Labelled) -> Iterator[tuple[list[Segment], NDArray[np.int64]]]:
    """The sentences of a recording; a pause between two is divided equally between the end of one and the start of the
    other.
    """
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
    corpus: PreparedCorpus,
    split: str,
    speaker: str | None,
    labels: Labels,
    settings: FeatureConfig,
    seconds: float = 0.0,
) -> list[Example]:
    """The sentences of all labelled recordings of a split, in the order of the split.

    They last at most this many seconds, as for ``TrainConfig.train_seconds``; 0: no limit.

    Raises:
        UsageError: the labels have other frames, none of them is of this split, or one belongs to another recording.
        MissingExtraError: F0 is to be found by Harvest, and pyworld is not installed.
    """
    if (labels.hop_length, labels.sample_rate) != (settings.hop_length, corpus.sample_rate):
        raise UsageError(
            f"the labels have frames of {labels.hop_length} samples at {labels.sample_rate} Hz, but the features "
            f"{settings.hop_length} at {corpus.sample_rate}; align again with this hop_length"
        )
    known = {row.id: row for row in labels.rows}
    utterances = corpus.split(split, speaker)
    chosen = [i for i, identity in enumerate(utterances.ids) if identity in known]
    if not chosen:
        raise UsageError(f"{corpus.folder}: no recording of split {split!r} is labelled; align this corpus first")
    found: list[Example] = []
    utterances = utterances.only(chosen)
    if seconds:
        utterances = utterances.drawn(seconds * corpus.sample_rate)
    contours = feature_store.files("pitch", corpus, utterances, settings)
    for i, identity in enumerate(bars.bar(utterances.ids, f"reading {split}", unit=" files", delay=1, leave=False)):
        contour, row = np.load(contours[i]), known[identity]
        if sum(row.durations) != len(contour):
            message = f"{row.id} has {len(contour)} frames, but its labels have {sum(row.durations)}"
            raise UsageError(f"{corpus.folder}: {message}; align this corpus again")
        mel, first = cache(partial(_log_mel, corpus, utterances, i, settings)), 0
        for segments, durations in sentences(row):
            frames = slice(first, first + int(durations.sum()))
            first = frames.stop
            linguistic = linguistics.features(segments, labels.phones)
            read = partial(_part, mel, frames)
            found.append(Example(identity, segments, linguistic, durations, contour[frames], read))
    return found


def _log_mel(corpus: PreparedCorpus, utterances: Utterances, i: int, settings: FeatureConfig) -> Array:
    return features.log_mel(corpus.waveform(utterances, i), corpus.sample_rate, settings)


def _part(whole: Callable[[], Array], frames: slice) -> Array:
    return whole()[frames]
