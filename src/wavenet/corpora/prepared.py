"""A prepared folder, opened for reading: samples in a memory map, utterances as arrays of numbers."""

import os
import sqlite3
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from wavenet.corpora.index import (
    FORMAT,
    INDEX,
    SAMPLES,
    VERSION,
    check_tables,
    code,
    committed_samples,
    damaged,
    read_meta,
)
from wavenet.corpora.row import SPLITS, place
from wavenet.errors import AudioError, UsageError, escaped, suggestion

__all__ = ["SPLITS", "PreparedCorpus", "Utterance", "Utterances"]


@dataclass(frozen=True)
class Utterances:
    """Where the utterances of a split lie in the samples, ordered by id."""

    offsets: NDArray[np.int64]
    """first sample of each (N,)"""
    lengths: NDArray[np.int64]
    """samples of each (N,)"""
    speakers: NDArray[np.int64]
    """index of each one's speaker in ``PreparedCorpus.speakers`` (N,); -1 if it is unknown"""
    ids: tuple[str, ...]
    """name of each"""

    def __len__(self) -> int:
        return len(self.offsets)

    def only(self, chosen: Sequence[int]) -> "Utterances":
        """The utterances with these indices, in this order."""
        places = list(chosen)
        ids = tuple(self.ids[i] for i in places)
        return Utterances(self.offsets[places], self.lengths[places], self.speakers[places], ids)

    def with_features(self, folder: str | os.PathLike[str]) -> "Utterances":
        """Without those that have no file in a folder of features, unless none has; prints how many are left out."""
        from wavenet.audio import feature_files  # late, because it imports the libraries that read audio

        there = [i for i, name in enumerate(self.ids) if feature_files.place(folder, name).exists()]
        if there and len(there) < len(self):
            message = f"{folder}: {len(self) - len(there)} of {len(self)} recordings have no features and are left out"
            print(escaped(message), file=sys.stderr)
        return self.only(there) if there else self

    def drawn(self, samples: float) -> "Utterances":
        """At most this many samples, but at least one whole utterance; ids determine which, and fewer are a subset of
        more.
        """
        order = sorted(range(len(self)), key=lambda i: place(self.ids[i]))
        fitting = int((np.cumsum(self.lengths[order]) <= samples).sum())
        return self.only(sorted(order[: max(fitting, 1)]))


@dataclass(frozen=True)
class Utterance:
    """The id, speaker and text of an utterance."""

    id: str
    speaker: str
    text: str


class PreparedCorpus:
    """A corpus that ``prepare`` wrote.

    Raises:
        UsageError: the folder is no prepared corpus, has a newer version, is unfinished, or is being written.
        AudioError: samples are missing.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        if not (self.folder / INDEX).is_file():
            raise UsageError(f"{self.folder} is not a prepared corpus: it has no {INDEX}; run wavenet prepare first")
        with closing(self._index()) as index:
            try:
                check_tables(index)
                meta, total = read_meta(index), committed_samples(index)
            except sqlite3.Error as error:
                raise self._unreadable(error) from error
        unfinished = UsageError(f"{self.folder}: its preparation did not finish; run wavenet prepare again to go on")
        if not meta:
            raise unfinished
        if meta.get("format") != FORMAT:
            raise UsageError(f"{self.folder / INDEX} is not the index of a prepared corpus")
        if meta.get("version") != VERSION:
            raise UsageError(
                f"{self.folder} has version {meta.get('version')}, but this program reads {VERSION}; "
                "update the program, or prepare the corpus again"
            )
        if not meta["finished"]:
            raise unfinished
        self.sample_rate = int(meta["sample_rate"])
        """samples per second"""
        self.samples = self._map(total)
        """all utterances concatenated, int16 (T,)"""

    @cached_property
    def speakers(self) -> tuple[str, ...]:
        """The sorted names of all speakers in all splits, without the unnamed ones."""
        with closing(self._index()) as index:
            names = index.execute("SELECT DISTINCT speaker FROM utterances WHERE speaker != ''").fetchall()
        return tuple(sorted(name for (name,) in names))

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The sorted names of all tags in all splits."""
        with closing(self._index()) as index:
            names = index.execute("SELECT DISTINCT tag FROM tags").fetchall() if _has_tags(index) else []
        return tuple(sorted(name for (name,) in names))

    def tagged(self, split: str, only: Collection[str] | None = None) -> dict[str, dict[str, float]]:
        """The value of each tag of each utterance of a split, by id; without utterances that have none.

        If ``only`` names tags, the others are left out.
        """
        found: dict[str, dict[str, float]] = {}
        query = "SELECT id, tag, value FROM tags JOIN utterances USING (id) WHERE split = ? ORDER BY id, tag"
        with closing(self._index()) as index:
            for identity, tag, value in index.execute(query, (split,)) if _has_tags(index) else ():
                if only is None or tag in only:
                    found.setdefault(identity, {})[tag] = value
        return found

    def split(self, name: str, speaker: str | None = None) -> Utterances:
        """The utterances of ``train``, ``validation`` or ``test``: all, or those of one speaker.

        Raises:
            UsageError: there is no such split or speaker, or it is empty.
        """
        ids: list[str] = []
        numbers = {voice: i for i, voice in enumerate(self.speakers)}

        def table() -> Iterator[tuple[int, int, int]]:
            for identity, offset, samples, voice in self._select("id, offset, samples, speaker", name, speaker):
                ids.append(identity)
                yield offset, samples, numbers.get(voice, -1)

        offsets, lengths, who = np.fromiter(table(), np.dtype((np.int64, 3))).T.copy()
        if not ids:
            raise self._nothing(name, speaker)
        return Utterances(offsets, lengths, who, tuple(ids))

    def rows(self, split: str, speaker: str | None = None) -> Iterator[Utterance]:
        """The id, speaker and text of each utterance of a split, in the order of ``split``."""
        return (Utterance(*row) for row in self._select("id, speaker, text", split, speaker))

    def digest(self, speaker: str | None = None) -> str:
        """SHA-256 of the ids, splits and lengths of all utterances, or of those of one speaker.

        It tells, without reading the samples and wherever the folder is, whether a recording was added, removed or
        moved to another split.
        """
        found = sha256()
        for split in SPLITS:
            for identity, samples in self._select("id, samples", split, speaker):
                found.update(f"{split}\0{identity}\0{samples}\n".encode())
        return found.hexdigest()

    def content(self, speaker: str | None = None) -> str | None:
        """SHA-256 of what ``prepare`` noted of the sound of all recordings, or of those of one speaker.

        It tells, like ``digest``, whether a recording was replaced by another of the same name and length. None if
        some recording was prepared by a version that noted nothing.
        """
        with closing(self._index()) as index:
            try:
                known = dict(index.execute("SELECT id, digest FROM originals").fetchall())
                known |= {copy: known.get(first) for copy, first in index.execute("SELECT id, original FROM copies")}
            except sqlite3.OperationalError:  # the first versions had no such tables
                return None
            query = "SELECT id, path FROM utterances WHERE speaker = COALESCE(?, speaker) ORDER BY id"
            rows = index.execute(query, (speaker,)).fetchall()
        noted = {path for identity, path in rows if known.get(identity)}  # of a recording in pieces, with its first
        found = sha256()
        for identity, path in rows:
            if path not in noted:
                return None
            if digest := known.get(identity):
                found.update(f"{identity}\0{digest.hex()}\n".encode())
        return found.hexdigest()

    def waveform(self, utterances: Utterances, i: int, start: int = 0, stop: int | None = None) -> NDArray[np.float32]:
        """Samples start … stop - 1 of one utterance, or all of it (T,), in [-1, 1)."""
        length = int(utterances.lengths[i])
        stop = length if stop is None else min(stop, length)
        offset = int(utterances.offsets[i])
        samples = self.samples[offset + start : offset + stop]
        return np.asarray(samples, np.float32) / np.float32(32768)

    def _select(self, columns: str, split: str, speaker: str | None) -> Iterator[tuple[Any, ...]]:
        query = f"SELECT {columns} FROM utterances WHERE split = ? AND speaker = COALESCE(?, speaker) ORDER BY id"
        with closing(self._index()) as index:
            yield from index.execute(query, (split, speaker))

    def _index(self) -> sqlite3.Connection:
        # one connection per query, because a connection must not cross a fork, as in data loaders
        return sqlite3.connect(f"file:{quote(str(self.folder / INDEX))}?mode=ro", timeout=1, uri=True)

    def _map(self, total: int) -> NDArray[np.int16]:
        path = self.folder / SAMPLES
        present = path.stat().st_size // 2 if path.exists() else 0
        if present < total:
            raise AudioError(f"{path} has {present} of {total} samples; copy it again, or prepare the corpus again")
        if not total:
            raise AudioError(f"{self.folder} contains no audio: every recording was dropped; see its report.txt")
        return np.memmap(path, "<i2", "r", shape=(total,))

    def _nothing(self, split: str, speaker: str | None) -> UsageError:
        if split in SPLITS and speaker is not None and speaker not in self.speakers:
            known = suggestion(speaker, self.speakers) if self.speakers else "; the corpus names none"
            return UsageError(f"{self.folder}: speaker {speaker!r} is unknown{known}")
        way_out = "; add recordings and run wavenet prepare again" if split in SPLITS else ""
        known = "is empty" if split in SPLITS else f"is unknown{suggestion(split, SPLITS)}"
        whose = f" of speaker {speaker!r}" if speaker in self.speakers else ""
        return UsageError(f"{self.folder}: split {split!r}{whose} {known}; it holds {self._sizes(speaker)}{way_out}")

    def _sizes(self, speaker: str | None) -> str:
        query = "SELECT split, COUNT(*) FROM utterances WHERE speaker = COALESCE(?, speaker) GROUP BY split"
        with closing(self._index()) as index:
            sizes = dict(index.execute(query, (speaker,)).fetchall())
        return ", ".join(f"{split} {sizes.get(split, 0)}" for split in SPLITS)

    def _unreadable(self, error: sqlite3.Error) -> UsageError:
        if code(error) == sqlite3.SQLITE_BUSY:
            return UsageError(f"{self.folder} is being prepared; wait until it ends")
        if "no such table" in str(error):
            return UsageError(f"{self.folder / INDEX} is no finished index ({error}); run wavenet prepare again")
        return damaged(self.folder, error)


def _has_tags(index: sqlite3.Connection) -> bool:
    """Whether any recording had tags when the corpus was prepared."""
    return bool(index.execute("SELECT 1 FROM sqlite_master WHERE name = 'tags'").fetchone())
