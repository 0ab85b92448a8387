"""Progress bars whose total is known while they run: that of ``wavenet say``, and of what counts samples."""

import time
from collections.abc import Callable
from typing import Any, TextIO

from wavenet.cli import texts

DELAY = 2.0
"""seconds of work before the bar appears"""


def of_total(bar: Any) -> Callable[[int, int], None]:
    """What moves a bar by a number, and tells it the total."""

    def told(done: int, total: int) -> None:
        bar.total = total
        bar.update(done)

    return told


class Progress:
    """Seconds of audio and their speed; for a text given as a whole, also the fraction that has been spoken."""

    def __init__(self, text: texts.Text) -> None:
        self._letters = texts.letters(text) if isinstance(text, str) else 0
        self._began = time.monotonic()
        self._bar: Any = None
        self._said = 0  # letters of the sentences before this one
        self._sentence = (0, 0.0, 0.0)  # its letters, its start and its duration in seconds

    def _late(self) -> Any:
        """The bar, which is made when it is due: most texts are said before, and its library takes time to load."""
        elapsed = time.monotonic() - self._began
        if self._bar is None and elapsed >= DELAY:
            from wavenet import bars

            part, left = ("{percentage:3.0f}%|{bar}| ", "<{remaining}") if self._letters else ("", "")
            form = f"saying: {part}{{n:.1f}} s of sound{{postfix}} [{{elapsed}}{left}]"
            self._bar = bars.bar(bar_format=form, miniters=0, mininterval=min(DELAY, 0.1), delay=DELAY, elapsed=elapsed)
        return self._bar

    def begin(self, written: str, at: float, seconds: float) -> None:
        """A sentence starts at second ``at`` of the audio, and lasts this many seconds."""
        self._said += self._sentence[0]
        self._sentence = texts.letters(written), at, seconds

    def move(self, seconds: float, work: float) -> None:
        """Show this many seconds of audio after this many seconds of work."""
        letters, begin, length = self._sentence
        said = self._said + letters * min((seconds - begin) / max(length, 1e-9), 1)
        if (bar := self._late()) is None:
            return
        if self._letters:
            bar.total = seconds / min(max(said, 1e-9) / self._letters, 1)
        bar.n = seconds
        bar.set_postfix_str(f"{seconds / work:.1f} × real time", refresh=False)
        bar.update(0)

    def print(self, line: str, file: TextIO) -> None:
        """Print a line above the bar."""
        if self._bar is not None and self._bar.last_print_t > self._bar.start_t:  # it is on the screen
            self._bar.clear()
        try:
            print(line, file=file, flush=True)
        except BrokenPipeError:
            raise
        except OSError as error:  # which names no file, and would be mistaken for an error of the output file
            raise OSError(error.errno, error.strerror, file.name) from None

    def close(self) -> None:
        """Close the bar and leave it as it is."""
        if self._bar is not None:
            self._bar.close()
