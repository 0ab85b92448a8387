"""The report of what happened to every second of a corpus."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wavenet import atomic
from wavenet.corpora.index import read_meta
from wavenet.corpora.row import SPLITS

NAME = "report.txt"
_SHOWN = 10


@dataclass(frozen=True)
class Kept:
    """The contents of one split."""

    files: int
    seconds: float
    speakers: int
    """number of named speakers"""


@dataclass(frozen=True)
class Dropped:
    """The recordings that were left out for one kind of reason."""

    reason: str
    files: int
    seconds: float
    """total of those whose length is known"""
    unknown: int
    """number of files whose length is unknown"""


@dataclass(frozen=True)
class Report:
    """What a prepared folder contains and what was left out, over all runs that added to it."""

    out: Path
    kept: Mapping[str, Kept]
    """for every split"""
    dropped: tuple[Dropped, ...]
    examples: tuple[str, ...]
    """some dropped recordings, as ``id: reason``; ``report.txt`` has all"""
    clipped_files: int
    clipped_samples: int
    """number of samples outside [-1, 1]"""
    changed: int
    """number of files whose size has changed since they were prepared"""
    piece_seconds: float = 0.0
    """longest piece, if recordings were cut; every piece then counts as a file"""

    @property
    def files(self) -> int:
        """The number of recordings, or pieces of them, that were kept."""
        return sum(kept.files for kept in self.kept.values())

    @property
    def dropped_files(self) -> int:
        """The number of recordings that were left out."""
        return sum(dropped.files for dropped in self.dropped)

    def __str__(self) -> str:
        more = self.dropped_files - len(self.examples)
        lines = [*self._lines(), *(f"  {example}" for example in self.examples)]
        if more > 0:
            lines.append(f"  and {more:,} more, all listed in {self.out / NAME}")
        return "\n".join(lines)

    def _lines(self) -> Iterator[str]:
        unit = f"pieces of at most {self.piece_seconds:g} s" if self.piece_seconds else "recordings"
        yield f"{self.out}: {self.files:,} {unit}"
        yield f"{'split':<12}{'files':>10}{'minutes':>11}{'speakers':>10}"
        for split, kept in self.kept.items():
            yield f"{split:<12}{kept.files:>10,}{kept.seconds / 60:>11,.2f}{kept.speakers or '-':>10}"
        seconds = sum(dropped.seconds for dropped in self.dropped)
        yield f"{'dropped':<12}{self.dropped_files:>10,}{seconds / 60:>11,.2f}"
        for dropped in self.dropped:
            unknown = f", {dropped.unknown:,} of unknown length" if dropped.unknown else ""
            yield f"  {dropped.reason}: {dropped.files:,} files, {dropped.seconds:,.1f} s{unknown}"
        if self.clipped_samples:
            yield f"clipped: {self.clipped_samples:,} samples over full scale in {self.clipped_files:,} files"
        if self.changed:
            yield f"changed: {self.changed:,} files since they were read; prepare a new folder to have them"
        if self.dropped_files:
            yield "dropped, one by one:"


def collect(index: sqlite3.Connection, out: Path, sample_rate: int, changed: int) -> Report:
    """Summarise an index."""
    query = """SELECT split, COUNT(*), SUM(samples), COUNT(DISTINCT NULLIF(speaker, ''))
        FROM utterances GROUP BY split"""
    kept = {split: Kept(files, n / sample_rate, speakers) for split, files, n, speakers in index.execute(query)}
    query = """SELECT SUBSTR(reason, 1, INSTR(reason || ':', ':') - 1) AS kind, COUNT(*),
        COALESCE(SUM(seconds), 0), COUNT(*) - COUNT(seconds) FROM dropped GROUP BY kind ORDER BY 2 DESC, 1"""
    dropped = tuple(Dropped(*row) for row in index.execute(query))
    query = "SELECT COUNT(*), COALESCE(SUM(clipped), 0) FROM utterances WHERE clipped > 0"
    clipped_files, clipped_samples = index.execute(query).fetchone()
    examples = tuple(line for line, _ in zip(_drops(index), range(_SHOWN), strict=False))
    splits = {split: kept.get(split, Kept(0, 0.0, 0)) for split in SPLITS}
    piece_seconds = float(read_meta(index).get("piece_seconds", 0))
    return Report(out, splits, dropped, examples, clipped_files, clipped_samples, changed, piece_seconds)


def write(index: sqlite3.Connection, report: Report) -> None:
    """Write the report, with every dropped recording, to ``report.txt``."""
    with (
        atomic.writing(report.out / NAME) as temporary,
        open(temporary, "w", encoding="utf-8", errors="backslashreplace") as file,
    ):
        file.writelines(f"{line}\n" for line in report._lines())
        file.writelines(f"  {line}\n" for line in _drops(index))


def _drops(index: sqlite3.Connection) -> Iterator[str]:
    for identity, reason in index.execute("SELECT id, reason FROM dropped ORDER BY id"):
        yield f"{identity}: {reason}"
