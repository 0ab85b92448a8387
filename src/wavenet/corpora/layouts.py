"""Which layout a folder or a file has."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from wavenet.corpora import festvox, folder, ljspeech, manifest, prompts, vctk
from wavenet.corpora.row import Row
from wavenet.errors import UsageError, suggestion


class Layout(NamedTuple):
    """How a layout is recognised, how it is read, and what it looks like in words."""

    matches: Callable[[Path], bool]
    rows: Callable[[Path], Iterator[Row]]
    looks: str
    own_splits: bool = False
    """whether it may name the split of every recording, so that one without any is meant to be empty"""
    own_test: bool = False
    """whether its test split is fixed, and then the only one, whatever else there is to be prepared"""


LAYOUTS = {
    "ljspeech": Layout(ljspeech.matches, ljspeech.rows, "a folder with metadata.csv and wavs/"),
    "vctk": Layout(vctk.matches, vctk.rows, "a folder with wav48_silence_trimmed/ or wav48/"),
    "festvox": Layout(festvox.matches, festvox.rows, "a folder with etc/txt.done.data and wav/"),
    "prompts": Layout(prompts.matches, prompts.rows, "an unpacked package of prompts in .g722", own_test=True),
    "manifest": Layout(manifest.matches, manifest.rows, "a file .csv or .jsonl", own_splits=True),
    "folder": Layout(Path.is_dir, folder.rows, "a folder of recordings"),
}
"""in the order in which they are tried: ``folder`` takes what no other knows"""


def detect(source: Path) -> str:
    """The name of the layout that a folder or a manifest has.

    Raises:
        UsageError: there is nothing of that name, or it is a file that is no manifest.
    """
    for name, layout in LAYOUTS.items():
        if layout.matches(source):
            return name
    if source.exists():
        raise UsageError(f"{source} is a file; name the folder that it lies in, or a manifest, .csv or .jsonl")
    raise UsageError(f"{source}: no such folder or manifest; check the name")


def is_recording(source: Path) -> bool:
    """Whether this is a single recording: a file that has no layout."""
    return source.is_file() and not any(layout.matches(source) for layout in LAYOUTS.values())


def rows(source: Path, layout: str) -> Iterator[Row]:
    """The rows of a corpus in a named layout, lazily.

    Raises:
        UsageError: the layout is unknown, or this is not what the source has.
    """
    if layout not in LAYOUTS:
        raise UsageError(f"unknown layout {layout!r}{suggestion(layout, LAYOUTS)}")
    if not LAYOUTS[layout].matches(source):
        raise UsageError(f"{source} is not of layout {layout!r}, which is {LAYOUTS[layout].looks}")
    return LAYOUTS[layout].rows(source)
