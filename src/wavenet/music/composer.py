"""Writes a melody, and turns it into what the model needs that plays it.

The folder of such a model has beside its own files the folder ``melody``, a WaveNet of notes, and the weights of
``spectra.py``.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet.engine import folder
from wavenet.errors import UsageError
from wavenet.generator import Generator
from wavenet.music import spectra
from wavenet.music.frames import CHANNELS, frames
from wavenet.music.notes import CLASSES, STEPS, TONICS, Note, melody, timed
from wavenet.music.spectra import Spectra

MELODY = "melody"
"""the folder, within that of the model"""
TEMPOS = {"slow": (54, 60), "medium": (80, 90), "fast": (120, 135)}
"""quarter notes a minute, by tag; without one of these tags, one is drawn"""
TEMPERATURE = 1.0
"""of melodies, unless their model has its own"""


class Composer:
    """A WaveNet that writes melodies, and what the one needs that plays them."""

    def __init__(self, writer: Generator, spectra: Spectra, frame_rate: float) -> None:
        """Take the WaveNet that writes and the network of spectra; raises UsageError if it writes no melodies."""
        if writer.model.quantization_channels != CLASSES or writer.model.takes_features:
            raise UsageError(f"{writer.name}: writes no melodies, which have {CLASSES} classes and need no features")
        self._writer, self._spectra = writer, spectra
        self._frame_rate = frame_rate

    @classmethod
    def of(cls, model: str | Path, player: Generator) -> "Composer | None":
        """That of a model folder, or of a shipped model; None if the model plays no melodies.

        Raises:
            ModelFolderError: the folder ``melody`` or the spectra are damaged.
            UsageError: the model does not take the frames of melodies.
        """
        home = folder.find(model) / MELODY
        if not (home / "config.json").exists():
            return None
        settings = player.model.features
        if settings.kinds != ("log_mel", "file") or settings.file_channels != CHANNELS:
            told = f"features {list(settings.kinds)} with file_channels {settings.file_channels}"
            raise UsageError(f"{model}: has melodies, but takes {told}, and must take [log_mel, file] with {CHANNELS}")
        found = spectra.read(home.parent, player.model.tags, settings.n_mels)
        return cls(Generator.open(home), found, player.sample_rate / settings.hop_length)

    def melody(self, steps: int, *, tags: Iterable[str] = (), seed: int = 0) -> list[Note]:
        """The notes of a melody of so many sixteenths; tags that melodies do not have are for the player.

        Without one of ``TONICS``, the seed decides on the key.
        """
        known, tags = self._writer.model.tags, list(tags)
        if set(TONICS) <= {*known} - {*tags}:
            tags.append(TONICS[seed % len(TONICS)])
        signal = self._writer.generate(
            steps,
            seed=seed,
            temperature=self._writer.model.best_temperature(TEMPERATURE),
            tags=[tag for tag in tags if tag in known] if known else None,
        )
        return melody(self._writer.encode(signal).tolist())

    def features(self, count: int, *, tags: Iterable[str] = (), seed: int = 0) -> NDArray[np.float32]:
        """What the model is told of a new melody: the first ``count`` frames (count, n_mels + CHANNELS).

        ``tags`` are names; of the tempos in ``TEMPOS`` the first one counts.
        """
        tags = list(tags)
        draw = np.random.default_rng(seed)
        tempo = next((tag for tag in tags if tag in TEMPOS), None) or str(draw.choice(list(TEMPOS)))
        beats = float(draw.uniform(*TEMPOS[tempo]))
        steps = round(count / self._frame_rate / 60 * beats * STEPS) + 1
        played = timed(self.melody(steps, tags=tags, seed=seed), beats, self._frame_rate)
        notes = frames(played, count, self._frame_rate)
        return np.concatenate([self._spectra(notes, tags), notes], 1)
