"""The environment of a command: signals that end it, closed standard streams, warnings."""

import errno
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from wavenet import atomic
from wavenet.errors import MissingExtraError, WavenetError, WavenetWarning, lacks_memory

ENDING = (signal.SIGTERM, signal.SIGHUP)
"""sent when a machine, a job or a terminal is shut down"""


class Terminated(KeyboardInterrupt):
    """A signal asked the command to end, as at Ctrl-C: finished output is kept, and partial files are removed."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number
        """as in shells"""


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Raise ``Terminated`` for signals that would end the process at once; ignored signals stay ignored."""

    def end(number: int, frame: object) -> None:
        raise Terminated(number)

    try:
        caught = [number for number in ENDING if signal.getsignal(number) == signal.SIG_DFL]
        for number in caught:
            signal.signal(number, end)
    except ValueError:  # not the main thread, and only that one receives signals
        caught = []
    try:
        yield
    finally:
        for number in caught:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def telling_of_memory() -> Iterator[None]:
    """Raise a WavenetError where there is not enough memory, whatever library noticed it in whatever words."""
    try:
        yield
    except Exception as error:
        told = isinstance(error, WavenetError) and not isinstance(error, MissingExtraError)
        if told or not lacks_memory(error):
            raise
        raise WavenetError(
            "out of memory; give less at once, as by shorter recordings, a lower --window or --batch-size, or fewer "
            "--threads or --workers"
        ) from error


def reason(error: OSError) -> str:
    """What an error of the operating system that nothing else has told is about, and the way out."""
    if error.errno != errno.ENOENT:
        told = atomic.reason(error)
    elif error.filename is None:  # of os.getcwd
        told = "the folder in which this command runs is gone; change to another one"
    else:
        told = "no such file or folder; check the name"
    return f"{error.filename}: {told}" if error.filename is not None else told


def open_closed_streams() -> None:
    """Replace closed standard streams by the null device.

    Otherwise the next file that is opened would take the number of a closed stream and receive what a library prints,
    and Python would print to standard output what is meant for standard error. ``sys.stdout`` remains None.
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
    """Print warnings of this package as errors are printed, without a position in the code."""
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
