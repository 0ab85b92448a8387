"""The two losses of section 3.4, and the scores of held-out recordings."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from wavenet.config.recogniser import TrainRecogniserConfig
from wavenet.model import fused
from wavenet.model.recogniser import MelRecogniser, Recogniser, pooled
from wavenet.training.recogniser.examples import NO_PHONE, Batch, Examples

Network = Recogniser | MelRecogniser
AT_ONCE = 200
"""frames of a held-out recording that pass through the stack at once, which bounds the memory"""


@dataclass(frozen=True)
class Losses:
    """The losses of a batch."""

    phones: Tensor
    """nats per frame that counts"""
    next_sample: Tensor | None
    """nats per sample; None: it has no weight"""


class Objective:
    """Computes the losses of a network with the settings of a run."""

    def __init__(self, config: TrainRecogniserConfig, dtype: torch.dtype) -> None:
        self._config, self._dtype = config, dtype
        self._hop = config.recogniser.features.hop_length

    def losses(self, network: Network, batch: Batch) -> Losses:
        """The losses of a batch."""
        frames, next_sample = self.frames(network, batch)
        logits = network.frames(frames, torch.from_numpy(batch.inside)[:, None])  # (B, P, F)
        targets = torch.from_numpy(batch.phones)
        nats = F.cross_entropy(logits, targets, ignore_index=NO_PHONE, reduction="sum")
        return Losses(nats / (targets != NO_PHONE).sum().clamp(min=1), next_sample)

    def total(self, losses: Losses) -> Tensor:
        """Their weighted sum."""
        if losses.next_sample is None:
            return losses.phones
        return losses.phones + self._config.next_sample * losses.next_sample

    def frames(self, network: Network, batch: Batch) -> tuple[Tensor, Tensor | None]:
        """The frames (B, C, F) that are classified, and the loss of the next sample if it has a weight."""
        if isinstance(network, MelRecogniser):
            assert batch.mel is not None
            return torch.from_numpy(batch.mel).transpose(1, 2), None
        past, targets = torch.from_numpy(batch.samples.past), torch.from_numpy(batch.samples.targets).t()
        heard = targets != network.distribution.no_sample  # (T, B)
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self._config.frozen):
            skips = fused.skips(network, past, self._dtype)  # (T·B, S)
        frames = pooled(skips.view(*heard.shape, -1), heard.float(), self._hop)
        if not self._config.next_sample or self._config.frozen or not torch.is_grad_enabled():
            return frames, None
        logits = fused.head(network, skips, self._dtype)
        nats = network.distribution.negative_log_likelihood(logits, targets.flatten())
        return frames, nats.sum() / heard.sum()


@torch.no_grad()
def log_probabilities(
    objective: Objective, network: Network, examples: Examples, recording: int
) -> NDArray[np.float32]:
    """Of each phone in each frame of a whole recording, (F, P)."""
    network.eval()
    F_ = int(examples.frames[recording])
    parts = []
    for first in range(0, F_, AT_ONCE):
        batch = examples.window(recording, first, min(AT_ONCE, F_ - first))
        parts.append(objective.frames(network, batch)[0])
    logits = network.frames(torch.cat(parts, 2), torch.ones(1, 1, F_))[0].t()
    found: NDArray[np.float32] = torch.log_softmax(logits, 1).numpy()
    network.train()
    return found
