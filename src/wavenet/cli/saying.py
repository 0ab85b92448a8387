"""A text on its way to sound: the bar, the table, the pictures, the line at the end."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from wavenet import made
from wavenet.audio.resampling import resampled
from wavenet.cli import sound, texts, timestamps
from wavenet.cli.making import Block, Making, Output
from wavenet.cli.progress import Progress
from wavenet.engine.sampling import Sampling
from wavenet.tts.speech import Sentence
from wavenet.tts.timing import SaidWord
from wavenet.tts.voice import Voice

if TYPE_CHECKING:
    from jsonargparse import Namespace

BLOCK_SECONDS = 0.05
"""of sound made at a time; the first is heard as soon as it is made"""


class Saying:
    """Makes the sound of a text, and remembers what is told of it at the end."""

    def __init__(self, voice: Voice, text: texts.Text, args: "Namespace") -> None:
        self._voice, self._text, self._args = voice, text, args
        self._frame = voice.hop_length / voice.sample_rate  # seconds
        self._messages = sys.stderr if args.out == "-" else sys.stdout
        self._progress = Progress(text)
        self._sentences: list[Sentence] = []  # of what is drawn
        self._words: list[SaidWord] = []  # of what is written with its times
        self.sample_rate: int = args.rate or voice.sample_rate
        """of the sound"""
        # waiting for text is no work
        drawn = sound.DRAWN_SECONDS if args.picture or args.plot else 0.0
        self._making = Making(self.sample_rate, drawn, lambda: 0.0 if isinstance(text, str) else text.waited)

    @property
    def stopped(self) -> BaseException | None:
        """What ended it early, after there was sound, which is kept."""
        return self._making.stopped

    def make(self, outputs: Iterable[Output]) -> None:
        """Make all of it, with a bar, into the outputs."""
        try:
            self._making.run(
                self._blocks(), [*outputs, lambda _: self._progress.move(self._making.seconds, self._making.work)]
            )
        except BrokenPipeError:  # whoever listened has heard enough
            self._write_times()
            raise
        finally:
            self._progress.close()

    def _blocks(self) -> Iterator[Block]:
        args = self._args
        planned = self._voice.plan(
            self._text,
            speed=args.speed,
            pitch=args.pitch,
            lexicon=args.lexicon,
            markup=args.markup,
            strict=args.strict,
        )
        blocks = self._voice.speak(
            self._watched(planned),
            sampling=Sampling(args.seed, args.temperature),
            block=round(BLOCK_SECONDS * self._voice.sample_rate),
            threads=args.threads,
            on_word=self._words.append if args.timestamps else None,
        )
        yield from resampled(blocks, self._voice.sample_rate, self.sample_rate)

    def _watched(self, sentences: Iterable[Sentence]) -> Iterator[Sentence]:
        """The sentences, each explained and kept as the settings ask for."""
        if self._args.explain:
            from wavenet.cli import explain

            self._progress.print(explain.LEGEND, self._messages)
        for sentence in sentences:
            if self._args.explain:
                self._progress.print(explain.table(sentence, 1000 * self._frame), self._messages)
            if self._args.plot and self._making.seconds < sound.DRAWN_SECONDS:
                self._sentences.append(sentence)
            self._progress.begin(sentence.written, self._making.seconds, self._frame * int(sentence.durations.sum()))
            yield sentence

    def report(self, opened: float) -> None:
        """Draw what is asked for, and say how fast it went; the voice was opened in so many seconds."""
        generator, making = self._voice.generator, self._making
        times = making.speed / self.sample_rate
        name = self._args.out if self._args.out not in ("", "-") else "said"
        print(
            f"{name}: {making.seconds:.2f} s of sound, the first after "
            f"{1000 * making.first:.0f} ms (the voice opened in {1000 * opened:.0f} ms); "
            f"{times:.1f} × real time ({generator.precision}, {generator.network.isa})",
            file=self._messages,
        )
        self._write_times()
        if self._args.picture:
            self._draw(Path(self._args.out).with_suffix(".png"))
        if self._args.plot:
            self._draw(Path(self._args.plot), phones=True)

    def _write_times(self) -> None:
        if self._args.timestamps:
            told = timestamps.write(Path(self._args.timestamps), self._words, self._making.seconds)
            print(told, file=self._messages)

    def _draw(self, path: Path, phones: bool = False) -> None:
        from wavenet.cli import explain

        course = explain.course(self._sentences, self._frame) if phones else None
        title = f"{self._args.voice}: {path.stem}"
        mark = made.mark("say", "" if phones else Path(self._args.out).name)
        print(self._making.draw(path, title, mark, course), file=self._messages)
