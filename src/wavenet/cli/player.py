"""Plays audio through a pipe with a program that is installed on this machine."""

import shutil
import subprocess
import wave
from contextlib import suppress
from tempfile import NamedTemporaryFile, TemporaryFile
from types import TracebackType

from wavenet.errors import PlayerError, WavenetError

PLAYERS = {
    "aplay": ("alsa-utils", "-q -t raw -f S16_LE -c 1 -r {rate} -"),
    "paplay": ("pulseaudio-utils", "--raw --format=s16le --channels=1 --rate={rate}"),
    "ffplay": ("ffmpeg", "-v error -nodisp -autoexit -f s16le -ar {rate} -i -"),  # its default is one channel
    "play": ("sox", "-q -t raw -e signed-integer -b 16 -L -c 1 -r {rate} -"),
    "afplay": ("macOS", ""),
}
"""programs, the packages that contain them, and arguments to play raw 16-bit samples from standard input; ``afplay``
plays files only"""


def player(sample_rate: int) -> "Player | FilePlayer":
    """The first player that is installed; raises WavenetError if none is."""
    name = next(filter(shutil.which, PLAYERS), "")
    if not name:
        packages = ", ".join(f"{package} ({name})" for name, (package, _) in PLAYERS.items())
        raise WavenetError(f"no program to play sound: install one of {packages}, or write a file: -o out.wav")
    return FilePlayer(name, sample_rate) if name == "afplay" else Player(name, sample_rate)


class FilePlayer:
    """A player of files: as a context manager it plays everything at the end, or nothing if an exception leaves the
    context.

    Raises:
        PlayerError: it failed.
    """

    def __init__(self, name: str, sample_rate: int) -> None:
        self._name = name
        self._file = NamedTemporaryFile(suffix=".wav")  # noqa: SIM115 - closed at the end of the context
        self._sound = wave.open(self._file, "wb")  # noqa: SIM115
        self._sound.setparams((1, 2, sample_rate, 0, "NONE", ""))

    def write(self, pcm: bytes) -> None:
        """Play the next samples, 16 bits each, little-endian, later."""
        self._sound.writeframesraw(pcm)

    def __enter__(self) -> "FilePlayer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._file:
            self._sound.close()
            self._file.flush()
            if kind is None:
                done = subprocess.run([self._name, self._file.name], capture_output=True, check=False)
                if done.returncode:
                    raise _ended(self._name, done.returncode, done.stderr)


class Player:
    """A running player. As a context manager it plays to the end, or stops when an exception leaves the context.

    Raises:
        PlayerError: it failed, or was closed.
    """

    def __init__(self, name: str, sample_rate: int) -> None:
        self._name = name
        self._said = TemporaryFile()  # noqa: SIM115 - closed at the end of the context
        arguments = PLAYERS[self._name][1].format(rate=sample_rate).split()
        self._process = subprocess.Popen(
            [self._name, *arguments], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._said
        )

    def write(self, pcm: bytes) -> None:
        """Play the next samples, 16 bits each, little-endian; returns as soon as they are in the pipe."""
        assert self._process.stdin
        try:
            self._process.stdin.write(pcm)
            self._process.stdin.flush()
        except BrokenPipeError:
            self._process.wait()
            raise self._ended() from None

    def __enter__(self) -> "Player":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._process.stdin
        try:
            if kind is None:
                with suppress(BrokenPipeError):
                    self._process.stdin.close()
                if self._process.wait():
                    raise self._ended()
        finally:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
            self._process.kill()
            self._process.wait()
            self._said.close()

    def _ended(self) -> PlayerError:
        self._said.seek(0)
        return _ended(self._name, self._process.returncode, self._said.read())


def _ended(name: str, code: int, said: bytes) -> PlayerError:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    why = f": {lines[-1]}" if lines else ""
    return PlayerError(f"{name} ended before the sound did, with exit code {code}{why}")
