"""A WaveNet to train on your own recordings and to hear on a CPU."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wavenet.generator import Generator

__version__ = "0.1.0"
__all__ = ["open"]


def open(model: str | Path) -> "Generator":
    """Open a model folder, or a model shipped inside the package by its bare name.

    Raises:
        ModelFolderError: there is no such model, or its folder is incomplete, corrupt or of another version.

    """
    from wavenet.generator import Generator

    return Generator.open(model)
