"""Random melodies, and a small model of music."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from tests.networks import as_folder, random_model
from wavenet.config import AudioConfig, FeatureConfig, ModelConfig
from wavenet.engine import folder
from wavenet.music import spectra
from wavenet.music.frames import CHANNELS
from wavenet.music.notes import CLASSES, HIGHEST, LOWEST, TONICS, Note

RATE, HOP, N_MELS = 8_000, 80, 20
TAGS = ("fast", "flute", "minor", "organ", "slow")


@st.composite
def melodies(draw: st.DrawFn) -> list[Note]:
    """Notes in order, with and without rests between them."""
    notes, now = [], 0
    for rest, length, key in draw(
        st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9), st.integers(LOWEST, HIGHEST)), max_size=12)
    ):
        notes.append(Note(now + rest, length, key))
        now += rest + length
    return notes


def small_model(home: Path) -> Path:
    """A model folder with random weights that plays melodies, and in it one that writes them."""
    small = {"residual_channels": 4, "dilation_channels": 4, "skip_channels": 8, "head_channels": 8}
    taken = FeatureConfig(("log_mel", "file"), HOP, 256, 256, N_MELS, f_max=4_000, file_channels=CHANNELS)
    player = ModelConfig(layers=2, stacks=1, quantization_channels=16, tags=TAGS, features=taken, **small)
    writer = ModelConfig(layers=2, stacks=1, quantization_channels=CLASSES, tags=("flute", "minor", *TONICS), **small)
    for place, model, audio in (
        (home, replace(player, temperature=0.9), AudioConfig(sample_rate=RATE)),
        (home / "melody", writer, AudioConfig(sample_rate=1_000, quantizer="linear")),
    ):
        made = as_folder(random_model(model), audio)
        folder.write(place, made.audio, made.model, made.tensors)
    rng = np.random.default_rng(0)
    wanted = spectra.shapes(len(TAGS), N_MELS)
    spectra.write(home, {name: rng.normal(0, 0.05, shape).astype(np.float32) for name, shape in wanted.items()})
    return home
