"""The bar of a text on its way to sound."""

from typing import TextIO

from wavenet import bars
from wavenet.cli import texts

DELAY = 2.0
"""seconds of work before there is a bar"""


class Progress:
    """Seconds of sound and how fast they are made; and of a text given whole the part of it that is said."""

    def __init__(self, text: texts.Text) -> None:
        self._letters = texts.letters(text) if isinstance(text, str) else 0
        part, left = ("{percentage:3.0f}%|{bar}| ", "<{remaining}") if self._letters else ("", "")
        form = f"saying: {part}{{n:.1f}} s of sound{{postfix}} [{{elapsed}}{left}]"
        self._bar = bars.bar(bar_format=form, miniters=0, mininterval=min(DELAY, 0.1), delay=DELAY)
        self._said = 0  # letters of the sentences before this one
        self._sentence = (0, 0.0, 0.0)  # its letters, where it begins and how long it is

    def begin(self, written: str, at: float, seconds: float) -> None:
        """A sentence begins ``at`` some second of the sound, and lasts so many."""
        self._said += self._sentence[0]
        self._sentence = texts.letters(written), at, seconds

    def move(self, seconds: float, work: float) -> None:
        """There are so many seconds of sound, after so many of work."""
        letters, begin, length = self._sentence
        said = self._said + letters * min((seconds - begin) / max(length, 1e-9), 1)
        if self._letters:
            self._bar.total = seconds / min(max(said, 1e-9) / self._letters, 1)
        self._bar.n = seconds
        self._bar.set_postfix_str(f"{seconds / work:.1f} × real time", refresh=False)
        self._bar.update(0)

    def print(self, line: str, file: TextIO) -> None:
        """A line above the bar."""
        if self._bar.last_print_t > self._bar.start_t:  # it is on the screen
            self._bar.clear()
        try:
            print(line, file=file, flush=True)
        except BrokenPipeError:
            raise
        except OSError as error:  # which tells no name, and would be taken for one about the file that is written
            raise OSError(error.errno, error.strerror, file.name) from None

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()
