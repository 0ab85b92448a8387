"""Random windows of a prepared corpus: which samples an update sees, as a function of (seed, update) only."""

import numpy as np

from wavenet.config import TrainConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.training.excerpts import Batch, Excerpts


class Windows:
    """Windows of T samples, each preceded by its complete receptive field of real past, or by silence at the start.

    So the loss of a recording's first samples counts, and no loss counts whose real past was cut off. The position of a
    window depends only on (seed, update, row): a resumed run sees the same windows as an uninterrupted one, and
    processes share a batch by its rows.
    """

    def __init__(self, corpus: PreparedCorpus, config: TrainConfig) -> None:
        self._excerpts = Excerpts(corpus, "train", config)
        self._ends = np.cumsum(self._excerpts.lengths)
        self._config = config

    @property
    def samples(self) -> int:
        """Steps of the network in the training split."""
        return int(self._ends[-1])

    @property
    def digest(self) -> str:
        """``Excerpts.digest`` of the recordings that windows are drawn from."""
        return self._excerpts.digest

    def batch(self, update: int, rows: range) -> Batch:
        """The given rows of the batch of an update."""
        return Batch.of([self._window(update, row) for row in rows])

    def _window(self, update: int, row: int) -> Batch:
        noise = np.random.Generator(np.random.Philox(key=self._config.seed, counter=[0, 1, row, update]))
        return self._excerpts.batch(*self._place(update, row), self._config.window, noise)

    def _place(self, update: int, row: int) -> tuple[int, int]:
        """Draw an utterance, with probability proportional to its length, and the first sample of a window in it.

        Starts are drawn from half a window before the first sample to half a window before the last, and those outside
        are moved inside: so the first and last samples are seen about as often as the others. With frames or context
        stacks, starts are multiples of the alignment.
        """
        rng = np.random.Generator(np.random.Philox(key=self._config.seed, counter=[0, 0, row, update]))
        utterance = int(np.searchsorted(self._ends, rng.integers(self.samples), side="right"))
        length, T = int(self._excerpts.lengths[utterance]), self._config.window
        start = int(rng.integers(-(T // 2), max(length - T // 2, 1 - T // 2)))
        alignment = self._config.model.alignment
        return utterance, min(max(start, 0), max(length - T, 0) + alignment - 1) // alignment * alignment
