"""Which command made a file: a mark inside of it tells, and a command replaces nothing else unless it is told to.

Sounds and pictures carry the mark as their metadata ``software``, settings and scores as an entry ``note``, pages as
their ``generator``, reports as their last words. Arrays have no place for it: theirs is in the ``.json`` beside them.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from wavenet.errors import UsageError

OVERWRITE = "replace files that this command did not make"
"""what ``--overwrite`` does, for the help of every command that has it"""

SHIPPED = Path(__file__).parent / "models"
"""the models inside the package, which no command changes: everybody's samples of one seed are the same"""

_SEARCHED = 65_536  # bytes at the beginning, and at the end, where PDF has its metadata


def mark(command: str) -> str:
    """What tells that a command made a file; no mark begins another one."""
    return f"made by wavenet {command}."


def by(path: str | os.PathLike[str], command: str) -> bool:
    """Whether a command made a file."""
    path = Path(path)
    marked = path.with_suffix(".json") if path.suffix.lower() == ".npy" else path
    try:
        with open(marked, "rb") as file:
            beginning = file.read(_SEARCHED)
            file.seek(max(os.fstat(file.fileno()).st_size - _SEARCHED, 0))
            return any(mark(command).encode() in part for part in (beginning, file.read(_SEARCHED)))
    except OSError:
        return False


def check(command: str, paths: Iterable[str | os.PathLike[str]], overwrite: bool = False) -> None:
    """Raise, before any work, where a command would replace what it did not make.

    What is there and is no file, ``atomic.writing`` refuses.

    Args:
        command: as it is called, without ``wavenet``.
        paths: all that it will write.
        overwrite: ``--overwrite`` was given: everything may be replaced.

    Raises:
        UsageError: the first such file, or one among the shipped models; one line with the way out.
    """
    for path in paths:
        check_place(path)
        if not overwrite and Path(path).is_file() and not by(path, command):
            raise UsageError(
                f"{path} is there already, and wavenet {command} did not make it; name another file to write, or "
                "give --overwrite to replace it"
            )


def check_place(path: str | os.PathLike[str]) -> None:
    """Raise where something would be written among the models that ship.

    Raises:
        UsageError: one line with the way out.
    """
    if SHIPPED.resolve() in (resolved := Path(path).resolve(), *resolved.parents):
        raise UsageError(f"{path}: what ships with the package stays as it is; name another place, or work on a copy")
