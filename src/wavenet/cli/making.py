"""Sound in the making: block by block into its outputs, in constant memory; what is told and drawn of it at the end."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet.cli.player import PlayerError
from wavenet.errors import UsageError

Block = NDArray[np.float32]
Output = Callable[[Block], object]
"""takes the next samples"""
Course = tuple[Sequence[tuple[str, float]], NDArray[np.floating]]
"""phones and F0, as ``pictures.speech`` takes them"""


class Making:
    """Hands sound on as it is made, and remembers what is told of it at the end; of its samples the first alone."""

    def __init__(self, sample_rate: int, keep: float, idle: Callable[[], float] = lambda: 0.0) -> None:
        """For sound at so many samples per second.

        Args:
            sample_rate: in Hz.
            keep: how many of its first seconds are remembered, to be drawn.
            idle: tells the seconds so far that were no work.
        """
        self.stopped: KeyboardInterrupt | UsageError | PlayerError | None = None
        """what ended it early, after there was sound, which is kept"""
        self.samples = 0
        """made so far"""
        self.peak = 0.0
        """the greatest of their absolute values"""
        self.work = 0.0
        """seconds; what the outputs do is none"""
        self.first = 0.0
        """seconds of work until there was sound"""
        self._rate, self._keep, self._idle = sample_rate, keep, idle
        self._beginning: list[Block] = []

    @property
    def seconds(self) -> float:
        """Of sound that are made."""
        return self.samples / self._rate

    @property
    def speed(self) -> float:
        """Samples per second of work."""
        return self.samples / max(self.work, 1e-9)

    def run(self, blocks: Iterable[Block], outputs: Iterable[Output]) -> None:
        """Make all of it into the outputs, each block into one after the other.

        Raises:
            BaseException: what ends it before there is any sound, or what an output raises, but for PlayerError.
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
        """Draw the beginning, with phones and F0 where their course is given.

        Returns:
            The line that tells of the picture.

        Raises:
            MissingExtraError: matplotlib is not installed.
            WavenetError: the system refused to write.
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
