"""The three parts of Figure 4: causal input convolution, gated residual layer, head.

Every convolution here is *valid*: T samples in, T - (K - 1) · dilation samples out. Nothing is padded, so nothing can
look ahead, and every output of a layer is computed from real input only.
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class CausalInput(nn.Module):
    """The causal convolution on the one-hot classes, as one embedding per tap; or on the samples' values."""

    def __init__(self, classes: int, residual_channels: int, kernel_size: int, scalar: bool = False) -> None:
        super().__init__()
        self._classes, self._scalar = classes, scalar
        initial = (
            gains(residual_channels, kernel_size)
            if scalar
            else smooth_embedding(residual_channels, classes, kernel_size)
        )
        self.weight = nn.Parameter(initial)
        self.bias = nn.Parameter(torch.zeros(residual_channels))

    def forward(self, classes: Tensor) -> Tensor:
        """(B, T) classes to (B, R, T - K + 1)."""
        kernel_size = self.weight.shape[2]
        n = classes.shape[1] - kernel_size + 1
        return (sum(self.tap(classes[:, k : k + n], k) for k in range(kernel_size)) + self.bias).transpose(1, 2)

    def tap(self, classes: Tensor, k: int) -> Tensor:
        """What tap k makes of classes (…): (…, R)."""
        if not self._scalar:
            return F.embedding(classes, self.weight[:, :, k].t())
        x = (classes - self._classes // 2).to(self.weight.dtype) * (2 / self._classes)
        return x[..., None] * self.weight[:, 0, k]


class ResidualLayer(nn.Module):
    """Dilated convolution, gated unit, and the 1×1 convolutions to the residual and to the skip (Figure 4).

    The last layer has no residual, because nothing would use it. In the main stack, each conditioning series has a
    projection of its own: V of section 2.5.
    """

    def __init__(
        self,
        residual_channels: int,
        dilation_channels: int,
        skip_channels: int,
        kernel_size: int,
        dilation: int,
        last: bool,
        global_channels: int = 0,
        local_channels: int = 0,
        context_channels: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self.dilated = nn.Conv1d(residual_channels, 2 * dilation_channels, kernel_size, dilation=dilation)
        self.residual = None if last else nn.Conv1d(dilation_channels, residual_channels, 1)
        self.skip = nn.Conv1d(dilation_channels, skip_channels, 1)
        gates = 2 * dilation_channels
        self.global_condition = projection(global_channels, gates) if global_channels else None
        self.condition = projection(local_channels, gates) if local_channels else None
        self.contexts = nn.ModuleList(projection(channels, gates) for channels in context_channels)

    @property
    def projections(self) -> list[nn.Conv1d]:
        """V of each conditioning series, in the order of ``WaveNet.series``."""
        present = [conv for conv in (self.global_condition, self.condition) if conv is not None]
        return [*present, *(conv for conv in self.contexts if isinstance(conv, nn.Conv1d))]

    def forward(self, x: Tensor, n: int, conditions: Sequence[Tensor] = ()) -> tuple[Tensor, Tensor]:
        """(B, R, T) to the next layer's input (B, R, T - (K - 1) d) and the skip of the last n samples (B, S, n).

        ``conditions`` are the series (B, C, T - (K - 1) d or 1) for ``projections``.
        """
        unit = self.dilated(x)
        for V, y in zip(self.projections, conditions, strict=True):
            unit = unit + V(y)
        filter_, gate = unit.chunk(2, dim=1)
        z = torch.tanh(filter_) * torch.sigmoid(gate)  # equation 2
        skip = self.skip(z[..., -n:])
        if self.residual is None:
            return x, skip
        return x[..., -z.shape[-1] :] + self.residual(z), skip


def projection(channels: int, gates: int) -> nn.Conv1d:
    """V of section 2.5: (B, C, T) to (B, 2D, T). Its bias would be redundant beside that of the dilated convolution."""
    return nn.Conv1d(channels, gates, 1, bias=False)


class Head(nn.Module):
    """ReLU → 1×1 → ReLU → 1×1: from the sum of the skips to the parameters of the output distribution."""

    def __init__(self, skip_channels: int, head_channels: int, first: Tensor) -> None:
        """``first`` (out_channels,) is the first prediction, the same for all samples: the bias, beside weights 0."""
        super().__init__()
        self.hidden = nn.Conv1d(skip_channels, head_channels, 1)
        self.output = nn.Conv1d(head_channels, len(first), 1)
        nn.init.zeros_(self.output.weight)
        self.output.bias = nn.Parameter(first)

    def forward(self, skips: Tensor) -> Tensor:
        """(B, S, T) to (B, out_channels, T)."""
        parameters: Tensor = self.output(F.relu(self.hidden(F.relu(skips))))
        return parameters


def gains(channels: int, kernel_size: int) -> Tensor:
    """The initial input weights (R, 1, K) on the values: some channels show loud samples best, others faint ones."""
    signs = torch.sign(torch.rand(channels, 1, kernel_size) - 0.5)
    return signs * 2.0 ** (6 * torch.rand(channels, 1, kernel_size)) / math.sqrt(kernel_size)


def smooth_embedding(channels: int, classes: int, kernel_size: int) -> Tensor:
    """The initial input weights (R, Q, K): random sinusoids over the class axis, of unit power.

    Classes are points on a line, so neighbouring classes start with similar embeddings; learning that order from
    independent rows takes updates.
    """
    position = torch.linspace(-1.0, 1.0, classes)[None, :, None]
    frequency = 3.0 * torch.randn(channels, 1, kernel_size)
    phase = 2 * torch.pi * torch.rand(channels, 1, kernel_size)
    waves: Tensor = torch.sin(frequency * position + phase)
    return waves * math.sqrt(2.0 / kernel_size)
