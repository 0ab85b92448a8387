"""The stages of ``tts/stages.py`` in PyTorch, for batches of sentences, and their losses."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wavenet.config import StageConfig
from wavenet.training.residual import Stack
from wavenet.training.voice.batches import Batch
from wavenet.tts.linguistics import FRAME_CHANNELS


class Stage(nn.Module):
    """A network with its loss."""

    def loss(self, batch: Batch) -> Tensor:
        """The loss of a batch that training minimises."""
        raise NotImplementedError


class Durations(Stage):
    """Predicts log(1 + frames) for every segment."""

    def __init__(self, settings: StageConfig, inputs: int, dropout: float) -> None:
        super().__init__()
        s = settings
        self.encoder = Stack(inputs, 1, s.encoder_blocks, s.channels, s.taps, dropout)

    def forward(self, batch: Batch) -> Tensor:
        """Map a batch to (B, S)."""
        logs: Tensor = self.encoder(batch.features, batch.segment_inside)[..., 0]
        return logs

    def loss(self, batch: Batch) -> Tensor:
        """The mean absolute error."""
        error = (self(batch).float() - batch.durations.float().log1p()).abs()
        loss: Tensor = error[batch.segment_inside[..., 0]].mean()
        return loss


class Decoded(Stage):
    """An encoder over segments and a decoder over frames."""

    def __init__(self, settings: StageConfig, inputs: int, others: int, outputs: int, dropout: float) -> None:
        super().__init__()
        s = settings
        self.encoder = Stack(inputs, s.channels, s.encoder_blocks, s.channels, s.taps, dropout)
        decoded = s.channels + FRAME_CHANNELS + others
        self.decoder = Stack(decoded, outputs, s.decoder_blocks, s.channels, s.taps, dropout)

    def decode(self, batch: Batch, others: list[Tensor]) -> Tensor:
        """Map a batch to (B, F, outputs), with additional inputs (B, F, …) per frame."""
        encoded = self.encoder(batch.features, batch.segment_inside)
        of_frames = encoded.gather(1, batch.index[..., None].expand(-1, -1, encoded.shape[2]))
        outputs: Tensor = self.decoder(torch.cat([of_frames, batch.places, *others], 2), batch.frame_inside)
        return outputs


class Pitch(Decoded):
    """Predicts log F0 and a logit of voicing for every frame."""

    UNVOICED = 0.1
    """weight of the loss in unvoiced frames, whose F0 is interpolated"""

    def __init__(self, settings: StageConfig, inputs: int, dropout: float) -> None:
        super().__init__(settings, inputs, 0, 2, dropout)

    def forward(self, batch: Batch) -> Tensor:
        """Map a batch to (B, F, 2)."""
        return self.decode(batch, [])

    def loss(self, batch: Batch) -> Tensor:
        """The mean absolute error of log F0 plus the cross-entropy of voicing."""
        found, inside = self(batch).float(), batch.frame_inside[..., 0]
        voiced = batch.pitch[..., 1]
        weight = voiced + self.UNVOICED * (1 - voiced)
        height = (weight * (found[..., 0] - batch.pitch[..., 0]).abs())[inside].mean()
        loss: Tensor = height + F.binary_cross_entropy_with_logits(found[..., 1][inside], voiced[inside])
        return loss


class Mel(Decoded):
    """Predicts the log-mel spectrum of every frame, from the segments and F0."""

    def __init__(self, settings: StageConfig, inputs: int, n_mels: int, dropout: float) -> None:
        super().__init__(settings, inputs, 2, n_mels, dropout)

    def forward(self, batch: Batch) -> Tensor:
        """Map a batch to (B, F, n_mels)."""
        return self.decode(batch, [batch.pitch])

    def loss(self, batch: Batch) -> Tensor:
        """The mean absolute error."""
        error = (self(batch).float() - batch.mel).abs()
        loss: Tensor = error[batch.frame_inside[..., 0]].mean()
        return loss
