"""A text on its way to sound: the bar, the table, the pictures, the line at the end."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from jsonargparse import Namespace
from numpy.typing import NDArray

from wavenet import made
from wavenet.cli import explain, texts
from wavenet.cli.player import PlayerError
from wavenet.cli.progress import Progress
from wavenet.errors import UsageError
from wavenet.tts.voice import Sentence, Voice

Block = NDArray[np.float32]
Output = Callable[[Block], None]
"""takes the next samples"""

BLOCK_SECONDS = 0.05
"""of sound made at a time; the first is heard as soon as it is made"""
DRAWN_SECONDS = 60.0
"""of sound, at most, in a picture"""


class Saying:
    """Makes the sound of a text, and remembers what is told of it at the end."""

    def __init__(self, voice: Voice, text: texts.Text, args: Namespace) -> None:
        self.stopped: KeyboardInterrupt | UsageError | PlayerError | None = None
        """what ended it early, after there was sound, which is kept"""
        self._voice, self._text, self._args = voice, text, args
        self._frame = voice.hop_length / voice.sample_rate  # seconds
        self._messages = sys.stderr if args.out == "-" else sys.stdout
        self._samples = 0
        self._work = 0.0  # seconds
        self._first = 0.0  # seconds of work until there was sound
        self._progress = Progress(text)
        self._sentences: list[Sentence] = []  # of the first DRAWN_SECONDS, as the blocks
        self._blocks: list[Block] = []

    def make(self, outputs: Iterable[Output]) -> None:
        """Make all of it, with a bar, into the outputs."""
        try:
            for block in self._timed():
                for output in outputs:
                    output(block)
                self._progress.move(self._seconds, self._work)
        except (KeyboardInterrupt, UsageError, PlayerError) as error:
            if not self._samples:
                raise
            self.stopped = error
        finally:
            self._progress.close()

    def _timed(self) -> Iterator[Block]:
        """The blocks; what is done between them, and waiting for text, is no work."""
        args, began, idle = self._args, time.perf_counter(), self._idle()
        planned = self._voice.plan(self._text, speed=args.speed, pitch=args.pitch, lexicon=args.lexicon)
        blocks = self._voice.speak(
            self._watched(planned),
            seed=args.seed,
            temperature=args.temperature,
            block=round(BLOCK_SECONDS * self._voice.sample_rate),
            threads=args.threads,
        )
        for block in blocks:
            self._work += time.perf_counter() - began - (self._idle() - idle)
            self._first = self._first or self._work
            if self._seconds < DRAWN_SECONDS and (args.picture or args.plot):
                self._blocks.append(block)
            self._samples += len(block)
            yield block
            began, idle = time.perf_counter(), self._idle()

    @property
    def _seconds(self) -> float:
        """Of sound that are made."""
        return self._samples / self._voice.sample_rate

    def _idle(self) -> float:
        return 0.0 if isinstance(self._text, str) else self._text.waited

    def _watched(self, sentences: Iterable[Sentence]) -> Iterator[Sentence]:
        """The sentences, each explained and kept as the settings ask for."""
        if self._args.explain:
            self._progress.print(explain.LEGEND, self._messages)
        for sentence in sentences:
            if self._args.explain:
                self._progress.print(explain.table(sentence, 1000 * self._frame), self._messages)
            if self._args.plot and self._seconds < DRAWN_SECONDS:
                self._sentences.append(sentence)
            self._progress.begin(sentence.written, self._seconds, self._frame * int(sentence.durations.sum()))
            yield sentence

    def report(self, opened: float) -> None:
        """Draw what is asked for, and say how fast it went; the voice was opened in so many seconds."""
        generator, seconds = self._voice.generator, self._seconds
        name = self._args.out if self._args.out not in ("", "-") else "said"
        print(
            f"{name}: {seconds:.2f} s of sound, the first after "
            f"{1000 * self._first:.0f} ms (the voice opened in {1000 * opened:.0f} ms); "
            f"{seconds / max(self._work, 1e-9):.1f} × real time ({generator.precision}, {generator.network.isa})",
            file=self._messages,
        )
        if self._args.picture:
            self._draw(Path(self._args.out).with_suffix(".png"))
        if self._args.plot:
            self._draw(Path(self._args.plot), phones=True)

    def _draw(self, path: Path, phones: bool = False) -> None:
        from wavenet.audio import pictures

        rate = self._voice.sample_rate
        waveform = np.concatenate([np.empty(0, np.float32), *self._blocks])[: round(DRAWN_SECONDS * rate)]
        title = f"{self._args.voice}: {path.stem}"
        if phones:
            figure = pictures.speech(waveform, rate, *explain.course(self._sentences, self._frame), title)
        else:
            figure = pictures.waveform_and_spectrogram(waveform, rate, title)
        pictures.write(figure, path, made.mark("say"))
        of_it = f" of the first {DRAWN_SECONDS:g} s" if self._samples > len(waveform) else ""
        print(f"{path}: waveform and spectrogram{' with phones and F0' * phones}{of_it}", file=self._messages)
