"""Decodes recordings of any format, with libsndfile or, if that cannot read them, with FFmpeg."""

import os
import sys
from collections.abc import Callable, Iterator
from io import FileIO
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from wavenet.audio import suffixes
from wavenet.audio.containers.find import find
from wavenet.audio.containers.parts import Flaw, Part, Source, Window
from wavenet.errors import AudioError, MissingExtraError, NoRecordingError

BLOCK = 262_144
"""samples over all channels: 1 MiB of float32, far more than the frame of any codec"""

_MALFORMED = 3  # libsndfile knows the format, but the file violates it; FFmpeg would read whatever is there
_TELLING = ("mov", "matroska", "asf", "tta", "wv", "ape", "caf")
"""containers whose headers say how long the audio is"""
_MP3_PADDING = 8 * 1_152  # samples by which the length of an MP3 file may be wrong
_LATE = 0.5  # seconds by which a header may promise too much without a note

Block = tuple[int, NDArray[np.float32]]
"""sample rate, and samples (T, channels)"""
Tell = Callable[[str], object]
"""called with one line about something unusual that did not prevent reading"""


def decoded(path: Path, tell: Tell) -> Iterator[Block]:
    """The samples of a file in blocks, each with its sample rate, which may differ between concatenated recordings.

    Raises:
        AudioError: the file is missing, empty, not audio, or truncated.
        MissingExtraError: only FFmpeg could read it, and ``av`` is not installed.
    """
    try:
        if not path.exists():
            raise NoRecordingError(f"{path}: no such file; check the name")
        if not path.is_file():
            raise NoRecordingError(f"{path}: is not a regular file; name a recording")
        with FileIO(path) as file:
            if not os.fstat(file.fileno()).st_size:
                raise AudioError(f"{path}: is empty, 0 bytes; record or copy it again")
            if path.suffix.lower() == ".g722":  # it has no header, so any file could be mistaken for something else
                yield from _by_ffmpeg(path, file, "no header", tell)
            else:
                yield from _by_headers(path, file, tell)
    except OSError as error:
        raise NoRecordingError(f"{path}: cannot be read: {error.strerror or error}") from error


def _by_headers(path: Path, file: FileIO, tell: Tell) -> Iterator[Block]:
    source = Source(file.fileno())
    try:
        found = find(source)
    except Flaw as flaw:
        raise AudioError(f"{path}: {flaw}") from None
    for note in found.notes:
        tell(f"{path}: {note}")
    for part in found.parts:
        # by descriptor: libsndfile would reject names that are not UTF-8, and accept *.raw as anything
        file.seek(0)
        window = None if part == Part(0, source.size) else Window(source, part)
        try:
            sound = soundfile.SoundFile(window or file.fileno(), closefd=False)
        except soundfile.LibsndfileError as error:
            if window and window.error:
                raise window.error from None
            if error.code == _MALFORMED:
                raise AudioError(f"{path}: is damaged or truncated; copy or record it again") from error
            if part != found.parts[0]:
                raise AudioError(f"{path}: cannot be read from byte {part.begin} on: {error.error_string}") from error
            file.seek(0)
            yield from _by_ffmpeg(path, file, error.error_string, tell)
            return
        with sound:
            yield from _by_libsndfile(path, sound, window, tell)


def _by_libsndfile(path: Path, sound: soundfile.SoundFile, window: Window | None, tell: Tell) -> Iterator[Block]:
    frames = 0
    try:
        while len(block := sound.read(max(1, BLOCK // sound.channels), np.float32, always_2d=True)):
            frames += len(block)
            yield sound.samplerate, block
    except soundfile.LibsndfileError as error:
        if window and window.error:
            raise window.error from None
        raise AudioError(f"{path}: is damaged after {frames} samples: {error.error_string}") from error
    if window and window.error:
        raise window.error
    if frames < sound.frames and sound.format != "MP3":
        raise AudioError(f"{path}: is truncated: {frames} of {sound.frames} samples; copy or record it again")
    if frames < sound.frames - _MP3_PADDING:
        tell(f"{path}: decoding ended after {frames} of {sound.frames} samples; it is truncated or damaged")


def _by_ffmpeg(path: Path, file: FileIO, why: str, tell: Tell) -> Iterator[Block]:
    """Read with FFmpeg. ``why`` libsndfile could not read the file is added to the message if FFmpeg cannot either."""
    try:
        import av
    except ImportError:
        if path.suffix.lower() in suffixes.SOUNDFILE:
            raise AudioError(f"{path}: cannot be read as audio: {why}") from None
        raise MissingExtraError(f"reading {path}", "corpora") from None
    form = "g722" if path.suffix.lower() == ".g722" else None
    # an empty whitelist, so that a playlist in disguise cannot open other files or addresses
    options = {"protocol_whitelist": "none"}
    source = Source(file.fileno())
    window = Window(source, Part(0, source.size))  # not the file itself: PyAV prints errors of impossible positions
    try:
        with av.open(window, "r", form, options=options, metadata_errors="replace") as container:
            if not container.streams.audio:
                raise AudioError(f"{path}: contains no audio track")
            stream = container.streams.audio[0]
            if stream.codec_context is None:
                raise AudioError(f"{path}: cannot be read as audio: {why} (FFmpeg: no decoder for it)")
            yield from _frames(path, container, stream, tell)
        if window.error:
            raise window.error
    except av.error.FFmpegError as error:
        if window.error:
            raise window.error from None
        detail = (error.strerror or str(error)).lower()
        raise AudioError(f"{path}: cannot be read as audio: {why} (FFmpeg: {detail})") from error
    except (AudioError, OSError):
        raise
    except Exception as error:  # FFmpeg and its bindings raise many kinds for unusual files
        told = f"{type(error).__name__}: {error}"
        raise AudioError(f"{path}: cannot be read as audio: {why} (FFmpeg: {told})") from error


def _frames(path: Path, container: Any, stream: Any, tell: Tell) -> Iterator[Block]:
    import av

    rate, total = stream.rate, 0
    dropped, most = _own_ends(container, stream)
    promised = _promised_seconds(container, stream)
    packed = av.AudioResampler(format="flt")  # not planar, for which PyAV supports only a few channels
    frames = islice(container.decode(stream), dropped, None)
    try:
        for frame in chain(frames, [None]):  # None flushes the converter
            for part in packed.resample(frame):
                samples = np.asarray(part.to_ndarray(), np.float32).reshape(-1, part.layout.nb_channels)
                samples = samples[: most - total]
                total += len(samples)
                yield rate, samples
    except av.error.FFmpegError:
        if not 0 < promised * rate <= total:  # all audio was read, and the error is about tags after it
            raise
    if 0 < total < (promised - _LATE) * rate:
        tell(f"{path}: ends after {total / rate:.2f} s, but its header says {promised:.2f} s; it is truncated")


def _own_ends(container: Any, stream: Any) -> tuple[int, int]:
    """Frames to drop at the beginning and the maximum number of samples, if FFmpeg's own trimming removes audio.

    For ALAC in CAF it removes padding from a last frame that has none; for WMA, two frames for a codec delay of one.
    """
    codec = stream.codec_context.name
    if codec in ("wmav1", "wmav2"):
        stream.codec_context.options = {"flags2": "+skip_manual"}
        return 1, sys.maxsize
    if codec == "alac" and container.format.name == "caf" and stream.time_base * stream.rate == 1:
        stream.codec_context.options = {"flags2": "+skip_manual"}
        return 0, stream.duration or sys.maxsize
    return 0, sys.maxsize


def _promised_seconds(container: Any, stream: Any) -> float:
    """The length of the audio according to a header; 0 if there is none, so that FFmpeg guesses."""
    if container.format.name.split(",")[0] not in _TELLING or container.streams.video:
        return 0.0
    if stream.duration:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / 1e6
