"""Importing libraries late: without a word of theirs, and without packages that they ask for and do not use.

What this changes belongs to the whole process (``sys.modules``, ``sys.stdout``, the filters of warnings), so one thread
does it at a time and the others wait.
"""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from threading import RLock
from types import ModuleType

_LOCK = RLock()


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing that a library prints or warns of reaches the user: it tells of its own upkeep, not of the recording."""
    with _LOCK, warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        yield


@contextmanager
def without(package: str, **attributes: object) -> Iterator[None]:
    """Inside, what imports a package gets a module of these attributes alone, unless the real one is loaded already."""
    with _LOCK:
        if package in sys.modules:
            yield
            return
        module = ModuleType(package)
        vars(module).update(attributes)
        sys.modules[package] = module
        try:
            yield
        finally:
            sys.modules.pop(package, None)
