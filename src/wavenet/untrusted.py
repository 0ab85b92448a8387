"""Reads files made by others in bounded time and memory, whatever they contain.

Each function raises OSError if the file cannot be read or is not a regular one (a pipe might never end), and
ValueError, with a short reason, if it contains something else.
"""

import json
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

MOST_TEXT = 2**22
"""maximum bytes of a JSON file"""
MOST_WEIGHTS = 2**30
"""maximum bytes of a file of tensors"""
MOST_CONTENT = 2**32
"""maximum bytes of a file that is read whole"""


def check(path: Path, most: int | None = None) -> None:
    """Raise unless a path is a regular file of at most ``most`` bytes."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError("it is not a regular file")
    if most is not None and status.st_size > most:
        raise OSError(f"it has {status.st_size} bytes, more than {most}")


def content(path: Path, most: int = MOST_CONTENT) -> bytes:
    """The content of a file of at most ``most`` bytes."""
    check(path, most)
    return path.read_bytes()


def json_object(path: Path, most: int = MOST_TEXT) -> dict[str, Any]:
    """The content of a JSON file of at most ``most`` bytes, which must be an object."""
    check(path, most)
    try:
        found = json.loads(path.read_text("utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("it is not a JSON object")
    return found


def array(path: Path) -> NDArray[Any]:
    """The array in a ``.npy`` file, memory-mapped."""
    check(path)
    try:
        found: Any = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError:
        raise
    except Exception as error:  # a broken header may raise anything, because it is parsed as Python
        raise ValueError(f"{type(error).__name__}: {error}") from None
    if not isinstance(found, np.ndarray):
        raise ValueError("it is an archive of arrays")
    return found


def tensors(path: Path, kinds: Sequence[str] = ("F32",)) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """All tensors of a ``.safetensors`` file, whose data types must be among ``kinds``, and its metadata."""
    check(path, MOST_WEIGHTS)
    try:
        with safe_open(path, "numpy") as file:
            names = list(file.keys())
            for name in names:
                if (kind := file.get_slice(name).get_dtype()) not in kinds:
                    raise ValueError(f"tensor {name!r} is {kind}, and must be {' or '.join(kinds)}")
            return {name: file.get_tensor(name) for name in names}, file.metadata() or {}
    except SafetensorError as error:
        raise ValueError(str(error)) from None
