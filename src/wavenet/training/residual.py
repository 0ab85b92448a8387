"""The residual convolution networks of ``tts/network.py`` in PyTorch, for batches of sequences."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wavenet.tts.network import EPSILON


class Blocks(nn.ModuleList):
    """Residual blocks, with dropout in training."""

    def __init__(self, blocks: int, channels: int, taps: int, dropout: float) -> None:
        super().__init__(Block(channels, taps) for _ in range(blocks))
        self._dropout = dropout

    def forward(self, x: Tensor, inside: Tensor) -> Tensor:
        """Map (B, T, channels) to the same shape; ``inside`` (B, T, 1) is false after the end of a sequence."""
        for block in self:
            x = x + F.dropout(block(normalised(x) * inside), self._dropout, self.training)
        return x


class Block(nn.Module):
    """A convolution, a ReLU, and a matrix."""

    def __init__(self, channels: int, taps: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(channels, channels, taps, padding=taps // 2)
        self.mix = nn.Linear(channels, channels)
        nn.init.zeros_(self.mix.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, T, channels) to the same shape."""
        return self.mix(torch.relu(self.conv(x.transpose(1, 2)).transpose(1, 2)))  # type: ignore[no-any-return]


class Stack(nn.Module):
    """A matrix, residual blocks, dropout, a matrix."""

    def __init__(self, inputs: int, outputs: int, blocks: int, channels: int, taps: int, dropout: float) -> None:
        super().__init__()
        self.input = nn.Linear(inputs, channels)
        self.blocks = Blocks(blocks, channels, taps, dropout)
        self.output = nn.Linear(channels, outputs)
        self._dropout = dropout

    def forward(self, x: Tensor, inside: Tensor) -> Tensor:
        """Map (B, T, inputs) to (B, T, outputs); ``inside`` (B, T, 1) is false after the end of a sequence."""
        hidden = normalised(self.blocks(self.input(x), inside))
        outputs: Tensor = self.output(F.dropout(hidden, self._dropout, self.training))
        return outputs


def normalised(x: Tensor) -> Tensor:
    """Scaled to a root mean square of 1 over the channels."""
    return F.rms_norm(x, x.shape[-1:], eps=EPSILON)
