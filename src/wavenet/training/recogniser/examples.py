"""Labelled windows of a prepared corpus: what the network hears, the next samples, and the phone of each frame."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import features
from wavenet.audio.front_end import FrontEnd
from wavenet.config import TrainConfig
from wavenet.config.recogniser import TrainRecogniserConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError
from wavenet.training import excerpts
from wavenet.training.excerpts import Excerpts
from wavenet.tts.labels import Labelled, Labels

NO_PHONE = -1
"""the label of a frame that does not count"""


@dataclass(frozen=True)
class Batch:
    """B windows of F frames."""

    samples: excerpts.Batch
    """their samples"""
    phones: NDArray[np.int64]
    """(B, F) numbers of phones, or ``NO_PHONE``"""
    inside: NDArray[np.float32]
    """(B, F): 0 after the end of a recording, else 1"""
    mel: NDArray[np.float32] | None
    """(B, F, n_mels), if the input is log-mel"""


def read_labels(config: TrainRecogniserConfig, corpus: PreparedCorpus) -> Labels:
    """The labels of a run; raises UsageError where there are none, or their frames are not those of the settings."""
    labels = Labels.read(Path(config.labels))
    hop = config.recogniser.features.hop_length
    if (labels.sample_rate, labels.hop_length) != (corpus.sample_rate, hop):
        raise UsageError(
            f"{config.labels}: has frames of {labels.hop_length} samples at {labels.sample_rate} Hz, but "
            f"recogniser.features.hop_length is {hop} and {config.data} has {corpus.sample_rate} Hz; set them alike"
        )
    if config.recogniser.phones and config.recogniser.phones != labels.phones:
        raise UsageError(f"recogniser.phones are not those of {config.labels}; leave the setting out")
    return labels


class Examples:
    """The labelled recordings of one split.

    Raises:
        UsageError: there are none, or their labels are of recordings with another length.
    """

    def __init__(self, corpus: PreparedCorpus, split: str, config: TrainRecogniserConfig, labels: Labels) -> None:
        self._corpus, self._config, self._split = corpus, config, split
        self.hop = config.recogniser.features.hop_length
        plain = TrainConfig(
            data=config.data, audio=config.audio, model=config.model, train_seconds=config.train_seconds
        )
        self._excerpts = Excerpts(corpus, split, plain)
        utterances = self._excerpts.utterances
        known = {row.id: row for row in labels.rows}
        self.chosen = [i for i, name in enumerate(utterances.ids) if name in known]
        """which utterances of the split are labelled"""
        if not self.chosen:
            raise UsageError(f"{config.labels}: labels no recording of the split {split!r} of {config.data}")
        self.rows = [known[utterances.ids[i]] for i in self.chosen]
        self._numbers = {phone: n for n, phone in enumerate(labels.phones)}
        self.frames = np.array([features.count(int(utterances.lengths[i]), self.hop) for i in self.chosen])
        """of each recording (N,)"""
        for row, frames in zip(self.rows, self.frames.tolist(), strict=True):
            if sum(row.durations) != frames:
                raise UsageError(
                    f"{config.labels}: {row.id} has {sum(row.durations)} frames, but {frames} in {config.data}; "
                    "label the corpus again"
                )
        self._ends = np.cumsum(self.frames)

    def __len__(self) -> int:
        return len(self.chosen)

    @cached_property
    def digest(self) -> str:
        """A digest of the recordings and their labels, which does not depend on where they are."""
        lengths = self._excerpts.utterances.lengths[self.chosen].tolist()
        content = [[row.id, n, *self.of(row)] for row, n in zip(self.rows, lengths, strict=True)]
        return sha256(json.dumps(content).encode()).hexdigest()

    def of(self, row: Labelled) -> list[list[int]]:
        """The numbers of the phones of a recording, and their frames."""
        return [[self._numbers[segment.phone] for segment in row.segments], list(map(int, row.durations))]

    def samples(self, recording: int) -> int:
        """Samples of a recording."""
        return int(self._excerpts.utterances.lengths[self.chosen[recording]])

    def waveform(self, recording: int) -> NDArray[np.float32]:
        """A whole recording (T,)."""
        return self._excerpts.waveform(self.chosen[recording])

    def classes(self, recording: int) -> NDArray[np.int64]:
        """The classes of a whole recording (T,)."""
        return FrontEnd(self._config.audio, self._config.model).encode(self.waveform(recording))

    def phones(self, recording: int) -> NDArray[np.int64]:
        """The phone of each frame of a recording (F,)."""
        return np.repeat(*(np.array(each, np.int64) for each in self.of(self.rows[recording])))

    def batch(self, update: int) -> Batch:
        """The windows of an update: a function of the seed and the update only."""
        parts = [self.window(*self._place(update, row)) for row in range(self._config.batch_size)]
        mels = [part.mel for part in parts if part.mel is not None]
        return Batch(
            excerpts.Batch.of([part.samples for part in parts]),
            np.concatenate([part.phones for part in parts]),
            np.concatenate([part.inside for part in parts]),
            np.concatenate(mels) if mels else None,
        )

    def window(self, recording: int, first: int, frames: int) -> Batch:
        """A window of a recording.

        Frames that depend on frames beyond an end of the window, which is no end of the recording, do not count.
        """
        whole, radius = self.phones(recording), self._config.recogniser.radius
        phones = np.full((1, frames), NO_PHONE)
        stop = min(first + frames, len(whole))
        begin, end = first + radius * (first > 0), stop - radius * (stop < len(whole))
        phones[0, begin - first : end - first] = whole[begin:end]
        inside = (np.arange(first, first + frames) < len(whole)).astype(np.float32)[None]
        mel = self.mel(recording, first, frames) if self._config.recogniser.input == "log_mel" else None
        samples = self._excerpts.batch(self.chosen[recording], first * self.hop, frames * self.hop)
        return Batch(samples, phones, inside, mel)

    def mel(self, recording: int, first: int, frames: int) -> NDArray[np.float32]:
        """Log-mel frames (1, F, n_mels), zero after the end of the recording."""
        settings = self._config.recogniser.features
        skipped = max(first - features.count(settings.n_fft, self.hop), 0)
        stop = min(first + frames, int(self.frames[recording]))
        heard = self._corpus.waveform(
            self._excerpts.utterances, self.chosen[recording], skipped * self.hop, stop * self.hop + settings.n_fft
        )
        found = features.log_mel(heard, self._corpus.sample_rate, settings, first - skipped, stop - skipped)
        return np.pad(found, ((0, frames - len(found)), (0, 0)))[None]

    def _place(self, update: int, row: int) -> tuple[int, int, int]:
        """A recording with probability proportional to its length, and a window in it; as ``Windows._place``."""
        rng = np.random.Generator(np.random.Philox(key=self._config.seed, counter=[0, 3, row, update]))
        recording = int(np.searchsorted(self._ends, rng.integers(self._ends[-1]), side="right"))
        length, F = int(self.frames[recording]), self._config.window
        start = int(rng.integers(-(F // 2), max(length - F // 2, 1 - F // 2)))
        return recording, min(max(start, 0), max(length - F, 0)), F


def digests(splits: Mapping[str, Examples]) -> dict[str, str]:
    """The digest of each split."""
    return {name: examples.digest for name, examples in splits.items()}
