"""What every layout yields: one row per recording, found lazily and in a fixed order."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from wavenet.audio.suffixes import SUFFIXES
from wavenet.errors import AudioError

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Row:
    """One recording of a corpus."""

    id: str
    """unique in the corpus and the same on every machine: the relative path, or the corpus' own name"""
    path: Path
    speaker: str = ""
    """empty if the layout does not have speakers"""
    text: str = ""
    """the text as the corpus has it; empty if it has none"""
    split: str | None = None
    """one of ``SPLITS`` if the corpus has splits; None: ``hashed_split`` decides"""
    skip: str = ""
    """why the recording must not be used; empty otherwise"""
    key: str = ""
    """what ``hashed_split`` hashes, if not the id"""
    group: str = ""
    """recordings of one group, such as those of one piece of music, are in one split; empty: the recording is alone"""
    tags: tuple[tuple[str, float], ...] = ()
    """what is said about the recording beside its speaker: names, with values"""


def hashed_split(identity: str, validation: float, test: float) -> str:
    """The split of a row, by a hash of its id, so that it does not change when other recordings are added or
    removed.
    """
    at = place(identity)
    if at < test:
        return "test"
    return "validation" if at < test + validation else "train"


def place(identity: str) -> float:
    """A number in [0, 1) that depends on the id alone."""
    digest = hashlib.blake2b(identity.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def printable(path: str | os.PathLike[str]) -> str:
    """A path as text with ``/``; bytes that are not UTF-8 are escaped, so that any store accepts it."""
    text = path if isinstance(path, str) else Path(path).as_posix()
    return os.fsencode(text).decode("utf-8", "backslashreplace")


def listed(folder: Path, name: str) -> Path:
    """The recording in a folder that a list refers to: by its name as it is, with a recording's suffix, or with another
    one.

    The folder's own name may precede it, as in ``wavs/a1``. If none of these exists, it is ``NAME.wav``.
    """
    for each in dict.fromkeys((name, name.removeprefix(f"{folder.name}/"))):
        stem = each[: -len(suffix)] if (suffix := PurePath(each).suffix).lower() in SUFFIXES else each
        endings = (suffix if stem != each else "", ".wav", ".flac", *sorted(SUFFIXES))
        for ending in (*endings, *(ending.upper() for ending in endings)):
            if ending and (folder / f"{stem}{ending}").is_file():
                return folder / f"{stem}{ending}"
    return folder / (name if PurePath(name).suffix.lower() in SUFFIXES else f"{name}.wav")


def walk(folder: Path, suffixes: Iterable[str]) -> Iterator[Path]:
    """Every file below a folder with one of the suffixes (lower case), folder by folder, each sorted by name.

    Hidden files and folders are skipped. Links are followed, but every folder is read once, however many links lead to
    it: at its own position if that is below ``folder``, otherwise at that of the first link. Memory holds the names in
    the folders between ``folder`` and the current file, and one number per folder.

    Raises:
        AudioError: a folder cannot be listed.
    """
    return _Walk(folder, frozenset(suffixes)).below(folder)


class _Walk:
    def __init__(self, root: Path, suffixes: frozenset[str]) -> None:
        self._root, self._suffixes = Path(os.path.realpath(root)), suffixes
        self._read: set[tuple[int, int]] = set()  # device and inode of each folder

    def below(self, folder: Path) -> Iterator[Path]:
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in self._read:
                return
            self._read.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as entries:
                found = sorted(self._wanted(entries))
        except OSError as error:
            raise AudioError(f"{folder}: cannot be listed: {error.strerror}") from error
        for name, is_folder in found:
            if is_folder:
                yield from self.below(folder / name)
            else:
                yield folder / name

    def _wanted(self, entries: Iterable[os.DirEntry[str]]) -> Iterator[tuple[str, bool]]:
        """Names, and whether each of them is a folder."""
        for entry in entries:
            if entry.name[0] == ".":
                continue
            is_folder = _is_folder(entry)
            if is_folder and not (entry.is_symlink() and self._is_read_elsewhere(entry.path)):
                yield entry.name, True
            elif not is_folder and PurePath(entry.name).suffix.lower() in self._suffixes:
                yield entry.name, False

    def _is_read_elsewhere(self, link: str) -> bool:
        """Whether a link leads to a folder that has its own position below the root, and is not hidden."""
        target = Path(os.path.realpath(link))
        return target.is_relative_to(self._root) and not any(
            part[0] == "." for part in target.relative_to(self._root).parts
        )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False
