"""Every setting of the project: frozen dataclasses that derive what follows and refuse what cannot be.

``AudioConfig`` and ``ModelConfig`` travel in the ``config.json`` of a model folder; ``TrainConfig`` holds them and
what only training needs. The letters of shape comments everywhere: B batch, T time, F frames, R residual, D dilation,
S skip, H head, C condition, Q classes, K kernel, L layers.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Literal

from wavenet.errors import UsageError


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise UsageError(message)


def _require_at_least(settings: object, low: float, *names: str) -> None:
    for name in names:
        value = getattr(settings, name)
        _require(value >= low, f"{name} is {value}, and must be at least {low}")


@dataclass(frozen=True)
class AudioConfig:
    """How a waveform becomes the signal that the network models (section 2.2), and how that is undone."""

    sample_rate: int = 16_000
    """samples per second"""
    gain: float = 1.0
    """factor on the waveform before μ-law; divided out at the output"""
    pre_emphasis: float = 0.0
    """a in y[t] = x[t] - a x[t-1], applied before the gain; undone at the output"""
    lpc_order: int = 0
    """of linear prediction by filters that follow from the log-mel frames: the network models what these leave (0: no
    such filters). In the place of pre-emphasis; the gain is then one on a signal of deviation 1"""

    def __post_init__(self) -> None:
        rate = self.sample_rate
        _require(1_000 <= rate <= 1_000_000, f"sample_rate is {rate}, and must be between 1000 and 1000000 Hz")
        _require(1e-6 <= self.gain <= 1e6, f"gain is {self.gain}, and must be between 1e-6 and 1e6")
        _require(0 <= self.pre_emphasis < 1, f"pre_emphasis is {self.pre_emphasis}, and must be in [0, 1)")
        _require(0 <= self.lpc_order <= 256, f"lpc_order is {self.lpc_order}, and must be from 0 to 256")
        _require(
            not (self.lpc_order and self.pre_emphasis),
            f"lpc_order is {self.lpc_order} and pre_emphasis {self.pre_emphasis}; use one of them",
        )


FeatureKind = Literal["log_mel", "pitch", "file"]


@dataclass(frozen=True)
class FeatureConfig:
    """Local features h (section 2.5): what a frame holds. Frame f conditions samples f · hop … (f + 1) · hop - 1."""

    kinds: tuple[FeatureKind, ...] = ()
    """side by side in this order: ``log_mel``, ``pitch`` (log F0 and voicing), ``file`` (the user's own); none: ()"""
    hop_length: int = 160
    """samples from frame to frame"""
    n_fft: int = 1_024
    win_length: int = 640
    """samples of the Hann window, in the middle of n_fft and of the frame"""
    n_mels: int = 80
    f_min: float = 0.0
    """Hz, where the lowest mel band begins"""
    f_max: float = 8_000.0
    """Hz, where the highest mel band ends"""
    pitch_min: float = 60.0
    """Hz; no F0 is looked for below"""
    pitch_max: float = 600.0
    """Hz; nor above"""
    file_channels: int = 0
    """columns of the user's own features"""

    def __post_init__(self) -> None:
        _require(len(set(self.kinds)) == len(self.kinds), f"kinds is {list(self.kinds)}, and names one twice")
        for name in ("hop_length", "n_fft", "win_length", "n_mels"):
            value = getattr(self, name)
            _require(1 <= value <= 65_536, f"{name} is {value}, and must be between 1 and 65536")
        _require(self.win_length <= self.n_fft, f"win_length is {self.win_length}, more than n_fft, {self.n_fft}")
        _require(0 <= self.f_min < self.f_max, f"f_min is {self.f_min} and f_max {self.f_max}; they must ascend from 0")
        _require(
            0 < self.pitch_min < self.pitch_max,
            f"pitch_min is {self.pitch_min} and pitch_max {self.pitch_max}; they must ascend from above 0",
        )
        columns = self.file_channels
        _require(0 <= columns <= 65_536, f"file_channels is {columns}, and must be between 0 and 65536")
        _require("file" not in self.kinds or columns > 0, "file_channels is 0, and kinds names file; tell its columns")

    @property
    def channels(self) -> int:
        """Numbers in a frame; 0: there is no local conditioning."""
        return sum(self._width(kind) for kind in self.kinds)

    def columns(self, kind: FeatureKind) -> slice:
        """Which of a frame's numbers are of that kind; it must be among ``kinds``."""
        first = sum(self._width(each) for each in self.kinds[: self.kinds.index(kind)])
        return slice(first, first + self._width(kind))

    def _width(self, kind: FeatureKind) -> int:
        return {"log_mel": self.n_mels, "pitch": 2, "file": self.file_channels}[kind]


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
        _require_at_least(self, 1, *(f.name for f in fields(self)))
        _require_at_most(self, MOST | {"pool": 65_536, "taps": 65_536})
        _require(self.pool % self.taps == 0, f"pool is {self.pool}, and must be a multiple of taps, {self.taps}")
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


MOST = {"layers": 1_024, "stacks": 1_024, "kernel_size": 64, "input_kernel_size": 64}
"""far beyond any use, and what a hostile file may ask for; of channels and classes there are 65536"""


def _require_at_most(settings: object, most: Mapping[str, int]) -> None:
    for f in fields(settings):  # type: ignore[arg-type]
        value, bound = getattr(settings, f.name), most.get(f.name, 65_536)
        _require(not isinstance(value, int) or value <= bound, f"{f.name} is {value}, and must be at most {bound}")


def _dilations(layers: int, stacks: int) -> tuple[int, ...]:
    return tuple(2 ** (layer % (layers // stacks)) for layer in range(layers))


def _check_stacks(layers: int, stacks: int) -> None:
    _require(layers % stacks == 0, f"layers is {layers}, and must be a multiple of stacks, which is {stacks}")
    _require(layers // stacks <= 24, "more than 24 layers a stack: dilations beyond 2^23")


def _check_reach(reach: int) -> None:
    _require(reach <= 2**22, f"the receptive field is {reach} samples, and must be at most {2**22}; use more stacks")


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

    def __post_init__(self) -> None:
        _require_at_least(self, 1, *SHAPE, "speaker_channels", "condition_channels", "condition_kernel_size")
        _require_at_least(self, 2, "quantization_channels")
        _require_at_least(self, 0, "condition_layers")
        _require_at_most(self, MOST | {"condition_layers": 64, "condition_kernel_size": 63})
        _check_stacks(self.layers, self.stacks)
        _check_reach(self.receptive_field)
        for name in ("speakers", "tags"):
            names = getattr(self, name)
            _require(
                all(names) and len(set(names)) == len(names), f"{name} is {list(names)}: one is empty or there twice"
            )
        kernel_size, scales = self.condition_kernel_size, self.upsample_scales
        _require(kernel_size % 2 == 1, f"condition_kernel_size is {kernel_size}, and must be odd")
        if scales:
            _require(self.features.channels > 0, "upsample_scales are given, and features.kinds is empty")
            told = f"the product of upsample_scales {list(scales)} is {math.prod(scales)}"
            _require(
                min(scales) >= 1 and math.prod(scales) == self.features.hop_length,
                f"{told}, and must be hop_length, which is {self.features.hop_length}",
            )
        _require(
            self.alignment <= 2**22, f"hop_length and the pools have {self.alignment} as common multiple, too many"
        )

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
    def local(self) -> bool:
        """Whether features condition it."""
        return self.features.channels > 0

    @property
    def conditioned(self) -> bool:
        """Whether anything is to be given from outside."""
        return self.local or self.global_channels > 0

    @property
    def alignment(self) -> int:
        """Stretches that are computed in one begin at a multiple of so many samples of the recording."""
        return math.lcm(self.features.hop_length if self.local else 1, *(c.pool for c in self.contexts))

    @property
    def conditioned_past(self) -> int:
        """For how many samples before a stretch the conditions count too: those of the units that it sees."""
        return (self.kernel_size - 1) * sum(self.dilations[1:])

    @property
    def reach(self) -> int:
        """How many past samples an aligned stretch needs before it: all that its first prediction sees."""
        before = self.conditioned_past
        return max([self.receptive_field] + [c.pool * (-(-before // c.pool) + c.frames) for c in self.contexts])

    @property
    def look_ahead(self) -> int:
        """How many frames of features after the present one the conditioning network sees."""
        ahead, rate = self.condition_layers * (self.condition_kernel_size // 2) if self.local else 0, 1
        reach = Fraction(ahead)
        for scale in self.upsample_scales:
            reach += Fraction(1, rate)
            rate *= scale
        return math.ceil(reach)


def check_front_end(audio: AudioConfig, model: ModelConfig) -> None:
    """Raise UsageError where the two do not go together."""
    _require(
        not audio.lpc_order or "log_mel" in model.features.kinds,
        f"lpc_order is {audio.lpc_order}, and model.features.kinds lacks log_mel, from which its filters follow",
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


@dataclass(frozen=True)
class OptimConfig:
    """The optimiser and its schedule: a linear warm-up, a plateau, a linear decay to zero."""

    lr: float = 2e-3
    """AdamW's learning rate on the plateau: input, output layer, biases"""
    muon_lr: float = 1e-2
    """Muon's learning rate on the plateau: the matrices in between; 0 gives them to AdamW"""
    warmup: int = 100
    """updates of the warm-up"""
    decay_fraction: float = 0.5
    """the last part of the updates, in which the learning rate falls to zero"""
    beta1: float = 0.9
    beta2: float = 0.98
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    """gradients with a larger norm are scaled down to it"""
    ema_decay: float = 0.999
    """of the moving average of the weights, which is what is validated and exported"""

    def __post_init__(self) -> None:
        _require(self.lr > 0, f"lr is {self.lr}, and must be positive")
        _require_at_least(self, 0, "muon_lr", "warmup", "weight_decay")
        _require(self.clip_norm > 0, f"clip_norm is {self.clip_norm}, and must be positive")
        for name in ("decay_fraction", "ema_decay"):
            value = getattr(self, name)
            _require(0 <= value <= 1, f"{name} is {value}, and must be in [0, 1]")
        for name in ("beta1", "beta2"):
            value = getattr(self, name)
            _require(0 <= value < 1, f"{name} is {value}, and must be in [0, 1)")


@dataclass(frozen=True)
class TrainConfig:
    """One training run."""

    data: str = ""
    """a folder that ``wavenet prepare`` made"""
    speaker: str = ""
    """of all speakers in the data, the only one whose recordings count; empty: everyone"""
    features_from: str = ""
    """a folder of .npy files (F, file_channels), one for each utterance, where features.kinds names file"""
    tags_from: str = ""
    """a JSON file, {utterance: [tag, …]} or {utterance: {tag: value, …}}, where model.tags names any; who is not in it
    has none"""
    out: str = ""
    """the run's folder: checkpoint, logs, and the model folder ``model/``"""
    audio: AudioConfig = field(default_factory=AudioConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    optim: OptimConfig = field(default_factory=OptimConfig)
    updates: int = 20_000
    """optimiser steps of the whole run"""
    batch_size: int = 1
    """windows in one update, over all processes and accumulation steps"""
    window: int = 8_000
    """samples of a window whose loss counts; the receptive field before them comes on top"""
    input_noise: float = 0.0
    """of the past that training shows the network: its greatest standard deviation, in classes; each window draws
    its own, from 0 up. It learns to trust its conditions rather than its own samples; what it predicts stays clean"""
    own_inputs: float = 0.0
    """of the past that training shows the network: the greatest share that it drew itself, each sample from what it
    predicted after the true past; each window draws its share, from 0 up. A first pass without gradients makes them"""
    accumulate: int = 1
    """parts in which a batch is computed, to save memory"""
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    """of products and activations; weights, loss and optimiser stay fp32. auto: bf16 where the hardware has it"""
    compile: bool = False
    """run the plain formulation through torch.compile instead of the fused one"""
    device: str = "auto"
    """auto, cpu, cuda"""
    seed: int = 0
    init_from: str = ""
    """a model folder, or the name of a shipped model, whose weights to start from"""
    validate_every: int = 1_000
    """updates between two validations"""
    validation_seconds: float = 120.0
    """at most so much audio is validated: whole recordings, drawn once, the last one cut"""
    listen_seconds: float = 2.0
    """audio generated at each validation for TensorBoard; 0: none"""
    checkpoint_minutes: float = 3.0
    """minutes between two checkpoints"""

    def __post_init__(self) -> None:
        check_front_end(self.audio, self.model)
        counts = ("updates", "batch_size", "window", "accumulate", "validate_every")
        _require_at_least(self, 1, *counts)
        _require_at_least(self, 0, "seed", "input_noise", "validation_seconds", "listen_seconds", "checkpoint_minutes")
        _require(0 <= self.own_inputs <= 1, f"own_inputs is {self.own_inputs}, and must be in [0, 1]")
        _require(self.seed < 2**63, f"seed is {self.seed}, and must be below 2^63")
        heard = self.listen_seconds
        _require(heard == 0 or 0.01 <= heard <= 3600, f"listen_seconds is {heard}, and must be 0 or 0.01 … 3600")
        _require(
            self.batch_size % self.accumulate == 0,
            f"batch_size is {self.batch_size}, and must be a multiple of accumulate, which is {self.accumulate}",
        )
