"""Lists of rows, each of which becomes a file of sound, by several processes.

What a file sounds like depends on its row, the settings and the model alone. ``speech`` and ``vocoding`` are what is
made.
"""

import hashlib
import json
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

from wavenet import __version__, atomic, made, workers
from wavenet.audio import files
from wavenet.bulk.lists import R
from wavenet.config.checks import shortened
from wavenet.engine.precision import Precision
from wavenet.errors import UsageError, WavenetError, WavenetWarning
from wavenet.safe_paths import below

MANIFEST, FAILED = "manifest.jsonl", "failed.jsonl"
AHEAD = 2
"""rows that wait for each process, so that none is idle"""


@dataclass(frozen=True)
class Job(ABC, Generic[R]):
    """What all rows have in common, and how they become sound."""

    model: Path
    """its folder"""
    out: Path
    suffix: str = ".flac"
    precision: Precision | Literal["auto"] = "auto"
    temperature: float | None = None

    command: ClassVar[str]
    """whose files these are"""
    row: ClassVar[type[Any]]
    """of rows"""
    parts: ClassVar[tuple[str, ...]]
    """the files of a model that decide how it sounds"""

    @classmethod
    @abstractmethod
    def find(cls, model: str | Path) -> Path:
        """The folder of a model, absolute, for processes that run elsewhere; raises ModelFolderError."""

    @abstractmethod
    def sound(self, row: R) -> tuple[NDArray[np.float32], int]:
        """The sound (T,) of a row, and its samples per second; raises WavenetError."""

    @abstractmethod
    def depends(self, row: R) -> list[Any]:
        """What the sound of a row depends on, beside the model, as plain data."""

    @abstractmethod
    def told(self, row: R) -> dict[str, Any]:
        """What the lists tell of a row beside its id."""

    @abstractmethod
    def size(self, row: R) -> int:
        """About how long its sound takes, in any unit."""

    def path(self, row: R) -> Path:
        """The file of a row."""
        return below(self.out, row.id, self.suffix)

    @property
    def manifest(self) -> Path:
        """The list of what was made."""
        return self.out / MANIFEST

    @property
    def failed(self) -> Path:
        """The list of what could not be made."""
        return self.out / FAILED

    def digest(self, row: R) -> str:
        """What the sound of a row depends on, the version too, which may make another one of it.

        Its file carries it, and so is known to be this row's.
        """
        told = json.dumps([__version__, _fingerprint(self.model, self.parts), *self.depends(row)])
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def is_done(self, row: R) -> bool:
        """Whether the file of a row is there, and is this row's."""
        return made.shown(self.path(row)) == self.digest(row)


@lru_cache(maxsize=4)
def _fingerprint(model: Path, parts: tuple[str, ...]) -> str:
    found = hashlib.sha256()
    for name in parts:
        found.update((model / name).read_bytes())
    return found.hexdigest()


@dataclass(frozen=True)
class Done(Generic[R]):
    """What became of a row."""

    row: R
    seconds: float = 0.0
    error: str = ""
    """why there is no sound"""
    warnings: tuple[str, ...] = ()


def check_places(job: Job[R], wanted: Iterable[R]) -> None:
    """Raise UsageError, before any work, if a file would be where others need a folder."""
    wanted = list(wanted)
    files = {job.manifest: "the list of what was made", job.failed: "the list of what could not be made"}
    files |= {job.path(row): f"the file of {shortened(row.id)}" for row in wanted}
    for row in wanted:
        for parent in job.path(row).parents:
            if parent in files:
                raise UsageError(
                    f"{shortened(row.id)} needs the folder {parent}, which is {files[parent]}; change the id"
                )


def make(job: Job[R], wanted: Iterable[R], processes: int) -> Iterator[Done[R]]:
    """Make rows in their order, each into its file, which appears when it is whole.

    Raises:
        WavenetError: a file cannot be written, or no process could be started.
    """
    for row, sound in workers.in_order(partial(sound_of, job), wanted, processes, AHEAD):
        if isinstance(sound, workers.Died):
            yield Done(row, error=f"the process that made it {sound}")
        else:
            yield written(job, row, sound)


@dataclass(frozen=True)
class Sound:
    """What a process makes of a row."""

    waveform: NDArray[np.float32] | None = None
    """(T,); None if there is an error"""
    rate: int = 0
    error: str = ""
    warnings: tuple[str, ...] = ()


def sound_of(job: Job[R], row: R) -> Sound:
    """The sound of a row, or why there is none."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", WavenetWarning)
        try:
            waveform, rate = job.sound(row)
        except WavenetError as error:
            return Sound(error=str(error))
    own = tuple(str(each.message) for each in told if issubclass(each.category, WavenetWarning))
    return Sound(waveform, rate, warnings=own)


def written(job: Job[R], row: R, sound: Sound) -> Done[R]:
    """Write the file of a row, if there is sound; raises WavenetError if it cannot be written."""
    if sound.waveform is None:
        return Done(row, error=sound.error)
    path = job.path(row)
    atomic.make_folder(path.parent)
    files.write(path, sound.waveform, sound.rate, made.mark(job.command, job.digest(row)))
    return Done(row, len(sound.waveform) / sound.rate, warnings=sound.warnings)


def check_shared(job: Job[R], done: Iterable[Done[R]]) -> None:
    """Raise UsageError if what other machines wrote is not seen here."""
    for each in done:
        if not each.error and not job.path(each.row).is_file():
            raise UsageError(
                f"{job.path(each.row)}: was made on another machine, and is not here; choose a folder that all share"
            )


def listed(job: Job[R], wanted: Iterable[R], done: Iterable[Done[R]]) -> list[Done[R]]:
    """Write both lists, in the order of the rows; returns what could not be made, which the second one has.

    The first one is a manifest for ``wavenet prepare``, where rows have texts.
    """
    failures = {each.row.id: each for each in done if each.error}
    there, not_there = [], []
    for row in wanted:
        if row.id in failures:
            not_there.append({"id": row.id, **job.told(row), "error": failures[row.id].error})
            continue
        path = job.path(row)
        about = {"id": row.id, "seconds": round(soundfile.info(path).duration, 6)}
        there.append({"path": path.relative_to(job.out).as_posix(), **job.told(row), **about})
    _write_list(job, job.manifest, there)
    if not_there:
        _write_list(job, job.failed, not_there)
    else:
        job.failed.unlink(missing_ok=True)
    return list(failures.values())


def _write_list(job: Job[R], path: Path, lines: list[dict[str, Any]]) -> None:
    marked = [line | ({"note": made.mark(job.command)} if i == 0 else {}) for i, line in enumerate(lines)]
    told = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in marked)
    with atomic.writing(path) as temporary:
        temporary.write_text(told, "utf-8", "backslashreplace")  # unpaired surrogates stay the escapes that they were
