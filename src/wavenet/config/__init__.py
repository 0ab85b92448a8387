"""Every setting of the project: frozen dataclasses that derive what follows and refuse what cannot be.

``AudioConfig`` and ``ModelConfig`` travel in the ``config.json`` of a model folder; ``TrainConfig`` holds them and
what only training needs. The letters of shape comments everywhere: B batch, T time, F frames, R residual, D dilation,
S skip, H head, C condition, Q classes, K kernel, L layers, P order of linear prediction.
"""

from wavenet.config.audio import AudioConfig, FeatureConfig
from wavenet.config.model import PRESETS, SHAPE, ContextConfig, ModelConfig, check_front_end
from wavenet.config.training import OptimConfig, TrainConfig

__all__ = [
    "PRESETS",
    "SHAPE",
    "AudioConfig",
    "ContextConfig",
    "FeatureConfig",
    "ModelConfig",
    "OptimConfig",
    "TrainConfig",
    "check_front_end",
]
