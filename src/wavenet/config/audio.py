"""The audio: the waveform as the network models it, and the features of its frames."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from wavenet.config.checks import ABSENT, plain, require

Quantizer = Literal["mu_law", "linear"]


@dataclass(frozen=True)
class AudioConfig:
    """How a waveform becomes the signal that the network models (section 2.2), and how this is inverted."""

    sample_rate: int = 16_000
    """samples per second"""
    gain: float = 1.0
    """factor applied to the waveform before the quantiser; divided out at the output"""
    pre_emphasis: float = 0.0
    """a in y[t] = x[t] - a x[t-1], applied before the gain; inverted at the output"""
    lpc_order: int = 0
    """order of linear prediction with filters computed from the log-mel frames; the network models the residual. 0: no
    linear prediction. Replaces pre-emphasis; the gain then applies to a signal with a standard deviation of 1"""
    quantizer: Quantizer = "mu_law"
    """how values become classes, of which there are ``ModelConfig.quantization_channels``. mu_law: in steps that grow
    with the level; linear: in steps of one size, those of 16-bit samples if there are 65536 classes"""

    def __post_init__(self) -> None:
        plain(self)
        rate = self.sample_rate
        require(1_000 <= rate <= 1_000_000, f"sample_rate is {rate}, and must be between 1000 and 1000000 Hz")
        require(1e-6 <= self.gain <= 1e6, f"gain is {self.gain}, and must be between 1e-6 and 1e6")
        require(0 <= self.pre_emphasis < 1, f"pre_emphasis is {self.pre_emphasis}, and must be in [0, 1)")
        require(0 <= self.lpc_order <= 256, f"lpc_order is {self.lpc_order}, and must be from 0 to 256")
        require(
            not (self.lpc_order and self.pre_emphasis),
            f"lpc_order is {self.lpc_order} and pre_emphasis {self.pre_emphasis}; use one of them",
        )


FeatureKind = Literal["log_mel", "pitch", "file"]
PitchMethod = Literal["correlation", "harvest"]


def _absent(features: Mapping[str, Any]) -> PitchMethod:
    """The pitch method of stored settings that name none: they were written before there was a choice."""
    return "harvest" if "pitch" in features.get("kinds", ()) else "correlation"


@dataclass(frozen=True)
class FeatureConfig:
    """Local features h (section 2.5): what a frame contains. Frame f conditions samples f · hop_length … (f + 1) ·
    hop_length - 1.
    """

    kinds: tuple[FeatureKind, ...] = ()
    """concatenated in this order: ``log_mel``, ``pitch`` (log F0 and voicing), ``file`` (your own features); []: no
    features"""
    hop_length: int = 160
    """samples of the waveform per frame"""
    n_fft: int = 1_024
    win_length: int = 640
    """samples of the Hann window, centred in n_fft samples and on the frame"""
    n_mels: int = 80
    f_min: float = 0.0
    """lower edge of the lowest mel band, in Hz"""
    f_max: float = 8_000.0
    """upper edge of the highest mel band, in Hz"""
    pitch_min: float = 60.0
    """lowest F0 that is searched for, in Hz"""
    pitch_max: float = 600.0
    """highest F0 that is searched for, in Hz"""
    file_channels: int = 0
    """columns of your own features"""
    pitch_method: PitchMethod = field(default="correlation", metadata={ABSENT: _absent})
    """how F0 and voicing are found. correlation: by the waveform's own periodicity; harvest: by Harvest, whose voicing
    is unreliable"""

    def __post_init__(self) -> None:
        plain(self)
        require(len(set(self.kinds)) == len(self.kinds), f"kinds is {list(self.kinds)}, and names one twice")
        for name in ("hop_length", "n_fft", "win_length", "n_mels"):
            value = getattr(self, name)
            require(1 <= value <= 65_536, f"{name} is {value}, and must be between 1 and 65536")
        require(self.win_length <= self.n_fft, f"win_length is {self.win_length}, more than n_fft, {self.n_fft}")
        require(0 <= self.f_min < self.f_max, f"f_min is {self.f_min} and f_max {self.f_max}; they must ascend from 0")
        require(
            self.n_fft * self.n_mels <= 2**24 and self.n_fft <= 1024 * self.hop_length,
            f"n_fft is {self.n_fft}; times n_mels, {self.n_mels}, it must be at most {2**24}, and at most 1024 times "
            f"hop_length, {self.hop_length}",
        )
        require(
            10 <= self.pitch_min < self.pitch_max <= 10_000,
            f"pitch_min is {self.pitch_min} and pitch_max {self.pitch_max}; they must ascend from 10 to 10000",
        )
        columns = self.file_channels
        require(0 <= columns <= 65_536, f"file_channels is {columns}, and must be between 0 and 65536")
        require("file" not in self.kinds or columns > 0, "file_channels is 0, but kinds includes file; set its columns")

    @property
    def channels(self) -> int:
        """Numbers per frame; 0 if there is no local conditioning."""
        return sum(self._width(kind) for kind in self.kinds)

    def columns(self, kind: FeatureKind) -> slice:
        """The columns of a frame that hold a kind of features, which must be one of ``kinds``."""
        first = sum(self._width(each) for each in self.kinds[: self.kinds.index(kind)])
        return slice(first, first + self._width(kind))

    def _width(self, kind: FeatureKind) -> int:
        return {"log_mel": self.n_mels, "pitch": 2, "file": self.file_channels}[kind]
