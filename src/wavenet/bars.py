"""Progress bars; where there is no terminal, as in a log, one line per minute."""

import sys
import time
from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar, overload

from tqdm import tqdm

T = TypeVar("T")
PERIOD = 60.0
"""seconds between two lines"""


@overload
def bar(*, file: Any = None, elapsed: float = 0.0, **settings: Any) -> "tqdm[NoReturn]": ...
@overload
def bar(
    iterable: Iterable[T], desc: str = "", *, file: Any = None, elapsed: float = 0.0, **settings: Any
) -> "tqdm[T]": ...
def bar(
    iterable: Iterable[Any] | None = None,
    desc: str = "",
    *,
    file: Any = None,
    elapsed: float = 0.0,
    **settings: Any,
) -> "tqdm[Any] | tqdm[NoReturn]":
    """A ``tqdm`` bar with its settings; if ``file`` is not a terminal, lines, the first after a minute.

    ``elapsed`` are the seconds for which the work has gone on already.
    """
    file = file or sys.stderr
    kind: type[tqdm[Any]] = tqdm if file.isatty() else _Lines
    made = kind(iterable, desc=desc or None, file=file, **settings)
    if elapsed:
        made.start_t -= elapsed
        made.last_print_t -= elapsed
    if isinstance(made, _Lines):
        made.due -= elapsed
    return made


class _Lines(tqdm):  # type: ignore[type-arg]
    """Complete lines instead of one that changes."""

    def __init__(self, iterable: Iterable[Any] | None, **settings: Any) -> None:
        self.due = time.monotonic() + PERIOD
        self._shown = False
        every = {"mininterval": PERIOD, "maxinterval": PERIOD, "delay": 0, "dynamic_ncols": False}
        super().__init__(iterable, **{"miniters": 1, **settings, **every})
        tqdm._instances.discard(self)  # type: ignore[attr-defined]  # lines take no row of a terminal, as bars do

    def refresh(self, nolock: bool = False, lock_args: Any = None) -> None:
        """Write a line if one is due."""
        if not self.disable and time.monotonic() >= self.due:
            self._write()

    def _write(self) -> None:
        self.due, self._shown = time.monotonic() + PERIOD, True
        self.fp.write(f"{self}\n")
        self.fp.flush()

    def clear(self, nolock: bool = False) -> None:
        """Keep the lines."""

    def close(self) -> None:
        """Write the last line if there were others and the bar is to remain."""
        if not self.disable and self._shown and self.leave is not False:
            self._write()
        self.disable = True
