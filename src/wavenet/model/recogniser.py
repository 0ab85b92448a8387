"""The recogniser of section 3.4: a WaveNet whose skips are pooled into frames, with non-causal convolutions over these.

The convolutions over frames are *same*: beyond a recording's ends they see zeros.
"""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wavenet.config import ModelConfig
from wavenet.config.recogniser import FLOOR, RecogniserConfig
from wavenet.model.wavenet import WaveNet


class FrameClassifier(nn.Module):
    """A few convolutions over frames, each followed by a ReLU, and a 1×1 convolution to the phones."""

    def __init__(self, inputs: int, config: RecogniserConfig, dropout: float = 0.0) -> None:
        super().__init__()
        widths = [inputs, *[config.channels] * config.layers]
        K = config.kernel_size
        self.convs = nn.ModuleList(nn.Conv1d(a, b, K, padding=K // 2) for a, b in pairwise(widths))
        self.output = nn.Conv1d(config.channels, len(config.phones), 1)
        nn.init.zeros_(self.output.weight)
        self.dropout = dropout

    def forward(self, frames: Tensor, inside: Tensor) -> Tensor:
        """Frames (B, C, F) to logits (B, P, F); ``inside`` (B, 1, F) is 0 beyond the recordings' ends, else 1."""
        x = frames * inside
        for conv in self.convs:
            x = F.relu(conv(F.dropout(x, self.dropout, self.training))) * inside
        logits: Tensor = self.output(x)
        return logits


class Recogniser(WaveNet):
    """The dilated stack on raw audio, with two ends: the next sample, and the phone of each frame."""

    def __init__(self, model: ModelConfig, config: RecogniserConfig, dropout: float = 0.0) -> None:
        super().__init__(model)
        self.frames = FrameClassifier(model.skip_channels, config, dropout)


class MelRecogniser(nn.Module):
    """The same classifier of frames on log-mel, without a WaveNet."""

    def __init__(self, config: RecogniserConfig, dropout: float = 0.0) -> None:
        super().__init__()
        self.frames = FrameClassifier(config.features.n_mels, config, dropout)


def pooled(skips: Tensor, steps: Tensor, hop: int) -> Tensor:
    """The logarithm of the mean of the rectified sums of skips over the steps of each frame.

    Args:
        skips: (T, B, S), T a multiple of ``hop``.
        steps: (T, B), 1 for a step of the recording and 0 after its end.
        hop: steps of a frame.

    Returns:
        (B, S, T / hop).
    """
    T, B, S = skips.shape
    heard = F.relu(skips.float()) * steps[..., None]
    sums = heard.view(T // hop, hop, B, S).sum(1)  # (F, B, S)
    counts = steps.view(T // hop, hop, B).sum(1)
    means = sums / torch.clamp(counts, min=1)[..., None]
    logs: Tensor = torch.log(means + FLOOR).permute(1, 2, 0)
    return logs
