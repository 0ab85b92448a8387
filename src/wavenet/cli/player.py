"""Plays audio through a pipe with a program that is installed on this machine."""

import shutil
import subprocess
from contextlib import suppress
from tempfile import TemporaryFile
from types import TracebackType

from wavenet.errors import WavenetError

PLAYERS = {
    "aplay": ("alsa-utils", "-q -t raw -f S16_LE -c 1 -r {rate} -"),
    "paplay": ("pulseaudio-utils", "--raw --format=s16le --channels=1 --rate={rate}"),
    "ffplay": ("ffmpeg", "-v error -nodisp -autoexit -f s16le -ar {rate} -i -"),  # its default is one channel
    "play": ("sox", "-q -t raw -e signed-integer -b 16 -L -c 1 -r {rate} -"),
}
"""programs, the packages that contain them, and arguments to play raw 16-bit samples from standard input"""


class PlayerError(WavenetError):
    """A player ended before the audio did."""


class Player:
    """A running player. As a context manager it plays to the end, or stops when an exception leaves the context.

    Raises:
        WavenetError: no player is installed.
        PlayerError: it failed, or was closed.
    """

    def __init__(self, sample_rate: int) -> None:
        self._name = next(filter(shutil.which, PLAYERS), "")
        if not self._name:
            packages = ", ".join(f"{package} ({name})" for name, (package, _) in PLAYERS.items())
            raise WavenetError(f"no program to play sound: install one of {packages}, or write a file: -o out.wav")
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
        lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
        why = f": {lines[-1]}" if lines else ""
        return PlayerError(f"{self._name} ended before the sound did, with exit code {self._process.returncode}{why}")
