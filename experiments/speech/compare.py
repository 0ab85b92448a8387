"""Compares systems: generates missing clips, scores those without scores, and stores each row at once."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from experiments.speech import clips, results
from experiments.speech.clips import Clips
from experiments.speech.results import HEADS, Row
from experiments.speech.texts import Line
from wavenet import atomic
from wavenet.evaluation.perception.judge import INSTRUMENT, METRICS, judge


def compare(
    planned: Sequence[Clips],
    texts: Mapping[str, Sequence[Line]],
    path: Path,
    metrics: Sequence[str] = tuple(HEADS),
    *,
    progress: bool = False,
) -> list[Row]:
    """The rows of a file of results, with those of the planned systems.

    Rows about other texts under the same name of a set cannot be compared and are left out. Rows by an older version of
    the metrics are scored again if their systems are planned, from the clips if these still exist; the others stay in
    the file and are reported: tables and bars keep them apart. The metrics are some of ``HEADS``, the same ones for all
    rows of a file.

    Raises:
        WavenetError: see ``clips.make``, ``results.read`` and ``judge``; finished rows are kept.
    """
    rows = [row for row in results.read(path) if _fits(row, texts)]
    atomic.check(path)
    todo = [each for each in planned if not any(row.about(each) for row in rows)]
    for metric in metrics if todo else ():
        METRICS[metric].load()  # missing packages are reported before the work
    clips.make(planned, progress=progress)
    for each in todo:
        if progress:
            print(f"{each.system.name}, {each.texts}", file=sys.stderr)
        row = Row.of(each, judge(each.read(), metrics, progress=progress))
        rows = _placed(row, rows)
        results.write(path, rows)
    if progress and (old := [row for row in rows if row.instrument != INSTRUMENT]):
        left = ", ".join(dict.fromkeys(row.system for row in old))
        print(f"{path}: scored by another version of the metrics, until named again: {left}", file=sys.stderr)
    return rows


def _fits(row: Row, texts: Mapping[str, Sequence[Line]]) -> bool:
    said = {name: said.text for name, said in row.said.items()}
    return row.texts not in texts or said == {line.name: line.text for line in texts[row.texts]}


def _placed(row: Row, rows: Sequence[Row]) -> list[Row]:
    """Put a row in place of an older one of its system and texts, or at the end."""
    found = {(each.texts, each.system): each for each in rows}
    return list((found | {(row.texts, row.system): row}).values())
