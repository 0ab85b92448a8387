"""Decoding in a process of its own, so that a file that crashes a decoder is an error like any other."""

import os
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import files
from wavenet.errors import AudioError, warn
from wavenet.workers import Aside, Died

Result = TypeVar("Result")


class Apart:
    """A process that decodes one file after another. It ends with this object.

    Its methods raise AudioError for files that cannot be read, as in ``files.blocks``, or crash a decoder.
    """

    def __init__(self) -> None:
        self._read, self._count = Aside(_read), Aside(_count)

    def read(self, path: str | os.PathLike[str], sample_rate: int) -> NDArray[np.float32]:
        """The whole recording, as in ``files.read``."""
        waveform, notes = _survived(path, self._read((Path(path), sample_rate)))
        for note in notes:
            warn(note)
        return waveform

    def count(self, path: str | os.PathLike[str], sample_rate: int, limit: float) -> int:
        """The number of samples, up to the end of the block that reaches ``limit``."""
        return _survived(path, self._count((Path(path), sample_rate, limit)))


def _survived(path: str | os.PathLike[str], result: Result | Died) -> Result:
    if isinstance(result, Died):
        raise AudioError(f"{path}: decoding it crashed, the process {result}; leave it out")
    return result


def _read(job: tuple[Path, int]) -> tuple[NDArray[np.float32], list[str]]:
    notes: list[str] = []
    return np.concatenate(list(files.blocks(*job, tell=notes.append))), notes


def _count(job: tuple[Path, int, float]) -> int:
    path, sample_rate, limit = job
    samples = 0
    for block in files.blocks(path, sample_rate, tell=lambda note: None):  # reported when the file is used
        samples += len(block)
        if samples >= limit:
            break
    return samples
