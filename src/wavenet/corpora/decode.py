"""The work of a worker process: one recording to 16-bit samples, or the reason why it cannot be used."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from wavenet import atomic
from wavenet.audio import files
from wavenet.audio.decoders import Tell
from wavenet.corpora import pauses
from wavenet.corpora.pauses import Level
from wavenet.corpora.row import Row
from wavenet.errors import AudioError, WavenetError
from wavenet.workers import Died

SPILL_PREFIX = "spill-"
_SILENCE = 1e-3  # -60 dBFS: below the noise floor of any microphone, above dither
_SPILL_BYTES = 1 << 20  # 33 s at 16 kHz; longer recordings are passed to the parent process in a file


@dataclass(frozen=True)
class Rules:
    """What determines whether a recording is kept, and where long ones are written."""

    sample_rate: int
    min_seconds: float
    folder: Path
    piece_at_pauses: int = 0
    """samples of the longest piece if recordings are cut at pauses; 0: they are not"""


@dataclass(frozen=True)
class Decoded:
    """A decoded recording, or the reason why it is dropped."""

    file_bytes: int
    """size of the file, -1 if there is none"""
    samples: int | None = None
    """number of samples at the rate of the corpus; None if it cannot be known"""
    clipped: int = 0
    """number of samples outside [-1, 1]"""
    reason: str = ""
    """why it is dropped; empty if it is kept"""
    data: bytes = b""
    """little-endian int16, unless the samples are in ``spill``"""
    spill: Path | None = None
    """a temporary file with the samples, which the receiver deletes"""
    notes: tuple[str, ...] = ()
    """what is unusual about the file, although it could be read"""
    digest: bytes = b""
    """a hash of the samples"""
    ends: tuple[int, ...] = ()
    """where to cut, as the sample after each piece; empty unless ``Rules`` says to cut at pauses"""


def decode(row: Row, rules: Rules) -> Decoded:
    """Read a recording in bounded memory; unreadable, short, silent and skipped ones come with a reason.

    Raises:
        WavenetError: the disk is full, or an extra is missing.
    """
    file_bytes = size_of(row.path)
    sink = _Sink(rules.folder)
    notes: list[str] = []
    try:
        level = Level(rules.sample_rate)
        peak, clipped = _fill(sink, level, row.path, rules.sample_rate, notes.append)
        if reason := row.skip or _unusable(sink.samples, peak, rules):
            return Decoded(file_bytes, sink.samples, reason=reason)
        told = tuple(note.removeprefix(f"{row.path}: ") for note in notes)
        ends = tuple(pauses.ends(level, rules.piece_at_pauses)) if rules.piece_at_pauses else ()
        return Decoded(file_bytes, sink.samples, clipped, "", *sink.take(), told, sink.digest.digest(), ends)
    except AudioError as error:
        return Decoded(file_bytes, reason=f"unreadable: {str(error).removeprefix(f'{row.path}: ')}")
    finally:
        sink.discard()


def crashed(row: Row, died: Died) -> Decoded:
    """The result for a recording that ended a worker process."""
    return Decoded(size_of(row.path), reason=f"unreadable: decoding it crashed, the process {died}")


def size_of(path: Path) -> int:
    """Size of a file in bytes, -1 if there is none."""
    return size_and_time(path)[0]


def size_and_time(path: Path) -> tuple[int, int]:
    """Size of a file in bytes, and when it was last changed in nanoseconds; -1 and 0 if there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):  # a null byte in a name is a ValueError
        return -1, 0
    return found.st_size, found.st_mtime_ns


def _fill(sink: "_Sink", level: Level, path: Path, sample_rate: int, tell: Tell) -> tuple[float, int]:
    """The peak and the number of samples outside [-1, 1]."""
    peak, clipped = 0.0, 0
    for block in files.blocks(path, sample_rate, clip=False, tell=tell):
        size = np.abs(block)
        peak = max(peak, float(size.max(initial=0)))
        clipped += int(np.count_nonzero(size > 1))
        sink.write(files.to_int16(block).astype("<i2").tobytes())
        level.add(block)
    return peak, clipped


def _unusable(samples: int, peak: float, rules: Rules) -> str:
    if samples < rules.min_seconds * rules.sample_rate:
        return f"shorter than {rules.min_seconds:g} s"
    return "silent: its peak is below -60 dBFS" if peak < _SILENCE else ""


class _Sink:
    """Samples in memory, which move to a file in ``folder`` when there are many."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{SPILL_PREFIX}{os.getpid()}-{secrets.token_hex(4)}.i16"
        self._memory = BytesIO()
        self._spilled = False
        self.digest = hashlib.blake2b(digest_size=16)
        self.samples = 0

    def write(self, data: bytes) -> None:
        self.samples += len(data) // 2
        self.digest.update(data)
        self._memory.write(data)
        if self._memory.tell() > _SPILL_BYTES:
            self._spill()

    def take(self) -> tuple[bytes, Path | None]:
        """The samples, or the file that holds them, which then belongs to the caller."""
        if not self._spilled:
            return self._memory.getvalue(), None
        self._spill()
        self._spilled = False
        return b"", self._path

    def discard(self) -> None:
        if self._spilled:
            self._path.unlink(missing_ok=True)

    def _spill(self) -> None:
        self._spilled = True
        try:
            with open(self._path, "ab") as file:
                file.write(self._memory.getbuffer())
        except OSError as error:
            raise WavenetError(f"cannot write {self._path.parent}: {atomic.reason(error)}") from error
        self._memory = BytesIO()
