"""Any folder of recordings, of any depth. The folders of the first level, if there are any, name the speakers."""

from collections.abc import Iterator
from pathlib import Path

from wavenet.audio.suffixes import SUFFIXES
from wavenet.corpora.row import Row, printable, walk


def rows(source: Path) -> Iterator[Row]:
    """Every file whose suffix may be audio. The id is the path relative to ``source``."""
    for path in walk(source, SUFFIXES):
        inside = path.relative_to(source)
        speaker = printable(inside.parts[0]) if len(inside.parts) > 1 else ""
        yield Row(printable(inside), path, speaker)
