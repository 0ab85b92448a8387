"""Matrix products of numpy on one thread: ours are small, and a second thread only helps where a core waits for it.

On a busy machine it does not: the product waits until the scheduler runs the second thread, and a sentence starts
after 0.6 s instead of 0.03 s. A second thread also sums in another order, which would give other samples.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import NamedTuple

_PTHREADS = 1
"""what OpenBLAS calls threads of its own, whose number is that of the process"""
_NAMES = [
    (f"{prefix}openblas_", suffix) for prefix in ("scipy_", "") for suffix in ("64_", "")
]  # of numpy's wheels since 2.0, before, and of operating systems
_LOCK = Lock()
_inside = 0
"""how many products are being computed, by all threads"""
_before = 0
"""the number of threads that the process had before they set it to 1; 0 if they did not"""


class Library(NamedTuple):
    """The functions of the OpenBLAS that numpy computes with."""

    threads: Callable[[], int]
    set_threads: Callable[[int], object]


@cache
def library() -> Library | None:
    """The library, found through numpy; None if it is another one, or has no threads of its own.

    Of others, Accelerate has no such setting, and OpenMP's is one of each thread; ``OMP_NUM_THREADS`` sets it.
    """
    from numpy.linalg import _umath_linalg  # linked with it

    loaded = ctypes.CDLL(_umath_linalg.__file__)
    for prefix, suffix in _NAMES:
        try:
            parallel, *both = (
                getattr(loaded, f"{prefix}{name}{suffix}")
                for name in ("get_parallel", "get_num_threads", "set_num_threads")
            )
        except AttributeError:
            continue
        return Library(*both) if parallel() == _PTHREADS else None
    return None


@contextmanager
def one_thread() -> Iterator[None]:
    """Products inside are computed by the calling thread; also a decorator.

    The number of threads belongs to the whole process: after the last product that is inside, it is what it was
    before the first, unless somebody changed it meanwhile. Takes a few microseconds.
    """
    global _inside, _before
    found = library()
    if not found:
        yield
        return
    with _LOCK:
        _inside += 1  # an interrupt after it would leave the limit in place: slower for others, and never wrong
        if (threads := found.threads()) > 1:
            _before = threads
            found.set_threads(1)
    try:
        yield
    finally:
        with _LOCK:
            _inside -= 1
            if not _inside and _before > 1 and found.threads() == 1:
                found.set_threads(_before)
                _before = 0
