"""The shape of the network, and of its context stacks."""

import math
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction

from wavenet.config.audio import AudioConfig, FeatureConfig
from wavenet.config.checks import MOST, require, require_at_least, require_at_most


@dataclass(frozen=True)
class ContextConfig:
    """A context stack (section 2.6): a smaller network over a longer past, at a lower rate, conditions the main one."""

    pool: int = 160
    """samples in a frame: frame j pools samples j · pool … (j + 1) · pool - 1, and conditions those after them"""
    taps: int = 16
    """samples that a filter of the pooling sees; the mean of its rectified outputs over a frame goes in"""
    layers: int = 8
    stacks: int = 1
    kernel_size: int = 2
    residual_channels: int = 32
    dilation_channels: int = 32
    skip_channels: int = 32
    """channels that condition the main stack"""

    def __post_init__(self) -> None:
        require_at_least(self, 1, *(f.name for f in fields(self)))
        require_at_most(self, MOST | {"pool": 65_536, "taps": 65_536})
        require(self.pool % self.taps == 0, f"pool is {self.pool}, and must be a multiple of taps, {self.taps}")
        _check_stacks(self.layers, self.stacks)
        _check_reach(self.receptive_field)

    @property
    def dilations(self) -> tuple[int, ...]:
        """Of each layer, in frames."""
        return _dilations(self.layers, self.stacks)

    @property
    def frames(self) -> int:
        """How many past frames an output sees."""
        return 1 + (self.kernel_size - 1) * sum(self.dilations)

    @property
    def receptive_field(self) -> int:
        """How many past samples an output sees."""
        return self.pool * self.frames


def _dilations(layers: int, stacks: int) -> tuple[int, ...]:
    return tuple(2 ** (layer % (layers // stacks)) for layer in range(layers))


def _check_stacks(layers: int, stacks: int) -> None:
    require(layers % stacks == 0, f"layers is {layers}, and must be a multiple of stacks, which is {stacks}")
    require(layers // stacks <= 24, "more than 24 layers a stack: dilations beyond 2^23")


def _check_reach(reach: int) -> None:
    require(reach <= 2**22, f"the receptive field is {reach} samples, and must be at most {2**22}; use more stacks")


@dataclass(frozen=True)
class ModelConfig:
    """The shape of the network (section 2). The default is the preset ``medium``."""

    layers: int = 20
    """dilated layers in all"""
    stacks: int = 2
    """how often the dilations 1, 2, 4 … start again; ``stacks = layers`` is a network without dilation"""
    kernel_size: int = 2
    """taps of every dilated convolution"""
    input_kernel_size: int = 1
    """taps of the causal convolution on the one-hot input; 1 is an embedding"""
    residual_channels: int = 64
    dilation_channels: int = 64
    """channels of the gated unit's tanh half, and as many of its sigmoid half"""
    skip_channels: int = 256
    head_channels: int = 256
    """channels between the two 1×1 convolutions that end the network"""
    quantization_channels: int = 256
    """classes of the μ-law quantiser and of the softmax"""
    speakers: tuple[str, ...] = ()
    """names that global conditioning tells apart (section 2.5); none: (). In training, [all] are those of the data"""
    speaker_channels: int = 16
    """of a speaker's embedding"""
    tags: tuple[str, ...] = ()
    """names of the entries of a supplied vector, which conditions globally too; none: ()"""
    features: FeatureConfig = field(default_factory=FeatureConfig)
    """of local conditioning"""
    condition_channels: int = 64
    """of y = f(h), which every layer projects"""
    condition_layers: int = 2
    """non-causal convolutions over frames, before the upsampling"""
    condition_kernel_size: int = 3
    """odd: frames that each of them sees"""
    upsample_scales: tuple[int, ...] = ()
    """of transposed convolutions; their product is hop_length. (): frames are repeated instead"""
    contexts: tuple[ContextConfig, ...] = ()
    """context stacks (section 2.6)"""
    decimation: int = 1
    """samples of sound for one of the network, which then models the lowest part of the band alone, 1 / decimation;
    white noise fills the rest, through the filters of ``AudioConfig.lpc_order``. All other settings but those of the
    features count the network's samples"""
    noise_envelope_width: float = 0.0
    """samples of the network over which that noise takes the level of the band below; 0: it always has the same"""

    temperature: float | None = None
    """at which copies of recordings, or texts, sound best, and are drawn unless told otherwise; None: the usual"""

    def __post_init__(self) -> None:
        require(
            self.temperature is None or 0 <= self.temperature <= 100,
            f"temperature is {self.temperature}, and must be between 0 and 100, or null",
        )
        require_at_least(self, 1, *SHAPE, "speaker_channels", "condition_channels", "condition_kernel_size")
        require_at_least(self, 2, "quantization_channels")
        require_at_least(self, 0, "condition_layers")
        require_at_most(self, MOST | {"condition_layers": 64, "condition_kernel_size": 63})
        _check_stacks(self.layers, self.stacks)
        _check_reach(self.receptive_field)
        for name in ("speakers", "tags"):
            names = getattr(self, name)
            require(
                all(names) and len(set(names)) == len(names), f"{name} is {list(names)}: one is empty or there twice"
            )
        hop, decimation = self.features.hop_length, self.decimation
        require(
            1 <= decimation <= 64 and (decimation == 1 or hop % decimation == 0),
            f"decimation is {decimation}, and must be at most 64 and divide hop_length, which is {hop}",
        )
        width = self.noise_envelope_width
        require(
            width == 0 or (0.5 <= width <= 5 and decimation > 1),
            f"noise_envelope_width is {width}, and must be 0, or from 0.5 to 5 where decimation is above 1",
        )
        kernel_size, scales = self.condition_kernel_size, self.upsample_scales
        require(kernel_size % 2 == 1, f"condition_kernel_size is {kernel_size}, and must be odd")
        if scales:
            require(self.features.channels > 0, "upsample_scales are given, and features.kinds is empty")
            told = f"the product of upsample_scales {list(scales)} is {math.prod(scales)}"
            require(
                min(scales) >= 1 and math.prod(scales) == self.steps_per_frame,
                f"{told}, and must be hop_length{' / decimation' * (decimation > 1)}, which is {self.steps_per_frame}",
            )
        require(self.alignment <= 2**22, f"hop_length and the pools have {self.alignment} as common multiple, too many")

    def best_temperature(self, usual: float) -> float:
        """The model's own, or the usual one."""
        return usual if self.temperature is None else self.temperature

    def with_sound_of(self, other: "ModelConfig") -> "ModelConfig":
        """With the other's settings of what no weight knows of: the same network, heard otherwise."""
        return replace(self, noise_envelope_width=other.noise_envelope_width, temperature=other.temperature)

    @property
    def dilations(self) -> tuple[int, ...]:
        """Of each layer, in samples: doubled every layer, starting again at 1 every stack (section 2.1)."""
        return _dilations(self.layers, self.stacks)

    @property
    def receptive_field(self) -> int:
        """How many past samples the prediction of the next one sees; context stacks see more."""
        return 1 + (self.input_kernel_size - 1) + (self.kernel_size - 1) * sum(self.dilations)

    @property
    def global_channels(self) -> int:
        """Of h in global conditioning: a speaker's embedding and the tags, side by side."""
        return (self.speaker_channels if self.speakers else 0) + len(self.tags)

    @property
    def local_channels(self) -> int:
        """Channels of y = f(h), which every layer projects (section 2.5); 0 without local conditioning.

        A conditioning network without convolutions passes the features on.
        """
        convolved = self.condition_layers or self.upsample_scales
        return self.condition_channels if self.takes_features and convolved else self.features.channels

    @property
    def takes_features(self) -> bool:
        """Whether features condition it."""
        return self.features.channels > 0

    @property
    def steps_per_frame(self) -> int:
        """Samples of the network from frame to frame of the features."""
        return self.features.hop_length // self.decimation

    @property
    def conditioned(self) -> bool:
        """Whether anything is to be given from outside."""
        return self.takes_features or self.global_channels > 0

    @property
    def alignment(self) -> int:
        """Excerpts that are computed in one begin at a multiple of so many samples of the recording."""
        return math.lcm(self.steps_per_frame if self.takes_features else 1, *(c.pool for c in self.contexts))

    @property
    def conditioned_past(self) -> int:
        """For how many samples before an excerpt the conditions count too: those of the units that it sees."""
        return (self.kernel_size - 1) * sum(self.dilations[1:])

    @property
    def reach(self) -> int:
        """How many past samples an aligned excerpt needs before it: all that its first prediction sees."""
        before = self.conditioned_past
        return max([self.receptive_field] + [c.pool * (-(-before // c.pool) + c.frames) for c in self.contexts])

    @property
    def look_ahead(self) -> int:
        """How many frames of features after the present one the conditioning network sees."""
        ahead, rate = self.condition_layers * (self.condition_kernel_size // 2) if self.takes_features else 0, 1
        reach = Fraction(ahead)
        for scale in self.upsample_scales:
            reach += Fraction(1, rate)
            rate *= scale
        return math.ceil(reach)


COPYING, SAYING = 0.7, 0.85
"""the usual temperatures of copies of recordings, and of texts: the best of the first models (docs/lab-notebook.md)"""


def check_front_end(audio: AudioConfig, model: ModelConfig) -> None:
    """Raise UsageError where the two do not go together."""
    require(
        not audio.lpc_order or "log_mel" in model.features.kinds,
        f"lpc_order is {audio.lpc_order}, and model.features.kinds lacks log_mel, from which its filters follow",
    )
    require(
        model.decimation == 1 or audio.lpc_order > 0,
        f"decimation is {model.decimation}, and lpc_order 0: without filters the noise above would have no shape",
    )


SHAPE = (
    "layers",
    "stacks",
    "kernel_size",
    "input_kernel_size",
    "residual_channels",
    "dilation_channels",
    "skip_channels",
    "head_channels",
    "quantization_channels",
)
"""the settings of ModelConfig that a preset decides"""

PRESETS = {
    "tiny": ModelConfig(layers=6, residual_channels=8, dilation_channels=8, skip_channels=16, head_channels=16),
    "small": ModelConfig(residual_channels=32, dilation_channels=32, skip_channels=128, head_channels=128),
    "medium": ModelConfig(),
    "paper": ModelConfig(layers=30, stacks=3),
}
