"""Sound to bytes as it is made, in the formats that clients ask for. The bytes do not depend on the size of the blocks;
those of Opus are another time the same but for the number that each stream of Ogg draws.

What a format writes into its header when the length is known stays as it is at the start: the length is unknown.
"""

import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from wavenet.audio.files import encoded, to_int16, wav_header
from wavenet.audio.resampling import Resampler
from wavenet.errors import suggestion
from wavenet.serving.errors import RequestError

RATES = (8_000, 16_000, 24_000)
"""samples per second that may be asked for; 8,000 is that of telephones"""
PCM_RATE = 24_000
"""of ``pcm`` unless another one is asked for: raw samples tell no rate, and OpenAI's clients expect this one"""
PAGE_MS = 50.0
"""of sound in a page of Ogg, instead of a second: it is heard when its page is whole"""
_PAGE_LATENCY = 0x1302  # libsndfile's SFC_SET_OGG_PAGE_LATENCY_MS, which soundfile has no name for


class Coder(Protocol):
    """Sound (T,) in [-1, 1] to bytes, perhaps none yet."""

    def __call__(self, sound: NDArray[np.float32]) -> bytes:
        """The bytes that are whole with this block."""

    def end(self) -> bytes:
        """The last bytes."""


class Pcm:
    """16-bit samples, little-endian, behind a header or none."""

    def __init__(self, header: bytes = b"") -> None:
        self._header = header

    def __call__(self, sound: NDArray[np.float32]) -> bytes:
        """See ``Coder``."""
        header, self._header = self._header, b""
        return header + encoded(sound)

    def end(self) -> bytes:
        """See ``Coder``."""
        return self(np.empty(0, np.float32))


class _Pipe:
    """The file that libraries write into. They go back only to mend the header at the end, which is gone by then."""

    def __init__(self) -> None:
        self._position = self._size = 0
        self._bytes = bytearray()

    def write(self, data: Any) -> int:
        if self._position == self._size:
            self._bytes += data
            self._size += len(data)
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._position = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        return self._position

    def tell(self) -> int:
        return self._position

    def taken(self) -> bytes:
        """What was written since the last call."""
        data = bytes(self._bytes)
        self._bytes.clear()
        return data


class Compressed:
    """A format of libsndfile."""

    def __init__(self, container: str, coding: str, rate: int) -> None:
        self._pipe = _Pipe()
        self._file = soundfile.SoundFile(self._pipe, "w", rate, 1, coding, format=container)
        if container == "OGG":
            with suppress(AttributeError):  # of a soundfile with other insides: then a page has a second
                latency = soundfile._ffi.new("double *", PAGE_MS)
                soundfile._snd.sf_command(self._file._file, _PAGE_LATENCY, latency, 8)

    def __call__(self, sound: NDArray[np.float32]) -> bytes:
        """See ``Coder``."""
        self._file.write(to_int16(sound))
        return self._pipe.taken()

    def end(self) -> bytes:
        """See ``Coder``."""
        self._file.close()
        return self._pipe.taken()


class Aac:
    """AAC in ADTS frames, by FFmpeg."""

    def __init__(self, rate: int) -> None:
        import av

        self._pipe, self._rate, self._made = _Pipe(), rate, 0
        self._frame = av.AudioFrame.from_ndarray
        self._file = av.open(self._pipe, "w", format="adts")
        self._stream = self._file.add_stream("aac", rate=rate, layout="mono")

    def __call__(self, sound: NDArray[np.float32]) -> bytes:
        """See ``Coder``."""
        if len(sound):
            frame = self._frame(np.ascontiguousarray(sound[None]), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = self._rate, self._made
            self._made += len(sound)
            self._file.mux(self._stream.encode(frame))
        return self._pipe.taken()

    def end(self) -> bytes:
        """See ``Coder``."""
        self._file.mux(self._stream.encode(None))
        self._file.close()
        return self._pipe.taken()


class Resampled:
    """Another rate before a coder; the filter goes on across blocks."""

    def __init__(self, coder: Coder, given: int, rate: int) -> None:
        self._coder = coder
        self._resampler = Resampler(given, rate)

    def __call__(self, sound: NDArray[np.float32]) -> bytes:
        """See ``Coder``."""
        return self._coder(self._resampler(sound))

    def end(self) -> bytes:
        """See ``Coder``."""
        return self._coder(self._resampler.end()) + self._coder.end()


@dataclass(frozen=True)
class Format:
    """A value of ``response_format``."""

    media_type: str
    coder: Callable[[int], Coder]
    """for a rate"""
    heavy: bool = False
    """takes milliseconds for a second of sound, 15 for Opus, so other threads do it"""


FORMATS = {
    "mp3": Format("audio/mpeg", lambda rate: Compressed("MP3", "MPEG_LAYER_III", rate), heavy=True),
    "opus": Format("audio/ogg", lambda rate: Compressed("OGG", "OPUS", rate), heavy=True),
    "aac": Format("audio/aac", Aac, heavy=True),
    "flac": Format("audio/flac", lambda rate: Compressed("FLAC", "PCM_16", rate), heavy=True),
    "wav": Format("audio/wav", lambda rate: Pcm(wav_header(rate))),
    "pcm": Format("audio/pcm", lambda rate: Pcm()),
}


def checked(name: str) -> str:
    """The name of a format that can be written here; raises RequestError."""
    if name not in FORMATS:
        message = f"response_format is {name!r}{suggestion(name, FORMATS)}"
        raise RequestError(message, param="response_format", code="unknown_format")
    if name == "aac":
        try:
            import av  # noqa: F401
        except ImportError:
            message = "aac needs the package av, which this server does not have; ask for mp3, opus, flac, wav or pcm"
            raise RequestError(message, param="response_format", code="unsupported_format") from None
    if name == "mp3" and "MP3" not in soundfile.available_formats():
        message = "this server's libsndfile has no MP3 before version 1.1; ask for opus, flac, wav or pcm"
        raise RequestError(message, param="response_format", code="unsupported_format")
    return name


def rate_of(name: str, asked: int | None, voice_rate: int) -> int:
    """Samples per second of a format: those asked for, or the voice's own; of pcm, OpenAI's."""
    return asked or (PCM_RATE if name == "pcm" else voice_rate)


def coder(name: str, voice_rate: int, rate: int) -> Coder:
    """What turns the sound of a voice into a format at a rate."""
    made = FORMATS[name].coder(rate)
    return made if rate == voice_rate else Resampled(made, voice_rate, rate)
