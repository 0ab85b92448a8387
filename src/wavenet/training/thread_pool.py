"""Computes the rows of a batch in parallel on the cores of a processor.

The products of one window are small: if two threads share them, each waits for the other a few hundred times per
update. One thread per window, with its own products, does not; docs/lab-notebook.md has the rates.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import torch

from wavenet.errors import UsageError

MOST = 1_024
"""threads; PyTorch crashes where the system cannot start as many as it is told"""
Part = TypeVar("Part")
Result = TypeVar("Result")


@contextmanager
def threads(count: int) -> Iterator[None]:
    """PyTorch computes with so many threads inside; 0: with as many as before. Raises UsageError."""
    if not 0 <= count <= MOST:
        raise UsageError(f"threads is {count}, and must be from 1 to {MOST}, or 0 for one for each core")
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class ThreadPool:
    """As many threads as PyTorch would use for one product, each computing alone."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count, "window", torch.set_num_threads, (1,)) if count > 1 else None

    @classmethod
    def for_rows(cls, rows: int, device: torch.device) -> "ThreadPool":
        """A pool for a batch; on an accelerator, or with one row or core, it computes in the calling thread."""
        return cls(min(rows, torch.get_num_threads()) if device.type == "cpu" else 1)

    def map(self, function: Callable[[Part], Result], parts: Iterable[Part]) -> list[Result]:
        """The results in the order of the parts, whatever the timing of the threads, so that sums are reproducible."""
        return list(self._pool.map(function, parts)) if self._pool else [function(part) for part in parts]

    def close(self) -> None:
        """End the threads."""
        if self._pool:
            self._pool.shutdown()
