"""The log-mel spectrum of each frame of a melody, by a small network over frames (``tts/network.py``)."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet.config import StageConfig
from wavenet.engine.eight_bits import Stored
from wavenet.music.frames import CHANNELS
from wavenet.tts import folder
from wavenet.tts.network import Stack
from wavenet.tts.stages import stack_shapes

WEIGHTS = "spectra.safetensors"
"""the file, in the folder of the model"""
NAME = "spectra"
"""the prefix of the weights"""
SHAPE = StageConfig(channels=128, decoder_blocks=6, taps=5)
"""of the network, which is a decoder alone"""

Frames = NDArray[np.float32]


class Spectra:
    """The network, ready to run."""

    def __init__(self, tensors: Stored, tags: Sequence[str]) -> None:
        """Take the weights, with the names of ``shapes``, and the names of the tags in their order."""
        self._network = Stack(tensors, NAME, SHAPE.decoder_blocks)
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
    return Spectra(folder.read_weights(path / WEIGHTS, shapes(len(tags), n_mels)), tags)


def write(path: Path, tensors: Mapping[str, Frames]) -> None:
    """Write the weights into the folder of a model, in 8 bits, atomically."""
    folder.write_weights(path / WEIGHTS, tensors)


def shapes(tags: int, n_mels: int) -> dict[str, tuple[int, ...]]:
    """The name and shape of every weight."""
    return dict(stack_shapes(NAME, SHAPE.decoder_blocks, CHANNELS + tags, n_mels, SHAPE))
