"""A voice: its phones, and the shapes of the small networks that turn text into what conditions its WaveNet."""

from dataclasses import dataclass, field, fields
from typing import Literal

from wavenet.config.audio import FeatureKind
from wavenet.config.checks import plain, require, require_at_least, require_at_most


@dataclass(frozen=True)
class StageConfig:
    """The residual convolutions of one stage: an encoder over segments and a decoder over frames."""

    encoder_blocks: int = 3
    decoder_blocks: int = 3
    """unused by the durations, which have no frames"""
    channels: int = 128
    taps: int = 5
    """segments or frames that a convolution spans"""

    def __post_init__(self) -> None:
        plain(self)
        require_at_least(self, 1, *(f.name for f in fields(self)))
        require_at_most(self, {"encoder_blocks": 64, "decoder_blocks": 64, "taps": 63})
        require(self.taps % 2 == 1, f"taps is {self.taps}, and must be odd")


LANGUAGES = {"en": "english", "ru": "russian"}
"""the languages of texts, by their codes: the folder in ``tts/`` that reads each, see ``tts/front_ends.py``"""
ConditioningKind = Literal["mel+pitch", "mel", "linguistic+pitch", "linguistic"]


@dataclass(frozen=True)
class VoiceConfig:
    """From text to what conditions the WaveNet (section 3.2)."""

    phones: tuple[str, ...] = ()
    """all phones that the linguistic features distinguish; in training, () means those of the labels"""
    language: str = "en"
    """of the text. en: the front end of this package; ru: festival's"""
    conditions: ConditioningKind = "mel+pitch"
    """what conditions the WaveNet: log-mel predicted from the linguistic features and log F0, with that F0 or without;
    or the linguistic features themselves, with F0 as in the paper (L+F) or without (L)"""
    durations: StageConfig = field(default_factory=StageConfig)
    pitch: StageConfig = field(default_factory=StageConfig)
    mel: StageConfig = field(default_factory=lambda: StageConfig(encoder_blocks=4, decoder_blocks=5, channels=192))

    @property
    def uses_mel(self) -> bool:
        """Whether log-mel frames condition the WaveNet in place of linguistic features."""
        return self.conditions.startswith("mel")

    @property
    def uses_pitch(self) -> bool:
        """Whether F0 conditions the WaveNet itself."""
        return self.conditions.endswith("+pitch")

    @property
    def feature_kinds(self) -> tuple[FeatureKind, ...]:
        """The kinds of features that condition the WaveNet."""
        if not self.uses_mel:
            return ("file",)
        return ("log_mel", "pitch") if self.uses_pitch else ("log_mel",)

    def __post_init__(self) -> None:
        plain(self)
        known = ", ".join(LANGUAGES)
        require(self.language in LANGUAGES, f"language is {self.language!r}, and must be one of {known}")
        names = self.phones
        require(len(names) <= 1_024, f"phones has {len(names)} entries, and must have at most 1024")
        require(len(set(names)) == len(names) and all(names), f"phones is {list(names)}: one is empty or occurs twice")
        require(not names or "SIL" in names, "phones lacks SIL, the pause")
