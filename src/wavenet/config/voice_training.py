"""The settings of the training of a voice."""

from dataclasses import dataclass, field

from wavenet.config.checks import plain, require, require_at_least
from wavenet.config.training import OptimConfig, TrainConfig
from wavenet.config.voice import VoiceConfig


@dataclass(frozen=True)
class StageTraining:
    """How one stage is trained."""

    updates: int = 3_000
    """optimiser steps"""
    batch_frames: int = 4_000
    """largest number of frames per update; a sentence is never cut"""
    dropout: float = 0.2
    optim: OptimConfig = field(default_factory=lambda: OptimConfig(muon_lr=2e-2, decay_fraction=0.8))

    def __post_init__(self) -> None:
        plain(self)
        require_at_least(self, 0, "updates")
        require_at_least(self, 1, "batch_frames")
        require(0 <= self.dropout < 1, f"dropout is {self.dropout}, and must be in [0, 1)")


@dataclass(frozen=True)
class TrainVoiceConfig:
    """The training of a voice: of its stages, then of its WaveNet."""

    labels: str = ""
    """a file that ``wavenet align`` created for the corpus ``wavenet.data``"""
    out: str = ""
    """the folder of the run; the voice is in its subfolder ``voice/``"""
    init_from: str = ""
    """a voice, by its name or folder, from whose stages training starts; its settings must be those in ``voice``"""
    voice: VoiceConfig = field(default_factory=VoiceConfig)
    durations: StageTraining = field(default_factory=lambda: StageTraining(updates=2_000))
    pitch: StageTraining = field(default_factory=StageTraining)
    mel: StageTraining = field(default_factory=StageTraining)
    wavenet: TrainConfig = field(default_factory=TrainConfig)
    """data, speaker and the WaveNet; what conditions it, and its ``out``, are derived from the other settings"""
    seed: int = 0
    """seed of the stages"""

    def __post_init__(self) -> None:
        plain(self)
        require(0 <= self.seed < 2**63, f"seed is {self.seed}, and must be from 0 to 2^63 - 1")
