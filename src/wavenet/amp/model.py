"""What a ``.nam`` file holds: networks as plain tensors, float32.

Letters in shapes: I inputs and O outputs of a layer, K taps (the newest last), H hidden.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
BLOCK = 64
"""samples of the blocks in which silence is fed before the first sample, as NeuralAmpModelerCore's render tool does"""


@dataclass(frozen=True)
class Activation:
    """An activation function; ``slopes``, below zero or below ``low``, are one for all channels or one for each."""

    kind: str = "Identity"
    slopes: tuple[float, ...] = ()
    low: float = -1.0
    high: float = 1.0
    high_slope: float = 0.0


@dataclass(frozen=True)
class Convolution:
    """A causal convolution: weight (O, I, K), bias (O); inputs in groups are zeros in the weight."""

    weight: Array
    bias: Array | None = None
    dilation: int = 1

    @property
    def past(self) -> int:
        """How many samples before the present one it reads."""
        return (int(self.weight.shape[2]) - 1) * self.dilation


@dataclass(frozen=True)
class Film:
    """Scales, and shifts, channels by what 1x1 convolutions make of the condition."""

    scale: Convolution
    shift: Convolution | None


@dataclass(frozen=True)
class Layer:
    """One layer: z = activation(convolution(x) + mixin(condition)); x + residual(z) goes on, head(z) is summed.

    ``mode`` is none, gated (activation · secondary) or blended (secondary mixes activation and its input).
    """

    convolution: Convolution
    mixin: Convolution
    activation: Activation
    mode: str
    secondary: Activation
    residual: Convolution | None
    head: Convolution | None
    films: dict[str, Film] = field(default_factory=dict)


@dataclass(frozen=True)
class LayerArray:
    """Layers of one width; the sum of what they give the head goes through ``head``."""

    rechannel: Convolution
    layers: tuple[Layer, ...]
    head: Convolution

    @property
    def past(self) -> int:
        """How many samples before the present one it reads."""
        return sum(layer.convolution.past for layer in self.layers) + self.head.past


@dataclass(frozen=True)
class WaveNet:
    """Layer arrays; each starts its sum at the head output of the one before. The last is scaled, then ``post``."""

    arrays: tuple[LayerArray, ...]
    head_scale: float
    post: tuple[tuple[Activation, Convolution], ...]
    condition: "Network | None"

    @property
    def outputs(self) -> int:
        """Channels that come out."""
        return len((self.post[-1][1] if self.post else self.arrays[-1].head).weight)

    def prewarm(self, sample_rate: float | None) -> int:
        """Samples of silence before the first one."""
        before = self.condition.prewarm(sample_rate) if self.condition else 1
        return before + sum(array.past for array in self.arrays) + sum(one.past for _, one in self.post)


@dataclass(frozen=True)
class Cell:
    """One LSTM layer: weight (4H, I + H) and bias (4H) of input, forget, cell and output gates; where it starts."""

    weight: Array
    bias: Array
    hidden: Array
    cell: Array


@dataclass(frozen=True)
class Lstm:
    """LSTM layers and a linear one."""

    cells: tuple[Cell, ...]
    head: Convolution

    @property
    def outputs(self) -> int:
        """Channels that come out."""
        return len(self.head.weight)

    def prewarm(self, sample_rate: float | None) -> int:
        """Samples of silence before the first one: half a second."""
        return int(0.5 * sample_rate) if sample_rate else 1


@dataclass(frozen=True)
class ConvNet:
    """Convolutions of two taps, each with an activation, and a linear layer; also one convolution alone (Linear)."""

    blocks: tuple[tuple[Convolution, Activation], ...]

    @property
    def outputs(self) -> int:
        """Channels that come out."""
        return len(self.blocks[-1][0].weight)

    def prewarm(self, sample_rate: float | None) -> int:
        """Samples of silence before the first one."""
        return 1 + sum(one.past for one, _ in self.blocks)


Network = WaveNet | Lstm | ConvNet


@dataclass(frozen=True)
class Model:
    """A network that takes and gives one channel, and what its file says of it.

    ``loudness`` is of its output, in dB; the levels are those of a sine of full scale, in dBu. None: it does not say.
    """

    name: str
    architecture: str
    network: Network
    sample_rate: float | None
    weights: int
    loudness: float | None = None
    input_level: float | None = None
    output_level: float | None = None

    @property
    def silence(self) -> int:
        """Samples of silence to feed before the first one: whole blocks, as the reference does."""
        return -(-self.network.prewarm(self.sample_rate) // BLOCK) * BLOCK
