"""A corpus of any size, in any layout, to one memory map of samples and an index: ``wavenet prepare``.

Memory does not grow with the corpus. If it is killed and run again, it resumes and ends with the same folder; if
recordings were added, a further run appends them. Recordings that were kept are not read again, even if their file has
changed or disappeared (the report counts these). Dropped recordings are read again if they have changed.
"""

import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from wavenet import bars, made
from wavenet.corpora import report as reports
from wavenet.corpora.cut import Cut
from wavenet.corpora.decode import Decoded, Rules, crashed, decode
from wavenet.corpora.layouts import LAYOUTS
from wavenet.corpora.report import Report
from wavenet.corpora.row import Row
from wavenet.corpora.sources import PathLike, Source, detect
from wavenet.corpora.store import Store
from wavenet.errors import AudioError, UsageError
from wavenet.workers import Died, cores, in_order

_FILES_PER_WORKER = 100  # a worker takes 0.3 s to start, as long as this many short files take


def prepare(
    source: PathLike | Sequence[PathLike],
    out: str | os.PathLike[str],
    *,
    layout: str = "auto",
    sample_rate: int = 16_000,
    workers: int | None = None,
    validation: float = 0.02,
    test: float = 0.02,
    min_seconds: float = 0.1,
    piece_seconds: float = 0.0,
    cut_at_pauses: bool = False,
    progress: bool = True,
) -> Report:
    """Decode every recording of ``source`` into the folder ``out``, and report what was kept and what was not.

    There may be several sources, each with a layout of its own. Every id then starts with the path of its source
    relative to the folder that all sources share, and the split of a recording is the one that it has if its source is
    alone.

    ``out`` contains ``samples.i16`` (little-endian int16 at ``sample_rate``, all recordings concatenated),
    ``index.sqlite`` and ``report.txt``. Recordings are dropped if they are unreadable, shorter than ``min_seconds`` or
    silent (peak below -60 dBFS), or if the layout says to skip them; nothing is trimmed. ``validation`` and ``test``
    are the fractions of recordings in these splits, assigned by a hash of the id unless the corpus itself has splits; a
    split that would be empty gets one recording. Recordings of one group (``Row.group``) are in one split. The prompts
    have a fixed test split, which is the only one if they are among the sources. Recordings with the same samples are
    in the same split. ``piece_seconds`` cuts every recording into pieces of at most that length, without loss: equal
    ones or, with ``cut_at_pauses``, such as begin and end in pauses. Each is an utterance with a split of its own,
    which corpora of few long recordings need (held-out pieces then have neighbours in training). ``workers`` processes
    decode; None uses all cores if there is enough to do. If decoding a recording crashes a worker, that recording is
    dropped. 0 decodes in this process, which a crash would end.

    Raises:
        UsageError: a setting is wrong, or ``out`` is something else or was prepared with other settings.
        AudioError: nothing is left to train on, or the list of recordings cannot be read.
        WavenetError: the operating system refused to write; run again to resume.
    """
    out = Path(out)
    made.check_place(out)
    settings = _Settings(sample_rate, validation, test, min_seconds, piece_seconds, cut_at_pauses)
    _processes(workers)
    sources = detect([source] if isinstance(source, (str, os.PathLike)) else source, layout)
    report = _prepare(sources, out, settings, workers, progress)
    if not report.files:
        message = f"nothing is left, all recordings were dropped; first {report.listed[0].examples[0]}"
        raise AudioError(f"{', '.join(str(each.path) for each in sources)}: {message}")
    return report


def _prepare(sources: list[Source], out: Path, settings: "_Settings", workers: int | None, progress: bool) -> Report:
    total = sum(_count(each, progress) for each in sources)
    layouts = [LAYOUTS[each.layout] for each in sources]
    own_splits = any(each.own_splits for each in layouts)
    test = 0.0 if any(each.own_test for each in layouts) else settings.test
    cut = Cut(settings.piece, settings.validation, test)
    rules = Rules(settings.sample_rate, settings.min_seconds, out, settings.piece if settings.cut_at_pauses else 0)
    bar = bars.bar(total=total, desc="prepare", unit=" files", delay=1, disable=not progress)
    with Store(out, settings.recorded(sources)) as store, bar:
        news = _NewRows(chain.from_iterable(each.rows() for each in sources), store, bar)
        with closing(_decoded(news, rules, _processes(workers, total))) as decoded:
            _add_all(store, decoded, cut, settings.sample_rate, bar)
        if not own_splits:
            _fill_empty_splits(store, settings.validation, test)
        store.finish()
        held_out = 0.0 if own_splits else settings.validation + test
        report = reports.collect(store.index, out, settings.sample_rate, news.changed, held_out, news.repeated)
        reports.write(store.index, report)
    return report


@dataclass(frozen=True)
class _Settings:
    """How recordings are prepared, whatever and wherever they are."""

    sample_rate: int
    validation: float
    test: float
    min_seconds: float
    piece_seconds: float
    cut_at_pauses: bool

    def __post_init__(self) -> None:
        if not 1_000 <= self.sample_rate <= 1_000_000:  # those that a network can have
            raise UsageError(f"sample_rate is {self.sample_rate}, and must be between 1000 and 1000000 Hz")
        if not 0 <= self.min_seconds < float("inf"):
            raise UsageError(f"min_seconds is {self.min_seconds}, and must not be negative")
        if self.piece_seconds and not 1 <= self.piece_seconds < float("inf"):
            told = "and must be 0 (whole recordings) or at least 1"
            raise UsageError(f"piece_seconds is {self.piece_seconds}, {told}")
        if self.cut_at_pauses and not self.piece_seconds:
            raise UsageError("cut_at_pauses needs the length of the longest piece; set piece_seconds, such as 10")
        for name, value in (("validation", self.validation), ("test", self.test)):
            if not 0 <= value < 1:
                raise UsageError(f"{name} is {value}, and must be in [0, 1)")
        if self.validation + self.test >= 1:
            taken = self.validation + self.test
            raise UsageError(f"validation and test take {taken:g}, so nothing is left to train on")

    @property
    def piece(self) -> int:
        """Samples of the longest piece; 0: recordings are not cut."""
        return round(self.piece_seconds * self.sample_rate)

    def recorded(self, sources: Sequence[Source]) -> dict[str, str | int | float]:
        """The settings that a prepared folder records, and that another run must agree with."""
        settings: dict[str, str | int | float] = {
            "source": os.pathsep.join(str(source.path.resolve()) for source in sources),
            "layout": ",".join(source.layout for source in sources),
            "sample_rate": self.sample_rate,
            "validation": float(self.validation),
            "test": float(self.test),
            "min_seconds": float(self.min_seconds),
        }
        if self.piece_seconds:  # older folders of whole recordings do not have this entry
            settings["piece_seconds"] = float(self.piece_seconds)
        if self.cut_at_pauses:
            settings["cut_at_pauses"] = True
        return settings


def _add_all(
    store: Store, recordings: Iterable[tuple[Row, Decoded]], cut: Cut, sample_rate: int, bar: "tqdm[NoReturn]"
) -> None:
    total = 0
    for row, decoded in recordings:
        samples = decoded.samples or 0
        store.add(row, decoded, cut.pieces(row, samples, decoded.ends), sample_rate)
        total += samples
        bar.set_postfix_str(f"{total / sample_rate / 60:.1f} min", refresh=False)
        bar.update()


def _fill_empty_splits(store: Store, validation: float, test: float) -> None:
    store.fill("train", "validation", keep=0)
    if test:
        store.fill("train", "test", keep=0)
    if validation:  # before the test, which training can do without
        store.fill("validation", "train", keep=1)
    if validation and test:
        store.fill("validation", "test", keep=0)
    if test:
        store.fill("test", "train", keep=1)


def _count(source: Source, progress: bool) -> int:
    """The number of rows: to estimate the remaining time, and to find a broken list before hours of work."""
    total = sum(1 for _ in bars.bar(source.rows(), "looking", unit=" files", delay=1, disable=not progress))
    if not total:
        raise AudioError(f"{source.path}: contains no recordings ({LAYOUTS[source.layout].looks}); check the folder")
    return total


def _processes(workers: int | None, recordings: int = 0) -> int:
    """The number of worker processes."""
    if workers is None:
        return min(cores(), 1 + recordings // _FILES_PER_WORKER)
    if workers < 0:
        raise UsageError(f"workers is {workers}, and must be at least 0")
    return workers


class _NewRows:
    """The rows that the store does not have yet, looked up one by one as they are requested."""

    def __init__(self, rows: Iterable[Row], store: Store, bar: "tqdm[NoReturn]") -> None:
        self._rows, self._store, self._bar = rows, store, bar
        self.changed = self.repeated = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.repeated += self._store.listed(row.id)
            known = self._store.known(row.id)
            same = known is not None and known.is_still(row.path)
            if known is None or not (known.kept or same):
                yield row
            else:
                self.changed += not same
                self._bar.update()


def _decoded(rows: Iterable[Row], rules: Rules, workers: int) -> Generator[tuple[Row, Decoded]]:
    """Every row with its samples, in order, for any number of workers; only a few rows are read ahead."""
    if not workers:
        yield from ((row, decode(row, rules)) for row in rows)
        return
    with closing(in_order(partial(decode, rules=rules), rows, workers)) as results:
        for row, decoded in results:
            yield row, crashed(row, decoded) if isinstance(decoded, Died) else decoded
