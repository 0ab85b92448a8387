"""Checkpoints of TensorFlow, both formats, without TensorFlow.

The first is one table, of a message ``SavedTensorSlices`` for each tensor; the second a table ``NAME.index`` of where
each tensor lies in ``NAME.data-00000-of-00001``.
"""

import math
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet import untrusted
from wavenet.importers import table, wire
from wavenet.importers.crc32c import crc32c, unmasked

Arrays = dict[str, NDArray[np.float32]]
FLOAT = 1
"""``DT_FLOAT``; tensors of other types are counters, and left out"""
MOST_TABLE = 2**27
"""maximum bytes of a table"""
MOST_TENSORS = 100_000
MOST_DIMENSIONS = 8


def is_table(path: Path) -> bool:
    """Whether a file ends as a table does."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 8, 0))
        return file.read() == table.MAGIC


def read(path: Path) -> Arrays:
    """The float tensors of a checkpoint, by their names: a table, or ``NAME.index``, with its data beside it.

    Raises:
        OSError: a file cannot be read.
        ValueError: one is damaged or hostile; the short reason names the file where it is another than ``path``.
    """
    content = memoryview(untrusted.content(path, MOST_TABLE))
    found = {}
    for count, (key, value) in enumerate(table.entries(content)):
        found[key] = value
        if count > MOST_TENSORS:
            raise ValueError(f"it has more than {MOST_TENSORS} tensors")
    header = found.pop(b"", memoryview(b""))
    return _second(path, header, found) if path.suffix == ".index" else _first(header, found)


def _first(header: memoryview, found: Mapping[bytes, memoryview]) -> Arrays:
    shapes = {}
    for tensor in wire.messages(wire.first(header, 1), 1):
        if wire.integer(tensor, 3) == FLOAT:
            shapes[_text(wire.first(tensor, 1))] = _shape(wire.first(tensor, 2))
    tensors: Arrays = {}
    for value in found.values():
        saved = wire.first(value, 2)
        name = _text(wire.first(saved, 1))
        if name not in shapes:
            continue
        if any(wire.integer(extent, 2, -1) >= 0 for extent in wire.messages(wire.first(saved, 2), 1)):
            raise ValueError(f"tensor {name!r} is partitioned; save it whole")
        tensor = wire.first(saved, 3)
        data = wire.first(tensor, 5) or wire.first(tensor, 4)  # float_val, packed, or tensor_content
        tensors[name] = _array(name, data, shapes[name])
    for name in shapes.keys() - tensors.keys():
        raise ValueError(f"tensor {name!r} is announced, and missing")
    return tensors


def _second(path: Path, header: memoryview, found: Mapping[bytes, memoryview]) -> Arrays:
    shards = wire.integer(header, 1)
    if wire.integer(header, 2):
        raise ValueError("its numbers are big-endian, which is not read")
    if not 1 <= shards <= 1_000:
        raise ValueError(f"it has {shards} files of data")
    content: dict[int, memoryview] = {}
    tensors: Arrays = {}
    left = 0  # bytes that tensors may still have: all files together
    for key, entry in found.items():
        name, shard = _text(memoryview(key)), wire.integer(entry, 3)
        if wire.integer(entry, 1) != FLOAT:
            continue
        if next(wire.messages(entry, 7), None) is not None:
            raise ValueError(f"tensor {name!r} is partitioned; save it whole")
        beside = path.with_name(f"{path.stem}.data-{shard:05d}-of-{shards:05d}")
        if shard not in content:
            if shard >= shards:
                raise ValueError(f"tensor {name!r} is in file {shard} of {shards}")
            content[shard] = _beside(beside)
            left += len(content[shard])
            if sum(map(len, content.values())) > untrusted.MOST_WEIGHTS:
                raise ValueError(f"its data has more than {untrusted.MOST_WEIGHTS} bytes")
        offset, size = wire.integer(entry, 4), wire.integer(entry, 5)
        left -= size
        if left < 0:
            raise ValueError(f"tensor {name!r} lies behind the end of {beside.name}, or on others; it may be cut short")
        data = content[shard][offset : offset + size]
        if len(data) != size:
            raise ValueError(f"tensor {name!r} lies behind the end of {beside.name}; it may be cut short")
        if crc32c(data) != unmasked(wire.integer(entry, 6)):
            raise ValueError(f"the checksum of tensor {name!r} in {beside.name} does not agree: it is damaged")
        tensors[name] = _array(name, data, _shape(wire.first(entry, 2)))
    return tensors


def _beside(path: Path) -> memoryview:
    try:
        return memoryview(untrusted.content(path, untrusted.MOST_WEIGHTS))
    except OSError as error:
        raise ValueError(f"its data, {path.name}, cannot be read: {error.strerror or error}") from None


def _text(data: memoryview) -> str:
    return bytes(data).decode("utf-8")


def _shape(message: memoryview) -> tuple[int, ...]:
    """The sizes of a ``TensorShapeProto``."""
    sizes = tuple(wire.integer(size, 1) for size in wire.messages(message, 2))
    if len(sizes) > MOST_DIMENSIONS:
        raise ValueError(f"a tensor has {len(sizes)} dimensions")
    return sizes


def _array(name: str, data: memoryview, shape: tuple[int, ...]) -> NDArray[np.float32]:
    if len(data) != struct.calcsize("f") * math.prod(shape):
        raise ValueError(f"tensor {name!r} has {len(data)} bytes, but its shape is {shape}")
    return np.frombuffer(data, "<f4").astype(np.float32).reshape(shape)
