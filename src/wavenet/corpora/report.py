"""The report of what happened to every second of a corpus."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from wavenet import atomic
from wavenet.corpora.index import read_meta
from wavenet.corpora.row import SPLITS
from wavenet.errors import escaped

NAME = "report.txt"
_SHOWN = 10
_LONG = 20.0  # mean seconds of recordings that pieces would help
_TOO_MUCH = 0.1  # of all audio, held out beyond what was asked for
_LISTS = {
    "dropped": "SELECT id, reason FROM dropped ORDER BY id",
    "unusual, but read": "SELECT id, note FROM notes ORDER BY id",
    "the same as another recording, and in its split": "SELECT id, original FROM copies ORDER BY id",
}
"""what is listed one by one"""


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
class Listed:
    """Recordings that are listed one by one."""

    title: str
    files: int
    examples: tuple[str, ...]
    """the first ones, as ``id: note``; ``report.txt`` has all"""

    def lines(self, out: Path) -> Iterator[str]:
        """The lines for a terminal."""
        if self.files:
            yield f"{self.title}, one by one:"
        yield from (f"  {example}" for example in self.examples)
        if self.files > len(self.examples):
            yield f"  and {self.files - len(self.examples):,} more, all listed in {out / NAME}"


@dataclass(frozen=True)
class Report:
    """What a prepared folder contains and what was left out, over all runs that added to it."""

    out: Path
    kept: Mapping[str, Kept]
    """for every split"""
    dropped: tuple[Dropped, ...]
    listed: tuple[Listed, ...]
    """the dropped recordings, the unusual ones that were read, and copies of others"""
    clipped_files: int
    clipped_samples: int
    """number of samples outside [-1, 1]"""
    changed: int
    """number of files that have changed since they were prepared"""
    piece_seconds: float = 0.0
    """longest piece, if recordings were cut; every piece then counts as a file"""
    held_out: float = 0.0
    """fraction of the recordings that should not be in train; 0: the corpus decides"""
    repeated: int = 0
    """rows of recordings that an earlier row of the same list had named"""

    @property
    def files(self) -> int:
        """The number of recordings, or pieces of them, that were kept."""
        return sum(kept.files for kept in self.kept.values())

    @property
    def dropped_files(self) -> int:
        """The number of recordings that were left out."""
        return sum(dropped.files for dropped in self.dropped)

    def __str__(self) -> str:
        lines = [*self._lines(), *(line for each in self.listed for line in each.lines(self.out))]
        return "\n".join(map(escaped, lines))

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
        if self.repeated:
            yield f"listed again: {self.repeated:,} rows were passed over; the first row of a recording counts"
        if self._few_are_long():
            train, total = self.kept["train"].seconds / 60, sum(kept.seconds for kept in self.kept.values()) / 60
            yield (
                f"few long recordings: only {train:.2f} of {total:.2f} minutes are in train; --piece-seconds 10, into "
                "a new folder, cuts them into pieces that are held out one by one"
            )

    def _few_are_long(self) -> bool:
        """Whether holding out whole recordings leaves much less to train on than it should."""
        total = sum(kept.seconds for kept in self.kept.values())
        if not self.held_out or self.piece_seconds or total < _LONG * self.files:
            return False
        return self.kept["train"].seconds < (1 - self.held_out - _TOO_MUCH) * total


def collect(
    index: sqlite3.Connection, out: Path, sample_rate: int, changed: int, held_out: float = 0.0, repeated: int = 0
) -> Report:
    """Summarise an index."""
    query = """SELECT split, COUNT(*), SUM(samples), COUNT(DISTINCT NULLIF(speaker, ''))
        FROM utterances GROUP BY split"""
    kept = {split: Kept(files, n / sample_rate, speakers) for split, files, n, speakers in index.execute(query)}
    query = """SELECT SUBSTR(reason, 1, INSTR(reason || ':', ':') - 1) AS kind, COUNT(*),
        COALESCE(SUM(seconds), 0), COUNT(*) - COUNT(seconds) FROM dropped GROUP BY kind ORDER BY 2 DESC, 1"""
    dropped = tuple(Dropped(*row) for row in index.execute(query))
    query = "SELECT COUNT(*), COALESCE(SUM(clipped), 0) FROM utterances WHERE clipped > 0"
    clipped_files, clipped_samples = index.execute(query).fetchone()
    listed = tuple(_listed(index, title) for title in _LISTS)
    splits = {split: kept.get(split, Kept(0, 0.0, 0)) for split in SPLITS}
    piece_seconds = float(read_meta(index).get("piece_seconds", 0))
    clipped = clipped_files, clipped_samples
    return Report(out, splits, dropped, listed, *clipped, changed, piece_seconds, held_out, repeated)


def _listed(index: sqlite3.Connection, title: str) -> Listed:
    (files,) = index.execute(f"SELECT COUNT(*) FROM ({_LISTS[title]})").fetchone()
    return Listed(title, files, tuple(islice(_entries(index, title), _SHOWN)))


def write(index: sqlite3.Connection, report: Report) -> None:
    """Write the report, with all recordings that it lists, to ``report.txt``."""
    with (
        atomic.writing(report.out / NAME) as temporary,
        open(temporary, "w", encoding="utf-8", errors="backslashreplace") as file,
    ):
        file.writelines(f"{escaped(line)}\n" for line in report._lines())
        for listed in filter(lambda each: each.files, report.listed):
            file.write(f"{listed.title}, one by one:\n")
            file.writelines(f"  {line}\n" for line in _entries(index, listed.title))


def _entries(index: sqlite3.Connection, title: str) -> Iterator[str]:
    return (escaped(f"{identity}: {note}") for identity, note in index.execute(_LISTS[title]))
