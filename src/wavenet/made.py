"""Marks files with the command that made them, so that no command replaces other files without being asked to.

In audio and images the mark is the metadata field ``software``; in settings and scores an entry ``note``; in HTML pages
their ``generator``; in reports the last words. Arrays have no place for it; theirs is in the ``.json`` next to them,
with a digest of the array, so that another array beside it is not taken for theirs.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wavenet.errors import UsageError

OVERWRITE = "replace files that this command did not make"
"""the help of ``--overwrite``, for every command that has it"""

SHIPPED = Path(__file__).parent / "models"
"""the models inside the package, which no command changes, so that a seed gives the same samples everywhere"""

DIGEST = "sha256"
"""the entry of the ``.json`` next to an array with the SHA-256 of the array's file, in hexadecimal"""

_SEARCHED = 65_536  # bytes at the beginning, and at the end, where PDF has its metadata


def mark(command: str, of: str = "") -> str:
    """The mark of a command; no mark is a prefix of another's. In a picture, ``of`` is the name of what it shows."""
    return f"made by wavenet {command}." + (f" of {json.dumps(of)}" if of else "")


def shown(path: str | os.PathLike[str]) -> str:
    """The name of the file that a picture shows, if its mark tells, as those of earlier versions do not; else empty."""
    with suppress(OSError, ValueError), open(path, "rb") as file:
        found = re.search(rb'made by wavenet [a-z-]+\. of ("(?:[^"\\]|\\.)*")', file.read(_SEARCHED))
        return Path(json.loads(found[1])).name if found else ""
    return ""


def by(path: str | os.PathLike[str], command: str) -> bool:
    """Whether a file was made by a command; an array that was changed since was not."""
    path = Path(path)
    array = path.suffix.lower() == ".npy"
    try:
        with open(path.with_suffix(".json") if array else path, "rb") as file:
            beginning = file.read(_SEARCHED)
            file.seek(max(os.fstat(file.fileno()).st_size - _SEARCHED, 0))
            marked = any(mark(command).encode() in part for part in (beginning, file.read(_SEARCHED)))
        return marked and not (array and _changed(path, beginning))
    except OSError:
        return False


def _changed(path: Path, beside: bytes) -> bool:
    """Whether an array is not the one of which the text beside it tells; earlier versions told nothing."""
    with suppress(ValueError):
        told = json.loads(beside)
        if isinstance(told, dict) and DIGEST in told and path.is_file():
            return bool(told[DIGEST] != digest(path.read_bytes()))
    return False


def digest(content: bytes | memoryview) -> str:
    """What tells an array that was written from any other; see ``DIGEST``."""
    import hashlib

    return hashlib.sha256(content).hexdigest()


_checked: dict[Path, str] | None = None
"""the files that a command in progress may write, and its name; those that may be replaced in any case are not here"""


@contextmanager
def watching() -> Iterator[None]:
    """While a command runs, keep what ``check`` allowed it, for ``taken``."""
    global _checked
    before, _checked = _checked, {}
    try:
        yield
    finally:
        _checked = before


def taken(path: str | os.PathLike[str]) -> bool:
    """Whether something else was written where ``check`` had found a place for the output of this command.

    Between the check and the output there may be hours of work.
    """
    command = (_checked or {}).get(Path(path).resolve())
    return command is not None and Path(path).is_file() and not by(path, command)


def written(path: str | os.PathLike[str]) -> None:
    """Forget the check of a file, as the command writes it now."""
    (_checked or {}).pop(Path(path).resolve(), None)


def check(
    command: str,
    paths: Iterable[str | os.PathLike[str]],
    overwrite: bool = False,
    reads: Iterable[str | os.PathLike[str]] = (),
) -> None:
    """Raise, before any work, if a command would replace files that it did not make.

    Paths that exist but are not files are refused by ``atomic.writing``.

    Args:
        command: its name, without ``wavenet``.
        paths: all files that it will write.
        overwrite: ``--overwrite`` was given: everything may be replaced but what the command reads.
        reads: files that it reads.

    Raises:
        UsageError: for the first such file, for one among the shipped models, for one that is read, or for two paths
            that are one file by symbolic links; one line with the way out.
    """
    known: dict[Path, str | os.PathLike[str]] = {}
    inputs = [Path(path) for path in reads]
    for path in paths:
        check_place(path)
        if (place := Path(path).resolve()) in known:
            raise UsageError(f"{known[place]} and {path} would both be one file; name another for one of them")
        known[place] = path
        if any(_same(path, each) for each in inputs):
            raise UsageError(f"{path} is a file that wavenet {command} reads; name another file to write")
        if _checked is not None and not overwrite:
            _checked[place] = command
        if not overwrite and Path(path).is_file() and not by(path, command):
            raise UsageError(
                f"{path} already exists and was not made by wavenet {command}; name another file to write, or "
                "give --overwrite to replace it"
            )


def _same(path: str | os.PathLike[str], other: Path) -> bool:
    """Whether two names are one file: by links, or because the file system ignores case."""
    with suppress(OSError, ValueError):
        return Path(path).samefile(other)
    return False


def check_place(path: str | os.PathLike[str]) -> None:
    """Raise if something would be written among the shipped models.

    Raises:
        UsageError: one line with the way out.
    """
    if SHIPPED.resolve() in (resolved := Path(path).resolve(), *resolved.parents):
        raise UsageError(
            f"{path}: files that ship with the package are never changed; name another place, or use a copy"
        )
