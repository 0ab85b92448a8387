"""The settings of learning a guitar amplifier: the shapes of Neural Amp Modeler's networks, and the training."""

from dataclasses import dataclass, field
from typing import Literal

from wavenet.config.checks import plain, require, require_at_least
from wavenet.config.training import OptimConfig

KERNEL_SIZE = 3
HEAD_SCALE = 0.02
"""the factor on what comes out, which is trained by none: the weights begin near those of other trainers' files"""
ShapeName = Literal["standard", "lite", "feather", "nano"]


@dataclass(frozen=True)
class AmpShape:
    """The layer arrays of a network, one after the other."""

    channels: tuple[int, ...]
    """of the layers of each array; the head of an array has those of the next one, the last has one"""
    dilations: tuple[tuple[int, ...], ...]
    """of the layers of each array"""

    @property
    def past(self) -> int:
        """Samples before the present one that the network hears."""
        return (KERNEL_SIZE - 1) * sum(map(sum, self.dilations))

    @property
    def heads(self) -> tuple[int, ...]:
        """Outputs of the head of each array."""
        return (*self.channels[1:], 1)


_EVEN = (tuple(2**i for i in range(10)),) * 2
_UNEVEN = tuple(2**i for i in range(7)), tuple(2 ** (i % 10) for i in range(7, 20))
SHAPES = {
    "standard": AmpShape((16, 8), _EVEN),
    "lite": AmpShape((12, 6), _UNEVEN),
    "feather": AmpShape((8, 4), _UNEVEN),
    "nano": AmpShape((4, 2), _UNEVEN),
}
"""by the names that other trainers give them (A1)"""


@dataclass(frozen=True)
class TrainAmpConfig:
    """A training run of an amplifier."""

    shape: ShapeName = "standard"
    """the size of the network; each of the others takes less time to play, and is less exact"""
    latency: int | None = None
    """samples that the output recording is behind the input; null: found by cross-correlation"""
    validation: float = 0.1
    """the fraction of the recordings, at their end, that is held out, at most 20 s: it decides what is exported"""
    updates: int = 20_000
    minutes: float | None = None
    """do as many updates as fit into this time, by the speed of the first ones; null: as many as updates says"""
    batch_size: int = 1
    """windows per update"""
    window: int = 8_192
    """samples of a window that count for the loss; those that the network hears before them are added"""
    pre_emphasis: float = 0.85
    """the loss is the error-to-signal ratio, half of it behind the filter 1 - pre_emphasis · z⁻¹, which lifts high
    frequencies as the ear does; 0: without the filter"""
    optim: OptimConfig = field(default_factory=OptimConfig)
    validate_every: int = 1_000
    """updates between validations, at which the state is saved too"""
    seed: int = 0

    def __post_init__(self) -> None:
        plain(self)
        require_at_least(self, 1, "updates", "batch_size", "window", "validate_every")
        require_at_least(self, 0, "seed")
        require(0 < self.validation < 1, f"validation is {self.validation}, and must be between 0 and 1")
        require(0 <= self.pre_emphasis < 1, f"pre_emphasis is {self.pre_emphasis}, and must be in [0, 1)")
        require(self.minutes is None or self.minutes > 0, f"minutes is {self.minutes}, and must be positive")
        require(self.seed < 2**63, f"seed is {self.seed}, and must be below 2^63")
