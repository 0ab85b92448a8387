"""``samples.i16`` and ``index.sqlite`` while they grow; what is committed is complete, even if the process is killed.

Samples are on disk before the rows that refer to them are committed, so the file may be longer than the index says, but
never shorter. The excess is truncated when the store is opened again.
"""

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from wavenet import atomic
from wavenet.corpora.cut import Piece
from wavenet.corpora.decode import SPILL_PREFIX, Decoded, size_and_time
from wavenet.corpora.index import (
    FORMAT,
    INDEX,
    SAMPLES,
    TAGS,
    VERSION,
    check_tables,
    code,
    committed_samples,
    damaged,
    read_meta,
)
from wavenet.corpora.row import Row, place, printable
from wavenet.errors import AudioError, UsageError, WavenetError

_COMMIT_FILES = 1_000
_COMMIT_SECONDS = 10.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS utterances (id TEXT PRIMARY KEY, path TEXT NOT NULL, speaker TEXT NOT NULL,
    text TEXT NOT NULL, split TEXT NOT NULL, offset INTEGER NOT NULL, samples INTEGER NOT NULL,
    clipped INTEGER NOT NULL, file_bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dropped (id TEXT PRIMARY KEY, path TEXT NOT NULL, seconds REAL,
    reason TEXT NOT NULL, file_bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (id TEXT PRIMARY KEY, note TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS originals (digest BLOB PRIMARY KEY, id TEXT NOT NULL,
    own_split INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS copies (id TEXT PRIMARY KEY, original TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS times (id TEXT PRIMARY KEY, nanoseconds INTEGER NOT NULL) WITHOUT ROWID;
CREATE TEMPORARY TABLE listed (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_COPIED = "SELECT path FROM utterances WHERE id IN (SELECT id FROM copies UNION SELECT original FROM copies)"
_ALIKE = "SELECT path FROM utterances WHERE id = ? OR id IN (SELECT id FROM copies WHERE original = ?)"


class Known(NamedTuple):
    """A recording that is in the index already."""

    kept: bool
    file_bytes: int
    nanoseconds: int | None
    """when the file was last changed; None in folders of earlier versions"""

    def is_still(self, path: Path) -> bool:
        """Whether the file is what it was, by its size and by when it was changed."""
        bytes_now, now = size_and_time(path)
        return bytes_now == self.file_bytes and self.nanoseconds in (None, now)


class Store:
    """A prepared folder, opened for adding by one process at a time.

    Raises:
        UsageError: the folder contains something else, was prepared with other settings, or is being written.
        AudioError: it is damaged.
        WavenetError: the operating system refused to write; what was committed stays, and adding can resume later.
    """

    def __init__(self, out: Path, settings: Mapping[str, str | int | float]) -> None:
        self._out = out
        with _refusals(out):
            out.mkdir(parents=True, exist_ok=True)
            if not (out / INDEX).exists() and any(out.iterdir()):
                raise UsageError(f"{out} contains something else; choose a new or empty folder")
            if (out / INDEX).exists() and not (out / INDEX).is_file():
                raise damaged(out, "not a regular file")
            self.index = sqlite3.connect(out / INDEX, timeout=0)
            try:
                self._lock_and_check(settings)
                self._samples = self._open_samples()
                self.index.commit()  # not before all is as it must be: a refusal changes nothing
            except BaseException:
                self.index.close()
                raise
        self._uncommitted, self._committed_at = 0, time.monotonic()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._samples.close()
        self.index.close()
        with suppress(OSError):
            self._clear()

    def known(self, identity: str) -> Known | None:
        """What the index has for an id."""
        for table in ("utterances", "dropped"):
            query = f"SELECT file_bytes, nanoseconds FROM {table} LEFT JOIN times USING (id) WHERE id = ?"
            if found := self.index.execute(query, (identity,)).fetchone():
                return Known(table == "utterances", *found)
        return None

    def listed(self, identity: str) -> bool:
        """Whether this was asked for the same id before, since the store was opened; from a file if there are many."""
        with _refusals(self._out):
            return not self.index.execute("INSERT OR IGNORE INTO listed VALUES (?)", (identity,)).rowcount

    def add(self, row: Row, decoded: Decoded, pieces: Sequence[Piece], sample_rate: int) -> None:
        """Append a recording, or the reason why it is dropped. A kept id stays as it is; a dropped one is replaced.

        The pieces are contiguous; the first one has the id of the row. A recording with the same samples as an earlier
        one gets the same splits; the first of these that has a split in the corpus itself decides.
        """
        known = self.known(row.id)
        with _refusals(self._out):
            if not (known and known.kept):
                self.index.execute("INSERT OR REPLACE INTO times VALUES (?, ?)", (row.id, size_and_time(row.path)[1]))
            if known and known.kept:
                pass  # listed twice: the first entry counts
            elif decoded.reason:
                seconds = None if decoded.samples is None else decoded.samples / sample_rate
                values = (row.id, printable(row.path), seconds, decoded.reason, decoded.file_bytes)
                self.index.execute("INSERT OR REPLACE INTO dropped VALUES (?, ?, ?, ?, ?)", values)
            else:
                self._append(row, decoded, self._with_splits_of_copies(row, decoded.digest, pieces))
                if decoded.notes:
                    self.index.execute("INSERT INTO notes VALUES (?, ?)", (row.id, "; ".join(decoded.notes)))
            if decoded.spill:
                decoded.spill.unlink()
            self._uncommitted += 1
            if self._uncommitted >= _COMMIT_FILES or time.monotonic() > self._committed_at + _COMMIT_SECONDS:
                self._commit()

    def fill(self, split: str, giver: str, keep: int) -> None:
        """If a split is empty, as in small corpora, move one recording of another split there.

        It is the one with the smallest ``place``; the giver keeps at least ``keep`` recordings.
        """
        sizes = dict(self.index.execute("SELECT split, COUNT(*) FROM utterances GROUP BY split").fetchall())
        if sizes.get(split, 0) or sizes.get(giver, 0) <= keep:
            return
        query = f"SELECT id FROM utterances WHERE split = ? AND path NOT IN ({_COPIED})"  # copies stay together
        chosen = min((identity for (identity,) in self.index.execute(query, (giver,))), key=place, default=None)
        with _refusals(self._out):
            self.index.execute("UPDATE utterances SET split = ? WHERE id = ?", (split, chosen))

    def finish(self) -> None:
        """Commit, and record that every recording of the source has been added."""
        with _refusals(self._out):
            self.index.execute("UPDATE meta SET value = 'true' WHERE key = 'finished'")
            self._commit()

    def _clear(self) -> None:
        """Remove the temporary files that worker processes left, because they crashed or were stopped."""
        for left_over in self._out.glob(f"{SPILL_PREFIX}*"):
            left_over.unlink()

    def _with_splits_of_copies(self, row: Row, digest: bytes, pieces: Sequence[Piece]) -> Sequence[Piece]:
        """The pieces, with the splits of an earlier recording with the same samples, unless that gets those of this."""
        found = self.index.execute("SELECT id, own_split FROM originals WHERE digest = ?", (digest,)).fetchone()
        if found is None:
            values = (digest, row.id, row.split is not None)
            self.index.execute("INSERT INTO originals VALUES (?, ?, ?)", values)
            return pieces
        original, own_split = found
        self.index.execute("INSERT INTO copies VALUES (?, ?)", (row.id, original))
        if row.split and not own_split:
            query = f"UPDATE utterances SET split = ? WHERE path IN ({_ALIKE})"
            self.index.execute(query, (row.split, original, original))
            self.index.execute("UPDATE originals SET own_split = TRUE WHERE digest = ?", (digest,))
        query = "SELECT split FROM utterances WHERE path = (SELECT path FROM utterances WHERE id = ?) ORDER BY offset"
        splits = self.index.execute(query, (original,)).fetchall()
        return [piece._replace(split=split) for piece, (split,) in zip(pieces, splits, strict=True)]

    def _append(self, row: Row, decoded: Decoded, pieces: Sequence[Piece]) -> None:
        offset = self._samples.tell() // 2
        if decoded.spill:
            with open(decoded.spill, "rb") as file:
                while chunk := file.read(1 << 20):
                    self._write(chunk)
        else:
            self._write(decoded.data)
        self.index.execute("DELETE FROM dropped WHERE id = ?", (row.id,))
        text = row.text if len(pieces) == 1 else ""  # it is unknown where in the text a piece starts
        known = (printable(row.path), row.speaker, text)
        clipped = decoded.clipped  # a count for the whole recording, so it is recorded once
        for piece in pieces:
            values = (piece.id, *known, piece.split, offset, piece.samples, clipped, decoded.file_bytes)
            self.index.execute("INSERT INTO utterances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            self._tag(piece.id, row)
            offset, clipped = offset + piece.samples, 0

    def _tag(self, identity: str, row: Row) -> None:
        if row.tags:
            self.index.execute(TAGS)
            self.index.executemany("INSERT INTO tags VALUES (?, ?, ?)", [(identity, *tag) for tag in row.tags])

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._samples.write(view) :]

    def _commit(self) -> None:
        os.fsync(self._samples.fileno())
        self.index.commit()
        self._uncommitted, self._committed_at = 0, time.monotonic()

    def _lock_and_check(self, settings: Mapping[str, str | int | float]) -> None:
        self.index.execute("PRAGMA locking_mode = EXCLUSIVE")
        self.index.execute("BEGIN EXCLUSIVE")
        check_tables(self.index)
        for statement in _SCHEMA.split(";"):
            self.index.execute(statement)
        wanted = {"format": FORMAT, "version": VERSION, **settings}
        meta = read_meta(self.index)
        for key in (*wanted, *(meta.keys() - wanted.keys() - {"finished"})) if meta else ():
            was, now = meta.get(key, 0.0), wanted.get(key, 0.0)  # a missing setting is unused
            if was != now:
                raise UsageError(
                    f"{self._out} was prepared with {key} {was!r}, not {now!r}; "
                    "use the same value, or choose a new folder"
                )
        values = [(key, json.dumps(value)) for key, value in {**wanted, "finished": False}.items()]
        self.index.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values)

    def _open_samples(self) -> FileIO:
        self._clear()
        end = 2 * committed_samples(self.index)
        samples = FileIO(os.open(self._out / SAMPLES, os.O_RDWR | os.O_CREAT, 0o666), "r+")
        if os.fstat(samples.fileno()).st_size < end:
            samples.close()
            raise AudioError(
                f"{self._out / SAMPLES} is shorter than its index says; delete {self._out} and prepare again"
            )
        samples.truncate(end)
        samples.seek(end)
        return samples


@contextmanager
def _refusals(out: Path) -> Iterator[None]:
    """Turn errors of the operating system or SQLite while writing into one line."""
    try:
        yield
    except OSError as error:
        raise WavenetError(f"cannot write {out}: {atomic.reason(error)}; then run it again to resume") from error
    except sqlite3.Error as error:
        if code(error) == sqlite3.SQLITE_BUSY:
            raise UsageError(f"{out} is being written by another process; wait until it ends") from error
        if code(error) in (0, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise damaged(out, error) from error
        raise WavenetError(f"cannot write {out / INDEX}: {error}; free some space, then run it again") from error
