"""The network of section 2, as plainly as PyTorch can express it.

``forward`` predicts every sample of an excerpt in parallel; ``step`` predicts one sample and leaves its state to the
caller. Training computes the same function faster (``fused``), and generation without PyTorch (``wavenet.engine``);
tests require all of them to be equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from wavenet import outputs
from wavenet.arithmetic import ceil_div
from wavenet.audio import mu_law
from wavenet.config import ModelConfig
from wavenet.model.conditioning import ConditioningInputs, ConditioningNetwork, ContextStack, Series
from wavenet.model.layers import CausalInput, Head, ResidualLayer


@dataclass(frozen=True)
class State:
    """What ``step`` must remember: the last inputs of every convolution, oldest first."""

    classes: Tensor
    """(B, input_kernel_size - 1)"""
    layers: tuple[Tensor, ...]
    """one (B, R, (K - 1) · dilation) for each layer"""


class WaveNet(nn.Module):
    """p(x | h) = Π p(x_t | x_1 … x_{t-1}, h) (equations 1 and 3), each factor a distribution over classes."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        c = self.config = config
        self.distribution = outputs.of(c)
        self.speakers = nn.Embedding(len(c.speakers), c.speaker_channels) if c.speakers else None
        self.conditioning = ConditioningNetwork(c) if c.takes_features else None
        self.contexts = nn.ModuleList(ContextStack(context, c.quantization_channels) for context in c.contexts)
        self.input = CausalInput(c.quantization_channels, c.residual_channels, c.input_kernel_size, c.scalar_input)
        self.layers = nn.ModuleList(
            ResidualLayer(
                c.residual_channels,
                c.dilation_channels,
                c.skip_channels,
                c.kernel_size,
                dilation,
                i == c.layers - 1,
                c.global_channels,
                self.conditioning.channels if self.conditioning else 0,
                [context.skip_channels for context in c.contexts],
            )
            for i, dilation in enumerate(c.dilations)
        )
        first = torch.from_numpy(self.distribution.initial_bias())
        self.head = Head(c.skip_channels, c.head_channels, first)

    def forward(self, past: Tensor, conditioning: ConditioningInputs | None = None) -> Tensor:
        """Predict the sample after every input whose whole past is given.

        Args:
            past: classes (B, required_past - 1 + T); the T predicted samples start at a multiple of ``alignment``.
            conditioning: the conditioning inputs.

        Returns:
            (B, T, Q) logits; [:, t] is for the sample that follows past[:, required_past - 1 + t].

        """
        series = self.series(past, conditioning)
        main = self.cropped(past)  # (B, receptive_field - 1 + T)
        n = past.shape[1] - self.config.required_past + 1
        total = self.config.conditioned_past + n
        x = self.input(main)  # (B, R, receptive_field - input_kernel_size + T)
        skips = torch.zeros((), device=x.device)
        for layer, dilation in zip(self.layers, self.config.dilations, strict=True):
            length = x.shape[2] - (self.config.kernel_size - 1) * dilation
            x, skip = layer(x, n, [one.over(length, total) for one in series])  # (B, R, length), (B, S, T)
            skips = skips + skip
        logits: Tensor = self.head(skips)  # (B, Q, T)
        return logits.transpose(1, 2)

    def cropped(self, past: Tensor) -> Tensor:
        """The part of ``forward``'s past that the main stack depends on: (B, receptive_field - 1 + T)."""
        return past[:, self.config.required_past - self.config.receptive_field :]

    def series(self, past: Tensor, conditioning: ConditioningInputs | None) -> list[Series]:
        """Every conditioning series, in the order of ``ResidualLayer.projections``.

        y_t enters with the input x_{t-1}, which predicts x_t.
        """
        c, series = self.config, []
        before, T = c.conditioned_past, past.shape[1] - c.required_past + 1
        if c.global_channels:
            assert conditioning is not None
            assert conditioning.global_weights is not None
            series.append(Series(self.global_vector(conditioning.global_weights)[:, None], before + T, 0))
        if self.conditioning is not None:
            assert conditioning is not None
            assert conditioning.features is not None
            assert conditioning.before is not None
            hop = c.steps_per_frame
            y = self.conditioning(conditioning.features, conditioning.before)  # (B, F, C), or upsampled
            assert conditioning.features.shape[1] - 2 * c.look_ahead == ceil_div(before, hop) + ceil_div(T, hop)
            series.append(Series(y, 1 if c.upsample_scales else hop, -before % hop))
        for stack in self.contexts:
            assert isinstance(stack, ContextStack)
            pool = stack.config.pool
            frames = ceil_div(before, pool) + stack.config.frames  # before the first predicted sample
            after = ceil_div(T, pool) - 1  # further frames that are complete before the last predicted sample
            begin = c.required_past - pool * frames
            rows = stack(past[:, begin : begin + (frames + after) * pool])  # (B, F, S of the stack)
            series.append(Series(rows, pool, -before % pool))
        return series

    def global_vector(self, weights: Tensor) -> Tensor:
        """The vector h of global conditioning (B, G): the speakers' embeddings, mixed by weight, and the tags."""
        if self.speakers is None:
            return weights
        known = len(self.config.speakers)
        return torch.cat([weights[:, :known] @ self.speakers.weight, weights[:, known:]], dim=1)

    def step(self, classes: Tensor, state: State, rows: Sequence[Tensor] = ()) -> tuple[Tensor, State]:
        """Take the newest samples (B,) and predict the next ones: logits (B, Q), and the state for the next step.

        ``rows`` (B, C) of each series are those for the predicted sample.
        """
        window = torch.cat([state.classes, classes[:, None]], dim=1)  # (B, input_kernel_size)
        x = self.input(window)  # (B, R, 1)
        skips, layers = torch.zeros((), device=x.device), []
        for layer, past in zip(self.layers, state.layers, strict=True):
            x = torch.cat([past, x], dim=2)  # (B, R, (K - 1) · dilation + 1)
            layers.append(x[..., 1:])
            x, skip = layer(x, 1, [row[..., None] for row in rows])  # (B, R, 1), (B, S, 1)
            skips = skips + skip
        return self.head(skips)[..., 0], State(window[:, 1:], tuple(layers))

    def start(self, batch_size: int, rows: Sequence[Tensor] = ()) -> State:
        """The state before the first sample: infinite silence, so that every layer's input is constant in time.

        ``rows`` (B, C) of each series are y_0 and the context of silence.
        """
        c = self.config
        silence = self.with_start(torch.empty(batch_size, 0, dtype=torch.long, device=self.input.bias.device))
        x = self.input(silence[:, : c.input_kernel_size])  # (B, R, 1)
        layers = []
        for layer, dilation in zip(self.layers, c.dilations, strict=True):
            memory = (c.kernel_size - 1) * dilation
            layers.append(x.expand(-1, -1, memory))
            x = layer(x.expand(-1, -1, memory + 1), 1, [row[..., None] for row in rows])[0][..., -1:]
        return State(silence[:, : c.input_kernel_size - 1], tuple(layers))

    def with_start(self, classes: Tensor) -> Tensor:
        """Prepend the silence that precedes every recording, ``required_past`` samples of it, to classes (B, T)."""
        silence = mu_law.silence(self.config.quantization_channels)
        return torch.nn.functional.pad(classes, (self.config.required_past, 0), value=silence)
