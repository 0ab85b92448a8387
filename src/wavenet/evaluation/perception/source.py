"""Clips from a folder, a manifest, a prepared corpus or a single file; with their references."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
import soxr

from wavenet import bars
from wavenet.audio.apart import Apart
from wavenet.audio.suffixes import SUFFIXES
from wavenet.corpora import layouts
from wavenet.corpora.index import INDEX
from wavenet.corpora.prepared import PreparedCorpus, Utterances
from wavenet.corpora.row import SPLITS
from wavenet.errors import AudioError, UsageError
from wavenet.evaluation.perception.clip import RATE, Clip, Waveform


class _ClipSource(NamedTuple):
    name: str
    speaker: str
    text: str
    read: Callable[[], Waveform]
    """reads the waveform at RATE"""


def clips(
    recordings: str | Path, references: str | Path = "", *, split: str = "", progress: bool = False
) -> list[Clip]:
    """Recordings, read whole at 16 kHz: 230 MB per hour.

    Each has the reference with its own name, whatever the suffix; of two files, one is the other's. A recording without
    a text or a speaker gets that of its reference.

    Args:
        recordings: a folder, a manifest, a prepared corpus, or a file.
        references: the same kinds; "": there are none.
        split: of recordings that are a prepared corpus, by default test; references are looked up in every split.
        progress: show a progress bar.

    Raises:
        UsageError: there is nothing with this name, or a recording has no reference.
        AudioError: one cannot be read, or there are none.
    """
    chosen = _recordings(Path(recordings), split)
    if references and all(layouts.is_recording(Path(each)) for each in (recordings, references)):
        (reference,) = _of_files(Path(references))
        return [_clip(chosen[0], reference)]
    pairs = _paired(chosen, Path(references)) if references else [(recording, None) for recording in chosen]
    with bars.bar(pairs, desc="reading", unit=" files", delay=1, leave=False, disable=not progress) as bar:
        return [_clip(recording, reference) for recording, reference in bar]


def paths(recordings: str | Path) -> list[Path]:
    """The files that ``clips`` reads recordings from; none for a prepared corpus.

    Raises:
        UsageError: there is nothing with this name.
        AudioError: there are none.
    """
    source = Path(recordings)
    if (source / INDEX).is_file():
        return []
    if layouts.is_recording(source):
        return [source]
    return [row.path for row in layouts.found_rows(source)]


def _clip(recording: _ClipSource, reference: _ClipSource | None) -> Clip:
    return Clip(
        recording.name,
        recording.read(),
        RATE,
        recording.text or (reference.text if reference else ""),
        reference.read() if reference else None,
        recording.speaker or (reference.speaker if reference else ""),
    )


def _recordings(source: Path, split: str) -> list[_ClipSource]:
    if (source / INDEX).is_file():
        return list(_of_corpus(PreparedCorpus(source), split or "test"))
    if split:
        raise UsageError(f"{source} is not a prepared corpus, which split needs; run wavenet prepare first")
    return _of_files(source)


def _of_files(source: Path) -> list[_ClipSource]:
    if layouts.is_recording(source):
        return [_ClipSource(source.name, "", "", partial(_file, source, Apart()))]
    rows = [row for row in layouts.found_rows(source) if not row.skip]
    if not rows:
        raise AudioError(f"{source}: contains no recording")
    apart = Apart()
    return [_ClipSource(row.id, row.speaker, row.text, partial(_file, row.path, apart)) for row in rows]


def _of_corpus(corpus: PreparedCorpus, split: str) -> Iterator[_ClipSource]:
    utterances = corpus.split(split)
    for i, row in enumerate(corpus.rows(split)):
        yield _ClipSource(row.id, row.speaker, row.text, partial(_utterance, corpus, utterances, i))


def _file(path: Path, apart: Apart) -> Waveform:
    waveform = apart.read(path, RATE)
    if not len(waveform):
        raise AudioError(f"{path}: is too short to hold a sample at {RATE} Hz; leave it out")
    return waveform


def _utterance(corpus: PreparedCorpus, utterances: Utterances, i: int) -> Waveform:
    waveform = corpus.waveform(utterances, i)
    if corpus.sample_rate == RATE:
        return waveform
    return np.asarray(soxr.resample(waveform, corpus.sample_rate, RATE), np.float32)


def _paired(recordings: list[_ClipSource], references: Path) -> list[tuple[_ClipSource, _ClipSource | None]]:
    known: dict[str, _ClipSource] = {}
    for reference in _references(references):
        stem = _stem(reference.name)
        if stem in known:
            raise UsageError(f"{references}: {known[stem].name} and {reference.name} are references with the same name")
        known[stem] = reference
    for recording in recordings:
        if (stem := _stem(recording.name)) not in known:
            near = (get_close_matches(stem, known, n=1) or sorted(known))[0]
            raise UsageError(f"{references}: has no reference named {stem!r}; the nearest name is {near!r}")
    return [(recording, known[_stem(recording.name)]) for recording in recordings]


def _references(source: Path) -> list[_ClipSource]:
    if not (source / INDEX).is_file():
        return _of_files(source)
    corpus = PreparedCorpus(source)
    found: list[_ClipSource] = []
    for split in SPLITS:
        if any(True for _ in corpus.rows(split)):
            found += _of_corpus(corpus, split)
    return found


def _stem(name: str) -> str:
    """A name without the suffix of a recording. Names in prepared corpora may have none, and dots elsewhere."""
    return name[: -len(suffix)] if (suffix := PurePosixPath(name).suffix) and suffix.lower() in SUFFIXES else name
