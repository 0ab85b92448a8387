"""The folder of a voice: ``config.json``, ``voice.safetensors``, the model folder ``wavenet/``, ``README.md``.

The weights of the stages are stored in 8 bits (``tts/network.py``).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wavenet import atomic
from wavenet.config import FeatureConfig, VoiceConfig
from wavenet.engine import folder
from wavenet.engine.eight_bits import SCALE, Stored, quantised
from wavenet.engine.folder import ModelFolder
from wavenet.errors import ModelFolderError
from wavenet.tts.stages import feature_channels, shapes

FORMAT = folder.VOICE_FORMAT
FORMAT_VERSION = 1
WEIGHTS = "voice.safetensors"
WAVENET = "wavenet"
"""the folder of the model that generates the audio"""


class VoiceFolder(NamedTuple):
    """The contents of the folder of a voice."""

    voice: VoiceConfig
    tensors: Stored
    """weights of the stages"""
    wavenet: ModelFolder
    name: str = ""
    """what the folder is called"""


@dataclass(frozen=True)
class _Settings:
    voice: VoiceConfig


def read(path: Path) -> VoiceFolder:
    """Read and check the folder of a voice.

    Raises:
        ModelFolderError: a file is missing or corrupt, has another version, or does not match the others.
    """
    voice = folder.read_settings(path / "config.json", FORMAT, FORMAT_VERSION, _Settings).voice
    if not voice.phones:
        raise ModelFolderError(f"{path / 'config.json'}: phones is empty; export the voice again")
    wavenet = folder.read(path / WAVENET)
    features = wavenet.model.features
    kinds, channels = voice.feature_kinds, feature_channels(voice, features.n_mels)
    if (features.kinds, features.channels) != (kinds, channels) or wavenet.model.global_channels:
        raise ModelFolderError(
            f"{path}: the model in {WAVENET} takes {features.channels} features of kinds {list(features.kinds)}, but "
            f"this voice has {channels} of kinds {list(kinds)} and no speaker; use the model that was trained for it"
        )
    return VoiceFolder(voice, read_stages(path, voice, features), wavenet, path.name)


def read_stages(path: Path, voice: VoiceConfig, features: FeatureConfig) -> Stored:
    """The weights of the stages only; raises ModelFolderError."""
    return read_weights(path / WEIGHTS, shapes(voice, features))


def read_weights(path: Path, expected: Mapping[str, tuple[int, ...]]) -> Stored:
    """The weights of networks of ``tts/network.py``, of these names and shapes; raises ModelFolderError."""
    stored = folder.load_tensors(path, ("F32", "I8"))
    integers = {
        name for name, shape in expected.items() if len(shape) > 1 and name in stored and stored[name].dtype == np.int8
    }
    scales = {name + SCALE: expected[name][:1] for name in integers}
    folder.check_tensors(path, stored, {**expected, **scales}, integers)
    return stored


def write_weights(path: Path, tensors: Mapping[str, NDArray[np.float32]]) -> None:
    """Write what ``read_weights`` reads, in 8 bits, atomically."""
    with atomic.writing(path) as temporary:
        temporary.write_bytes(folder.tensor_file(quantised(tensors)))


def write(path: Path, voice: VoiceConfig, tensors: Mapping[str, NDArray[np.float32]]) -> None:
    """Write the settings and the weights of the stages, each atomically; other files stay."""
    atomic.make_folder(path)
    write_weights(path / WEIGHTS, tensors)
    settings = {"format": FORMAT, "format_version": FORMAT_VERSION, "voice": asdict(voice)}
    with atomic.writing(path / "config.json") as temporary:
        temporary.write_text(json.dumps(settings, indent=2) + "\n", "utf-8")
