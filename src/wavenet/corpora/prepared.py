"""A prepared folder, opened for reading: samples in a memory map, utterances as two arrays of numbers."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from wavenet.corpora.index import FORMAT, INDEX, SAMPLES, VERSION, committed_samples, read_meta
from wavenet.corpora.row import SPLITS
from wavenet.errors import AudioError, UsageError, suggestion

__all__ = ["SPLITS", "PreparedCorpus", "Utterance", "Utterances"]


@dataclass(frozen=True)
class Utterances:
    """Where the utterances of a split lie in the samples, ordered by id."""

    offsets: NDArray[np.int64]
    """first sample of each (N,)"""
    lengths: NDArray[np.int64]
    """samples of each (N,)"""

    def __len__(self) -> int:
        return len(self.offsets)


@dataclass(frozen=True)
class Utterance:
    """What is known of one utterance."""

    id: str
    speaker: str
    text: str


class PreparedCorpus:
    """What ``prepare`` made of a corpus.

    Raises:
        UsageError: the folder is no prepared corpus, of a newer version, unfinished, or being written.
        AudioError: samples are missing.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        if not (self.folder / INDEX).is_file():
            raise UsageError(f"{self.folder} is not a prepared corpus: it has no {INDEX}; run wavenet prepare first")
        with closing(self._index()) as index:
            try:
                meta, total = read_meta(index), committed_samples(index)
            except sqlite3.Error as error:
                raise self._unreadable(error) from error
        if meta.get("format") != FORMAT:
            raise UsageError(f"{self.folder / INDEX} is not the index of a prepared corpus")
        if meta["version"] != VERSION:
            raise UsageError(
                f"{self.folder} is of version {meta['version']}, and this program reads {VERSION}; "
                "update the program, or prepare the corpus again"
            )
        if not meta["finished"]:
            raise UsageError(f"{self.folder}: its preparation did not finish; run wavenet prepare again to go on")
        self.sample_rate = int(meta["sample_rate"])
        """samples per second"""
        self.samples = self._map(total)
        """all utterances end to end, int16 (T,)"""

    def split(self, name: str) -> Utterances:
        """The utterances of ``train``, ``validation`` or ``test``.

        Raises:
            UsageError: there is no such split, or it is empty.
        """
        query = "SELECT offset, samples FROM utterances WHERE split = ? ORDER BY id"
        with closing(self._index()) as index:
            table = np.fromiter(index.execute(query, (name,)), np.dtype("i8,i8"))
        if not len(table):
            way_out = "; add recordings and run wavenet prepare again" if name in SPLITS else ""
            known = "is empty" if name in SPLITS else f"is unknown{suggestion(name, SPLITS)}"
            raise UsageError(f"{self.folder}: split {name!r} {known}; it holds {self._sizes()}{way_out}")
        return Utterances(np.ascontiguousarray(table["f0"]), np.ascontiguousarray(table["f1"]))

    def rows(self, split: str) -> Iterator[Utterance]:
        """What is known of each utterance of a split, in the order of ``split``."""
        query = "SELECT id, speaker, text FROM utterances WHERE split = ? ORDER BY id"
        with closing(self._index()) as index:
            for row in index.execute(query, (split,)):
                yield Utterance(*row)

    def waveform(self, utterances: Utterances, i: int, start: int = 0, stop: int | None = None) -> NDArray[np.float32]:
        """Samples start … stop - 1 of one utterance, or all of it (T,), in [-1, 1)."""
        length = int(utterances.lengths[i])
        stop = length if stop is None else min(stop, length)
        offset = int(utterances.offsets[i])
        samples = self.samples[offset + start : offset + stop]
        return np.asarray(samples, np.float32) / np.float32(32768)

    def _index(self) -> sqlite3.Connection:
        # a connection per query: one must not cross a fork, as data loaders do
        return sqlite3.connect(f"file:{quote(str(self.folder / INDEX))}?mode=ro", timeout=1, uri=True)

    def _map(self, total: int) -> NDArray[np.int16]:
        path = self.folder / SAMPLES
        present = path.stat().st_size // 2 if path.exists() else 0
        if present < total:
            raise AudioError(f"{path} has {present} of {total} samples; copy it again, or prepare the corpus again")
        if not total:
            raise AudioError(f"{self.folder} holds no audio: every recording was dropped; see its report.txt")
        return np.memmap(path, "<i2", "r", shape=(total,))

    def _sizes(self) -> str:
        query = "SELECT split, COUNT(*) FROM utterances GROUP BY split"
        with closing(self._index()) as index:
            sizes = dict(index.execute(query).fetchall())
        return ", ".join(f"{split} {sizes.get(split, 0)}" for split in SPLITS)

    def _unreadable(self, error: sqlite3.Error) -> UsageError:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:
            return UsageError(f"{self.folder} is being prepared; wait until it ends")
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
            return UsageError(f"{self.folder / INDEX} is not the index of a prepared corpus")
        return UsageError(f"{self.folder / INDEX} is no finished index ({error}); run wavenet prepare again")
