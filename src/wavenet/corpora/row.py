"""What every layout yields: one row per recording, found lazily and in a fixed order."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from wavenet.errors import AudioError

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Row:
    """One recording of a corpus."""

    id: str
    """unique in the corpus and the same on every machine: the path inside it, or its own name for it"""
    path: Path
    speaker: str = ""
    """empty where the layout does not tell"""
    text: str = ""
    """what is said, as the corpus has it; empty where it does not tell"""
    split: str | None = None
    """one of ``SPLITS`` where the corpus decides, else None: ``hashed_split`` decides"""
    skip: str = ""
    """why the recording shall not be used, if so"""
    key: str = ""
    """what ``hashed_split`` is taken of, where that is not the id"""


def hashed_split(identity: str, validation: float, test: float) -> str:
    """The split of a row by a hash of its id, so that it stays put when others come or go."""
    at = place(identity)
    if at < test:
        return "test"
    return "validation" if at < test + validation else "train"


def place(identity: str) -> float:
    """A number in [0, 1) that an id always has."""
    digest = hashlib.blake2b(identity.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def printable(path: str | os.PathLike[str]) -> str:
    """A path as text with ``/``; bytes that are not UTF-8 become escapes, so that any store takes it."""
    text = path if isinstance(path, str) else Path(path).as_posix()
    return os.fsencode(text).decode("utf-8", "backslashreplace")


def walk(folder: Path, suffixes: Iterable[str]) -> Iterator[Path]:
    """Every file below a folder with one of the suffixes (lower case), folder by folder, each sorted by name.

    Hidden files and folders are passed over; links are followed, but not in circles. Only the names in the
    folders between ``folder`` and the file at hand are in memory.

    Raises:
        AudioError: a folder cannot be listed.
    """
    return _walk(folder, frozenset(suffixes), ())


def _walk(folder: Path, suffixes: frozenset[str], above: tuple[str, ...]) -> Iterator[Path]:
    above = (*above, os.path.realpath(folder))
    try:
        with os.scandir(folder) as entries:
            visible = ((entry.name, _is_folder(entry)) for entry in entries if entry.name[0] != ".")
            found = sorted((n, is_folder) for n, is_folder in visible if is_folder or _suffix(n) in suffixes)
    except OSError as error:
        raise AudioError(f"{folder}: cannot be listed: {error.strerror}") from error
    for name, is_folder in found:
        if not is_folder:
            yield folder / name
        elif os.path.realpath(folder / name) not in above:
            yield from _walk(folder / name, suffixes, above)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()
