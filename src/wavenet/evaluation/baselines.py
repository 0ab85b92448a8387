"""What any model must beat: predictors of the next class that are fitted with simple arithmetic.

- histogram: the frequency of each class; p(k) = (c_k + 1) / (N + Q), so that none is impossible.
- bigram: the frequency of each class after each other class; p(k | j) = (c_jk + D_j p(k)) / (N_j + D_j), where D_j is
  the number of different classes that occurred after j (Witten and Bell 1991): the counts determine the weight of the
  histogram.
- ar: AR(16), see ``autoregression``.

They are fitted to the classes of the model's own codec, so their file is stored in the model's folder. As for the
model, a recording's first sample is preceded by silence.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wavenet import atomic, made, untrusted
from wavenet.audio import mu_law
from wavenet.config import AudioConfig
from wavenet.engine.folder import tensor_file
from wavenet.errors import ModelFolderError, UsageError
from wavenet.evaluation import autoregression
from wavenet.evaluation.autoregression import AutoRegression, Noise

FILE = "baselines.safetensors"
FORMAT = "wavenet-baselines"
FORMAT_VERSION = 1
REACH = autoregression.REACH
"""number of past samples that the predictions depend on"""

_CONTEXTS = 256  # with more classes, the bigram groups the past class into this many: 2^32 pairs do not fit into memory


@dataclass(frozen=True)
class Baselines:
    """The fitted predictors."""

    audio: AudioConfig
    """settings of the codec that they were fitted for"""
    counts: NDArray[np.uint32]
    """(min(Q, 256), Q): how often a class followed a past class, or a group of past classes"""
    ar: AutoRegression

    @classmethod
    def fit(
        cls,
        recordings: Sequence[NDArray[np.integer]],
        audio: AudioConfig,
        classes: int,
        *,
        progress: bool = False,
    ) -> "Baselines":
        """Fit to the classes (T,) of training recordings.

        Raises:
            UsageError: there is not a single sample.
            MissingExtraError: scipy is not installed.
        """
        recordings = [recording for recording in recordings if len(recording)]
        if not recordings:
            raise UsageError("baselines cannot be fitted without data; give recordings to train on")
        counts = np.zeros((min(classes, _CONTEXTS), classes), np.uint32)
        silence = [mu_law.silence(classes)]
        for recording in recordings:
            previous = np.concatenate([silence, recording[:-1]])
            np.add.at(counts, (_context(previous, classes), recording), 1)
        return cls(audio, counts, autoregression.fit(recordings, classes, progress, audio.quantizer))

    @classmethod
    def read(cls, folder: Path, audio: AudioConfig, classes: int) -> "Baselines":
        """Read what ``write`` wrote into the folder of a model with these settings.

        Raises:
            ModelFolderError: the file is missing or corrupt, or belongs to a model with other settings.
        """
        path, way_out = folder / FILE, "fit them again with wavenet evaluate --save-baselines"
        try:
            tensors, metadata = untrusted.tensors(path, ("U32", "F64"))
        except (OSError, ValueError) as error:
            raise ModelFolderError(f"{path}: is missing or corrupt: {error}; remove it, and {way_out}") from None
        if _with_defaults(metadata) != _metadata(audio, classes):
            raise ModelFolderError(f"{path}: was fitted for a model with other settings; {way_out}")
        if wrong := _what_is_wrong(tensors, classes):
            raise ModelFolderError(f"{path}: corrupt: {wrong}; remove it, and {way_out}")
        noise = Noise(*tensors["ar.noise"].tolist())
        return cls(audio, tensors["bigram.counts"], AutoRegression(tensors["ar.coefficients"], noise, audio.quantizer))

    @staticmethod
    def check_place(folder: Path) -> None:
        """Raise if ``write`` would replace something else than baselines, of whatever model; raises UsageError."""
        path = folder / FILE
        made.check_place(path)
        try:
            others = path.exists() and "bigram.counts" not in untrusted.tensors(path, ("U32", "F64"))[0]
        except (OSError, ValueError):
            others = True
        if others:
            raise UsageError(f"{path} already exists and contains no baselines; move it away to save them")

    def write(self, folder: Path) -> Path:
        """Write ``baselines.safetensors`` into the model's folder, atomically; with 256 classes it has 263 kB."""
        tensors: dict[str, NDArray[Any]] = {
            "bigram.counts": self.counts,
            "ar.coefficients": self.ar.coefficients,
            "ar.noise": np.array(self.ar.noise),
        }
        with atomic.writing(folder / FILE) as temporary:
            # not save_file, whose files only their owner can read
            temporary.write_bytes(tensor_file(tensors, _metadata(self.audio, self.classes)))
        return folder / FILE

    @property
    def classes(self) -> int:
        """Q, the number of classes."""
        return int(self.counts.shape[1])

    @property
    def samples(self) -> int:
        """The number of samples that they were fitted to."""
        return int(self.counts.sum(dtype=np.int64))

    def bits(
        self, classes: NDArray[np.integer], past: NDArray[np.integer] | None = None
    ) -> dict[str, NDArray[np.float64]]:
        """-log2 p of each of the classes (T,) under each predictor; ``past`` are the REACH or fewer classes before
        them.
        """
        silence = np.full(REACH, mu_law.silence(self.classes))
        whole = np.concatenate([silence, classes if past is None else np.concatenate([past, classes])])
        whole = whole[len(whole) - REACH - len(classes) :].astype(np.int64)
        return {
            "histogram": -np.log2(self._histogram[classes]),
            "bigram": -np.log2(self._bigram(whole[REACH - 1 : -1], whole[REACH:])),
            "ar": self.ar.bits(whole, self.classes),
        }

    def _bigram(self, previous: NDArray[np.int64], classes: NDArray[np.int64]) -> NDArray[np.float64]:
        context = _context(previous, self.classes)
        total, different = self._context_totals
        seen, weight = self.counts[context, classes], different[context]
        return np.asarray((seen + weight * self._histogram[classes]) / (total[context] + weight))

    @cached_property
    def _histogram(self) -> NDArray[np.float64]:
        counts = self.counts.sum(0, dtype=np.int64)
        return np.asarray((counts + 1) / (counts.sum() + self.classes))

    @cached_property
    def _context_totals(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """N_j and D_j; with D_j = 1, a context that was never seen uses the histogram."""
        return self.counts.sum(1, dtype=np.int64), np.maximum(np.count_nonzero(self.counts, axis=1), 1)


def _context(previous: NDArray[np.integer], classes: int) -> NDArray[np.int64]:
    return previous.astype(np.int64) * min(classes, _CONTEXTS) // classes


def _metadata(audio: AudioConfig, classes: int) -> dict[str, str]:
    settings = json.dumps({**asdict(audio), "quantization_channels": classes}, sort_keys=True)
    return {"format": FORMAT, "format_version": str(FORMAT_VERSION), "settings": settings}


def _with_defaults(metadata: dict[str, str]) -> dict[str, str]:
    """Metadata, with settings that the file does not have at what was their default when it was written."""
    try:
        settings = {**asdict(AudioConfig()), **json.loads(metadata["settings"])}
    except (KeyError, ValueError, TypeError, RecursionError):
        return {}
    return {**metadata, "settings": json.dumps(settings, sort_keys=True)}


def _what_is_wrong(tensors: dict[str, NDArray[Any]], classes: int) -> str:
    """What is wrong with the tensors of a file; empty if nothing is."""
    expected = {
        "bigram.counts": ((min(classes, _CONTEXTS), classes), np.uint32),
        "ar.coefficients": ((autoregression.ORDER,), np.float64),
        "ar.noise": ((len(Noise._fields),), np.float64),
    }
    found = {name: (tensor.shape, tensor.dtype.type) for name, tensor in tensors.items()}
    if found != expected:
        return f"it contains {found}, not {expected}"
    decay, gain, floor, uniform = noise = tensors["ar.noise"]
    if not (np.isfinite(noise).all() and np.isfinite(tensors["ar.coefficients"]).all()):
        return "it contains values that are not finite"
    if not (0 <= decay < 1 and gain >= 0 and floor > 0 and 0 < uniform <= 1):
        return f"the noise of the AR baseline cannot be {noise.tolist()}"
    return ""
