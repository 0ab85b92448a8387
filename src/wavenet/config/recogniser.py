"""The settings of a recogniser of phones (section 3.4), and of its training."""

from dataclasses import dataclass, field
from typing import Literal

from wavenet.config.audio import AudioConfig, FeatureConfig
from wavenet.config.checks import plain, require, require_at_least, require_at_most
from wavenet.config.model import PRESETS, ModelConfig, check_front_end
from wavenet.config.training import OptimConfig

FLOOR = 0.01
"""added to the averages of the stack's rectified sums before their logarithm is taken, as log-mel has a floor. Without
the logarithm, 200 updates on tones got 55 % of the frames right, with it 99 %"""
RecogniserInput = Literal["waveform", "log_mel"]


@dataclass(frozen=True)
class RecogniserConfig:
    """From the waveform to the phone of each frame: what is pooled into frames, and the convolutions over them."""

    phones: tuple[str, ...] = ()
    """the classes of a frame; in training, () means those of the labels"""
    input: RecogniserInput = "waveform"
    """what a frame is computed from. waveform: the dilated stack of a WaveNet, whose rectified sums of skips are
    averaged over the frame, as logarithms; log_mel: the log-mel spectrum, without a WaveNet"""
    features: FeatureConfig = field(default_factory=lambda: FeatureConfig(kinds=("log_mel",)))
    """the length of a frame, and the settings of log-mel"""
    channels: int = 128
    """of the convolutions over frames"""
    layers: int = 3
    """non-causal convolutions over frames, before the 1×1 convolution to the phones"""
    kernel_size: int = 5
    """frames that each of them spans; odd"""
    low_confidence: float = 0.5
    """recordings whose phones have a lower mean confidence are marked; training sets it from held-out recordings"""

    def __post_init__(self) -> None:
        plain(self)
        require_at_least(self, 1, "channels", "layers", "kernel_size")
        require_at_most(self, {"layers": 64, "kernel_size": 63})
        require(self.kernel_size % 2 == 1, f"kernel_size is {self.kernel_size}, and must be odd")
        kinds = list(self.features.kinds)
        require(kinds == ["log_mel"], f"features.kinds is {kinds}, and must be [log_mel]")
        names = self.phones
        require(len(names) <= 1_024, f"phones has {len(names)} entries, and must have at most 1024")
        require(len(set(names)) == len(names) and all(names), f"phones is {list(names)}: one is empty or occurs twice")
        require(not names or "SIL" in names, "phones lacks SIL, the pause")
        low = self.low_confidence
        require(0 <= low <= 1, f"low_confidence is {low}, and must be in [0, 1]")

    @property
    def radius(self) -> int:
        """Frames before and after a frame that its phone depends on, besides what those are computed from."""
        return self.layers * (self.kernel_size // 2)

    @property
    def input_look_ahead(self) -> int:
        """Samples after the end of a frame that it is computed from: half a window of log-mel, none of the stack."""
        f = self.features
        return max(f.n_fft - f.n_fft // 2 - (f.hop_length - f.hop_length // 2), 0) if self.input == "log_mel" else 0

    @property
    def look_ahead(self) -> int:
        """Samples after the end of a frame that its phone depends on."""
        return self.radius * self.features.hop_length + self.input_look_ahead


def check_recogniser(audio: AudioConfig, model: ModelConfig, recogniser: RecogniserConfig) -> None:
    """Raise UsageError if these do not go together, or the network hears more than the waveform."""
    check_front_end(audio, model)
    if recogniser.input == "log_mel":
        return
    require(
        not model.conditioned and not model.contexts,
        "the network of a recogniser is conditioned on nothing but the past: choose a model without speakers, tags, "
        "features and context stacks",
    )
    require(
        model.decimation == 1 and not audio.lpc_order,
        f"decimation is {model.decimation} and lpc_order {audio.lpc_order}; a recogniser needs 1 and 0",
    )


@dataclass(frozen=True)
class TrainRecogniserConfig:
    """A training run of a recogniser."""

    data: str = ""
    """a folder created by ``wavenet prepare``"""
    labels: str = ""
    """the phones of its recordings with their times: a file that ``wavenet align`` created"""
    out: str = ""
    """the folder of the run: checkpoint, log, and the model folder ``model/``"""
    init_from: str = ""
    """a model folder, or the name of a shipped model, whose weights the dilated stack starts from; ``audio`` and
    ``model`` are then its own"""
    frozen: bool = False
    """whether the stack keeps the weights of init_from, so that only the convolutions over frames are trained"""
    audio: AudioConfig = field(default_factory=AudioConfig)
    model: ModelConfig = field(default_factory=lambda: PRESETS["small"])
    recogniser: RecogniserConfig = field(default_factory=RecogniserConfig)
    optim: OptimConfig = field(default_factory=OptimConfig)
    next_sample: float = 1.0
    """weight of the loss of the next sample, in nats per sample, beside that of the phones, in nats per frame; 0: the
    loss of the phones alone"""
    dropout: float = 0.1
    """of the inputs of the convolutions over frames"""
    updates: int = 10_000
    batch_size: int = 4
    """windows per update"""
    window: int = 100
    """frames of a window; the receptive field before them is added"""
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    """of the stack's products and activations. auto: bf16 where the hardware supports it"""
    train_seconds: float = 0.0
    """train on at most this much audio: whole recordings, the same ones each time; 0: all"""
    validate_every: int = 500
    """updates between validations"""
    checkpoint_minutes: float = 3.0
    """minutes between checkpoints"""
    seed: int = 0

    def __post_init__(self) -> None:
        plain(self)
        check_recogniser(self.audio, self.model, self.recogniser)
        require_at_least(self, 1, "updates", "batch_size", "validate_every")
        require_at_least(self, 0, "seed", "next_sample", "train_seconds", "checkpoint_minutes")
        require(0 <= self.dropout < 1, f"dropout is {self.dropout}, and must be in [0, 1)")
        require(self.seed < 2**63, f"seed is {self.seed}, and must be below 2^63")
        radius = self.recogniser.radius
        require(
            self.window > 2 * radius,
            f"window is {self.window}, and must be more than {2 * radius} frames: the phone of a frame depends on "
            f"{radius} before and after it",
        )
        require(not self.frozen or bool(self.init_from), "frozen is true, but init_from names no model")
        require(
            not self.init_from or self.recogniser.input == "waveform",
            f"init_from is {self.init_from!r}, but recogniser.input is log_mel, which needs no model; choose waveform",
        )
