"""Reads files made by others in bounded time and memory, whatever they contain.

Each function raises OSError if the file cannot be read or is not a regular one (a pipe might never end), and
ValueError, with a short reason, if it contains something else.
"""

import json
import math
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

MOST_TEXT = 2**22
"""maximum bytes of a JSON file"""
MOST_WEIGHTS = 2**30
"""maximum bytes of a file of tensors"""
_TYPES = {name: np.dtype(kind) for name, kind in (("F32", "<f4"), ("F64", "<f8"), ("I8", "i1"), ("U32", "<u4"))}
"""by their names in a file of tensors"""
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
    """All tensors of a ``.safetensors`` file, whose data types must be among ``kinds``, and its metadata.

    They share the memory of the file's content, which is read once: the library of this format takes a copy of each.
    """
    check(path, MOST_WEIGHTS)
    with path.open("rb") as file:
        size = path.stat().st_size
        header = _header(file, size)
        metadata = header.pop("__metadata__", {})
        if not (isinstance(metadata, dict) and all(isinstance(text, str) for text in metadata.values())):
            raise ValueError("its metadata are no texts")
        places = {name: _place(name, told, kinds) for name, told in header.items()}
        _check_places([(begin, end) for *_, begin, end in places.values()], size - file.tell())
        data = np.fromfile(file, np.uint8, size - file.tell())
    found = {name: data[begin:end].view(kind).reshape(shape) for name, (kind, shape, begin, end) in places.items()}
    return {name: each if each.flags.aligned else each.copy() for name, each in found.items()}, metadata


def _header(file: BinaryIO, size: int) -> dict[str, Any]:
    """What the beginning of a file of tensors tells about the bytes behind it."""
    length = int.from_bytes(file.read(8), "little")
    if size < 8 + length:
        raise ValueError("it ends within its header")
    if length > MOST_TEXT:
        raise ValueError(f"its header has {length} bytes, more than {MOST_TEXT}")
    try:
        header = json.loads(file.read(length).decode())
    except RecursionError:
        raise ValueError("its header is nested too deeply") from None
    if not isinstance(header, dict):
        raise ValueError("its header is not a JSON object")
    return header


def _place(name: str, told: Any, kinds: Sequence[str]) -> tuple[np.dtype[Any], list[int], int, int]:
    """The type and the shape of a tensor, and where its bytes begin and end."""
    match told:
        case {"dtype": str(kind), "shape": list(shape), "data_offsets": [begin, end]} if len(told) == 3:
            pass
        case _:
            raise ValueError(f"tensor {name!r} has no type, shape and place")
    if kind not in kinds:
        raise ValueError(f"tensor {name!r} is {kind}, and must be {' or '.join(kinds)}")
    if not all(type(n) is int and 0 <= n <= MOST_WEIGHTS for n in (*shape, begin, end)):
        raise ValueError(f"tensor {name!r} has a size or a place that cannot be")
    if end - begin != math.prod(shape) * _TYPES[kind].itemsize:
        raise ValueError(f"tensor {name!r} has {end - begin} bytes, which do not fit the shape {shape}")
    return _TYPES[kind], shape, begin, end


def _check_places(places: list[tuple[int, int]], held: int) -> None:
    """Raise ValueError unless tensors at these places lie one behind the other, in all the bytes that are held."""
    at = 0
    for begin, end in sorted(places):
        if begin != at:
            raise ValueError("its tensors overlap, or have bytes between them")
        at = end
    if at != held:
        raise ValueError(f"its tensors have {at} bytes, and it holds {held}")
