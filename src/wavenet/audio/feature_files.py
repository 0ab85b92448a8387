"""Features in files: ``.npy``, and next to it ``.json`` with the settings that they were computed with."""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from wavenet import atomic, made, untrusted
from wavenet.audio import features
from wavenet.audio.features import Frames
from wavenet.audio.suffixes import SUFFIXES
from wavenet.config import FeatureConfig
from wavenet.errors import UsageError
from wavenet.safe_paths import below
from wavenet.settings import absent


def write(path: Path, frames: Frames, settings: FeatureConfig, sample_rate: int, command: str = "features") -> None:
    """Write frames (F, channels), and next to them their settings and the command that wrote them."""
    save(path, frames, metadata(settings, sample_rate, command))


def metadata(settings: FeatureConfig, sample_rate: int, command: str) -> dict[str, Any]:
    """The metadata that are written next to frames: the command that wrote them and all settings, as plain data."""
    settings_and_mark = {"note": made.mark(command), "sample_rate": sample_rate, **asdict(settings)}
    plain: dict[str, Any] = json.loads(json.dumps(settings_and_mark))
    return plain


def save(path: Path, frames: Frames, values: Mapping[str, Any] | None = None) -> None:
    """Write frames (F, channels) as .npy, creating the folder, and the metadata next to them, if any.

    An interruption at any time leaves no frames next to metadata of others.
    """
    serialised = BytesIO()  # so that Python writes the file, whose errors say why
    np.save(serialised, frames)
    atomic.make_folder(path.parent)
    if values is not None and not any(map(made.taken, paths(path))):
        made.written(path)  # its mark goes now
        with suppress(FileNotFoundError):
            _json(path).unlink()
    with atomic.writing(path) as temporary:
        temporary.write_bytes(serialised.getbuffer())
    if values is not None:
        told = {**values, made.DIGEST: made.digest(serialised.getbuffer())}
        with atomic.writing(_json(path)) as temporary:
            temporary.write_text(json.dumps(told, indent=2) + "\n", "utf-8")


def paths(path: Path) -> tuple[Path, Path]:
    """The files that hold features: the frames and their metadata."""
    return path, _json(path)


def read(path: Path, settings: FeatureConfig, sample_rate: int) -> Frames:
    """All frames (F, channels) of a file, for a model with these settings.

    Raises:
        UsageError: the file is missing or is no array, or its features have other settings: according to its .json
            file, or because log-mel is below the smallest possible value.
    """
    _check_settings(path, settings, sample_rate, asdict(settings), ": wavenet features")
    frames = _load(path)
    features.check(str(path), frames, settings, 1)
    if settings.kinds[:1] == ("log_mel",):
        least = float(frames[:, : settings.n_mels].min())
        if least < features.LEAST_LOG_MEL - 0.01:
            raise UsageError(
                f"{path}: contains {least:.3g}, but the model's log-mel is at least {features.LEAST_LOG_MEL:.3g}; it "
                "was computed with other settings; use wavenet features"
            )
    return np.asarray(frames, np.float32)


def place(folder: str | os.PathLike[str], identity: str) -> Path:
    """The path of a recording's features in a folder: its id in the corpus plus ``.npy``."""
    return below(folder, identity, ".npy")


def open_given(path: Path, settings: FeatureConfig, samples: int, sample_rate: int) -> Frames:
    """Features from a .npy file, (F, channels), memory-mapped, for a recording of a number of samples.

    They are those of kind ``file``, or all features if the settings have no such kind.

    Raises:
        UsageError: the file is missing or contains something else; or the .json file next to it, if there is one, has
            another rate or hop, or other settings of features that could be computed.
    """
    given = "file" in settings.kinds
    known = () if given else ("kinds", *(name for kind in settings.kinds for name in features.KINDS[kind].settings))
    _check_settings(path, settings, sample_rate, ("hop_length", *known))
    frames = _load(path)
    stored = replace(settings, kinds=("file",)) if given else settings
    features.check(str(path), frames, stored, features.count(samples, settings.hop_length))
    return frames


def read_metadata(path: Path) -> dict[str, Any] | None:
    """The metadata next to frames, as ``save`` was given them; None if there are none, or if they cannot be read."""
    try:
        found = untrusted.json_object(_json(path))
    except (OSError, ValueError):
        return None
    found.pop(made.DIGEST, None)
    return found


def _json(path: Path) -> Path:
    return path.with_suffix(".json")


def _load(path: Path) -> Frames:
    """The array of a .npy file, memory-mapped; raises UsageError."""
    try:
        frames: Frames = untrusted.array(path)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file of features; every recording needs one{_older(path)}") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: is not a .npy file of numbers ({error}); write it again") from None
    return frames


def _older(path: Path) -> str:
    """A hint if the features of ``a.wav`` are in ``a.npy``, which those of ``a.flac`` would share."""
    stem = PurePath(path.stem)
    if stem.suffix.lower() not in SUFFIXES or not path.with_name(f"{stem.stem}.npy").exists():
        return ""
    return f"; {stem.stem}.npy exists: if it belongs to this recording, rename it to {path.name}"


def _check_settings(
    path: Path, settings: FeatureConfig, sample_rate: int, names: Iterable[str], command: str = ""
) -> None:
    """Compare the rate and some settings with the metadata next to frames, if there are any."""
    if not _json(path).exists():
        return
    found = read_metadata(path)
    if found is None:
        raise UsageError(f"{_json(path)}: contains no settings of features; remove it, or compute them again")
    wanted = json.loads(json.dumps({"sample_rate": sample_rate, **asdict(settings)}))
    found = absent(FeatureConfig, found) | found
    for name in ("sample_rate", *names):
        if found.get(name, wanted[name]) != wanted[name]:
            raise UsageError(
                f"{path}: its {name} is {found[name]}, but the model's is {wanted[name]}; compute it again{command}"
            )
