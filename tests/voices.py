"""A voice for tests: tiny, of random weights; it mumbles, but its phones last as long as people's."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.networks import MICRO, as_folder, random_model
from wavenet.config import AudioConfig, FeatureConfig, StageConfig, VoiceConfig
from wavenet.engine import folder as model_folder
from wavenet.engine.eight_bits import dequantised, quantised
from wavenet.engine.folder import ModelFolder
from wavenet.tts import folder
from wavenet.tts.english import phones
from wavenet.tts.network import Tensors
from wavenet.tts.russian import festival
from wavenet.tts.stages import feature_channels, shapes

STAGE = StageConfig(encoder_blocks=2, decoder_blocks=2, channels=8, taps=3)
CONDITIONS = ("mel+pitch", "mel", "linguistic+pitch", "linguistic")
FEATURES = FeatureConfig(n_mels=20)
FRAMES = 6.0
"""that a phone has, roughly"""


def settings(conditions: str = "mel+pitch", language: str = "en") -> VoiceConfig:
    known = {"en": phones.PHONES, "ru": festival.PHONES}[language]
    return VoiceConfig(known, language, conditions, STAGE, STAGE, STAGE)  # type: ignore[arg-type]


def stage_tensors(voice: VoiceConfig, features: FeatureConfig = FEATURES, seed: int = 0) -> Tensors:
    generator = np.random.default_rng(seed)
    tensors = {}
    for name, shape in shapes(voice, features).items():
        scale = 0.1 if len(shape) == 1 else np.prod(shape[1:]) ** -0.5
        tensors[name] = (scale * generator.standard_normal(shape)).astype(np.float32)
    tensors["durations.encoder.output.weight"] *= 0.3
    tensors["durations.encoder.output.bias"][:] = np.log1p(FRAMES)
    if "pitch.decoder.output.bias" in tensors:
        tensors["pitch.decoder.output.bias"][:] = (0, 0.57)  # with seed 0 about half of the frames are voiced
    return dequantised(quantised(tensors))  # as a folder has them


def wavenet(conditions: str = "mel+pitch") -> ModelFolder:
    """As the shipped vocoder, where the voice gives log-mel: linear prediction, a decimated network."""
    voice = settings(conditions)
    channels = feature_channels(voice, FEATURES.n_mels)
    features = replace(FEATURES, kinds=voice.feature_kinds, file_channels=0 if voice.uses_mel else channels)
    audio, decimation = (AudioConfig(gain=0.1, lpc_order=40), 4) if voice.uses_mel else (AudioConfig(), 1)
    config = replace(MICRO, features=features, decimation=decimation, condition_channels=6)
    return as_folder(random_model(config), audio)


def tiny(conditions: str = "mel+pitch", language: str = "en") -> folder.VoiceFolder:
    voice = settings(conditions, language)
    opened = wavenet(conditions)
    return folder.VoiceFolder(voice, stage_tensors(voice, opened.model.features), opened)


def write(path: Path, conditions: str = "mel+pitch", language: str = "en") -> Path:
    opened = tiny(conditions, language)
    folder.write(path, opened.voice, opened.tensors)
    model_folder.write(path / folder.WAVENET, opened.wavenet.audio, opened.wavenet.model, opened.wavenet.tensors)
    return path
