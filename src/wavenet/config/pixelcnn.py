"""The settings of a PixelCNN (van den Oord et al., 2016, "Conditional Image Generation with PixelCNN Decoders")."""

from dataclasses import dataclass, field
from typing import Literal

from wavenet.config.checks import plain, require, require_at_least, require_at_most
from wavenet.config.training import OptimConfig

Stacks = Literal["one", "two"]


@dataclass(frozen=True)
class PixelCNNConfig:
    """The network: what images it models, and its shape."""

    height: int = 28
    width: int = 28
    colours: int = 1
    """values per pixel, each predicted from those before it: 1 (grey), or 3 (red, then green, then blue)"""
    levels: int = 256
    """values are 0 … levels - 1; 2 for binary images"""
    classes: int = 0
    """the network is conditioned on one of so many classes; 0: on none"""
    stacks: Stacks = "two"
    """one: masked convolutions, whose receptive field has a blind spot. two: a vertical and a horizontal stack, gated,
    without it"""
    layers: int = 8
    """layers after the first one"""
    channels: int = 48
    """of each stack, a multiple of ``colours``"""
    first_kernel_size: int = 7
    """side of the first convolution, which is odd"""
    kernel_size: int = 3
    """side of the others, which is odd"""
    head_channels: int = 96
    """of the hidden layer between the skip connections and the logits, a multiple of ``colours``"""

    def __post_init__(self) -> None:
        plain(self)
        require(self.colours in (1, 3), f"colours is {self.colours}, and must be 1 or 3")
        require_at_least(self, 1, "height", "width", "layers", "channels", "head_channels")
        require_at_least(self, 0, "classes")
        require_at_least(self, 2, "levels")
        require_at_most(self, {"height": 1_024, "width": 1_024, "levels": 256, "layers": 256, "kernel_size": 31})
        for name in ("first_kernel_size", "kernel_size"):
            value = getattr(self, name)
            require(value % 2 == 1 and 1 <= value <= 31, f"{name} is {value}, and must be odd, from 1 to 31")
        for name in ("channels", "head_channels"):
            value = getattr(self, name)
            require(value % self.colours == 0, f"{name} is {value}, and must be a multiple of colours ({self.colours})")

    @property
    def dimensions(self) -> int:
        """Values of an image."""
        return self.height * self.width * self.colours

    @property
    def kernel_sizes(self) -> tuple[int, ...]:
        """Of all layers with a convolution over space, the first one included."""
        return (self.first_kernel_size, *[self.kernel_size] * self.layers)


@dataclass(frozen=True)
class TrainPixelCNNConfig:
    """A training run of a PixelCNN."""

    data: str = ""
    """a file .npz with images ``train``, ``validation`` and ``test`` (N, H, W) or (N, H, W, 3), and optionally their
    classes, ``train_labels`` … (N,)"""
    out: str = ""
    """the folder of the run: state, log, and the model folder ``model/``"""
    model: PixelCNNConfig = field(default_factory=PixelCNNConfig)
    optim: OptimConfig = field(default_factory=lambda: OptimConfig(lr=2e-3, muon_lr=0, ema_decay=0.999))
    updates: int = 5_000
    batch_size: int = 16
    validate_every: int = 500
    seed: int = 0

    def __post_init__(self) -> None:
        plain(self)
        require_at_least(self, 0, "updates", "seed")
        require_at_least(self, 1, "batch_size", "validate_every")
