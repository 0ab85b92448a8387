"""LJ Speech: ``metadata.csv`` with lines ``id|raw text|normalised text``, and ``wavs/id.wav``."""

from collections.abc import Iterator
from pathlib import Path

from wavenet.corpora.row import Row
from wavenet.corpora.text import lines
from wavenet.errors import AudioError
from wavenet.safe_paths import leaves


def matches(source: Path) -> bool:
    """Whether a folder has this layout."""
    return (source / "metadata.csv").is_file() and (source / "wavs").is_dir()


def rows(source: Path) -> Iterator[Row]:
    """One row a line; the text is the normalised one where there is one.

    Raises:
        AudioError: a line has not two or three fields, or an id leads out of the folder; the message names it.
    """
    for number, line in lines(source / "metadata.csv"):
        if not line.strip():
            continue
        name, *texts = (field.strip() for field in line.split("|"))
        if not name or not 1 <= len(texts) <= 2:
            raise AudioError(f"{source / 'metadata.csv'}, line {number}: is not 'id|text' or 'id|text|text'")
        if leaves(name):
            raise AudioError(f"{source / 'metadata.csv'}, line {number}: id {name!r} leads out of wavs/; correct it")
        yield Row(name, source / "wavs" / f"{name}.wav", text=texts[-1] or texts[0])
