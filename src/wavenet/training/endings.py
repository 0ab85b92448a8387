"""How a training run ends before its last update: the user stops it, or its loss is NaN or infinite."""

import math
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wavenet.errors import WavenetError


class InterruptedRunError(WavenetError):
    """The run was asked to stop, and has saved its state."""

    exit_code = 130


class DivergedError(WavenetError):
    """The loss or its gradient is NaN or infinite; the weights are those before the update."""


def check_finite(what: str, value: float, update: int, saved: int) -> None:
    """Raise DivergedError if a loss or a gradient norm is not finite; the message says how the run can continue."""
    if not math.isfinite(value):
        again = f"resumes from update {saved}" if saved else "starts anew"
        raise DivergedError(
            f"{what} is {value} at update {update}; lower optim.lr and optim.muon_lr, for example by half, and run the "
            f"command again: it {again}"
        )


@contextmanager
def on_signal() -> Iterator[Callable[[], bool]]:
    """Turn Ctrl-C and SIGTERM into a flag that is read between updates; a second one is not caught."""
    received: list[int] = []

    def remember(number: int, frame: object) -> None:
        received.append(number)
        for stop, handler in previous.items():
            signal.signal(stop, handler)

    previous = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
