"""What int8 needs to know of a model, measured on recordings and put into its folder."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from wavenet import recordings
from wavenet.corpora.index import INDEX
from wavenet.engine import calibration, folder
from wavenet.errors import UsageError
from wavenet.generator import Generator
from wavenet.recordings import NOTHING, ConditioningOptions


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
    seconds: float = 20.0,
    options: ConditioningOptions = NOTHING,
    progress: bool = False,
) -> Calibrated:
    """Calibrate a model for int8, and write the result into its folder; an earlier calibration is replaced.

    Args:
        model: a folder, or the name of a shipped model.
        data: a prepared corpus, whose training split is used; a recording; a folder or manifest of recordings.
        seconds: at most so much of the recordings, spread over them.
        options: what conditions the model besides what the recordings tell.
        progress: show bars.

    Raises:
        UsageError: the settings do not go together, or the corpus has another sample rate than the model.
        AudioError: there is nothing that can be read.
        ModelFolderError: there is no such model, or it is broken.
        WavenetError: the folder cannot be written.
    """
    if not str(data):
        raise UsageError("data is empty; name a prepared corpus, a recording or a folder of recordings")
    if not 0 < seconds < math.inf:
        raise UsageError(f"seconds is {seconds:g}, and must be more than 0 and finite")
    home, data = folder.find(model), Path(data)
    opened = folder.read(home)
    generator = Generator(opened, "fp32")
    limit = math.ceil(seconds * generator.sample_rate)
    skipped: list[str] = []
    if (data / INDEX).is_file():
        chosen = recordings.from_corpus(recordings.open_corpus(generator, data), "train", limit, options.features_from)
    else:
        chosen, skipped = recordings.from_files(data, generator.sample_rate, limit, progress=progress)
    samples = sum(recording.samples for recording in chosen)
    with tqdm(
        total=samples, desc="calibrating", unit=" samples", unit_scale=True, delay=1, disable=not progress
    ) as bar:
        heard = (_heard(generator, recording, options) for recording in chosen)
        steps = calibration.calibrate(opened.model, opened.tensors, heard, bar.update)
    folder.write(home, opened.audio, opened.model, opened.tensors | steps)
    return Calibrated(home, len(chosen), samples / generator.sample_rate, steps, tuple(skipped))


def _heard(
    generator: Generator, recording: recordings.Recording, options: ConditioningOptions
) -> calibration.CalibrationInput:
    """What the network meets in a recording."""
    classes = np.concatenate(list(recordings.classes(generator, recording, options)))
    stream = recordings.start(generator, recording, options)
    return calibration.CalibrationInput(classes, stream.bias, stream.features(len(classes)))
