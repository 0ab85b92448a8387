"""How a recording is stored: as one utterance or as several pieces, each with its split."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wavenet.arithmetic import ceil_div
from wavenet.corpora.row import Row, hashed_split


class Piece(NamedTuple):
    """A recording, or one of the pieces that it is cut into; stored as one utterance."""

    id: str
    split: str
    samples: int


@dataclass(frozen=True)
class Cut:
    """The settings of cutting."""

    most: int
    """samples of the longest piece; 0: recordings are not cut"""
    validation: float
    test: float

    def pieces(self, row: Row, samples: int, ends: Sequence[int] = ()) -> list[Piece]:
        """Pieces with the given ends, or of equal length up to one sample, so that none is a short rest.

        Their ids are ``id``, ``id#0001``, ``id#0002`` ….
        """
        count = ceil_div(samples, self.most) if self.most else 1
        ends = ends or [samples * (i + 1) // count for i in range(count)]
        lengths = [end - start for start, end in zip([0, *ends], ends, strict=False)]
        return [self._piece(row, f"#{i:04}" if i else "", length) for i, length in enumerate(lengths)]

    def _piece(self, row: Row, number: str, samples: int) -> Piece:
        hashed = row.group or (row.key or row.id) + number
        split = row.split or hashed_split(hashed, self.validation, self.test)
        return Piece(row.id + number, split, samples)
