"""Features as files: ``.npy``, and beside it ``.json``, the settings they were computed with."""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from wavenet import atomic, made
from wavenet.audio import features, files
from wavenet.audio.features import Frames
from wavenet.config import FeatureConfig
from wavenet.errors import UsageError
from wavenet.safe_paths import below


def write(path: Path, frames: Frames, settings: FeatureConfig, sample_rate: int, command: str = "features") -> None:
    """Write frames (F, channels), and beside them their settings and the command that made them."""
    save(path, frames, told(settings, sample_rate, command))


def told(settings: FeatureConfig, sample_rate: int, command: str) -> dict[str, Any]:
    """What is written beside frames: the command that made them, and all settings; plain data."""
    values = {"note": made.mark(command), "sample_rate": sample_rate, **asdict(settings)}
    plain: dict[str, Any] = json.loads(json.dumps(values))
    return plain


def save(path: Path, frames: Frames, beside: Mapping[str, Any] | None = None) -> None:
    """Write frames (F, channels) as .npy, and make the folder that they go to; ``beside`` them goes what is known.

    Stopped at any time, it leaves no frames beside the settings of others.
    """
    serialised = BytesIO()  # so that the disk is written by Python, whose errors say why
    np.save(serialised, frames)
    atomic.make_folder(path.parent)
    if beside is not None:
        with suppress(FileNotFoundError):
            _beside(path).unlink()
    with atomic.writing(path) as temporary:
        temporary.write_bytes(serialised.getbuffer())
    if beside is not None:
        with atomic.writing(_beside(path)) as temporary:
            temporary.write_text(json.dumps(beside, indent=2) + "\n", "utf-8")


def both(path: Path) -> tuple[Path, Path]:
    """The files that hold features: the frames, and what is told beside them."""
    return path, _beside(path)


def read(path: Path, settings: FeatureConfig, sample_rate: int) -> Frames:
    """All frames (F, channels) of a file, for a model of these settings.

    Raises:
        UsageError: the file is missing or no array, or its features are of other settings: as its .json says, or as
            its numbers show, because the least log-mel is known.
    """
    _check_settings(path, settings, sample_rate, asdict(settings), ": wavenet features")
    frames = _load(path)
    features.check(str(path), frames, settings, 1)
    if settings.kinds[:1] == ("log_mel",):
        least = float(frames[:, : settings.n_mels].min())
        if least < features.LEAST_LOG_MEL - 0.01:
            raise UsageError(
                f"{path}: holds {least:.3g}, and the model's log-mel never goes below {features.LEAST_LOG_MEL:.3g}: it "
                "was computed with other settings; use wavenet features"
            )
    return np.asarray(frames, np.float32)


def place(folder: str | os.PathLike[str], identity: str) -> Path:
    """Where the features of a recording lie in a folder of them: under its id in the corpus, and ``.npy``."""
    return below(folder, identity, ".npy")


def own(path: Path, settings: FeatureConfig, samples: int, sample_rate: int) -> Frames:
    """The given features of a recording of so many samples, (F, channels), from a .npy file, lazily.

    They are those of kind ``file``, or all of them, where the settings have no such kind.

    Raises:
        UsageError: the file is missing, or holds something else; or the .json beside it, if there is one, tells of
            another rate or hop, or of other settings of what could be computed.
    """
    given = "file" in settings.kinds
    known = () if given else ("kinds", *(name for kind in settings.kinds for name in features.KINDS[kind].settings))
    _check_settings(path, settings, sample_rate, ("hop_length", *known))
    frames = _load(path)
    stored = replace(settings, kinds=("file",)) if given else settings
    features.check(str(path), frames, stored, features.count(samples, settings.hop_length))
    return frames


def beside(path: Path) -> dict[str, Any] | None:
    """What is told beside frames; None where that is nothing, or cannot be understood."""
    try:
        return dict(json.loads(_beside(path).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _beside(path: Path) -> Path:
    return path.with_suffix(".json")


def _load(path: Path) -> Frames:
    """The array of a .npy file, lazily; raises UsageError."""
    try:
        frames: Frames = np.load(path, mmap_mode="r")
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file of features; every recording needs one{_older(path)}") from None
    except (OSError, ValueError, EOFError) as error:
        raise UsageError(f"{path}: is not a .npy file of numbers ({error}); write it again") from None
    return frames


def _older(path: Path) -> str:
    """A way out where the features of ``a.wav`` are in ``a.npy``, which those of ``a.flac`` would share."""
    stem = PurePath(path.stem)
    if stem.suffix.lower() not in files.SUFFIXES or not path.with_name(f"{stem.stem}.npy").exists():
        return ""
    return f"; {stem.stem}.npy is there: if it is of this recording, rename it to {path.name}"


def _check_settings(
    path: Path, settings: FeatureConfig, sample_rate: int, names: Iterable[str], command: str = ""
) -> None:
    """Compare some settings, and the rate, with what is told beside frames, if anything is."""
    if not _beside(path).exists():
        return
    found = beside(path)
    if found is None:
        raise UsageError(f"{_beside(path)}: holds no settings of features; remove it, or compute them again")
    wanted = json.loads(json.dumps({"sample_rate": sample_rate, **asdict(settings)}))
    for name in ("sample_rate", *names):
        if found.get(name, wanted[name]) != wanted[name]:
            raise UsageError(
                f"{path}: its {name} is {found[name]}, and the model's {wanted[name]}; compute it again{command}"
            )
