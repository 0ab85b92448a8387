"""Calibrates a model for int8 on recordings, and stores the scales in its folder or in a copy of it."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wavenet import atomic, bars, made, recordings
from wavenet.corpora.index import INDEX
from wavenet.engine import calibration, folder
from wavenet.errors import UsageError
from wavenet.generator import Generator
from wavenet.recordings import NOTHING, ConditioningOptions

LEAST_SECONDS = 5.0
"""seconds of recordings: 5 s cost no more bits than 60 (docs/lab-notebook.md), but a single word may lack what a model
will meet"""


@dataclass(frozen=True)
class Calibrated:
    """The result of a calibration."""

    path: Path
    """the model folder"""
    recordings: int
    seconds: float
    """of recordings"""
    tensors: folder.Tensors
    """the calibration as now stored in the folder"""
    skipped: tuple[str, ...]
    """one message for each recording that could not be used"""


def calibrate(
    model: str | Path,
    data: str | Path,
    *,
    out: str | Path = "",
    seconds: float = 20.0,
    least_seconds: float = LEAST_SECONDS,
    options: ConditioningOptions = NOTHING,
    progress: bool = False,
) -> Calibrated:
    """Calibrate a model for int8; an earlier calibration is replaced.

    Args:
        model: a folder, or the name of a shipped model.
        data: a prepared corpus, whose training split is used; a recording; a folder or manifest of recordings.
        out: the folder for the calibrated model; empty: the model's own, unless it ships with the package.
        seconds: how much of the recordings is used at most, spread over them.
        least_seconds: refuse to calibrate with less.
        options: conditioning in addition to what is known of the recordings.
        progress: show progress bars.

    Raises:
        UsageError: the settings do not fit together, the corpus has another sample rate than the model or is too short,
            or the output folder ships with the package or contains another model.
        AudioError: there is nothing that can be read.
        ModelFolderError: there is no such model, or it is damaged.
        WavenetError: the folder cannot be written.
    """
    if not str(data):
        raise UsageError("data is empty; name a prepared corpus, a recording or a folder of recordings")
    if not max(least_seconds, 0.01) <= seconds < math.inf:
        raise UsageError(f"seconds is {seconds:g}, and must be at least {max(least_seconds, 0.01):g} and finite")
    home, data = folder.find(model), Path(data)
    opened = folder.read(home)
    place = Path(out) if str(out) else home
    _check_copy(place, opened)
    generator = Generator(opened, "fp32")
    recordings.check(generator, options)
    chosen, skipped = _chosen(generator, data, math.ceil(seconds * generator.sample_rate), options, progress)
    samples = sum(recording.samples for recording in chosen)
    if samples < math.floor(least_seconds * generator.sample_rate):
        raise UsageError(
            f"{data}: contains {samples / generator.sample_rate:.1f} s of recordings, but a calibration needs "
            f"{least_seconds:g} s of the kind of audio that the model is for; give it more"
        )
    with bars.bar(
        total=samples, desc="calibrating", unit=" samples", unit_scale=True, delay=1, disable=not progress
    ) as bar:
        heard = (_heard(generator, recording, options) for recording in chosen)
        steps = calibration.calibrate(opened.model, opened.tensors, heard, bar.update)
    _check_copy(place, opened, meanwhile=True)
    if place.resolve() != home.resolve():
        for path in sorted(home.iterdir()):  # its card, its baselines
            if path.is_file() and not (place / path.name).exists():
                atomic.copy(path, place / path.name)
    folder.write(place, opened.audio, opened.model, opened.tensors | steps)
    return Calibrated(place, len(chosen), samples / generator.sample_rate, steps, tuple(skipped))


def _chosen(
    generator: Generator, data: Path, limit: int, options: ConditioningOptions, progress: bool
) -> tuple[list[recordings.Recording], list[str]]:
    """Recordings of at most ``limit`` samples, spread over the data, and a message for each unusable one."""
    if not (data / INDEX).is_file():
        return recordings.from_files(data, generator.sample_rate, limit, progress=progress)
    corpus = recordings.open_corpus(generator, data)
    return recordings.from_corpus(corpus, "train", limit, options.features_from), []


def _check_copy(place: Path, opened: folder.ModelFolder, meanwhile: bool = False) -> None:
    """Refuse a folder that ships, or contains anything but the same model, calibrated or not; raises UsageError."""
    for name in ("model.safetensors", "config.json"):  # which may be links
        made.check_place(place / name)
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return
    if (place / "config.json").is_file() and _same(folder.read(place), opened):
        return
    if meanwhile:  # such as by a training that goes on
        raise UsageError(f"{place}: another program changed the model while it was calibrated; calibrate it again")
    raise UsageError(f"{place}: already exists and contains something else; name another folder")


def _same(one: folder.ModelFolder, other: folder.ModelFolder) -> bool:
    """Whether two models are the same, calibrated or not."""
    weights = one.tensors.keys() - set(folder.CALIBRATION)
    return (one.audio, one.model) == (other.audio, other.model) and all(
        np.array_equal(one.tensors[name], other.tensors[name]) for name in weights
    )


def _heard(
    generator: Generator, recording: recordings.Recording, options: ConditioningOptions
) -> calibration.CalibrationInput:
    """The input of the network for a recording."""
    classes = np.concatenate(list(recordings.classes(generator, recording, options)))
    stream = recordings.start(generator, recording, options)
    return calibration.CalibrationInput(classes, stream.bias, stream.features(len(classes)))
