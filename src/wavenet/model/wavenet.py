"""The network of section 2, as plainly as PyTorch can say it.

``forward`` predicts every sample of a stretch in parallel; ``step`` predicts one, with its state in the caller's
hands. Training computes the same function faster (``fused``), generation without PyTorch (``wavenet.engine``);
tests hold the four equal.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from wavenet.audio import mu_law
from wavenet.config import ModelConfig
from wavenet.model.layers import CausalInput, Head, ResidualLayer
from wavenet.model.outputs import Softmax


@dataclass(frozen=True)
class State:
    """What ``step`` must remember: the last inputs of every convolution, oldest first."""

    classes: Tensor
    """(B, input_kernel_size - 1)"""
    layers: tuple[Tensor, ...]
    """one (B, R, (K - 1) · dilation) for each layer"""


class WaveNet(nn.Module):
    """p(x) = Π p(x_t | x_1 … x_{t-1}) (equation 1), each factor a distribution over μ-law classes."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        c = self.config = config
        self.distribution = Softmax(c.quantization_channels)
        self.input = CausalInput(c.quantization_channels, c.residual_channels, c.input_kernel_size)
        self.layers = nn.ModuleList(
            ResidualLayer(
                c.residual_channels,
                c.dilation_channels,
                c.skip_channels,
                c.kernel_size,
                dilation,
                i == c.layers - 1,
            )
            for i, dilation in enumerate(c.dilations)
        )
        self.head = Head(c.skip_channels, c.head_channels, self.distribution.channels)

    def forward(self, past: Tensor) -> Tensor:
        """Predict the sample after every input whose whole receptive field is there.

        Args:
            past: classes (B, receptive_field - 1 + T).

        Returns:
            (B, T, Q) logits; [:, t] is of the sample that follows past[:, receptive_field - 1 + t].

        """
        n = past.shape[1] - self.config.receptive_field + 1
        x = self.input(past)
        skips = torch.zeros((), device=x.device)
        for layer in self.layers:
            x, skip = layer(x, n)
            skips = skips + skip
        logits: Tensor = self.head(skips)
        return logits.transpose(1, 2)

    def step(self, classes: Tensor, state: State) -> tuple[Tensor, State]:
        """Take the newest samples (B,), predict the next: logits (B, Q) and the state for the step after."""
        window = torch.cat([state.classes, classes[:, None]], dim=1)
        x = self.input(window)
        skips, layers = torch.zeros((), device=x.device), []
        for layer, past in zip(self.layers, state.layers, strict=True):
            x = torch.cat([past, x], dim=2)
            layers.append(x[..., 1:])
            x, skip = layer(x, 1)
            skips = skips + skip
        return self.head(skips)[..., 0], State(window[:, 1:], tuple(layers))

    def start(self, batch_size: int) -> State:
        """The state before the first sample: silence for ever, so that every layer's input is constant in time."""
        c = self.config
        silence = self.with_start(torch.empty(batch_size, 0, dtype=torch.long, device=self.input.bias.device))
        x = self.input(silence[:, : c.input_kernel_size])
        layers = []
        for layer, dilation in zip(self.layers, c.dilations, strict=True):
            reach = (c.kernel_size - 1) * dilation
            layers.append(x.expand(-1, -1, reach))
            x = layer(x.expand(-1, -1, reach + 1), 1)[0][..., -1:]
        return State(silence[:, : c.input_kernel_size - 1], tuple(layers))

    def with_start(self, classes: Tensor) -> Tensor:
        """Put the receptive field of silence that precedes every recording before classes (B, T)."""
        silence = int(mu_law.encode(0.0, self.config.quantization_channels))
        return torch.nn.functional.pad(classes, (self.config.receptive_field, 0), value=silence)
