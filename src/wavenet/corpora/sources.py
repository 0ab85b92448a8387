"""One or more sources of recordings, each with a layout of its own, as one sequence of rows."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

from wavenet.corpora import layouts
from wavenet.corpora.row import Row, printable
from wavenet.errors import UsageError

PathLike = str | os.PathLike[str]


class Source(NamedTuple):
    """A folder or a manifest, and how it is read."""

    path: Path
    layout: str
    prefix: str
    """prefix of its ids: the path relative to the folder that all sources share; empty if there is only one source"""

    def rows(self) -> Iterator[Row]:
        """Its rows, lazily. The split is the one that they would have if this were the only source."""
        found = layouts.rows(self.path, self.layout)
        if not self.prefix:
            return found
        return (replace(row, id=f"{self.prefix}/{row.id}", key=row.id) for row in found)


def detect(sources: Sequence[PathLike], layout: str) -> list[Source]:
    """The sources, with their layouts detected if ``layout`` is ``auto``.

    Raises:
        UsageError: one does not exist or lies inside another one, or there is none.
    """
    paths = [Path(source) for source in sources]
    if not paths:
        raise UsageError("no source is given; name a folder of recordings, or a manifest")
    whole = [path.resolve() for path in paths]
    for (i, inner), (j, outer) in permutations(enumerate(whole), 2):
        if inner.is_relative_to(outer):
            raise UsageError(f"{paths[i]} lies inside {paths[j]}, and would be read twice; name one of them")
    shared = Path(os.path.commonpath(whole))
    prefixes = [printable(path.relative_to(shared)) if len(paths) > 1 else "" for path in whole]
    found = [layouts.find(path) if layout == "auto" else (path, layout) for path in paths]
    return [Source(*place, prefix) for place, prefix in zip(found, prefixes, strict=True)]
