"""Recordings in files: whatever libsndfile or FFmpeg reads, as mono float32 at a given rate; and writing them."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wavenet import atomic
from wavenet.audio import pcm
from wavenet.audio.waveforms import LARGEST
from wavenet.errors import AudioError, UsageError, WavenetError, suggestion, warn

if TYPE_CHECKING:
    import soxr

    from wavenet.audio.decoders import Tell

_RATES = range(1_000, 1_000_001)  # outside this range a header is broken, and resampling would use too much memory
_LARGEST_WAV = (1 << 32) - 65_536  # bytes of samples, which leaves room for a header
ENCODINGS = {"pcm": ("PCM_16", 1), "mulaw": ("ULAW", 7), "alaw": ("ALAW", 6)}
"""of samples in WAV: libsndfile's name, and the number in the header; those of 8 bits are G.711, of telephones"""
BLOCK = 262_144
"""samples that are written at a time: libsndfile's Vorbis writer overflows the stack on long arrays"""
FLOAT = "float"
"""the encoding of 32-bit floats, of a ``.wav`` alone: neither clipped nor rounded"""
_WRITABLE = {
    ".wav": ("WAV", "PCM_16"),
    ".flac": ("FLAC", "PCM_16"),
    ".ogg": ("OGG", "VORBIS"),
    ".mp3": ("MP3", "MPEG_LAYER_III"),
}
_CANCELLED = 1e-4
"""the energy that the mean of channels must keep: -40 dB, far below the -3 dB of unrelated channels"""
_MP3_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)


def read(path: str | os.PathLike[str], sample_rate: int) -> NDArray[np.float32]:
    """The whole recording (T,) in [-1, 1]: the ``blocks`` concatenated, with their errors."""
    return np.concatenate(list(blocks(path, sample_rate)))


def blocks(
    path: str | os.PathLike[str], sample_rate: int, *, clip: bool = True, tell: "Tell" = warn
) -> Iterator[NDArray[np.float32]]:
    """A recording of any length in bounded memory: blocks (T,) in [-1, 1] at ``sample_rate``.

    Channels are averaged. Resampling continues across blocks. Values outside [-1, 1], which float files, lossy codecs
    and resampling produce, are clipped, or kept with ``clip=False``. A file that is shorter than its header says is an
    error; formats without a reliable length (G.722, AMR, AAC) are read as far as they go. Several recordings
    concatenated in one file are all read. ``tell`` is called with one line about everything odd that did not prevent
    reading: a header that was never finished, an MP3 or Ogg file without its end.

    Raises:
        AudioError: the file is missing, empty, not audio, truncated or without samples, or has samples that are NaN,
            infinite or beyond ``LARGEST``; or channels cancel each other, as from a cable with swapped wires.
        MissingExtraError: only FFmpeg could read it, and ``av`` is not installed.
    """
    from wavenet.audio.decoders import decoded

    path = Path(path)
    resampler = _Resampler(path, sample_rate)
    total, energy, kept = 0, 0.0, 0.0
    for rate, block in decoded(path, tell):
        with np.errstate(all="ignore"):
            mono = block.mean(axis=1, dtype=np.float32)
        _check_samples(path, mono, total)
        total += len(mono)
        if block.shape[1] > 1:
            energy += float(np.square(block, dtype=np.float64).sum()) / block.shape[1]
            kept += float(np.square(mono, dtype=np.float64).sum())
        for part in resampler(rate, mono):
            yield part.clip(-1, 1) if clip else part
    if not total:
        raise AudioError(f"{path}: contains no audio; record or copy it again")
    if kept < _CANCELLED * energy:
        raise AudioError(f"{path}: its channels are opposite, and their mean is silent; give one of them")
    for part in resampler.rest():
        yield part.clip(-1, 1) if clip else part


def to_int16(waveform: ArrayLike) -> NDArray[np.int16]:
    """[-1, 1] to 16-bit PCM: round(32768 x), clipped. x = n / 32768 gives exactly n."""
    scaled = np.rint(np.asarray(waveform) * np.float32(32768))
    return scaled.clip(-32768, 32767).astype(np.int16)


def encoded(waveform: ArrayLike, encoding: str = "pcm") -> bytes:
    """[-1, 1] as the samples of a WAV in one of ``ENCODINGS``: little-endian, or a byte each."""
    samples = to_int16(waveform)
    if encoding == "pcm":
        return samples.astype("<i2").tobytes()
    import soundfile

    stream = io.BytesIO()
    soundfile.write(stream, samples, 8_000, ENCODINGS[encoding][0], format="RAW")  # which has no rate
    return stream.getvalue()


def wav_header(sample_rate: int, encoding: str = "pcm") -> bytes:
    """The header of a WAV stream (one channel) of unknown length, as FFmpeg writes it into pipes.

    Both of its sizes are the largest: readers then take what follows.
    """
    size, bytes_per_sample, number = b"\xff" * 4, 2 if encoding == "pcm" else 1, ENCODINGS[encoding][1]
    settings = pcm.layout(sample_rate, number, bytes_per_sample)
    return b"RIFF" + size + b"WAVE" + settings + b"data" + size


def write(path: str | os.PathLike[str], waveform: NDArray[np.floating], sample_rate: int, software: str = "") -> None:
    """Write a waveform (T,) in [-1, 1], clipped, atomically: 16-bit ``.wav`` or ``.flac``, ``.ogg`` or ``.mp3``.

    ``software`` is stored in the metadata as what wrote the file; see ``made.mark``.

    Raises:
        UsageError: the suffix is none of these, WAV cannot hold so many samples, or MP3 has no such sample rate.
        AudioError: the waveform is not (T,), or contains NaN.
        WavenetError: the operating system refused to write.
    """
    with writing(path, sample_rate, software) as add:
        add(waveform)


@contextmanager
def writing(
    path: str | os.PathLike[str], sample_rate: int, software: str = "", encoding: str = "pcm"
) -> Iterator[Callable[[NDArray[np.floating]], None]]:
    """Write like ``write``, in constant memory: yields a function that takes the next samples (T,).

    The file appears when the block ends. ``encoding`` is one of ``ENCODINGS``, or ``FLOAT``, of a ``.wav``.

    Raises:
        UsageError: as for ``write``; the function raises it, and takes none of the samples that are too many.
        AudioError: as for ``write``.
        WavenetError: as for ``write``. If the block raises anything, no file is created.
    """
    path = Path(path)
    _check_suffix(path)
    container, coding = _WRITABLE[path.suffix.lower()]
    whole = container == "WAV" and encoding == FLOAT
    if container == "WAV":
        coding, _ = ("FLOAT", 3) if whole else ENCODINGS[encoding]
    if container == "MP3" and sample_rate not in _MP3_RATES:
        known = ", ".join(map(str, _MP3_RATES))
        raise UsageError(f"cannot write {path}: MP3 has no {sample_rate} Hz, only {known}; use .flac")
    written = 0

    def add(waveform: NDArray[np.floating]) -> None:
        nonlocal written
        if np.ndim(waveform) != 1:
            raise AudioError(f"cannot write {path}: the waveform has shape {np.shape(waveform)}, and must be (T,)")
        if np.asarray(waveform).dtype.kind != "f":
            raise AudioError(f"cannot write {path}: it holds {waveform.dtype}, and must hold floats in [-1, 1]")
        if np.isnan(waveform).any():
            raise AudioError(f"cannot write {path}: the waveform contains NaN")
        check_length(path, (written + len(waveform)) * (2 if whole else 1), sample_rate)
        for start in range(0, len(waveform), BLOCK):
            part = waveform[start : start + BLOCK]
            take(part.astype(np.float32) if whole else to_int16(part))
        written += len(waveform)

    plain = container == "WAV" and coding == "PCM_16"
    with (
        atomic.writing(path) as temporary,
        open(temporary, "w+b", buffering=0 if plain else -1) as file,
        (
            pcm.writing(file, sample_rate, software)
            if plain
            else _by_libsndfile(path, file, (container, coding), sample_rate, software)
        ) as take,
    ):
        yield add


@contextmanager
def _by_libsndfile(
    path: Path, file: BinaryIO, kind: tuple[str, str], sample_rate: int, software: str
) -> Iterator[Callable[[NDArray[Any]], object]]:
    """The same as ``pcm.writing`` of any container and coding of samples; the path is what errors name."""
    import soundfile

    container, coding = kind
    written = 0

    def take(samples: NDArray[Any]) -> None:
        nonlocal written
        sound.write(samples)
        written += len(samples)

    try:
        # by descriptor, so that Ctrl-C cannot interrupt it, as it could in a Python file object
        with soundfile.SoundFile(file.fileno(), "w", sample_rate, 1, coding, format=container, closefd=False) as sound:
            if software:  # which libsndfile does not write into MP3
                setattr(sound, "comment" if container == "MP3" else "software", software)
            yield take
        complete, message = _samples(file) == written, "not all of it reached the disk"
    except soundfile.LibsndfileError as error:
        complete, message = False, error.error_string
    if not complete:
        file.write(bytes(4 * BLOCK))  # libsndfile hides the error of the operating system; this provokes it again
        raise WavenetError(f"cannot write {path}: {message}; is the disk full?")


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise now what ``write`` would raise after the work: a wrong suffix, or a folder that cannot be written."""
    _check_suffix(Path(path))
    atomic.check(path)


def _samples(file: BinaryIO) -> int:
    """The number of samples that can be decoded: libsndfile reports no error if closing a file fails."""
    file.seek(0)
    if not os.fstat(file.fileno()).st_size:
        return 0
    import soundfile

    with soundfile.SoundFile(file.fileno(), closefd=False) as sound:
        return sum(iter(lambda: len(sound.read(BLOCK, np.int16)), 0))


def check_length(path: str | os.PathLike[str], samples: int, sample_rate: int) -> None:
    """Raise UsageError if so many samples are more than a file with this suffix can hold."""
    if Path(path).suffix.lower() == ".wav" and 2 * samples > _LARGEST_WAV:
        hours = _LARGEST_WAV / 2 / sample_rate / 3600
        raise UsageError(f"cannot write {path}: WAV holds 4 GiB at most, {hours:.1f} hours at this rate; use .flac")


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in _WRITABLE:
        raise UsageError(f"cannot write {path}: unknown suffix {path.suffix!r}{suggestion(path.suffix, _WRITABLE)}")
    container, _ = _WRITABLE[path.suffix.lower()]
    if container == "WAV":
        return
    import soundfile

    if container not in soundfile.available_formats():
        raise UsageError(f"cannot write {path}: libsndfile has no {container} before version 1.1; use .flac")


def _check_samples(path: Path, mono: NDArray[np.float32], start: int) -> None:
    wrong = ~np.isfinite(mono)
    if wrong.any():
        at = int(wrong.argmax())
        raise AudioError(f"{path}: sample {start + at} is {mono[at]}; repair the file or leave it out")
    peak = float(np.abs(mono).max(initial=0))
    if peak > LARGEST:
        raise AudioError(f"{path}: samples reach {peak:g}, but full scale is 1; scale them and save the file again")


class _Resampler:
    """Resamples to one rate, from a rate that may change between concatenated recordings."""

    def __init__(self, path: Path, sample_rate: int) -> None:
        self._path, self._to, self._from = path, sample_rate, sample_rate
        self._stream: soxr.ResampleStream | None = None

    def __call__(self, rate: int, mono: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        if rate != self._from:
            yield from self.rest()
            if rate not in _RATES:
                limits = f"between {_RATES[0]} and {_RATES[-1]} Hz"
                raise AudioError(f"{self._path}: its header says {rate} Hz; it must be {limits}")
            self._from = rate
            import soxr

            self._stream = soxr.ResampleStream(rate, self._to, 1, dtype="float32") if rate != self._to else None
        if self._stream:
            mono = self._stream.resample_chunk(mono)
        if len(mono):
            yield mono

    def rest(self) -> Iterator[NDArray[np.float32]]:
        """The samples that are still in the filter."""
        if self._stream:
            yield self._stream.resample_chunk(np.empty(0, np.float32), last=True)
