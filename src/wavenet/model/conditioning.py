"""What conditions the network besides its past (sections 2.5 and 2.6): features, speakers and tags, context stacks."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wavenet.config import ContextConfig, ModelConfig
from wavenet.model.layers import ResidualLayer


@dataclass(frozen=True)
class ConditioningInputs:
    """The conditioning inputs for T samples, which start at a multiple of ``ModelConfig.alignment``."""

    global_weights: Tensor | None = None
    """(B, speakers + tags): 1 for the speaker, or the weights of several speakers; and the values of the tags"""
    features: Tensor | None = None
    """(B, F + 2 look_ahead, feature channels): those of the T samples and of the ``conditioned_past``, extended on both
    sides; outside the recording, its first and last frame are repeated"""
    before: Tensor | None = None
    """(B,) number of the F frames that lie before the recording"""


@dataclass(frozen=True)
class Series:
    """One conditioning series y at its own rate, over the last positions of the first layer's units."""

    rows: Tensor
    """(B, F, C)"""
    steps_per_row: int
    """positions that each row conditions"""
    offset: int
    """positions that the first row covers before the first of these"""

    def over(self, positions: int, total: int) -> Tensor:
        """The series at the last ``positions`` of ``total``, with rows repeated: (B, C, positions)."""
        parts = [
            self.rows[:, f : f + n].repeat_interleave(k, 1)
            for f, n, k in spans(self.steps_per_row, self.offset, positions, total)
        ]
        return torch.cat(parts, 1).transpose(1, 2)


def spans(hop: int, skip: int, positions: int, total: int) -> Iterator[tuple[int, int, int]]:
    """How a series' rows cover the last ``positions`` of ``total``: (first row, number of rows, positions per row)."""
    at, end = skip + total - positions, skip + total
    while at < end:
        row, phase = divmod(at, hop)
        whole = 0 if phase else (end - at) // hop
        rows, each = (whole, hop) if whole else (1, min(hop - phase, end - at))
        yield row, rows, each
        at += rows * each


class ConditioningNetwork(nn.Module):
    """y = f(h): non-causal convolutions over frames, then transposed convolutions up to the sample rate, or none.

    Each is followed by a ReLU. A transposed convolution of scale s has 3s taps, so a sample depends on its own frame
    and both neighbours. All convolutions are valid: nothing is padded here.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        C, K = config.condition_channels, config.condition_kernel_size
        inputs = [config.features.channels, *[C] * config.condition_layers]
        width = inputs[-1]
        self.convs = nn.ModuleList(nn.Conv1d(n, C, K) for n in inputs[:-1])
        self.upsampling = nn.ModuleList()
        for scale in config.upsample_scales:
            stage = nn.ConvTranspose1d(width, C, 3 * scale, stride=scale)
            begin_as_repetition(stage)
            self.upsampling.append(stage)
            width = C
        self.scales = config.upsample_scales
        self.channels = width
        self.look_ahead = config.look_ahead

    def forward(self, features: Tensor, before: Tensor) -> Tensor:
        """(B, F + 2 look_ahead, C) to y: (B, F, C), or upsampled (B, F · steps_per_frame, C); see
        ``ConditioningInputs``.
        """
        frames = features.shape[1] - 2 * self.look_ahead
        x = features.transpose(1, 2)
        for conv in self.convs:
            x = F.relu(conv(x))
        rate = 1
        for stage, scale in zip(self.upsampling, self.scales, strict=True):
            x = F.relu(stage(x))[..., 2 * scale : -2 * scale]  # the ends lack a neighbour
            rate *= scale
        surplus = (x.shape[2] - frames * rate) // 2
        x = x[..., surplus : surplus + frames * rate]
        # before the first sample y is y_0 (docs/model-folder.md, "Alignment and start")
        at = torch.arange(frames * rate, device=x.device).expand(x.shape[0], -1)
        at = torch.maximum(at, (before * rate)[:, None])
        y: Tensor = x.transpose(1, 2).gather(1, at[..., None].expand(-1, -1, x.shape[1]))
        return y


def begin_as_repetition(stage: nn.ConvTranspose1d) -> None:
    """Set initial weights that repeat each frame, through random channels; the interpolation is left to learn."""
    scale = stage.stride[0]
    with torch.no_grad():
        stage.weight.mul_(0.1)
        middle = torch.empty(stage.weight.shape[:2])
        nn.init.orthogonal_(middle, gain=2**0.5)
        stage.weight[:, :, scale : 2 * scale] += middle[..., None]


class ContextStack(nn.Module):
    """A smaller stack over frames of ``pool`` samples, whose rectified skips condition the main stack (section 2.6)."""

    def __init__(self, config: ContextConfig, classes: int) -> None:
        super().__init__()
        c = self.config = config
        self.classes = classes
        self.input = nn.Conv1d(1, c.residual_channels, c.taps, stride=c.taps)
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

    def pooled(self, past: Tensor) -> Tensor:
        """(B, F · pool) classes to (B, R, F): outputs of filters over ``taps`` samples, rectified and averaged over
        each frame.
        """
        companded = 2 * past / (self.classes - 1) - 1
        filtered = F.relu(self.input(companded[:, None].to(self.input.weight.dtype)))
        return F.avg_pool1d(filtered, self.config.pool // self.config.taps)

    def forward(self, past: Tensor) -> Tensor:
        """(B, F · pool) classes to (B, F - frames + 1, S), for each frame whose receptive field is complete."""
        x = self.pooled(past)
        n = x.shape[2] - self.config.frames + 1
        skips = torch.zeros((), device=x.device)
        for layer in self.layers:
            x, skip = layer(x, n)
            skips = skips + skip
        return F.relu(skips).transpose(1, 2)
