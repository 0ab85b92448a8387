"""Progress bars whose total is known while they run: that of ``wavenet say``, and of what counts samples."""

from collections.abc import Callable
from typing import Any, TextIO

from wavenet import bars
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
        part, left = ("{percentage:3.0f}%|{bar}| ", "<{remaining}") if self._letters else ("", "")
        form = f"saying: {part}{{n:.1f}} s of sound{{postfix}} [{{elapsed}}{left}]"
        self._bar = bars.bar(bar_format=form, miniters=0, mininterval=min(DELAY, 0.1), delay=DELAY)
        self._said = 0  # letters of the sentences before this one
        self._sentence = (0, 0.0, 0.0)  # its letters, its start and its duration in seconds

    def begin(self, written: str, at: float, seconds: float) -> None:
        """A sentence starts at second ``at`` of the audio, and lasts this many seconds."""
        self._said += self._sentence[0]
        self._sentence = texts.letters(written), at, seconds

    def move(self, seconds: float, work: float) -> None:
        """Show this many seconds of audio after this many seconds of work."""
        letters, begin, length = self._sentence
        said = self._said + letters * min((seconds - begin) / max(length, 1e-9), 1)
        if self._letters:
            self._bar.total = seconds / min(max(said, 1e-9) / self._letters, 1)
        self._bar.n = seconds
        self._bar.set_postfix_str(f"{seconds / work:.1f} × real time", refresh=False)
        self._bar.update(0)

    def print(self, line: str, file: TextIO) -> None:
        """Print a line above the bar."""
        if self._bar.last_print_t > self._bar.start_t:  # it is on the screen
            self._bar.clear()
        try:
            print(line, file=file, flush=True)
        except BrokenPipeError:
            raise
        except OSError as error:  # which names no file, and would be mistaken for an error of the output file
            raise OSError(error.errno, error.strerror, file.name) from None

    def close(self) -> None:
        """Close the bar and leave it as it is."""
        self._bar.close()
