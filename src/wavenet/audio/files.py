"""Recordings in files: what libsndfile or FFmpeg reads, as mono float32 at the rate asked for; and back."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import ArrayLike, NDArray

from wavenet import atomic
from wavenet.audio.decoders import BLOCK, FFMPEG_SUFFIXES, SOUNDFILE_SUFFIXES, Tell, decoded
from wavenet.errors import AudioError, UsageError, WavenetError, suggestion, warn

SUFFIXES = SOUNDFILE_SUFFIXES | FFMPEG_SUFFIXES
"""what may hold audio, by its name in lower case"""

LARGEST = 8.0
"""Full scale is 1. Peaks up to this (18 dB above) are clipped; beyond it the file is on another scale."""

_RATES = range(1_000, 1_000_001)  # outside of it a header is broken, and resampling would explode
_WRITABLE = {".wav": ("WAV", "PCM_16"), ".flac": ("FLAC", "PCM_16"), ".ogg": ("OGG", "VORBIS")}


def read(path: str | os.PathLike[str], sample_rate: int) -> NDArray[np.float32]:
    """The whole recording as (T,) in [-1, 1]: the ``blocks`` joined, with their errors."""
    return np.concatenate(list(blocks(path, sample_rate)))


def blocks(
    path: str | os.PathLike[str], sample_rate: int, *, clip: bool = True, tell: Tell = warn
) -> Iterator[NDArray[np.float32]]:
    """A recording of any length in bounded memory: blocks (T,) in [-1, 1] at ``sample_rate``.

    Channels are averaged. Resampling runs on from block to block. Values outside [-1, 1], which float
    files, lossy codecs and resampling produce, are clipped, or passed on with ``clip=False``. A file that is
    truncated, as its header tells, is refused. Several recordings that are joined in one file are read one after
    the other. What is odd and was overcome goes to ``tell``: a header that was never finished, a missing end of MP3
    or Ogg; formats that say nothing of their length (G.722, AMR) are taken as far as they go.

    Raises:
        AudioError: the file is missing, empty, not audio, truncated, without samples, or holds samples that
            are NaN, infinite or beyond ``LARGEST``.
        MissingExtraError: only FFmpeg could read it, and ``av`` is not installed.
    """
    path = Path(path)
    resampler = _Resampler(path, sample_rate)
    total = 0
    for rate, block in decoded(path, tell):
        with np.errstate(all="ignore"):
            mono = block.mean(axis=1, dtype=np.float32)
        _check_samples(path, mono, total)
        total += len(mono)
        for part in resampler(rate, mono):
            yield part.clip(-1, 1) if clip else part
    if not total:
        raise AudioError(f"{path}: holds no audio; record or copy it again")
    for part in resampler.rest():
        yield part.clip(-1, 1) if clip else part


def to_int16(waveform: ArrayLike) -> NDArray[np.int16]:
    """[-1, 1] to 16-bit PCM: round(32768 x), clipped; x = n / 32768 comes back as exactly n."""
    scaled = np.rint(np.asarray(waveform) * np.float32(32768))
    return scaled.clip(-32768, 32767).astype(np.int16)


def write(path: str | os.PathLike[str], waveform: NDArray[np.floating], sample_rate: int, software: str = "") -> None:
    """Write a waveform (T,) in [-1, 1], clipped: as 16-bit ``.wav`` or ``.flac`` or as ``.ogg``, atomically.

    ``software`` is what its metadata name as that which made it, as ``made.mark`` has it.

    Raises:
        UsageError: the suffix is none of these.
        AudioError: the waveform is not (T,), or holds NaN.
        WavenetError: the system refused to write.
    """
    with writing(path, sample_rate, software) as add:
        add(waveform)


@contextmanager
def writing(
    path: str | os.PathLike[str], sample_rate: int, software: str = ""
) -> Iterator[Callable[[NDArray[np.floating]], None]]:
    """As ``write``, in constant memory: yields what takes the next samples (T,); the file appears when the block ends.

    Raises:
        UsageError: as ``write``.
        AudioError: as ``write``.
        WavenetError: as ``write``; when the block raises anything, there is no file.
    """
    path = Path(path)
    _check_suffix(path)
    container, coding = _WRITABLE[path.suffix.lower()]

    def add(waveform: NDArray[np.floating]) -> None:
        if np.ndim(waveform) != 1:
            raise AudioError(f"cannot write {path}: the waveform has shape {np.shape(waveform)}, and must be (T,)")
        if np.isnan(waveform).any():
            raise AudioError(f"cannot write {path}: the waveform holds NaN")
        for start in range(0, len(waveform), BLOCK):  # libsndfile's Vorbis writer overflows the stack on long arrays
            sound.write(to_int16(waveform[start : start + BLOCK]))

    with atomic.writing(path) as temporary, open(temporary, "w+b") as file:
        try:
            # by descriptor: Ctrl-C cannot come between, as it could in a file of Python's
            with soundfile.SoundFile(
                file.fileno(), "w", sample_rate, 1, coding, format=container, closefd=False
            ) as sound:
                if software:
                    sound.software = software
                yield add
        except soundfile.LibsndfileError as error:
            file.write(bytes(4 * BLOCK))  # libsndfile hides what the system said: this has the system say it again
            raise WavenetError(f"cannot write {path}: {error.error_string}") from error


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise now what ``write`` would raise after the work was done: a wrong suffix, a folder that refuses."""
    _check_suffix(Path(path))
    atomic.check(path)


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in _WRITABLE:
        raise UsageError(f"cannot write {path}: unknown suffix {path.suffix!r}{suggestion(path.suffix, _WRITABLE)}")


def _check_samples(path: Path, mono: NDArray[np.float32], start: int) -> None:
    wrong = ~np.isfinite(mono)
    if wrong.any():
        at = int(wrong.argmax())
        raise AudioError(f"{path}: sample {start + at} is {mono[at]}; repair the file or leave it out")
    peak = float(np.abs(mono).max(initial=0))
    if peak > LARGEST:
        raise AudioError(f"{path}: samples reach {peak:g}, where full scale is 1; scale them and save it again")


class _Resampler:
    """To one rate, from one that may change where another recording begins."""

    def __init__(self, path: Path, sample_rate: int) -> None:
        self._path, self._to, self._from = path, sample_rate, sample_rate
        self._stream: soxr.ResampleStream | None = None

    def __call__(self, rate: int, mono: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        if rate != self._from:
            yield from self.rest()
            if rate not in _RATES:
                told = f"its header says {rate} Hz, and {_RATES[0]} to {_RATES[-1]} can be"
                raise AudioError(f"{self._path}: {told}")
            self._from = rate
            self._stream = soxr.ResampleStream(rate, self._to, 1, dtype="float32") if rate != self._to else None
        if self._stream:
            mono = self._stream.resample_chunk(mono)
        if len(mono):
            yield mono

    def rest(self) -> Iterator[NDArray[np.float32]]:
        """What is left in it."""
        if self._stream:
            yield self._stream.resample_chunk(np.empty(0, np.float32), last=True)
