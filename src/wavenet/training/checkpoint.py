"""The state of a run on disk: everything that resuming needs to be as if never interrupted."""

import zipfile
from dataclasses import asdict, dataclass, fields
from io import BytesIO
from pathlib import Path
from typing import Any

import torch

from wavenet import atomic
from wavenet.config import TrainConfig
from wavenet.errors import UsageError, WavenetError
from wavenet.settings import from_dict

FORMAT_VERSION = 1
FREE = {
    "out",
    "device",
    "validate_every",
    "validation_seconds",
    "listen_seconds",
    "checkpoint_minutes",
    "init_from",
}
"""settings that may differ when a run is resumed: they change nothing about the weights"""


@dataclass
class Progress:
    """How far a run is. Random numbers need no state: they are keyed by the update."""

    update: int = 0
    """updates done"""
    samples: int = 0
    """samples whose loss counted, so far"""
    seconds: float = 0.0
    """time spent in training, over all its resumptions"""
    best_bits: float = float("inf")
    """the lowest validation so far; the exported model has it"""


def save(path: Path, config: TrainConfig, progress: Progress, state: dict[str, Any]) -> None:
    """Write a checkpoint atomically."""
    content = {
        "format_version": FORMAT_VERSION,
        "config": asdict(config),
        "progress": asdict(progress),
        **state,
    }
    serialised = BytesIO()  # so that the disk is written by Python, whose errors say why
    torch.save(content, serialised)
    with atomic.writing(path) as temporary:
        temporary.write_bytes(serialised.getbuffer())


def load(path: Path, config: TrainConfig) -> tuple[Progress, dict[str, Any]]:
    """Read a checkpoint back.

    Raises:
        WavenetError: it is corrupt or of another version.
        UsageError: it belongs to a run with other settings.

    """
    saved, progress, state = read(path)
    began = from_dict(TrainConfig, saved, str(path))
    changed = [
        f.name for f in fields(config) if f.name not in FREE and getattr(began, f.name) != getattr(config, f.name)
    ]
    if changed:
        raise UsageError(
            f"{path.parent} holds a run with another {', '.join(changed)}; "
            "give its settings to go on with it, or another --out to start anew"
        )
    return progress, state


def read(path: Path) -> tuple[dict[str, Any], Progress, dict[str, Any]]:
    """The settings (as plain data), the progress and the state that a checkpoint holds; raises WavenetError."""
    try:
        with zipfile.ZipFile(path) as archive:  # torch.load does not look at the checksums
            if archive.testzip() is not None:
                raise ValueError("checksum")
        content = torch.load(path, map_location="cpu", weights_only=True)
        version, saved, progress = (content.pop(name) for name in ("format_version", "config", "progress"))
        done = Progress(**progress) if version == FORMAT_VERSION else Progress()
        dict(saved)
    except Exception as error:  # torch.load raises what the broken bytes make it meet
        way_out = "remove it to start again"
        raise WavenetError(f"{path}: not a checkpoint, or corrupt ({type(error).__name__}); {way_out}") from None
    if version != FORMAT_VERSION:
        raise WavenetError(
            f"{path}: checkpoint version {version}, this program reads {FORMAT_VERSION}; use another out"
        )
    return saved, done, content
