"""Training states on disk: written atomically, and read only if every byte is intact."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import torch

from wavenet import atomic
from wavenet.errors import WavenetError


def save(path: Path, state: Mapping[str, Any]) -> None:
    """Write a state atomically; raises WavenetError if the operating system refuses."""
    serialised = BytesIO()  # so that Python writes to disk, whose errors name the cause
    torch.save(dict(state), serialised)
    with atomic.writing(path) as temporary:
        temporary.write_bytes(serialised.getbuffer())


def load(path: Path) -> dict[str, Any]:
    """Read a state; raises WavenetError if the file is not a state, or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:  # torch.load does not check the checksums
            if archive.testzip() is not None:
                raise ValueError("checksum")
        return dict(torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:  # torch.load raises many types for damaged bytes
        way_out = "remove it to start again"
        raise WavenetError(f"{path}: not a checkpoint, or corrupt ({type(error).__name__}); {way_out}") from None
