"""Features as files: ``.npy``, and beside it ``.json``, the settings they were computed with."""

import json
from dataclasses import asdict
from io import BytesIO
from pathlib import Path, PurePath

import numpy as np

from wavenet import atomic
from wavenet.audio import features, files
from wavenet.audio.features import Frames
from wavenet.config import FeatureConfig
from wavenet.errors import UsageError


def write(path: Path, frames: Frames, settings: FeatureConfig, sample_rate: int) -> None:
    """Write frames (F, channels), and their settings beside them."""
    told = json.dumps({"sample_rate": sample_rate, **asdict(settings)}, indent=2)
    with atomic.writing(path.with_suffix(".json")) as temporary:
        temporary.write_text(told + "\n", "utf-8")
    save(path, frames)


def save(path: Path, frames: Frames) -> None:
    """Write frames (F, channels) alone, as .npy, and make the folder that they go to."""
    serialised = BytesIO()  # so that the disk is written by Python, whose errors say why
    np.save(serialised, frames)
    atomic.make_folder(path.parent)
    with atomic.writing(path) as temporary:
        temporary.write_bytes(serialised.getbuffer())


def read(path: Path, settings: FeatureConfig, sample_rate: int) -> Frames:
    """All frames (F, channels) of a file, for a model of these settings.

    Raises:
        UsageError: the file is missing or no array, or its features are of other settings: as its .json says, or as
            its numbers show, because the least log-mel is known.
    """
    _check_settings(path.with_suffix(".json"), settings, sample_rate)
    frames = _load(path)
    features.check(str(path), frames, settings.channels, 1)
    if settings.kinds[:1] == ("log_mel",):
        least = float(frames[:, : settings.n_mels].min())
        if least < features.LEAST_LOG_MEL - 0.01:
            raise UsageError(
                f"{path}: holds {least:.3g}, and the model's log-mel never goes below {features.LEAST_LOG_MEL:.3g}: it "
                "was computed with other settings; use wavenet features"
            )
    return np.asarray(frames, np.float32)


def file_name(identity: str) -> str:
    """Where the features of a recording lie in a folder of them, by its id in a corpus."""
    path = PurePath(identity)
    return f"{path.with_suffix('') if path.suffix.lower() in files.SUFFIXES else path}.npy"


def own(path: Path, settings: FeatureConfig, samples: int) -> Frames:
    """The given features of a recording of so many samples, (F, channels), from a .npy file, lazily.

    They are those of kind ``file``, or all of them, where the settings have no such kind.

    Raises:
        UsageError: the file is missing, or holds something else.
    """
    frames = _load(path)
    channels = settings.file_channels if "file" in settings.kinds else settings.channels
    features.check(str(path), frames, channels, features.count(samples, settings.hop_length))
    return frames


def _load(path: Path) -> Frames:
    """The array of a .npy file, lazily; raises UsageError."""
    try:
        frames: Frames = np.load(path, mmap_mode="r")
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file of features; every recording needs one") from None
    except (OSError, ValueError, EOFError) as error:
        raise UsageError(f"{path}: is not a .npy file of numbers ({error}); write it again") from None
    return frames


def _check_settings(path: Path, settings: FeatureConfig, sample_rate: int) -> None:
    if not path.exists():
        return
    try:
        told = dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path}: are no settings of features ({error}); remove it, or compute them again") from None
    for name, value in json.loads(json.dumps({"sample_rate": sample_rate, **asdict(settings)})).items():
        if told.get(name, value) != value:
            raise UsageError(
                f"{path.with_suffix('.npy')}: its {name} is {told[name]}, and the model's {value}; compute it again: "
                "wavenet features"
            )
