"""What int8 needs to know of a model, measured on recordings and put into its folder, or into a copy of it."""

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
"""of recordings: 5 s cost no more bits than 60 (docs/lab-notebook.md), but one word may lack what a model will meet"""


@dataclass(frozen=True)
class Calibrated:
    """What was done."""

    path: Path
    """of the model folder"""
    recordings: int
    seconds: float
    """of recordings"""
    tensors: folder.Tensors
    """the calibration, as it is in the folder now"""
    skipped: tuple[str, ...]
    """a line on each recording that could not be used"""


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
        out: the folder for the calibrated model; empty: its own, unless it ships with the package.
        seconds: at most so much of the recordings, spread over them.
        least_seconds: with fewer of them it is refused.
        options: what conditions the model besides what the recordings tell.
        progress: show bars.

    Raises:
        UsageError: the settings do not go together, the corpus has another sample rate than the model or is too short,
            or the folder to be written ships with the package, or holds another model.
        AudioError: there is nothing that can be read.
        ModelFolderError: there is no such model, or it is broken.
        WavenetError: the folder cannot be written.
    """
    if not str(data):
        raise UsageError("data is empty; name a prepared corpus, a recording or a folder of recordings")
    if not max(least_seconds, 0.01) <= seconds < math.inf:
        raise UsageError(f"seconds is {seconds:g}, and must be at least {max(least_seconds, 0.01):g} and finite")
    home, data = folder.find(model), Path(data)
    opened = folder.read(home)
    place = Path(out) if str(out) else home
    made.check_place(place)
    if place.resolve() != home.resolve():
        _check_copy(place, opened)
    generator = Generator(opened, "fp32")
    chosen, skipped = _chosen(generator, data, math.ceil(seconds * generator.sample_rate), options, progress)
    samples = sum(recording.samples for recording in chosen)
    if samples < math.floor(least_seconds * generator.sample_rate):
        raise UsageError(
            f"{data}: holds {samples / generator.sample_rate:.1f} s of recordings, and a calibration needs "
            f"{least_seconds:g} s of what the model is for; name more of it"
        )
    with bars.bar(
        total=samples, desc="calibrating", unit=" samples", unit_scale=True, delay=1, disable=not progress
    ) as bar:
        heard = (_heard(generator, recording, options) for recording in chosen)
        steps = calibration.calibrate(opened.model, opened.tensors, heard, bar.update)
    if place.resolve() != home.resolve():
        for path in sorted(home.iterdir()):  # its card, its baselines
            if path.is_file() and not (place / path.name).exists():
                atomic.copy(path, place / path.name)
    folder.write(place, opened.audio, opened.model, opened.tensors | steps)
    return Calibrated(place, len(chosen), samples / generator.sample_rate, steps, tuple(skipped))


def _chosen(
    generator: Generator, data: Path, limit: int, options: ConditioningOptions, progress: bool
) -> tuple[list[recordings.Recording], list[str]]:
    """So many samples of recordings, spread over the data, and a line on each that could not be used."""
    if not (data / INDEX).is_file():
        return recordings.from_files(data, generator.sample_rate, limit, progress=progress)
    corpus = recordings.open_corpus(generator, data)
    return recordings.from_corpus(corpus, "train", limit, options.features_from), []


def _check_copy(place: Path, opened: folder.ModelFolder) -> None:
    """Refuse a folder that holds anything but the same model, calibrated or not; raises UsageError."""
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return
    if (place / "config.json").is_file():
        there = folder.read(place)
        weights = opened.tensors.keys() - set(folder.CALIBRATION)
        if (there.audio, there.model) == (opened.audio, opened.model) and all(
            np.array_equal(there.tensors[name], opened.tensors[name]) for name in weights
        ):
            return
    raise UsageError(f"{place}: is there already, and holds something else; name another folder")


def _heard(
    generator: Generator, recording: recordings.Recording, options: ConditioningOptions
) -> calibration.CalibrationInput:
    """What the network meets in a recording."""
    classes = np.concatenate(list(recordings.classes(generator, recording, options)))
    stream = recordings.start(generator, recording, options)
    return calibration.CalibrationInput(classes, stream.bias, stream.features(len(classes)))
