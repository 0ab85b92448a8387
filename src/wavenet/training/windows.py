"""Random windows of a prepared corpus: which samples an update sees, as a function of (seed, update) alone."""

import json
from hashlib import sha256

import numpy as np

from wavenet.config import TrainConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.training.excerpts import Batch, Excerpts


class Windows:
    """Windows of T samples, each behind its whole receptive field of real past, or of silence before the start.

    So the loss of a recording's first samples counts, and none counts whose real past was cut off. A window's place
    depends on (seed, update, row) and on nothing that happened before: a resumed run sees what the uninterrupted one
    would have, and processes share a batch by its rows.
    """

    def __init__(self, corpus: PreparedCorpus, config: TrainConfig) -> None:
        self._excerpts = Excerpts(corpus, "train", config)
        self._ends = np.cumsum(self._excerpts.lengths)
        self._config = config

    @property
    def samples(self) -> int:
        """Samples of the network in the training split."""
        return int(self._ends[-1])

    @property
    def digest(self) -> str:
        """Of the recordings that there are to draw from: the same wherever the corpus lies."""
        ids, lengths = self._excerpts.utterances.ids, self._excerpts.utterances.lengths.tolist()
        return sha256(json.dumps([ids, lengths]).encode()).hexdigest()

    def batch(self, update: int, rows: range) -> Batch:
        """The given rows of the batch of an update."""
        return Batch.of([self._window(update, row) for row in rows])

    def _window(self, update: int, row: int) -> Batch:
        noise = np.random.Generator(np.random.Philox(key=self._config.seed, counter=[0, 1, row, update]))
        return self._excerpts.batch(*self._place(update, row), self._config.window, noise)

    def _place(self, update: int, row: int) -> tuple[int, int]:
        """An utterance, drawn by its length, and the first sample of a window in it.

        Starts are drawn from half a window before the first sample to half a window before the last, and those that
        stick out are moved inside: the first and last samples are seen about as often as the others. Where there are
        frames or context stacks, starts are multiples of their hops.
        """
        rng = np.random.Generator(np.random.Philox(key=self._config.seed, counter=[0, 0, row, update]))
        utterance = int(np.searchsorted(self._ends, rng.integers(self.samples), side="right"))
        length, T = int(self._excerpts.lengths[utterance]), self._config.window
        start = int(rng.integers(-(T // 2), max(length - T // 2, 1 - T // 2)))
        alignment = self._config.model.alignment
        return utterance, min(max(start, 0), max(length - T, 0) + alignment - 1) // alignment * alignment
