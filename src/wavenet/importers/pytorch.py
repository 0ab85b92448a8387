"""Files of ``torch.save`` without PyTorch: archives, and the format before version 1.6.

Only tensors of floats are taken, and the integers that a saved network has as attributes; nothing else of what a file
holds is made (``unpickle.py``).
"""

import io
import math
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wavenet import untrusted
from wavenet.importers import unpickle
from wavenet.importers.unpickle import Placeholder, Storage, Tensor

Arrays = dict[str, NDArray[np.float32]]
Stored = Callable[[str], bytes | memoryview]
"""the bytes of a storage, by its key"""
MAGIC = 0x1950A86A20F9469CFC6C
"""the first value of a file of the older format"""
BEGINNINGS = (b"PK\x03\x04", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.")
"""how files of both formats begin"""
TYPES = {"FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2", "BFloat16Storage": "<u2"}
HOLDERS = ("state_dict", "model", "model_state_dict", "net", "network")
"""entries of a checkpoint that hold the tensors, beside those of the optimiser"""
MOST_NUMBERS = 2**28
"""maximum numbers of all tensors together, however often they share a storage"""
MOST_PARTS = 200_000
MOST_DEPTH, MOST_NAME = 32, 200
MOST_DIRECTORY = 2**24
"""maximum bytes of an archive's directory"""


@dataclass
class Found:
    """What a file holds."""

    tensors: Arrays = field(default_factory=dict)
    settings: dict[str, int] = field(default_factory=dict)
    """integers that were attributes of a network that was saved whole"""


def is_saved(path: Path) -> bool:
    """Whether a file begins as PyTorch's do."""
    with path.open("rb") as file:
        return file.read(16).startswith(BEGINNINGS)


def read(path: Path) -> Found:
    """The tensors of a checkpoint, by their names.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is damaged or hostile, or holds no tensors, with a short reason.
    """
    content = untrusted.content(path, untrusted.MOST_WEIGHTS)
    value, stored = (_archive if content.startswith(BEGINNINGS[0]) else _older)(content)
    found, left = Found(), MOST_NUMBERS
    for name, part in _named(_holder(value, found.settings)):
        if part.storage.kind not in TYPES:
            continue  # of integers, such as a count of batches
        if min((1, *part.shape)) < 1:
            raise ValueError(f"tensor {name!r} has an impossible shape")
        left -= math.prod(part.shape)
        if left < 0:
            raise ValueError(f"its tensors have more than {MOST_NUMBERS} numbers")
        found.tensors[name] = _array(name, part, stored)
    if found.tensors and all(name.startswith("module.") for name in found.tensors):  # trained on several devices
        found.tensors = {name.removeprefix("module."): tensor for name, tensor in found.tensors.items()}
    if not found.tensors:
        raise ValueError("it holds no tensors")
    return found


def settings(path: Path) -> dict[str, int]:
    """The integers of the settings that ``torch.save`` wrote as an object with attributes; raises as ``read`` does."""
    content = untrusted.content(path, untrusted.MOST_TEXT)
    value, _ = (_archive if content.startswith(BEGINNINGS[0]) else _older)(content)
    state = value.state if isinstance(value, Placeholder) and isinstance(value.state, dict) else {}
    return {name: n for name, n in state.items() if type(n) is int and isinstance(name, str)}


class _Bounded(io.BytesIO):
    """Content of which little may be read at once: ``zipfile`` reads a directory as long as a file says."""

    most = MOST_DIRECTORY

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self.most:
            raise ValueError(f"the directory of the archive has {size} bytes")
        return super().read(size)


def _archive(content: bytes) -> tuple[Any, Stored]:
    file = _Bounded(content)
    try:
        archive = zipfile.ZipFile(file)
        file.most = len(content)
        names = archive.namelist()
        pickles = [name for name in names if name == "data.pkl" or name.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise ValueError("the archive has no data.pkl; it is none of PyTorch")
        folder = pickles[0].removesuffix("data.pkl")
        if f"{folder}byteorder" in names and _member(archive, f"{folder}byteorder") != b"little":
            raise ValueError("its numbers are big-endian, which is not read")
        value = unpickle.load(io.BytesIO(_member(archive, pickles[0])))
    except ValueError:
        raise
    except Exception as error:  # of a damaged directory zipfile raises many things
        raise ValueError(f"the archive is damaged: {type(error).__name__} {error}") from None
    return value, _Storages(archive, f"{folder}data/", len(content))


class _Storages:
    """The storages of an archive, each read once, and together no more than the archive has bytes."""

    def __init__(self, archive: zipfile.ZipFile, folder: str, most: int) -> None:
        self._archive, self._folder, self._left = archive, folder, most
        self._read: dict[str, bytes] = {}

    def __call__(self, key: str) -> bytes:
        if key not in self._read:
            self._read[key] = _member(self._archive, f"{self._folder}{key}")
            self._left -= len(self._read[key])
            if self._left < 0:
                raise ValueError("storages of the archive overlap")
        return self._read[key]


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        if archive.getinfo(name).compress_type != zipfile.ZIP_STORED:  # which also excludes bombs
            raise ValueError(f"{name} in the archive is compressed, as PyTorch never does")
        return archive.read(name)
    except ValueError:
        raise
    except Exception as error:  # a missing or a damaged member
        raise ValueError(f"{name} in the archive is damaged: {type(error).__name__} {error}") from None


def _older(content: bytes) -> tuple[Any, Stored]:
    """The format before version 1.6: pickles, and behind them the storages."""
    file = io.BytesIO(content)
    if unpickle.load(file) != MAGIC:
        raise ValueError("it is no checkpoint of PyTorch")
    version, _ = unpickle.load(file), unpickle.load(file)
    if version != 1001:
        raise ValueError("it is of an unknown version of PyTorch's format")
    storages: dict[str, Storage] = {}
    value = unpickle.load(file, storages)
    keys, data = unpickle.load(file), memoryview(content)
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise ValueError("the list of its storages is damaged")
    places: dict[str, int] = {}
    at = file.tell()
    for key in keys:
        if key not in storages or storages[key].kind not in _WIDTHS:
            raise ValueError("the list of its storages is damaged")
        count = struct.unpack("<q", data[at : at + 8])[0] if at + 8 <= len(data) else -1
        size = count * _WIDTHS[storages[key].kind]
        if count < 0 or at + 8 + size > len(data):
            raise ValueError("a storage lies behind its end; it may be cut short")
        places[key], at = at + 8, at + 8 + size
    return value, lambda key: data[places[key] :] if key in places else memoryview(b"")


_WIDTHS = dict.fromkeys(("DoubleStorage", "LongStorage"), 8) | dict.fromkeys(("FloatStorage", "IntStorage"), 4)
_WIDTHS |= dict.fromkeys(("HalfStorage", "ShortStorage", "BFloat16Storage"), 2)
_WIDTHS |= dict.fromkeys(("CharStorage", "ByteStorage", "BoolStorage"), 1)


def _holder(value: Any, settings: dict[str, int]) -> Any:
    """The dictionary or the network that holds the tensors; the integer attributes of a network go to ``settings``."""
    if isinstance(value, dict) and not any(isinstance(part, Tensor) for part in value.values()):
        value = next((value[key] for key in HOLDERS if isinstance(value.get(key), dict | Placeholder)), value)
    if isinstance(value, Placeholder) and isinstance(value.state, dict):
        inside = value.state.get("_modules")
        if isinstance(inside, dict) and isinstance(inside.get("module"), Placeholder) and len(inside) == 1:
            value = inside["module"]  # of DataParallel
        state = value.state if isinstance(value.state, dict) else {}
        settings.update({name: n for name, n in state.items() if type(n) is int and isinstance(name, str)})
    return value


def _named(value: Any) -> Iterator[tuple[str, Tensor]]:
    """The tensors of nested dictionaries, and of networks that were saved whole, by names joined with dots."""
    waiting: list[tuple[str, Any, int]] = [("", value, 0)]
    parts = 1
    while waiting:
        name, part, depth = waiting.pop()
        if parts > MOST_PARTS or depth > MOST_DEPTH:
            raise ValueError("it has more parts than a network")
        if isinstance(part, Tensor):
            yield name, part
        if isinstance(part, Placeholder) and isinstance(part.state, dict):
            kinds = [part.state.get(kind) for kind in ("_parameters", "_buffers", "_modules")]
            part = {key: each for kind in kinds if isinstance(kind, dict) for key, each in kind.items()}
        if isinstance(part, dict):
            parts += len(part)
            keys = [key for key in part if isinstance(key, str) and len(key) <= MOST_NAME]
            inside = [(f"{name}.{key}" if name else key, part[key], depth + 1) for key in keys]
            waiting.extend(reversed(inside))


def _array(name: str, part: Tensor, stored: Stored) -> NDArray[np.float32]:
    kind = np.dtype(TYPES[part.storage.kind])
    offset = part.offset + part.storage.offset
    strides = [stride if size > 1 else 0 for size, stride in zip(part.shape, part.strides, strict=True)]
    last = offset + sum((size - 1) * stride for size, stride in zip(part.shape, strides, strict=True))
    data = stored(part.storage.key)
    if min((offset, *strides)) < 0:
        raise ValueError(f"tensor {name!r} lies before its storage")
    if last >= min(part.storage.count, len(data) // kind.itemsize):
        raise ValueError(f"tensor {name!r} is larger than its storage; the file may be cut short")
    numbers = np.frombuffer(data, kind, last + 1)
    steps = tuple(stride * kind.itemsize for stride in strides)
    view = np.lib.stride_tricks.as_strided(numbers[offset:], part.shape, steps, writeable=False)
    if part.storage.kind == "BFloat16Storage":
        return (view.astype(np.uint32) << 16).view(np.float32)
    with np.errstate(over="ignore"):  # of doubles; what is not finite is refused by name, later
        return view.astype(np.float32)
