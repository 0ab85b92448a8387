"""The log-mel spectrum of each frame of a melody, by a small network over frames (``tts/network.py``)."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from wavenet import atomic
from wavenet.engine import folder
from wavenet.engine.folder import Tensors
from wavenet.errors import ModelFolderError
from wavenet.music.frames import CHANNELS
from wavenet.tts.network import Stack, dequantised, quantised

WEIGHTS = "spectra.safetensors"
"""the file, in the folder of the model"""
NAME, BLOCKS, WIDTH, TAPS = "spectra", 6, 128, 5
"""of the network: the prefix of its weights, blocks, channels, taps"""

Frames = NDArray[np.float32]


class Spectra:
    """The network, ready to run."""

    def __init__(self, tensors: Tensors, tags: Sequence[str]) -> None:
        """Take the weights, with the names of ``shapes``, and the names of the tags in their order."""
        self._network = Stack(tensors, NAME, BLOCKS)
        self._tags = tuple(tags)

    def __call__(self, frames: Frames, tags: Collection[str]) -> Frames:
        """The log-mel spectra (F, n_mels) of frames of notes (F, ``CHANNELS``)."""
        return self._network(inputs(frames, self._tags, tags))


def inputs(frames: Frames, known: Sequence[str], tags: Collection[str]) -> Frames:
    """What the network sees: each frame, and which of the known tags apply, (F, CHANNELS + tags)."""
    applies = np.array([tag in tags for tag in known], np.float32)
    return np.concatenate([frames, np.broadcast_to(applies, (len(frames), len(applies)))], 1)


def read(path: Path, tags: Sequence[str], n_mels: int) -> Spectra:
    """Read the weights in the folder of a model; raises ModelFolderError."""
    file = path / WEIGHTS
    try:
        tensors = dequantised(folder.load_tensors(file, ("F32", "I8")))
    except (KeyError, ValueError) as error:
        raise ModelFolderError(f"{file}: {error}: a scale is missing or has another shape") from None
    folder.check_tensors(file, tensors, shapes(len(tags), n_mels))
    return Spectra(tensors, tags)


def write(path: Path, tensors: Mapping[str, Frames]) -> None:
    """Write the weights into the folder of a model, in 8 bits, atomically."""
    with atomic.writing(path / WEIGHTS) as temporary:
        temporary.write_bytes(save(quantised(tensors)))


def shapes(tags: int, n_mels: int) -> dict[str, tuple[int, ...]]:
    """The name and shape of every weight; convolutions are (out, in, taps)."""
    found: dict[str, tuple[int, ...]] = {
        f"{NAME}.input.weight": (WIDTH, CHANNELS + tags),
        f"{NAME}.output.weight": (n_mels, WIDTH),
    }
    for i in range(BLOCKS):
        found[f"{NAME}.blocks.{i}.conv.weight"] = (WIDTH, WIDTH, TAPS)
        found[f"{NAME}.blocks.{i}.mix.weight"] = (WIDTH, WIDTH)
    return found | {name.replace(".weight", ".bias"): shape[:1] for name, shape in found.items()}
