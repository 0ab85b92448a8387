"""The shape of the network and of its context stacks."""

import math
from dataclasses import dataclass, field, fields, replace
from typing import Literal

from wavenet.arithmetic import ceil_div
from wavenet.config.audio import AudioConfig, FeatureConfig
from wavenet.config.checks import MOST, plain, require, require_at_least, require_at_most


@dataclass(frozen=True)
class ContextConfig:
    """A context stack (section 2.6): a smaller network over a longer past, at a lower rate, that conditions the main
    stack.
    """

    pool: int = 160
    """samples per frame: frame j pools samples j · pool … (j + 1) · pool - 1 and conditions the samples after them"""
    taps: int = 16
    """filter length of the pooling, in samples; the rectified filter outputs are averaged over a frame"""
    layers: int = 8
    stacks: int = 1
    kernel_size: int = 2
    residual_channels: int = 32
    dilation_channels: int = 32
    skip_channels: int = 32
    """channels of the output, which conditions the main stack"""

    def __post_init__(self) -> None:
        plain(self)
        require_at_least(self, 1, *(f.name for f in fields(self)))
        require_at_most(self, MOST | {"pool": 65_536, "taps": 65_536})
        require(self.pool % self.taps == 0, f"pool is {self.pool}, and must be a multiple of taps, {self.taps}")
        _check_stacks(self.layers, self.stacks)
        _check_reach(self.receptive_field)

    @property
    def dilations(self) -> tuple[int, ...]:
        """Dilation of each layer, in frames."""
        return _dilations(self.layers, self.stacks)

    @property
    def frames(self) -> int:
        """Receptive field of an output, in frames."""
        return 1 + (self.kernel_size - 1) * sum(self.dilations)

    @property
    def receptive_field(self) -> int:
        """Receptive field of an output, in samples."""
        return self.pool * self.frames


def _dilations(layers: int, stacks: int) -> tuple[int, ...]:
    return tuple(2 ** (layer % (layers // stacks)) for layer in range(layers))


def _check_stacks(layers: int, stacks: int) -> None:
    require(layers % stacks == 0, f"layers is {layers}, and must be a multiple of stacks, which is {stacks}")
    require(layers // stacks <= 24, "more than 24 layers per stack: dilations beyond 2^23")


def _check_reach(reach: int) -> None:
    require(reach <= 2**22, f"the receptive field is {reach} samples, and must be at most {2**22}; use more stacks")


MOST_STATE = 2**26
"""values that a stream may remember of its past: of the inputs of all layers, as far back as they look"""
MOST_OF = {"speakers": 65_536, "tags": 1_024, "upsample_scales": 16, "contexts": 16}
"""entries of a setting: far more than useful, but not more than a hostile file may request"""


OutputName = Literal["softmax", "logistics", "gaussian", "mcgsm"]


@dataclass(frozen=True)
class ModelConfig:
    """The shape of the network (section 2). The default is the preset ``medium``."""

    layers: int = 20
    """total number of dilated layers"""
    stacks: int = 2
    """how often the dilations 1, 2, 4 … start again; with ``stacks = layers`` nothing is dilated"""
    kernel_size: int = 2
    """taps of each dilated convolution"""
    input_kernel_size: int = 1
    """taps of the causal convolution on the input, which is one-hot, or the samples' values where ``output`` is not
    softmax; 1 on the one-hot input is an embedding"""
    residual_channels: int = 64
    dilation_channels: int = 64
    """channels of the gated unit's tanh half, and of its sigmoid half"""
    skip_channels: int = 256
    head_channels: int = 256
    """channels between the two 1×1 convolutions at the end of the network"""
    quantization_channels: int = 256
    """classes of the quantiser; 65536 linear ones are 16-bit samples"""
    output: OutputName = "softmax"
    """the distribution of the next class. softmax: a probability for each. On the values of linear classes, which
    also become the network's input: logistics: a mixture of logistic distributions; gaussian: one normal
    distribution; mcgsm: a mixture of conditional Gaussian scale mixtures"""
    components: int = 10
    """components of the mixtures: of logistics, and of mcgsm"""
    scales: int = 4
    """scales of each component of mcgsm"""
    speakers: tuple[str, ...] = ()
    """names of the speakers for global conditioning (section 2.5); []: none. In training, [all] means those of the
    data"""
    speaker_channels: int = 16
    """channels of a speaker's embedding"""
    tags: tuple[str, ...] = ()
    """names of the entries of a supplied vector, which also conditions globally; []: none. In training, [all] means
    those of the data"""
    features: FeatureConfig = field(default_factory=FeatureConfig)
    """the features of local conditioning"""
    condition_channels: int = 64
    """output channels of the conditioning network"""
    condition_layers: int = 2
    """non-causal convolutions over frames, before the upsampling"""
    condition_kernel_size: int = 3
    """frames that each of them spans; odd"""
    upsample_scales: tuple[int, ...] = ()
    """strides of the transposed convolutions, whose product is hop_length; []: frames are repeated instead"""
    contexts: tuple[ContextConfig, ...] = ()
    """context stacks (section 2.6)"""
    decimation: int = 1
    """samples of audio per step of the network, which then models only the lowest 1 / decimation of the band; white
    noise fills the rest, through the filters of ``AudioConfig.lpc_order``. All settings except those of the features
    count steps of the network"""
    noise_envelope_width: float = 0.0
    """steps of the network over which that noise follows the level of the band below; 0: constant level"""

    temperature: float | None = None
    """temperature at which copies of recordings, or texts, sound best; used unless another one is given. None: the
    default"""

    def __post_init__(self) -> None:
        plain(self)
        require(
            self.temperature is None or 0 <= self.temperature <= 100,
            f"temperature is {self.temperature}, and must be between 0 and 100, or null",
        )
        require_at_least(
            self, 1, *SHAPE, "components", "scales", "speaker_channels", "condition_channels", "condition_kernel_size"
        )
        require_at_least(self, 2, "quantization_channels")
        require_at_least(self, 0, "condition_layers")
        for name, most in MOST_OF.items():
            count = len(getattr(self, name))
            require(count <= most, f"{name} has {count} entries, and must have at most {most}")
        bounds = {"condition_layers": 64, "condition_kernel_size": 63, "components": 1_024, "scales": 64}
        require_at_most(self, MOST | bounds)
        _check_stacks(self.layers, self.stacks)
        _check_reach(self.receptive_field)
        values = self.receptive_field * self.residual_channels
        values += sum(context.frames * context.residual_channels for context in self.contexts)
        require(
            values <= MOST_STATE,
            f"a stream would remember {values} values, and must remember at most {MOST_STATE}, 256 MiB: use fewer "
            "layers a stack, or residual_channels",
        )
        for name in ("speakers", "tags"):
            names = getattr(self, name)
            require(
                all(names) and len(set(names)) == len(names), f"{name} is {list(names)}: one is empty or occurs twice"
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
            require(self.features.channels > 0, "upsample_scales are given, but features.kinds is empty")
            product = f"the product of upsample_scales {list(scales)} is {math.prod(scales)}"
            require(
                min(scales) >= 1 and math.prod(scales) == self.steps_per_frame,
                f"{product}, and must be hop_length{' / decimation' * (decimation > 1)}, "
                f"which is {self.steps_per_frame}",
            )
        require(
            self.alignment <= 2**22, f"hop_length and the pools have the common multiple {self.alignment}, too large"
        )

    def best_temperature(self, usual: float) -> float:
        """The model's own temperature, or the default one."""
        return usual if self.temperature is None else self.temperature

    def with_output_settings_of(self, other: "ModelConfig") -> "ModelConfig":
        """A copy with the other's settings that no weight depends on: the same network, rendered differently."""
        return replace(self, noise_envelope_width=other.noise_envelope_width, temperature=other.temperature)

    @property
    def dilations(self) -> tuple[int, ...]:
        """Dilation of each layer, in samples: doubled in every layer, reset to 1 at the start of every stack (section
        2.1).
        """
        return _dilations(self.layers, self.stacks)

    @property
    def receptive_field(self) -> int:
        """Past samples that the prediction of the next one depends on; context stacks depend on more."""
        return 1 + (self.input_kernel_size - 1) + (self.kernel_size - 1) * sum(self.dilations)

    @property
    def scalar_input(self) -> bool:
        """Whether the input of the network is the values of the samples, and not their classes, one-hot."""
        return self.output != "softmax"

    @property
    def global_channels(self) -> int:
        """Channels of h in global conditioning: a speaker's embedding and the tags, concatenated."""
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
        """Whether features condition the network."""
        return self.features.channels > 0

    @property
    def steps_per_frame(self) -> int:
        """Steps of the network per frame of the features."""
        return self.features.hop_length // self.decimation

    @property
    def conditioned(self) -> bool:
        """Whether the network needs any conditioning input."""
        return self.takes_features or self.global_channels > 0

    @property
    def alignment(self) -> int:
        """Excerpts that are computed at once start at a multiple of this number of samples of the recording."""
        return math.lcm(self.steps_per_frame if self.takes_features else 1, *(c.pool for c in self.contexts))

    @property
    def conditioned_past(self) -> int:
        """Samples before an excerpt that need conditioning too: those of the units that its first prediction depends
        on.
        """
        return (self.kernel_size - 1) * sum(self.dilations[1:])

    @property
    def required_past(self) -> int:
        """Past samples that an aligned excerpt needs: all that its first prediction depends on."""
        before = self.conditioned_past
        return max([self.receptive_field] + [c.pool * (ceil_div(before, c.pool) + c.frames) for c in self.contexts])

    @property
    def look_ahead(self) -> int:
        """Frames of features after the current one that the conditioning network sees."""
        rows, rate = self.condition_layers * (self.condition_kernel_size // 2) if self.takes_features else 0, 1
        for scale in self.upsample_scales:  # each sees one more row, of which there are ``rate`` in a frame
            rows, rate = (rows + 1) * scale, rate * scale
        return ceil_div(rows, rate)


COPY_TEMPERATURE, SPEECH_TEMPERATURE = 0.7, 0.85
"""default temperatures for copies of recordings and for speech: the best of the first models (docs/lab-notebook.md)"""


def check_front_end(audio: AudioConfig, model: ModelConfig) -> None:
    """Raise UsageError if the two do not go together."""
    require(
        not model.scalar_input or audio.quantizer == "linear",
        f"output is {model.output}, a distribution of linear values, but quantizer is {audio.quantizer}; choose "
        "quantizer linear, and quantization_channels 65536 for 16-bit samples",
    )
    require(
        not audio.lpc_order or "log_mel" in model.features.kinds,
        f"lpc_order is {audio.lpc_order}, but model.features.kinds lacks log_mel, which the filters are computed from",
    )
    require(
        model.decimation == 1 or audio.lpc_order > 0,
        f"decimation is {model.decimation}, but lpc_order is 0; without filters the noise has no shape",
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
"""the settings of ModelConfig that a preset determines"""

PRESETS = {
    "tiny": ModelConfig(layers=6, residual_channels=8, dilation_channels=8, skip_channels=16, head_channels=16),
    "small": ModelConfig(residual_channels=32, dilation_channels=32, skip_channels=128, head_channels=128),
    "medium": ModelConfig(),
    "paper": ModelConfig(layers=30, stacks=3),
}
