"""Audio in progress: passes blocks to outputs in constant memory, and keeps what is reported and drawn at the end."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet.errors import PlayerError, UsageError

Block = NDArray[np.float32]
Output = Callable[[Block], object]
"""called with the next samples"""
Course = tuple[Sequence[tuple[str, float]], NDArray[np.floating]]
"""phones with their ends in seconds, and F0, as ``pictures.speech`` takes them"""


class Making:
    """Passes audio on as it is generated, with statistics for the final report; only its beginning is kept."""

    def __init__(self, sample_rate: int, keep: float, idle: Callable[[], float] = lambda: 0.0) -> None:
        """Prepare for audio of this sample rate.

        Args:
            sample_rate: in Hz.
            keep: seconds of its beginning that are kept for the picture.
            idle: returns the seconds so far that were spent waiting.
        """
        self.stopped: KeyboardInterrupt | UsageError | PlayerError | None = None
        """the exception that ended it after the first audio, which is kept"""
        self.samples = 0
        """generated so far"""
        self.peak = 0.0
        """largest absolute value of the samples"""
        self.work = 0.0
        """seconds of work, without the time of the outputs"""
        self.first = 0.0
        """seconds of work until the first audio"""
        self._rate, self._keep, self._idle = sample_rate, keep, idle
        self._beginning: list[Block] = []

    @property
    def seconds(self) -> float:
        """Seconds of audio generated so far."""
        return self.samples / self._rate

    @property
    def speed(self) -> float:
        """Samples per second of work."""
        return self.samples / max(self.work, 1e-9)

    def run(self, blocks: Iterable[Block], outputs: Iterable[Output]) -> None:
        """Generate everything, and pass each block to all outputs in turn.

        Raises:
            BaseException: whatever ends it before any audio, or whatever an output raises, except PlayerError.
        """
        try:
            for block in self._timed(blocks):
                for output in outputs:
                    output(block)
        except (KeyboardInterrupt, UsageError, PlayerError) as error:
            if not self.samples:
                raise
            self.stopped = error

    def _timed(self, blocks: Iterable[Block]) -> Iterator[Block]:
        began, idle = time.perf_counter(), self._idle()
        for block in blocks:
            self.work += time.perf_counter() - began - (self._idle() - idle)
            self.first = self.first or self.work
            if self.seconds < self._keep:
                self._beginning.append(block)
            self.samples += len(block)
            self.peak = max(self.peak, float(np.abs(block).max(initial=0)))
            yield block
            began, idle = time.perf_counter(), self._idle()

    def draw(self, path: Path, title: str, software: str, course: Course | None = None) -> str:
        """Draw the beginning, with phones and F0 if ``course`` is given.

        Returns:
            The line to print about the picture.

        Raises:
            MissingExtraError: matplotlib is not installed.
            WavenetError: the operating system refused to write.
        """
        from wavenet.audio import pictures

        limit, rate = self._keep, self._rate
        waveform = np.concatenate([np.empty(0, np.float32), *self._beginning])[: round(limit * rate)]
        if course:
            figure = pictures.speech(waveform, rate, *course, title)
        else:
            figure = pictures.waveform_and_spectrogram(waveform, rate, title)
        pictures.write(figure, path, software)
        with_phones = " with phones and F0" if course else ""
        of_it = f" of the first {limit:g} s" if self.samples > len(waveform) else ""
        return f"{path}: waveform and spectrogram{with_phones}{of_it}"
