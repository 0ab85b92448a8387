"""Bits per sample of held-out recordings, computed with the same fused network as in training."""

import math
from functools import cached_property

import numpy as np
import torch

from wavenet.arithmetic import ceil_div
from wavenet.config import TrainConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.model import fused
from wavenet.model.wavenet import WaveNet
from wavenet.training.excerpts import Batch, Excerpts

BLOCK = 32_000
"""samples that are scored at once, which bounds the memory"""


class Validator:
    """Scores recordings of the validation split from their first sample on."""

    def __init__(self, corpus: PreparedCorpus, config: TrainConfig) -> None:
        self._config = config
        self._excerpts = Excerpts(corpus, "validation", config)
        self._utterances = self._excerpts.utterances
        self._chosen = self._choose(config.validation_seconds * corpus.sample_rate / config.model.decimation)

    @cached_property
    def baselines(self) -> dict[str, float]:
        """Bits per sample of what needs no network, by its name: each class as likely as any, or as it is frequent."""
        levels = self._config.model.quantization_channels
        counts = np.zeros(levels, np.int64)
        for utterance, length in self._chosen:
            for start in range(0, length, BLOCK):
                counts += np.bincount(
                    self._excerpts.classes(utterance, start, min(start + BLOCK, length)), minlength=levels
                )
        p = counts[counts > 0] / counts.sum()
        return {"uniform": math.log2(levels), "histogram": float(-(p * np.log2(p)).sum())}

    def _choose(self, budget: float) -> list[tuple[int, int]]:
        """Recordings in a fixed random order, and how many samples of each, until the budget is used."""
        order = np.random.default_rng(0).permutation(len(self._excerpts.lengths))
        lengths = self._excerpts.lengths[order]
        taken = np.minimum(lengths, np.maximum(budget - (np.cumsum(lengths) - lengths), 0)).astype(np.int64)
        taken[0] = max(taken[0], 1)
        return sorted((int(i), int(n)) for i, n in zip(order, taken, strict=True) if n)

    def bits_per_sample(self, model: WaveNet, dtype: torch.dtype) -> float:
        """The mean over the chosen recordings, in bits."""
        scores = self.bits_per_recording(model, dtype)
        return sum(bits for _, _, bits in scores) / sum(samples for _, samples, _ in scores)

    @torch.no_grad()
    def bits_per_recording(self, model: WaveNet, dtype: torch.dtype) -> list[tuple[str, int, float]]:
        """The id, the number of samples and the bits of each of the chosen recordings."""
        scores = []
        for utterance, length in self._chosen:
            step = ceil_div(BLOCK, model.config.alignment) * model.config.alignment
            nats = sum(
                self._nats(model, dtype, self._excerpts.batch(utterance, start, min(step, length - start)))
                for start in range(0, length, step)
            )
            scores.append((self._utterances.ids[utterance], length, nats / math.log(2)))
        return scores

    def _nats(self, model: WaveNet, dtype: torch.dtype, batch: Batch) -> float:
        past, targets = (torch.from_numpy(each).to(model.input.bias.device) for each in (batch.past, batch.targets))
        logits = fused.logits(model, past, dtype, batch.conditioning(past.device))
        return float(model.distribution.negative_log_likelihood(logits.flatten(0, 1), targets.flatten()).sum())
