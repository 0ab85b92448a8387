"""Marks files with the command that made them, so that no command replaces other files without being asked to.

In audio and images the mark is the metadata field ``software``; in settings and scores an entry ``note``; in HTML pages
their ``generator``; in reports the last words. Arrays have no place for it; theirs is in the ``.json`` next to them.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from wavenet.errors import UsageError

OVERWRITE = "replace files that this command did not make"
"""the help of ``--overwrite``, for every command that has it"""

SHIPPED = Path(__file__).parent / "models"
"""the models inside the package, which no command changes, so that a seed gives the same samples everywhere"""

_SEARCHED = 65_536  # bytes at the beginning, and at the end, where PDF has its metadata


def mark(command: str) -> str:
    """The mark of a command; no mark is a prefix of another."""
    return f"made by wavenet {command}."


def by(path: str | os.PathLike[str], command: str) -> bool:
    """Whether a file was made by a command."""
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
    """Raise, before any work, if a command would replace files that it did not make.

    Paths that exist but are not files are refused by ``atomic.writing``.

    Args:
        command: its name, without ``wavenet``.
        paths: all files that it will write.
        overwrite: ``--overwrite`` was given: everything may be replaced.

    Raises:
        UsageError: for the first such file, for one among the shipped models, or for two paths that are one file by
            symbolic links; one line with the way out.
    """
    known: dict[Path, str | os.PathLike[str]] = {}
    for path in paths:
        check_place(path)
        if (place := Path(path).resolve()) in known:
            raise UsageError(f"{known[place]} and {path} would both be one file; name another for one of them")
        known[place] = path
        if not overwrite and Path(path).is_file() and not by(path, command):
            raise UsageError(
                f"{path} already exists and was not made by wavenet {command}; name another file to write, or "
                "give --overwrite to replace it"
            )


def check_place(path: str | os.PathLike[str]) -> None:
    """Raise if something would be written among the shipped models.

    Raises:
        UsageError: one line with the way out.
    """
    if SHIPPED.resolve() in (resolved := Path(path).resolve(), *resolved.parents):
        raise UsageError(
            f"{path}: files that ship with the package are never changed; name another place, or use a copy"
        )
