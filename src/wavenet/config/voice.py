"""A voice: which phones it has, and the shapes of the small networks from text to what conditions its WaveNet."""

from dataclasses import dataclass, field, fields
from typing import Literal

from wavenet.config.checks import require, require_at_least, require_at_most


@dataclass(frozen=True)
class StageConfig:
    """The residual convolutions of one stage: of an encoder over segments, and of a decoder over frames."""

    encoder_blocks: int = 3
    decoder_blocks: int = 3
    """not of the durations, which have no frames"""
    channels: int = 128
    taps: int = 5
    """segments or frames that a convolution sees"""

    def __post_init__(self) -> None:
        require_at_least(self, 1, *(f.name for f in fields(self)))
        require_at_most(self, {"encoder_blocks": 64, "decoder_blocks": 64, "taps": 63})
        require(self.taps % 2 == 1, f"taps is {self.taps}, and must be odd")


Conditions = Literal["mel", "linguistic+pitch", "linguistic"]


@dataclass(frozen=True)
class VoiceConfig:
    """From text to what conditions the WaveNet (section 3.2)."""

    phones: tuple[str, ...]
    """all that the linguistic features tell apart"""
    language: Literal["en", "ru"] = "en"
    """of the text; en: the front end of this package; ru: festival's"""
    conditions: Conditions = "mel"
    """of the WaveNet: log-mel frames predicted from the linguistic features and log F0; or these themselves, as in the
    paper (L+F); or without F0 (L)"""
    durations: StageConfig = field(default_factory=StageConfig)
    pitch: StageConfig = field(default_factory=StageConfig)
    mel: StageConfig = field(default_factory=lambda: StageConfig(encoder_blocks=4, decoder_blocks=5, channels=192))

    def __post_init__(self) -> None:
        names = self.phones
        require(len(set(names)) == len(names) and all(names), f"phones is {list(names)}: one is empty or there twice")
        require("SIL" in names, "phones lacks SIL, the pause")
