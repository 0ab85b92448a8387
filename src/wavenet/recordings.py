"""Recordings for a generator, from a prepared corpus, a folder or a file.

They are read in blocks, so that a recording of any length needs little memory.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet import bars
from wavenet.audio import feature_files, files
from wavenet.audio.apart import Apart
from wavenet.audio.features import Frames
from wavenet.corpora import layouts
from wavenet.corpora.prepared import PreparedCorpus, Utterances
from wavenet.corpora.row import Row
from wavenet.engine.conditioning import Conditioning, Speaker, Tags
from wavenet.engine.sampling import Sampling
from wavenet.errors import AudioError, UsageError
from wavenet.generator import Generator
from wavenet.stream import Stream

BLOCK = 65_536
"""samples that are scored at once"""

Waveform = NDArray[np.float32]


@dataclass(frozen=True)
class Recording:
    """A recording, or its beginning."""

    name: str
    samples: int
    """number of samples that count, from the first one on"""
    blocks: Callable[[], Iterator[Waveform]]
    """reads the waveform, in pieces (T,) of any size"""
    speaker: str = ""
    """empty if unknown"""
    tags: Mapping[str, float] = field(default_factory=dict)
    """the value of each tag that the corpus or the manifest has for it"""


def open_corpus(model: Generator, folder: Path) -> PreparedCorpus:
    """Open a prepared corpus for a model.

    Raises:
        UsageError: the corpus cannot be opened, or its sample rate differs from the model's.
        AudioError: samples are missing.
    """
    corpus = PreparedCorpus(folder)
    if corpus.sample_rate != model.sample_rate:
        raise UsageError(
            f"{folder} is prepared at {corpus.sample_rate} Hz, but the model has {model.sample_rate} Hz; prepare it "
            f"again, into another folder, with --sample-rate {model.sample_rate}"
        )
    return corpus


def from_corpus(
    corpus: PreparedCorpus, split: str, limit: float = math.inf, features_from: str | Path = ""
) -> list[Recording]:
    """The recordings of a split, or a selection of at most ``limit`` samples that is spread over it.

    With a folder of features, recordings without features are left out.

    Raises:
        UsageError: there is no such split, or it is empty.
    """
    utterances = corpus.split(split)
    if str(features_from):
        utterances = utterances.with_features(features_from)
    order = _order(len(utterances))
    enough = int(np.searchsorted(np.cumsum(utterances.lengths[order]), limit)) + 1
    tagged = corpus.tagged(split)
    chosen = (
        Recording(
            utterances.ids[i],
            int(utterances.lengths[i]),
            partial(_corpus_blocks, corpus, utterances, i),
            _speaker(corpus, int(utterances.speakers[i])),
            tagged.get(utterances.ids[i], {}),
        )
        for i in order[:enough].tolist()
    )
    return _limited(chosen, limit)


def from_files(
    source: Path, sample_rate: int, limit: float = math.inf, *, progress: bool = False
) -> tuple[list[Recording], list[str]]:
    """A recording, or those of a folder or manifest, as in ``from_corpus``; and a message for each unusable file.

    Every file is read once to check that it can be read and how long it is, so that scoring cannot fail after an hour.

    Raises:
        AudioError: none of the files can be read.
        UsageError: there is nothing of that name.
    """
    if layouts.is_recording(source):
        return _limited([_from_file(Row(source.name, source), sample_rate, limit, Apart())], limit), []
    rows = list(layouts.found_rows(source))
    order = [rows[i] for i in _order(len(rows))]
    skipped: list[str] = []
    with bars.bar(order, desc="reading", unit=" files", delay=1, leave=False, disable=not progress) as bar:
        chosen = _limited(_readable(bar, sample_rate, limit, skipped), limit)
    if not chosen:
        raise AudioError(f"{source}: contains no usable recording" + "".join(f"; {line}" for line in skipped[:1]))
    return chosen, sorted(skipped)


@dataclass(frozen=True)
class ConditioningOptions:
    """What conditions a model in addition to what is known of each recording."""

    features_from: str | Path = ""
    """a folder of .npy files with the features that cannot be computed, or all of them; see ``TrainConfig``"""
    speaker: Speaker | None = None
    """of all recordings, instead of their own; as in ``Generator.start``"""
    tags: Tags | None = None
    """of all recordings, instead of their own"""


NOTHING = ConditioningOptions()


def classes(
    model: Generator, recording: Recording, options: ConditioningOptions = NOTHING, size: int = BLOCK
) -> Iterator[NDArray[np.int64]]:
    """The classes of a recording as the network models them, in blocks (size,); the same as if encoded at once."""
    if model.audio.lpc_order:  # its frames need the complete recording anyway
        whole = model.encode(waveform(recording), features(model, recording, options))
        yield from (whole[i : i + size] for i in range(0, len(whole), size))
        return
    past = np.zeros(model.front_end.order, np.float32)
    for block in _regrouped(recording.blocks(), size, recording.samples):
        heard = np.concatenate([past, block])
        yield model.front_end.encode(heard, skipped=len(past))
        past = heard[len(block) :]


def waveform(recording: Recording) -> Waveform:
    """The samples of a recording that count, (T,)."""
    return np.concatenate(list(recording.blocks()))[: recording.samples]


def features(model: Generator, recording: Recording, options: ConditioningOptions = NOTHING) -> Frames | None:
    """The frames (F, channels) of a recording; None if the model takes no features.

    Raises:
        UsageError: they cannot be computed, and are not given.
    """
    front_end = model.front_end
    if not model.model.takes_features:
        return None
    if not str(options.features_from):
        if front_end.needs_file_features:
            raise UsageError("this model takes features from files; name their folder: --features-from")
        return model.features(waveform(recording))
    path = feature_files.place(options.features_from, recording.name)
    stored = feature_files.open_given(path, model.model.features, recording.samples, model.sample_rate)
    if front_end.needs_file_features:
        return model.features(waveform(recording), stored)
    return stored[: front_end.frames(recording.samples)]


def check(model: Generator, options: ConditioningOptions) -> None:
    """Raise now, as a UsageError, what a model cannot do with options, whatever the recordings are."""
    if str(options.features_from) and not model.model.takes_features:
        raise UsageError("this model takes no features; leave features_from out")
    anyone = options.speaker if options.speaker is not None or not model.speakers else 0
    Conditioning(anyone, options.tags).weights(model.model)


def start(
    model: Generator, recording: Recording, options: ConditioningOptions = NOTHING, sampling: Sampling | None = None
) -> Stream:
    """Start a stream of the model with the conditioning of a recording: its speaker, its tags and its features.

    Tags that the model does not have are ignored.

    Args:
        model: the generator.
        recording: the recording to be scored or copied.
        options: further conditioning.
        sampling: how new samples are drawn, as in ``Generator.start``.

    Raises:
        UsageError: the recording has no speaker that the model knows, or no features.
    """
    frames = features(model, recording, options)
    whose = None
    if model.speakers:
        whose = options.speaker if options.speaker is not None else recording.speaker
        if not whose and whose != 0:
            raise UsageError(f"{recording.name}: its speaker is not known, but the model needs one; give --speaker")
    tags = options.tags
    if tags is None and model.model.tags:
        tags = {name: value for name, value in recording.tags.items() if name in model.model.tags}
    return model.start(sampling=sampling, conditioning=Conditioning(whose, tags, frames))


def _order(n: int) -> NDArray[np.int64]:
    """A fixed random order, so that a limit selects recordings from all of them."""
    return np.random.default_rng(0).permutation(n)


def _limited(recordings: Iterable[Recording], limit: float) -> list[Recording]:
    """Recordings up to the limit, the last one cut to fit; sorted by name."""
    chosen = []
    for recording in recordings:
        chosen.append(replace(recording, samples=int(min(recording.samples, limit))))
        limit -= chosen[-1].samples
        if limit <= 0:
            break
    return sorted(chosen, key=lambda recording: recording.name)


def _readable(rows: Iterable[Row], sample_rate: int, limit: float, skipped: list[str]) -> Iterator[Recording]:
    apart = Apart()
    for row in rows:
        if row.skip:
            skipped.append(f"{row.path}: {row.skip}")
            continue
        try:
            yield _from_file(row, sample_rate, limit, apart)
        except AudioError as error:
            skipped.append(str(error))


def _from_file(row: Row, sample_rate: int, limit: float, apart: Apart) -> Recording:
    samples = apart.count(row.path, sample_rate, limit)
    if not samples:
        raise AudioError(f"{row.path}: is too short to contain a sample at {sample_rate} Hz; leave it out")
    return Recording(row.id, samples, partial(files.blocks, row.path, sample_rate), row.speaker, dict(row.tags))


def _speaker(corpus: PreparedCorpus, index: int) -> str:
    return corpus.speakers[index] if index >= 0 else ""


def _corpus_blocks(corpus: PreparedCorpus, utterances: Utterances, i: int) -> Iterator[Waveform]:
    for start in range(0, int(utterances.lengths[i]), BLOCK):
        yield corpus.waveform(utterances, i, start, start + BLOCK)


def _regrouped(pieces: Iterable[Waveform], size: int, samples: int) -> Iterator[Waveform]:
    """Cut the first ``samples`` samples of the pieces into blocks of one size; the last may be shorter."""
    held = np.empty(0, np.float32)
    for piece in pieces:
        held = np.concatenate([held, piece[:samples]])
        samples -= min(len(piece), samples)
        while len(held) >= size:
            yield held[:size]
            held = held[size:]
        if not samples:
            break
    if len(held):
        yield held
