"""The training loss: the negative log-likelihood of a batch (equation 1).

``Run.loss`` is any ``Loss``, so another one can replace it.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from wavenet.config import TrainConfig
from wavenet.model import fused
from wavenet.model.conditioning import ConditioningInputs
from wavenet.model.wavenet import WaveNet
from wavenet.outputs import Distribution
from wavenet.training.excerpts import Batch

Forward = Callable[[Tensor, ConditioningInputs | None], Tensor]
"""the network: past (B, required_past - 1 + T) and conditioning to logits (B, T, C)"""
Loss = Callable[[Batch, range, int], tuple[Tensor, Tensor]]
"""a batch, the indices of its rows in the update, the update → its summed loss in nats, its number of samples"""


class Likelihood:
    """The paper's loss; with ``TrainConfig.own_inputs``, part of the past is drawn from the network's predictions."""

    def __init__(self, config: TrainConfig, distribution: Distribution, forward: Forward, device: torch.device) -> None:
        self._config, self._distribution, self._forward, self._device = config, distribution, forward, device

    def __call__(self, batch: Batch, rows: range, update: int) -> tuple[Tensor, Tensor]:
        """See ``Loss``."""
        past, conditions = self._inputs(batch, rows, update)
        targets = torch.from_numpy(batch.targets).to(self._device).t()
        logits = self._forward(past, conditions).transpose(0, 1)  # time first, as the fused network computes: no copy
        nats = self._distribution.negative_log_likelihood(logits.flatten(0, 1), targets.flatten())
        return nats.sum(), (targets != self._distribution.no_sample).sum().float()

    def _inputs(self, batch: Batch, rows: range, update: int) -> tuple[Tensor, ConditioningInputs | None]:
        past, conditions = torch.from_numpy(batch.past).to(self._device), batch.conditioning(self._device)
        if self._config.own_inputs:
            past = self.with_own_inputs(past, conditions, rows, update)
        return past, conditions

    @torch.no_grad()
    def with_own_inputs(self, past: Tensor, conditions: ConditioningInputs | None, rows: range, update: int) -> Tensor:
        """The past with a share of its samples drawn from what the network predicts after the true ones."""
        key = np.random.Philox(key=self._config.seed, counter=[0, 2, rows.start, update])
        random = torch.Generator(past.device).manual_seed(int(key.random_raw()) >> 1)
        logits = self._forward(past, conditions)[:, :-1]  # the sample after the last is not needed
        drawn = self._distribution.draw(logits.flatten(0, 1), random).view(logits.shape[:2])
        share = self._config.own_inputs * torch.rand(len(past), 1, generator=random, device=past.device)
        own = torch.rand(drawn.shape, generator=random, device=past.device) < share
        before = past.shape[1] - drawn.shape[1]
        return torch.cat([past[:, :before], torch.where(own, drawn, past[:, before:])], 1)


class Distillation(Likelihood):
    """The cross-entropy to what another network predicts after the same past, in place of the recordings' samples.

    What it predicts says more of the next sample than one that was drawn (Hinton, Vinyals and Dean, 2015).
    """

    def __init__(
        self, config: TrainConfig, teacher: WaveNet, forward: Forward, dtype: torch.dtype, device: torch.device
    ) -> None:
        """``teacher`` has the inputs and the softmax of the network that learns, and computes in ``dtype``."""
        super().__init__(config, teacher.distribution, forward, device)
        self._teacher, self._dtype = teacher.to(device), dtype

    def __call__(self, batch: Batch, rows: range, update: int) -> tuple[Tensor, Tensor]:
        """See ``Loss``."""
        past, conditions = self._inputs(batch, rows, update)
        known = (torch.from_numpy(batch.targets).to(self._device) != self._distribution.no_sample).t()
        with torch.no_grad():
            wanted = fused.logits(self._teacher, past, self._dtype, conditions).transpose(0, 1).float().softmax(-1)
        logits = self._forward(past, conditions).transpose(0, 1).float()
        nats = cross_entropy(logits.flatten(0, 1), wanted.flatten(0, 1), reduction="none").view(known.shape)
        return (nats * known).sum(), known.sum().float()
