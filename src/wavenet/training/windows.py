"""Random windows of a prepared corpus: which samples an update sees, as a function of (seed, update) alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import codec
from wavenet.config import TrainConfig
from wavenet.corpora.prepared import PreparedCorpus

IGNORED = -100
"""the target of a position that is no sample"""


@dataclass(frozen=True)
class Batch:
    """What an update sees."""

    past: NDArray[np.int64]
    """(B, receptive_field - 1 + T) classes, the network's input"""
    targets: NDArray[np.int64]
    """(B, T) classes; IGNORED after the end of a recording that is shorter than a window"""


class Windows:
    """Windows of T samples, each behind its whole receptive field of real past, or of silence before the start.

    So the loss of a recording's first samples counts, and none counts whose real past was cut off. A window's place
    depends on (seed, update, row) and on nothing that happened before: a resumed run sees what the uninterrupted one
    would have, and processes share a batch by its rows.
    """

    def __init__(self, corpus: PreparedCorpus, config: TrainConfig) -> None:
        self._corpus = corpus
        self._utterances = corpus.split("train")
        self._ends = np.cumsum(self._utterances.lengths)
        self._config = config
        silence = codec.encode(np.zeros(1), config.audio, config.model.quantization_channels)
        self._silence = int(silence[0])

    @property
    def samples(self) -> int:
        """Samples in the training split."""
        return int(self._ends[-1])

    def batch(self, update: int, rows: range) -> Batch:
        """The given rows of the batch of an update."""
        windows = [self._window(*self._place(update, row)) for row in rows]
        reach = self._config.model.receptive_field
        classes = np.stack([window for window, _ in windows])
        targets = classes[:, reach:].copy()
        for row, (_, n) in enumerate(windows):
            targets[row, n:] = IGNORED
        return Batch(classes[:, :-1], targets)

    def _place(self, update: int, row: int) -> tuple[int, int]:
        """An utterance, drawn by its length, and the first sample of a window in it.

        Starts are drawn from half a window before the first sample to half a window before the last, and those that
        stick out are moved inside: the first and last samples are seen about as often as the others.
        """
        rng = np.random.Generator(np.random.Philox(key=self._config.seed, counter=[0, 0, row, update]))
        utterance = int(np.searchsorted(self._ends, rng.integers(self.samples), side="right"))
        length, T = int(self._utterances.lengths[utterance]), self._config.window
        start = int(rng.integers(-(T // 2), max(length - T // 2, 1 - T // 2)))
        return utterance, min(max(start, 0), max(length - T, 0))

    def _window(self, utterance: int, start: int) -> tuple[NDArray[np.int64], int]:
        """Classes (receptive_field + T) up to start + T, and how many of the last T are samples."""
        reach, T = self._config.model.receptive_field, self._config.window
        length = int(self._utterances.lengths[utterance])
        first, stop = max(start - reach, 0), min(start + T, length)
        before = max(first - 1, 0)  # pre-emphasis needs one sample more
        waveform = self._corpus.waveform(self._utterances, utterance, before, stop)
        classes = codec.encode(waveform, self._config.audio, self._config.model.quantization_channels)
        classes = classes[first - before :]
        out = np.full(reach + T, self._silence)
        offset = reach - (start - first)
        out[offset : offset + len(classes)] = classes
        return out, stop - start
