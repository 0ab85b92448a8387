"""States of training on disk: whole or not at all, and read back only if every byte is what was written."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import torch

from wavenet import atomic
from wavenet.errors import WavenetError


def save(path: Path, state: Mapping[str, Any]) -> None:
    """Write a state atomically; raises WavenetError where the system refuses."""
    serialised = BytesIO()  # so that the disk is written by Python, whose errors say why
    torch.save(dict(state), serialised)
    with atomic.writing(path) as temporary:
        temporary.write_bytes(serialised.getbuffer())


def load(path: Path) -> dict[str, Any]:
    """Read a state; raises WavenetError where the file is none, or damaged."""
    try:
        with zipfile.ZipFile(path) as archive:  # torch.load does not look at the checksums
            if archive.testzip() is not None:
                raise ValueError("checksum")
        return dict(torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:  # torch.load raises what the broken bytes make it meet
        way_out = "remove it to start again"
        raise WavenetError(f"{path}: not a checkpoint, or corrupt ({type(error).__name__}); {way_out}") from None
