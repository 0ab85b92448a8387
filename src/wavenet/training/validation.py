"""Bits per sample of held-out recordings, by the same fast network that trains."""

import math
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from wavenet.audio import codec
from wavenet.config import TrainConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.model import fused
from wavenet.model.wavenet import WaveNet

BLOCK = 32_000
"""samples scored at once; bounds the memory"""


class Validator:
    """Scores whole recordings of the validation split, from their first sample on."""

    def __init__(self, corpus: PreparedCorpus, config: TrainConfig) -> None:
        self._config = config
        self._corpus = corpus
        self._utterances = corpus.split("validation")
        self._chosen = self._choose(config.validation_seconds * corpus.sample_rate)

    def _choose(self, budget: float) -> list[tuple[int, int]]:
        """Recordings in a fixed random order, and how many samples of each, until the budget is full."""
        order = np.random.default_rng(0).permutation(len(self._utterances.lengths))
        lengths = self._utterances.lengths[order]
        taken = np.minimum(lengths, np.maximum(budget - (np.cumsum(lengths) - lengths), 0)).astype(np.int64)
        taken[0] = max(taken[0], 1)
        return sorted((int(i), int(n)) for i, n in zip(order, taken, strict=True) if n)

    @torch.no_grad()
    def bits_per_sample(self, model: WaveNet, dtype: torch.dtype) -> float:
        """Of the chosen recordings, in bits."""
        nats, samples = 0.0, 0
        for utterance, length in self._chosen:
            for past, targets in self._blocks(model, self._classes(utterance, length)):
                logits = fused.logits(model, past, dtype)
                nats += float(model.distribution.negative_log_likelihood(logits.flatten(0, 1), targets.flatten()).sum())
                samples += targets.numel()
        return nats / samples / math.log(2)

    def _classes(self, utterance: int, length: int) -> NDArray[np.int64]:
        waveform = self._corpus.waveform(self._utterances, utterance, 0, length)
        return codec.encode(waveform, self._config.audio, self._config.model.quantization_channels)

    def _blocks(self, model: WaveNet, classes: NDArray[np.int64]) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Inputs and targets of stretches of a recording, each behind its receptive field."""
        reach = model.config.receptive_field
        whole = model.with_start(torch.from_numpy(classes)[None].to(model.input.bias.device))
        for start in range(0, len(classes), BLOCK):
            stretch = whole[:, start : start + reach + BLOCK]
            yield stretch[:, :-1], stretch[:, reach:]
