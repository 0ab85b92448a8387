"""All settings of the project: frozen dataclasses that compute derived values and reject impossible ones.

``AudioConfig`` and ``ModelConfig`` are stored in the ``config.json`` of a model folder, ``VoiceConfig`` in that of a
voice. ``TrainConfig`` holds what only training needs in addition. Letters in shape comments, everywhere: B batch, T
time, F frames, S segments or skip channels, R residual channels, D dilation channels, H head channels, C conditioning
channels, Q classes, K kernel size, L layers, P order of linear prediction.
"""

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
from wavenet.config.training import OptimConfig, TrainConfig
from wavenet.config.voice import LANGUAGES, StageConfig, StageTraining, TrainVoiceConfig, VoiceConfig

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
