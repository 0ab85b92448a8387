"""Many recordings, or files of features, each to a file of sound: ``wavenet vocode-many``."""

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import feature_files, files
from wavenet.audio.suffixes import SUFFIXES
from wavenet.bulk import jobs, lists
from wavenet.config import COPY_TEMPERATURE
from wavenet.engine import folder
from wavenet.engine.conditioning import Conditioning
from wavenet.engine.precision import Precision
from wavenet.engine.sampling import Sampling
from wavenet.errors import AudioError, UsageError
from wavenet.generator import Generator

FEATURES = ".npy"


@dataclass(frozen=True)
class Source:
    """A recording or its features, and how a copy of it is drawn."""

    id: str
    """names its file"""
    path: str
    """absolute"""
    seed: int = 0
    speaker: str = ""
    """a name; empty: the model has none"""


@dataclass(frozen=True)
class Job(jobs.Job[Source]):
    """A model turns features into sound."""

    command: ClassVar[str] = "vocode-many"
    row: ClassVar[type[Any]] = Source
    parts: ClassVar[tuple[str, ...]] = ("config.json", "model.safetensors")

    @classmethod
    def find(cls, model: str | Path) -> Path:
        """See ``jobs.Job``; raises UsageError if the model takes no features."""
        home = folder.find(model).resolve()
        if not folder.read(home).model.takes_features:  # told once, not for each recording
            raise UsageError(f"{model} takes no features, and so cannot copy anything; name a vocoder")
        return home

    def sound(self, row: Source) -> tuple[NDArray[np.float32], int]:
        """See ``jobs.Job``: what ``wavenet vocode`` makes of it."""
        generator = _generator(self.model, self.precision)
        settings, rate, path = generator.model.features, generator.sample_rate, Path(row.path)
        if path.suffix.lower() == FEATURES:
            frames = feature_files.read(path, settings, rate)
            samples = len(frames) * settings.hop_length
        else:
            waveform = files.read(path, rate)
            frames, samples = generator.features(waveform), len(waveform)
        sampling = Sampling(row.seed, self.temperature).at(generator.model.best_temperature(COPY_TEMPERATURE))
        conditioning = Conditioning(row.speaker or None, None, frames)
        return generator.generate(samples, sampling=sampling, conditioning=conditioning), rate

    def depends(self, row: Source) -> list[Any]:
        """See ``jobs.Job``: the content of its file, and of a file of features not their settings beside it."""
        try:
            with open(row.path, "rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            content = ""  # which is told when its turn comes
        return [content, row.seed, row.speaker, self.precision, self.temperature, self.suffix]

    def told(self, row: Source) -> dict[str, Any]:
        """See ``jobs.Job``."""
        return {"source": row.path, "seed": row.seed} | ({"speaker": row.speaker} if row.speaker else {})

    def size(self, row: Source) -> int:
        """See ``jobs.Job``: one file."""
        return 1


@lru_cache(maxsize=1)
def _generator(home: Path, precision: Precision | Literal["auto"]) -> Generator:
    return Generator.open(home, precision)


def read(source: Path, like: Source) -> list[Source]:
    """The rows of a folder, or of a file with a path a line, or where its name ends in ``.jsonl``, an object a line.

    Args:
        source: of a folder, all recordings and files of features in it and below, named by their paths in it. Objects
            have ``path``, which is relative to the list, and may have ``id``, ``seed`` and ``speaker``; without an id
            it is the name of the file without its ending.
        like: has the settings of rows that say nothing else.

    Raises:
        UsageError: a line is wrong, an id is there twice, or there are no rows; the message names the line.
        AudioError: there is no such file, or it cannot be read, or is not UTF-8.
    """
    if source.is_dir():
        paths = sorted(each for each in source.rglob("*") if each.suffix.lower() in (FEATURES, *SUFFIXES))
        named = ((str(path), path.relative_to(source).with_suffix("").as_posix()) for path in paths)
        return lists.unique(source, ((path, _row(like, Path(path), id=name)) for path, name in named))
    if not source.exists():
        raise AudioError(f"{source}: no such folder or list")

    def of_object(where: str, number: int, given: dict[str, Any]) -> Source:
        lists.check_fields(where, given, Source.__dataclass_fields__, ("path",))
        lists.check_fields(where, given, given, given.keys() & {"id", "speaker"})
        try:
            return _row(replace(like, **{"id": "", **given}), source.parent / given["path"])
        except UsageError as error:
            raise UsageError(f"{where}: {error}") from None

    return lists.read(source, lambda number, line: _row(like, source.parent / line.strip()), of_object)


def _row(like: Source, path: Path, **more: str) -> Source:
    row = replace(like, path=str(path.resolve()), seed=lists.seed(like.seed), **more)
    return row if row.id else replace(row, id=path.stem)
