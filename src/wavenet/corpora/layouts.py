"""The corpus layouts, and which one a folder or a file has."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from wavenet.audio.suffixes import SUFFIXES
from wavenet.corpora import commonvoice, festvox, folder, ljspeech, manifest, prompts, vctk
from wavenet.corpora.row import Row
from wavenet.errors import UsageError, suggestion, warn


class Layout(NamedTuple):
    """How a layout is recognised and read, and a description of it."""

    matches: Callable[[Path], bool]
    rows: Callable[[Path], Iterator[Row]]
    looks: str
    own_splits: bool = False
    """whether it may assign a split to every recording, so that a split without recordings is intended to be empty"""
    own_test: bool = False
    """whether its test split is fixed, and is then the only one, even among other sources"""


LAYOUTS = {
    "ljspeech": Layout(ljspeech.matches, ljspeech.rows, "a folder with metadata.csv and wavs/"),
    "vctk": Layout(vctk.matches, vctk.rows, "a folder with wav48_silence_trimmed/ or wav48/"),
    "festvox": Layout(festvox.matches, festvox.rows, "a folder with etc/txt.done.data and wav/"),
    "commonvoice": Layout(commonvoice.matches, commonvoice.rows, "a folder with validated.tsv and clips/"),
    "prompts": Layout(prompts.matches, prompts.rows, "an unpacked package of prompts in .g722", own_test=True),
    "manifest": Layout(manifest.matches, manifest.rows, "a file .csv, .tsv or .jsonl", own_splits=True),
    "folder": Layout(Path.is_dir, folder.rows, "a folder of recordings"),
}
"""in the order in which they are tried; ``folder`` accepts whatever no other layout does. To add a layout, write a
module with ``matches`` and ``rows``, and add it here"""

_DEEPEST = 3  # how many folders may enclose a corpus, as in archives and languages
_FEW = 20  # up to this many folders are searched for corpora; speakers are usually more


def find(source: Path) -> tuple[Path, str]:
    """Where a corpus is, and the name of its layout: a folder, the only corpus inside it, or a manifest.

    A warning says what was found deeper, or found and not used.

    Raises:
        UsageError: there is nothing with this name, or it is a file that is no manifest.
    """
    if source.is_dir():
        return _find(source, source, _DEEPEST)
    if layout := _known(source):
        return source, layout
    if source.exists():
        raise UsageError(f"{source} is a file; name the folder that it lies in, or a manifest, .csv, .tsv or .jsonl")
    raise UsageError(f"{source}: no such folder or manifest; check the name")


def is_recording(source: Path) -> bool:
    """Whether this is a single recording: a file without a layout."""
    return source.is_file() and not any(layout.matches(source) for layout in LAYOUTS.values())


def found_rows(source: Path) -> Iterator[Row]:
    """The rows of a corpus in the layout that it has, lazily; raises UsageError like ``find``."""
    return rows(*find(source))


def rows(source: Path, layout: str) -> Iterator[Row]:
    """The rows of a corpus in a named layout, lazily.

    Raises:
        UsageError: the layout is unknown, or the source does not have it.
    """
    if layout not in LAYOUTS:
        raise UsageError(f"unknown layout {layout!r}{suggestion(layout, LAYOUTS)}")
    if not LAYOUTS[layout].matches(source):
        raise UsageError(f"{source} does not have the layout {layout!r}, which is {LAYOUTS[layout].looks}")
    return LAYOUTS[layout].rows(source)


def _known(source: Path) -> str:
    """The first layout that matches, other than ``folder``; empty if there is none."""
    return next((name for name, layout in LAYOUTS.items() if name != "folder" and layout.matches(source)), "")


def _find(given: Path, source: Path, depth: int) -> tuple[Path, str]:
    if layout := _known(source):
        if source != given:
            warn(f"{given}: the corpus in it is taken, {source}, of layout {layout!r}")
        return source, layout
    inside = sorted(path for path in source.iterdir() if path.name[0] != ".")
    folders = [path for path in inside if path.is_dir()]
    alone = len(folders) == 1 and not any(path.suffix.lower() in SUFFIXES for path in inside)
    if alone and depth and not _lists(inside):
        found = _find(given, folders[0], depth - 1)
        return found if found[1] != "folder" else (source, "folder")
    _tell_unused(source, _lists(inside), folders if len(folders) <= _FEW else [])
    return source, "folder"


def _lists(inside: list[Path]) -> list[Path]:
    """The files in a folder that are lists of recordings."""
    return [path for path in inside if manifest.matches(path) and manifest.has_path(path)]


def _tell_unused(source: Path, lists: list[Path], folders: list[Path]) -> None:
    """Warn if a folder is read as a plain one although lists in it may have texts and speakers."""
    corpora = [path for path in folders if _known(path)]
    if not lists and not corpora:
        return
    names = ", ".join(path.name for path in (*lists, *corpora))
    warn(f"{source} is read as a plain folder of recordings; for texts and speakers name one of these in it: {names}")
