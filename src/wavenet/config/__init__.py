"""Every setting of the project: frozen dataclasses that derive what follows and refuse what cannot be.

``AudioConfig`` and ``ModelConfig`` travel in the ``config.json`` of a model folder, ``VoiceConfig`` in that of a voice;
``TrainConfig`` holds what only training needs besides. The letters of shape comments everywhere: B batch, T time,
F frames, S segments or skip, R residual, D dilation, H head, C condition, Q classes, K kernel, L layers, P order of
linear prediction.
"""

from wavenet.config.audio import AudioConfig, FeatureConfig, FeatureKind
from wavenet.config.model import COPYING, PRESETS, SAYING, SHAPE, ContextConfig, ModelConfig, check_front_end
from wavenet.config.training import OptimConfig, TrainConfig
from wavenet.config.voice import Language, StageConfig, StageTraining, TrainVoiceConfig, VoiceConfig

__all__ = [
    "COPYING",
    "PRESETS",
    "SAYING",
    "SHAPE",
    "AudioConfig",
    "ContextConfig",
    "FeatureConfig",
    "FeatureKind",
    "Language",
    "ModelConfig",
    "OptimConfig",
    "StageConfig",
    "StageTraining",
    "TrainConfig",
    "TrainVoiceConfig",
    "VoiceConfig",
    "check_front_end",
]
