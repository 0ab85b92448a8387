"""Common Voice: ``validated.tsv`` with columns ``client_id``, ``path`` and ``sentence``, and ``clips/``.

The source is the folder of a language, or another of the lists in that folder, such as ``train.tsv``.
"""

from collections.abc import Iterator
from pathlib import Path

from wavenet.corpora import manifest
from wavenet.corpora.row import Row

LIST = "validated.tsv"


def matches(source: Path) -> bool:
    """Whether a folder, or a list in it, has this layout."""
    folder = source if source.is_dir() else source.parent
    listed = (source / LIST).is_file() or (source.suffix == ".tsv" and source.is_file())
    return listed and (folder / "clips").is_dir()


def rows(source: Path) -> Iterator[Row]:
    """One row per line. The id is the name of the clip, and the speaker is the pseudonym in the list.

    Raises:
        AudioError: a line cannot be understood; the message names it.
    """
    listed = source / LIST if source.is_dir() else source
    return manifest.rows(listed, listed.parent / "clips")
