"""Recordings in files: whatever libsndfile or FFmpeg reads, as mono float32 at a given rate; and writing them."""

import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from itertools import chain
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import ArrayLike, NDArray

from wavenet import atomic
from wavenet.audio.waveforms import LARGEST
from wavenet.errors import AudioError, MissingExtraError, UsageError, WavenetError, suggestion

# fmt: off
_SOUNDFILE_SUFFIXES = frozenset({
    ".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au", ".snd",
    ".caf", ".w64", ".rf64", ".voc", ".nist", ".sph",
})
_FFMPEG_SUFFIXES = frozenset({
    ".g722", ".m4a", ".m4b", ".mp4", ".mov", ".aac", ".ac3", ".amr", ".ape", ".mka", ".mkv", ".mp2", ".3gp",
    ".tta", ".webm", ".weba", ".wma", ".wv",
})
# fmt: on
SUFFIXES = _SOUNDFILE_SUFFIXES | _FFMPEG_SUFFIXES
"""suffixes, in lower case, of files that may hold audio"""

_BLOCK = 262_144  # samples over all channels: 1 MiB of float32, far more than the frame of any codec
_RATES = range(1_000, 1_000_001)  # outside this range a header is broken, and resampling would use too much memory
_MALFORMED = 3  # libsndfile knows the format, but the file violates it; FFmpeg would read whatever is there
_UNKNOWN_LENGTH = 0x7FFF_0000  # writers that cannot seek back put this, or more, into a header
_WRITABLE = {".wav": ("WAV", "PCM_16"), ".flac": ("FLAC", "PCM_16"), ".ogg": ("OGG", "VORBIS")}


def read(path: str | os.PathLike[str], sample_rate: int) -> NDArray[np.float32]:
    """The whole recording (T,) in [-1, 1]: the ``blocks`` concatenated, with their errors."""
    return np.concatenate(list(blocks(path, sample_rate)))


def blocks(path: str | os.PathLike[str], sample_rate: int, *, clip: bool = True) -> Iterator[NDArray[np.float32]]:
    """A recording of any length in bounded memory: blocks (T,) in [-1, 1] at ``sample_rate``.

    Channels are averaged. Resampling continues across blocks. Values outside [-1, 1], which float files, lossy codecs
    and resampling produce, are clipped, or kept with ``clip=False``. A truncated WAV, AIFF, FLAC, CAF or M4A file is an
    error; formats without a reliable length (MP3, Ogg, G.722, AU) are read as far as they go.

    Raises:
        AudioError: the file is missing, empty, not audio, truncated or without samples, or has samples that are NaN,
            infinite or beyond ``LARGEST``.
        MissingExtraError: only FFmpeg could read it, and ``av`` is not installed.
    """
    path = Path(path)
    resampler: soxr.ResampleStream | None = None
    total = 0
    for rate, block in _decoded(path):
        with np.errstate(all="ignore"):
            mono = block.mean(axis=1, dtype=np.float32)
        _check_samples(path, mono, total)
        total += len(mono)
        if rate != sample_rate:
            resampler = resampler or _resampler(path, rate, sample_rate)
            mono = resampler.resample_chunk(mono)
        if len(mono):
            yield mono.clip(-1, 1) if clip else mono
    if not total:
        raise AudioError(f"{path}: holds no audio; record or copy it again")
    if resampler:
        mono = resampler.resample_chunk(np.empty(0, np.float32), last=True)
        yield mono.clip(-1, 1) if clip else mono


def to_int16(waveform: ArrayLike) -> NDArray[np.int16]:
    """[-1, 1] to 16-bit PCM: round(32768 x), clipped. x = n / 32768 gives exactly n."""
    scaled = np.rint(np.asarray(waveform) * np.float32(32768))
    return scaled.clip(-32768, 32767).astype(np.int16)


def write(path: str | os.PathLike[str], waveform: NDArray[np.floating], sample_rate: int, software: str = "") -> None:
    """Write a waveform (T,) in [-1, 1], clipped, as 16-bit ``.wav`` or ``.flac`` or as ``.ogg``, atomically.

    ``software`` is stored in the metadata as what wrote the file; see ``made.mark``.

    Raises:
        UsageError: the suffix is none of these.
        AudioError: the waveform is not (T,), or contains NaN.
        WavenetError: the operating system refused to write.
    """
    with writing(path, sample_rate, software) as add:
        add(waveform)


@contextmanager
def writing(
    path: str | os.PathLike[str], sample_rate: int, software: str = ""
) -> Iterator[Callable[[NDArray[np.floating]], None]]:
    """Write like ``write``, in constant memory: yields a function that takes the next samples (T,).

    The file appears when the block ends.

    Raises:
        UsageError: as for ``write``.
        AudioError: as for ``write``.
        WavenetError: as for ``write``. If the block raises anything, no file is created.
    """
    path = Path(path)
    _check_suffix(path)
    container, coding = _WRITABLE[path.suffix.lower()]

    def add(waveform: NDArray[np.floating]) -> None:
        if np.ndim(waveform) != 1:
            raise AudioError(f"cannot write {path}: the waveform has shape {np.shape(waveform)}, and must be (T,)")
        if np.asarray(waveform).dtype.kind != "f":
            raise AudioError(f"cannot write {path}: it holds {waveform.dtype}, and must hold floats in [-1, 1]")
        if np.isnan(waveform).any():
            raise AudioError(f"cannot write {path}: the waveform contains NaN")
        for start in range(0, len(waveform), _BLOCK):  # libsndfile's Vorbis writer overflows the stack on long arrays
            sound.write(to_int16(waveform[start : start + _BLOCK]))

    with atomic.writing(path) as temporary, open(temporary, "w+b") as file:
        try:
            # by descriptor, so that Ctrl-C cannot interrupt it, as it could in a Python file object
            with soundfile.SoundFile(
                file.fileno(), "w", sample_rate, 1, coding, format=container, closefd=False
            ) as sound:
                if software:
                    sound.software = software
                yield add
        except soundfile.LibsndfileError as error:
            file.write(bytes(4 * _BLOCK))  # libsndfile hides the error of the operating system; this provokes it again
            raise WavenetError(f"cannot write {path}: {error.error_string}") from error


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise now what ``write`` would raise after the work: a wrong suffix, or a folder that cannot be written."""
    _check_suffix(Path(path))
    atomic.check(path)


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in _WRITABLE:
        raise UsageError(f"cannot write {path}: unknown suffix {path.suffix!r}{suggestion(path.suffix, _WRITABLE)}")


def _decoded(path: Path) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """The file's own rate, and blocks (T, channels) as stored in the file."""
    try:
        if not path.exists():
            raise AudioError(f"{path}: no such file; check the name")
        if not path.is_file():
            raise AudioError(f"{path}: is not a regular file; name a recording")
        with FileIO(path) as file:
            if not os.fstat(file.fileno()).st_size:
                raise AudioError(f"{path}: is empty, 0 bytes; record or copy it again")
            yield from _by_libsndfile(path, file)
    except OSError as error:
        raise AudioError(f"{path}: cannot be read: {error.strerror or error}") from error


def _by_libsndfile(path: Path, file: FileIO) -> Iterator[tuple[int, NDArray[np.float32]]]:
    if path.suffix.lower() == ".g722":  # it has no header, so any file could be mistaken for something else
        yield from _by_ffmpeg(path, file, "no header")
        return
    if missing := _missing_bytes(file):
        raise AudioError(f"{path}: is truncated: {missing} bytes of its audio are missing; copy or record it again")
    try:
        # by descriptor: libsndfile would reject names that are not UTF-8, and accept *.raw as anything
        sound = soundfile.SoundFile(file.fileno(), closefd=False)
    except soundfile.LibsndfileError as error:
        if error.code == _MALFORMED:
            raise AudioError(f"{path}: is damaged or truncated; copy or record it again") from error
        file.seek(0)
        yield from _by_ffmpeg(path, file, error.error_string)
        return
    with sound:
        frames = 0
        try:
            while len(block := sound.read(max(1, _BLOCK // sound.channels), np.float32, always_2d=True)):
                frames += len(block)
                yield sound.samplerate, block
        except soundfile.LibsndfileError as error:
            raise AudioError(f"{path}: is damaged after {frames} samples: {error.error_string}") from error
        if frames < sound.frames and sound.format != "MP3":
            raise AudioError(f"{path}: is truncated: {frames} of {sound.frames} samples; copy or record it again")


def _by_ffmpeg(path: Path, file: FileIO, why: str) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Read with FFmpeg. ``why`` libsndfile could not read the file is added to the message if FFmpeg cannot either."""
    try:
        import av
    except ImportError:
        if path.suffix.lower() in _SOUNDFILE_SUFFIXES:
            raise AudioError(f"{path}: cannot be read as audio: {why}") from None
        raise MissingExtraError(f"reading {path}", "corpora") from None
    form = "g722" if path.suffix.lower() == ".g722" else None
    try:
        # an empty whitelist, so that a playlist in disguise cannot open other files or addresses
        with av.open(file, "r", form, options={"protocol_whitelist": "none"}) as container:
            if not container.streams.audio:
                raise AudioError(f"{path}: contains no audio track")
            rate = container.streams.audio[0].rate
            planar = av.AudioResampler(format="fltp")
            for frame in chain(container.decode(audio=0), [None]):  # None flushes the converter
                for part in planar.resample(frame):
                    yield rate, np.asarray(part.to_ndarray().T, np.float32)
    except av.error.FFmpegError as error:
        detail = (error.strerror or str(error)).lower()
        raise AudioError(f"{path}: cannot be read as audio: {why} (FFmpeg: {detail})") from error


def _missing_bytes(file: FileIO) -> int:
    """The audio bytes that a WAV or AIFF header promises beyond the end of the file; libsndfile ignores them."""
    form = file.read(4)
    order = {b"RIFF": "<", b"RIFX": ">", b"FORM": ">"}.get(form, "")
    file.seek(12)
    missing = 0
    while order and len(head := file.read(8)) == 8:
        name, length = struct.unpack(order + "4sI", head)
        if name in (b"data", b"SSND"):
            end = file.tell() + length
            missing = 0 if length >= _UNKNOWN_LENGTH else end - os.fstat(file.fileno()).st_size
            break
        file.seek(length + length % 2, os.SEEK_CUR)
    file.seek(0)
    return max(0, missing)


def _check_samples(path: Path, mono: NDArray[np.float32], start: int) -> None:
    wrong = ~np.isfinite(mono)
    if wrong.any():
        at = int(wrong.argmax())
        raise AudioError(f"{path}: sample {start + at} is {mono[at]}; repair the file or leave it out")
    peak = float(np.abs(mono).max(initial=0))
    if peak > LARGEST:
        raise AudioError(f"{path}: samples reach {peak:g}, but full scale is 1; scale them and save the file again")


def _resampler(path: Path, rate: int, sample_rate: int) -> soxr.ResampleStream:
    if rate not in _RATES:
        raise AudioError(f"{path}: its header says {rate} Hz; it must be between {_RATES[0]} and {_RATES[-1]} Hz")
    return soxr.ResampleStream(rate, sample_rate, 1, dtype="float32")
