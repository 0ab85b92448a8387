"""Many texts, each to a file, by several processes. What a file sounds like depends on its row and the voice alone."""

import hashlib
import json
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

from wavenet import __version__, atomic, made, workers
from wavenet.audio import files
from wavenet.bulk.rows import Row
from wavenet.config.checks import shortened
from wavenet.engine import folder as folders
from wavenet.engine.precision import Precision
from wavenet.engine.sampling import Sampling
from wavenet.errors import UsageError, WavenetError, WavenetWarning
from wavenet.safe_paths import below
from wavenet.tts import folder
from wavenet.tts.markup import Markup
from wavenet.tts.voice import Voice

COMMAND = "say-many"
MANIFEST, FAILED = "manifest.jsonl", "failed.jsonl"
AHEAD = 2
"""texts that wait for each process, so that none is idle"""


@dataclass(frozen=True)
class Job:
    """What all rows have in common."""

    voice: Path
    """its folder"""
    out: Path
    suffix: str = ".flac"
    precision: Precision | Literal["auto"] = "auto"
    temperature: float | None = None
    markup: Markup = "auto"

    def path(self, row: Row) -> Path:
        """The file of a row."""
        return below(self.out, row.id, self.suffix)

    @property
    def manifest(self) -> Path:
        """The list of what was said."""
        return self.out / MANIFEST

    @property
    def failed(self) -> Path:
        """The list of what could not be said."""
        return self.out / FAILED


@dataclass(frozen=True)
class Said:
    """What became of a row."""

    row: Row
    seconds: float = 0.0
    error: str = ""
    """why there is no sound"""
    warnings: tuple[str, ...] = ()


def check_places(job: Job, wanted: Iterable[Row]) -> None:
    """Raise UsageError, before any work, if a file would be where others need a folder."""
    wanted = list(wanted)
    files = {job.manifest: "the list of what was said", job.failed: "the list of what could not be said"}
    files |= {job.path(row): f"the file of {shortened(row.id)}" for row in wanted}
    for row in wanted:
        for parent in job.path(row).parents:
            if parent in files:
                raise UsageError(
                    f"{shortened(row.id)} needs the folder {parent}, which is {files[parent]}; change the id"
                )


def digest(job: Job, row: Row) -> str:
    """What the sound of a row depends on, the version too, which may read its text otherwise.

    Its file carries it, and so is known to be this row's.
    """
    parts = [row.text, row.seed, row.speed, row.pitch, job.precision, job.temperature, job.markup, job.suffix]
    told = json.dumps([__version__, _fingerprint(job.voice), *parts])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@lru_cache(maxsize=4)
def _fingerprint(voice: Path) -> str:
    found = hashlib.sha256()
    for name in ("config.json", folder.WEIGHTS, f"{folder.WAVENET}/config.json", f"{folder.WAVENET}/model.safetensors"):
        found.update((voice / name).read_bytes())
    return found.hexdigest()


def is_done(job: Job, row: Row) -> bool:
    """Whether the file of a row is there, and is this row's."""
    return made.shown(job.path(row)) == digest(job, row)


def say(job: Job, wanted: Iterable[Row], processes: int) -> Iterator[Said]:
    """Say rows in their order, each into its file, which appears when it is whole.

    Raises:
        WavenetError: a file cannot be written, or no process could be started.
    """
    for row, sound in workers.in_order(partial(sound_of, job), wanted, processes, AHEAD):
        if isinstance(sound, workers.Died):
            yield Said(row, error=f"the process that said it {sound}")
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


def sound_of(job: Job, row: Row) -> Sound:
    """The sound of a row, or why there is none."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", WavenetWarning)
        try:
            voice = _voice(job.voice, job.precision)
            sampling = Sampling(row.seed, job.temperature)
            blocks = voice.say(row.text, speed=row.speed, pitch=row.pitch, markup=job.markup, sampling=sampling)
            waveform = np.concatenate([np.empty(0, np.float32), *blocks])
        except WavenetError as error:
            return Sound(error=str(error))
    own = tuple(str(each.message) for each in told if issubclass(each.category, WavenetWarning))
    return Sound(waveform, voice.sample_rate, warnings=own)


def written(job: Job, row: Row, sound: Sound) -> Said:
    """Write the file of a row, if there is sound; raises WavenetError if it cannot be written."""
    if sound.waveform is None:
        return Said(row, error=sound.error)
    path = job.path(row)
    atomic.make_folder(path.parent)
    files.write(path, sound.waveform, sound.rate, made.mark(COMMAND, digest(job, row)))
    return Said(row, len(sound.waveform) / sound.rate, warnings=sound.warnings)


@lru_cache(maxsize=1)
def _voice(home: Path, precision: Precision | Literal["auto"]) -> Voice:
    return Voice.open(home, precision)


def check_shared(job: Job, said: Iterable[Said]) -> None:
    """Raise UsageError if what other machines wrote is not seen here."""
    for each in said:
        if not each.error and not job.path(each.row).is_file():
            raise UsageError(
                f"{job.path(each.row)}: was said on another machine, and is not here; choose a folder that all share"
            )


def listed(job: Job, wanted: Iterable[Row], said: Iterable[Said]) -> list[Said]:
    """Write both lists, in the order of the rows; returns what could not be said, which the second one has.

    The first one is a manifest for ``wavenet prepare``.
    """
    failures = {each.row.id: each for each in said if each.error}
    done, not_done = [], []
    for row in wanted:
        if row.id in failures:
            not_done.append({"id": row.id, "text": row.text, "error": failures[row.id].error})
            continue
        path = job.path(row)
        about = {"id": row.id, "seconds": round(soundfile.info(path).duration, 6), "seed": row.seed}
        done.append({"path": path.relative_to(job.out).as_posix(), "text": row.text, **about})
    _write_list(job.manifest, done)
    if not_done:
        _write_list(job.failed, not_done)
    else:
        job.failed.unlink(missing_ok=True)
    return list(failures.values())


def _write_list(path: Path, lines: list[dict[str, Any]]) -> None:
    marked = [line | ({"note": made.mark(COMMAND)} if i == 0 else {}) for i, line in enumerate(lines)]
    told = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in marked)
    with atomic.writing(path) as temporary:
        temporary.write_text(told, "utf-8", "backslashreplace")  # unpaired surrogates stay the escapes that they were


def find(voice: str | Path) -> Path:
    """The folder of a voice, absolute, for processes that run elsewhere; raises ModelFolderError."""
    home = folders.find(voice, folder.FORMAT).resolve()
    folder.read(home)  # what is wrong with it is told once, not for each text
    return home
