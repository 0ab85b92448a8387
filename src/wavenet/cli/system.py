"""Between a command and who runs it: signals that end it, standard streams that are closed, warnings."""

import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from wavenet.errors import WavenetWarning

ENDING = (signal.SIGTERM, signal.SIGHUP)
"""sent by who shuts a machine, a job or a terminal down"""


class Terminated(KeyboardInterrupt):
    """A signal asked the command to end, which it does as at Ctrl-C: what is made is kept, nothing half made is."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number
        """as shells have it"""


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Signals that would end the process at once raise ``Terminated`` instead; those that are ignored stay so."""

    def end(number: int, frame: object) -> None:
        raise Terminated(number)

    try:
        caught = [number for number in ENDING if signal.getsignal(number) == signal.SIG_DFL]
        for number in caught:
            signal.signal(number, end)
    except ValueError:  # not the main thread, which alone hears of signals
        caught = []
    try:
        yield
    finally:
        for number in caught:
            signal.signal(number, signal.SIG_DFL)


def open_closed_streams() -> None:
    """Put the null device in the place of standard streams that are closed.

    Else the next file that is opened would take the number of one, and be written what a library prints; and Python
    prints to the standard output what is meant for a standard error that is not there. ``sys.stdout`` stays None.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process lives


@contextmanager
def warning_in_one_line() -> Iterator[None]:
    """Our own warnings are printed as errors are, without the place in the code that they come from."""
    usual = warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if issubclass(category, WavenetWarning):
            print(f"wavenet: {message}", file=sys.stderr)
        else:
            usual(message, category, filename, lineno, file, line)

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = usual
