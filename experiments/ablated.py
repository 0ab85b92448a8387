"""Networks that lack a part of the paper's design, for ``recipes/ablations``: their settings, layers and training.

They are written as plainly as ``wavenet.model.layers``. With other dilations alone, the network is the package's own.
"""

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from wavenet import atomic
from wavenet.config import ModelConfig, TrainConfig
from wavenet.config.checks import require, require_at_least
from wavenet.model.wavenet import WaveNet
from wavenet.training import loop


@dataclass(frozen=True)
class AblatedModelConfig(ModelConfig):
    """The shape of the network, and what is removed from it: by default nothing."""

    unit: Literal["gated", "relu"] = "gated"
    """the activation: equation 2, whose dilated convolution has 2D channels, or a ReLU, where it has D"""
    residual: bool = True
    """whether a layer's input is added to its output"""
    skips: bool = True
    """whether every layer contributes to the head; if not, the head takes the output of the last layer alone"""
    stack_layers: int = 0
    """layers until the dilations start again at 1; the last stack may have fewer. 0: layers / stacks"""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_at_least(self, 0, "stack_layers")
        require(
            not self.rebuilt or not (self.conditioned or self.contexts),
            "unit, residual and skips can be changed only in a network without conditioning and context stacks",
        )

    @property
    def rebuilt(self) -> bool:
        """Whether the network has other layers than the paper's."""
        return not (self.unit == "gated" and self.residual and self.skips)

    @property
    def ablated(self) -> bool:
        """Whether anything differs from the paper's design."""
        return self.rebuilt or self.stack_layers > 0

    @property
    def dilations(self) -> tuple[int, ...]:
        """Dilation of each layer, in samples."""
        period = self.stack_layers or self.layers // self.stacks
        return tuple(2 ** (i % period) for i in range(self.layers))


@dataclass(frozen=True)
class AblatedTrainConfig(TrainConfig):
    """A training run of such a network."""

    model: AblatedModelConfig = field(default_factory=AblatedModelConfig)

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            not (self.model.ablated and self.listen_seconds),
            f"listen_seconds is {self.listen_seconds}, and must be 0: no engine generates audio from ablated networks",
        )

    def simplest(self) -> TrainConfig:
        """The same run as ``wavenet train`` has it, if nothing is ablated; else itself."""
        if self.model.ablated:
            return self
        model = ModelConfig(**{f.name: getattr(self.model, f.name) for f in fields(ModelConfig)})
        return TrainConfig(**{f.name: getattr(self, f.name) for f in fields(TrainConfig)} | {"model": model})


class Layer(nn.Module):
    """A layer of Figure 4 without some of its parts; without skips, the last one projects its output for the head."""

    def __init__(self, c: AblatedModelConfig, dilation: int, last: bool) -> None:
        super().__init__()
        R, D, S = c.residual_channels, c.dilation_channels, c.skip_channels
        self._relu, self._adds, self._skips = c.unit == "relu", c.residual, c.skips
        self.dilated = nn.Conv1d(R, D if self._relu else 2 * D, c.kernel_size, dilation=dilation)
        self.residual = None if last and c.skips else nn.Conv1d(D, R, 1)
        self.skip = nn.Conv1d(D if c.skips else R, S, 1) if last or c.skips else None

    def forward(self, x: Tensor, n: int, conditions: object = ()) -> tuple[Tensor, Tensor]:
        """(B, R, T) to the next layer's input (B, R, T - (K - 1) d) and the skip of the last n samples (B, S, n).

        Where a layer has no skip, it is a zero. There are no conditions.
        """
        z = self.activated(self.dilated(x))
        out = x if self.residual is None else self.residual(z)
        if self.residual is not None and self._adds:
            out = out + x[..., -z.shape[-1] :]
        if self.skip is None:
            return out, x.new_zeros(())
        return out, self.skip((z if self._skips else out)[..., -n:])

    def activated(self, unit: Tensor) -> Tensor:
        """The unit's results (B, D, T)."""
        if self._relu:
            return F.relu(unit)
        filter_, gate = unit.chunk(2, dim=1)
        return torch.tanh(filter_) * torch.sigmoid(gate)


class AblatedWaveNet(WaveNet):
    """The network with these layers; ``forward`` is inherited."""

    def __init__(self, config: AblatedModelConfig) -> None:
        super().__init__(config)
        last = config.layers - 1
        self.layers = nn.ModuleList(Layer(config, dilation, i == last) for i, dilation in enumerate(config.dilations))


def network(model: ModelConfig) -> WaveNet:
    """The network of some settings, with random weights."""
    return AblatedWaveNet(model) if isinstance(model, AblatedModelConfig) and model.rebuilt else WaveNet(model)


class Run(loop.Run):
    """A run that trains an ablated network; the best so far is in ``best.safetensors``, as no model folder may be."""

    def network(self) -> WaveNet:
        """See ``loop.Run``."""
        torch.manual_seed(self.config.seed)
        return network(self.config.model)

    def export(self, averaged: WaveNet) -> None:
        """See ``loop.Run``."""
        with atomic.writing(self.out / "best.safetensors") as temporary:
            save_file(averaged.state_dict(), temporary)


def best(config: TrainConfig) -> WaveNet:
    """The best network of a run."""
    found = network(config.model)
    found.load_state_dict(load_file(Path(config.out) / "best.safetensors"))
    return found
