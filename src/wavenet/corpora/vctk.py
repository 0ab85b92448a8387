"""VCTK: ``wav48_silence_trimmed/p225/p225_001_mic1.flac`` or ``wav48/p225/p225_001.wav``, and ``txt``."""

from collections.abc import Iterator
from pathlib import Path

from wavenet.corpora.row import Row, printable, walk
from wavenet.corpora.text import lines

_FOLDERS = {"wav48_silence_trimmed": "_mic1.flac", "wav48": ".wav"}


def matches(source: Path) -> bool:
    """Whether a folder has this layout."""
    return any((source / folder).is_dir() for folder in _FOLDERS)


def rows(source: Path) -> Iterator[Row]:
    """One row an utterance: the trimmed FLAC of the first microphone where there is one, else the WAV.

    The speaker is the folder, ``p225``; the text is empty where the corpus has none (speaker p315).
    """
    folder = next(folder for folder in _FOLDERS if (source / folder).is_dir())
    ending = _FOLDERS[folder]
    for path in walk(source / folder, {".flac", ".wav"}):
        if not path.name.endswith(ending):
            continue
        name, speaker = path.name.removesuffix(ending), path.parent.name
        yield Row(printable(f"{speaker}/{name}"), path, printable(speaker), _text(source, speaker, name))


def _text(source: Path, speaker: str, name: str) -> str:
    path = source / "txt" / speaker / f"{name}.txt"
    return " ".join(line.strip() for _, line in lines(path)).strip() if path.is_file() else ""
