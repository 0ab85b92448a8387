"""The model folder of a recogniser: ``config.json``, ``model.safetensors``, ``README.md`` (docs/model-folder.md)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet import atomic
from wavenet.config import AudioConfig, ModelConfig
from wavenet.config.recogniser import RecogniserConfig, check_recogniser
from wavenet.engine import folder
from wavenet.engine.folder import Tensors
from wavenet.errors import UsageError

FORMAT = folder.RECOGNISER_FORMAT
FORMAT_VERSION = 1


@dataclass(frozen=True)
class RecogniserFolder:
    """The contents of the folder of a recogniser."""

    audio: AudioConfig
    model: ModelConfig
    """the WaveNet whose stack is pooled; of no use where the input is log-mel"""
    recogniser: RecogniserConfig
    tensors: Tensors
    name: str = ""
    """what its folder is called"""


@dataclass(frozen=True)
class _Settings:
    audio: AudioConfig
    model: ModelConfig
    recogniser: RecogniserConfig

    def __post_init__(self) -> None:
        check_recogniser(self.audio, self.model, self.recogniser)
        if not self.recogniser.phones:
            raise UsageError("recogniser.phones is empty")


def read(model: str | Path) -> RecogniserFolder:
    """Read and check the folder of a recogniser, or a shipped one by its name.

    Raises:
        UsageError: it is no path and no name.
        ModelFolderError: there is none; or a file is missing or corrupt, has another version, or does not match the
            other.
    """
    path = folder.find(model, FORMAT)
    settings = folder.read_settings(path / "config.json", FORMAT, FORMAT_VERSION, _Settings)
    weights = path / "model.safetensors"
    tensors = folder.load_tensors(weights)
    folder.check_tensors(weights, tensors, shapes(settings.model, settings.recogniser, tensors))
    return RecogniserFolder(settings.audio, settings.model, settings.recogniser, tensors, path.resolve().name)


def write(path: Path, opened: RecogniserFolder) -> None:
    """Write the settings and the weights, each atomically; other files stay."""
    expected = shapes(opened.model, opened.recogniser, opened.tensors)
    assert {name: tensor.shape for name, tensor in opened.tensors.items()} == expected
    atomic.make_folder(path)
    settings = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "audio": asdict(opened.audio),
        "model": asdict(opened.model),
        "recogniser": asdict(opened.recogniser),
    }
    with atomic.writing(path / "model.safetensors") as temporary:
        temporary.write_bytes(folder.tensor_file({name: opened.tensors[name].astype(np.float32) for name in expected}))
    with atomic.writing(path / "config.json") as temporary:
        temporary.write_text(json.dumps(settings, indent=2, ensure_ascii=False) + "\n", "utf-8")


def shapes(model: ModelConfig, recogniser: RecogniserConfig, present: Iterable[str] = ()) -> dict[str, tuple[int, ...]]:
    """The name and shape of every tensor that must be there if these are."""
    found = folder.shapes_beside(model, present) if recogniser.input == "waveform" else {}
    return found | frame_shapes(recogniser, model.skip_channels) | phone_shapes(recogniser)


def frame_shapes(recogniser: RecogniserConfig, skip_channels: int) -> dict[str, tuple[int, ...]]:
    """The convolutions over frames, (out, in, taps), the earliest frame first."""
    r, P = recogniser, len(recogniser.phones)
    inputs = skip_channels if r.input == "waveform" else r.features.n_mels
    found: dict[str, tuple[int, ...]] = {}
    for i in range(r.layers):
        found |= {f"frames.convs.{i}.weight": (r.channels, inputs if i == 0 else r.channels, r.kernel_size)}
        found |= {f"frames.convs.{i}.bias": (r.channels,)}
    return found | {"frames.output.weight": (P, r.channels, 1), "frames.output.bias": (P,)}


def phone_shapes(recogniser: RecogniserConfig) -> dict[str, tuple[int, ...]]:
    """What is known of sequences of phones, as natural logarithms of probabilities; see ``bigram.py``."""
    P = len(recogniser.phones)
    return {"phones.prior": (P,), "phones.stay": (P,), "phones.leave": (P,), "phones.next": (P, P)}


def only(tensors: Mapping[str, NDArray[np.float32]], prefix: str) -> Tensors:
    """The tensors whose names begin with a prefix, without it."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
