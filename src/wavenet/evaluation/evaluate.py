"""Bits per sample of recordings that a model was not trained on, beside those of simple predictors."""

import math
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NoReturn

import numpy as np
from tqdm import tqdm

from wavenet import bars, recordings
from wavenet.corpora.index import INDEX
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder
from wavenet.engine.precision import Precision
from wavenet.errors import ModelFolderError, UsageError
from wavenet.evaluation.baselines import FILE, REACH, Baselines
from wavenet.evaluation.report import Data, Result, Score
from wavenet.generator import Generator
from wavenet.recordings import NOTHING, ConditioningOptions, Recording

FIT_SECONDS = 1500.0
"""the baselines are fitted to at most this much of the training split, spread over it: 24 M samples at 16 kHz"""


def evaluate(
    model: str | Path,
    data: str | Path,
    *,
    precision: Precision | Literal["auto"] = "auto",
    split: str = "",
    limit_seconds: float = math.inf,
    save_baselines: bool = False,
    options: ConditioningOptions = NOTHING,
    progress: bool = False,
) -> Result:
    """Score a model and baselines on recordings, all on the same classes, from the first sample on.

    The baselines are fitted to the training split of a prepared corpus. For other data they are read from the model's
    folder if they were saved there; otherwise there is only the uniform one.

    Args:
        model: a folder, or the name of a shipped model.
        data: a prepared corpus, a recording, or a folder or manifest of recordings.
        precision: of the matrix products; auto: int8 if the model is calibrated for it, else fp32.
        split: of a prepared corpus; ``test`` if empty. Other data have none.
        limit_seconds: score at most this much, spread over the data.
        save_baselines: write the baselines into the model's folder.
        options: conditioning in addition to that of the recordings.
        progress: show progress bars.

    Raises:
        UsageError: the settings do not go together, or the corpus has another sample rate than the model.
        AudioError: there is nothing that can be read.
        ModelFolderError: there is no such model, or it or its baselines are broken.
        MissingExtraError: baselines have to be fitted, and scipy is not installed.
    """
    if not str(data):
        raise UsageError("data is empty; name a prepared corpus, a recording or a folder of recordings")
    if not limit_seconds > 0:
        raise UsageError(f"limit_seconds is {limit_seconds:g}, and must be more than 0")
    home, generator, data = folder.find(model), Generator.open(model, precision), Path(data)
    recordings.check(generator, options)
    if save_baselines:
        Baselines.check_place(home)
    limit = limit_seconds if limit_seconds == math.inf else math.ceil(limit_seconds * generator.sample_rate)
    skipped: list[str] = []
    if (data / INDEX).is_file():
        split = split or "test"
        corpus = recordings.open_corpus(generator, data)
        chosen = recordings.from_corpus(corpus, split, limit, options.features_from)
        baselines = _fitted(home, generator, corpus, options, progress)
    else:
        _need_corpus(data, split=split, save_baselines=save_baselines)
        baselines = _saved(home, generator)
        chosen, skipped = recordings.from_files(data, generator.sample_rate, limit, progress=progress)
    if baselines and save_baselines:
        baselines.write(home)
    scores = score(generator, baselines, chosen, options=options, progress=progress)
    return Result(str(model), _described(generator, data, split, baselines, skipped), scores, generator.precision)


def fit(
    model: Generator, corpus: PreparedCorpus, *, options: ConditioningOptions = NOTHING, progress: bool = False
) -> Baselines:
    """Baselines of the training split on the model's classes, from ``FIT_SECONDS`` of it."""
    chosen = recordings.from_corpus(corpus, "train", FIT_SECONDS * model.sample_rate, options.features_from)
    with bars.bar(
        chosen, desc="reading the training split", unit=" files", delay=1, leave=False, disable=not progress
    ) as bar:
        # as uint16, because there may be tens of millions, and there are at most 65,536 classes
        training = [
            np.concatenate([b.astype(np.uint16) for b in recordings.classes(model, recording, options)])
            for recording in bar
        ]
    return Baselines.fit(training, model.audio, model.model.quantization_channels, progress=progress)


def score(
    model: Generator,
    baselines: Baselines | None,
    recordings: Sequence[Recording],
    *,
    options: ConditioningOptions = NOTHING,
    progress: bool = False,
) -> tuple[Score, ...]:
    """The bits of each recording."""
    total = sum(recording.samples for recording in recordings)
    scores = []
    with bars.bar(total=total, desc="scoring", unit=" samples", unit_scale=True, delay=1, disable=not progress) as bar:
        for n, recording in enumerate(recordings, 1):
            bar.set_postfix_str(f"recording {n} of {len(recordings)}", refresh=False)
            scores.append(_score(model, baselines, recording, bar, options))
    return tuple(scores)


def _score(
    model: Generator,
    baselines: Baselines | None,
    recording: Recording,
    bar: "tqdm[NoReturn]",
    options: ConditioningOptions,
) -> Score:
    stream = recordings.start(model, recording, options)
    past = np.empty(0, np.int64)
    bits: dict[str, float] = defaultdict(float)
    samples = 0
    for classes in recordings.classes(model, recording, options):
        bits["uniform"] += len(classes) * math.log2(model.model.quantization_channels)
        for name, each in (baselines.bits(classes, past) if baselines else {}).items():
            bits[name] += float(each.sum())
        nats = model.class_log_likelihood(classes, stream)
        bits["model"] -= float(nats.sum(dtype=np.float64)) / math.log(2)
        past = np.concatenate([past, classes])[-REACH:]
        samples += len(classes)
        bar.update(len(classes) * model.model.decimation)
    if not math.isfinite(bits["model"]):
        raise ModelFolderError(f"the model's likelihood of {recording.name} is not finite: its weights are broken")
    return Score(recording.name, samples, dict(bits))


def _need_corpus(data: Path, *, split: str, save_baselines: bool) -> None:
    if split or save_baselines:
        what = "split" if split else "save_baselines"
        raise UsageError(f"{data} is not a prepared corpus, which {what} needs; run wavenet prepare first")


def _fitted(
    home: Path, model: Generator, corpus: PreparedCorpus, options: ConditioningOptions, progress: bool
) -> Baselines | None:
    """Baselines of the corpus; if it has no training split, those in the model's folder, if there are any."""
    try:
        corpus.split("train")
    except UsageError:
        return _saved(home, model)
    return fit(model, corpus, options=options, progress=progress)


def _saved(home: Path, model: Generator) -> Baselines | None:
    if not (home / FILE).exists():
        return None
    return Baselines.read(home, model.audio, model.model.quantization_channels)


def _described(model: Generator, data: Path, split: str, baselines: Baselines | None, skipped: Sequence[str]) -> Data:
    return Data(
        name=str(data),
        split=split or None,
        sample_rate=model.sample_rate,
        classes=model.model.quantization_channels,
        fitted_samples=baselines.samples if baselines else 0,
        skipped=tuple(skipped),
        decimation=model.model.decimation,
    )
