"""All settings of the project: frozen dataclasses that compute derived values and reject impossible ones.

``AudioConfig`` and ``ModelConfig`` are stored in the ``config.json`` of a model folder, ``VoiceConfig`` in that of a
voice. ``TrainConfig`` holds what only training needs in addition. Letters in shape comments, everywhere: B batch, T
time, F frames, S segments or skip channels, R residual channels, D dilation channels, H head channels, C conditioning
channels, Q classes, K kernel size, L layers, P order of linear prediction.
"""

from typing import TYPE_CHECKING, Any

from wavenet.config.audio import AudioConfig, FeatureConfig, FeatureKind, PitchMethod, Quantizer
from wavenet.config.model import (
    COPY_TEMPERATURE,
    PRESETS,
    SHAPE,
    SPEECH_TEMPERATURE,
    ContextConfig,
    ModelConfig,
    OutputName,
    check_front_end,
)
from wavenet.config.voice import LANGUAGES, StageConfig, VoiceConfig
from wavenet.late import attribute

if TYPE_CHECKING:
    from wavenet.config.training import OptimConfig, TrainConfig
    from wavenet.config.voice_training import StageTraining, TrainVoiceConfig

__all__ = [
    "COPY_TEMPERATURE",
    "LANGUAGES",
    "PRESETS",
    "SHAPE",
    "SPEECH_TEMPERATURE",
    "AudioConfig",
    "ContextConfig",
    "FeatureConfig",
    "FeatureKind",
    "ModelConfig",
    "OptimConfig",
    "OutputName",
    "PitchMethod",
    "Quantizer",
    "StageConfig",
    "StageTraining",
    "TrainConfig",
    "TrainVoiceConfig",
    "VoiceConfig",
    "check_front_end",
]

_HOMES = {
    "OptimConfig": "wavenet.config.training",
    "StageTraining": "wavenet.config.voice_training",
    "TrainConfig": "wavenet.config.training",
    "TrainVoiceConfig": "wavenet.config.voice_training",
}
"""the modules of what only training needs, which are imported late"""


def __getattr__(name: str) -> Any:
    return attribute(__name__, _HOMES, name)
