"""How much memory work holds at most."""

import tracemalloc
from collections.abc import Callable

TRIALS = 3


def peak(work: Callable[[], object]) -> int:
    """Bytes of Python objects and arrays."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def stays_below(most: int, work: Callable[[], object]) -> bool:
    """Whether work needs fewer bytes, in one of a few trials: threads that earlier tests left behind only add."""
    return any(peak(work) < most for _ in range(TRIALS))
