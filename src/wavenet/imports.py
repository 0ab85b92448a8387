"""Imports libraries late: without their output, and without packages that they import but do not use.

Both change state of the whole process (``sys.modules``, ``sys.stdout``, the warning filters), so one thread does it at
a time while the others wait.
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
    """Suppress what libraries print or warn of inside the block: it concerns their maintenance, not the user's data."""
    with _LOCK, warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        yield


@contextmanager
def without(package: str, **attributes: object) -> Iterator[None]:
    """Inside the block, import a stand-in with these attributes instead of a package that is not loaded yet."""
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
