"""VCTK: ``wav48_silence_trimmed/p225/p225_001_mic1.flac`` or ``wav48/p225/p225_001.wav``, and ``txt``.

The recordings may have been converted to another format, or may be those of the second microphone only.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from wavenet.audio.suffixes import SUFFIXES
from wavenet.corpora.row import Row, printable, walk
from wavenet.corpora.text import lines

_FOLDERS = ("wav48_silence_trimmed", "wav48")
_MICROPHONES = ("_mic1", "_mic2")


def matches(source: Path) -> bool:
    """Whether a folder has this layout."""
    return any((source / folder).is_dir() for folder in _FOLDERS)


def rows(source: Path) -> Iterator[Row]:
    """One row per utterance: the trimmed recording if there is one, from the first microphone if it has one.

    The speaker is the folder, ``p225``. The text is empty if the corpus has none (speaker p315).
    """
    folder = next(folder for folder in _FOLDERS if (source / folder).is_dir())
    for place, paths in groupby(walk(source / folder, SUFFIXES), key=lambda path: path.parent):
        chosen: dict[str, Path] = {}
        for path in sorted(paths, key=lambda path: path.stem.endswith(_MICROPHONES[1])):
            chosen.setdefault(_name(path), path)
        for name, path in sorted(chosen.items()):
            yield Row(printable(f"{place.name}/{name}"), path, printable(place.name), _text(source, place.name, name))


def _name(path: Path) -> str:
    """The name of the utterance, without that of the microphone."""
    found = next(filter(path.stem.endswith, _MICROPHONES), "")
    return path.stem.removesuffix(found)


def _text(source: Path, speaker: str, name: str) -> str:
    path = source / "txt" / speaker / f"{name}.txt"
    return " ".join(line.strip() for _, line in lines(path)).strip() if path.is_file() else ""
