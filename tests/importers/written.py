"""Writes checkpoints of TensorFlow, both formats, as the tests of the readers need them."""

import struct
from pathlib import Path

import numpy as np

from wavenet.importers import table
from wavenet.importers.crc32c import crc32c


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def number(field, value):
    return varint(field << 3) + varint(value)


def message(field, *parts):
    content = b"".join(parts)
    return varint(field << 3 | 2) + varint(len(content)) + content


def masked(data):
    value = crc32c(data)
    return struct.pack("<I", ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def literal(data):
    """A snappy block of literals only."""
    out = varint(len(data))
    for at in range(0, len(data), 60):
        piece = data[at : at + 60]
        out += bytes([len(piece) - 1 << 2]) + piece
    return out


def block(entries, compressed):
    """A block with its trailer; keys share what they have in common with the one before."""
    content, before = b"", b""
    for key, value in entries:
        shared = next((i for i, (a, b) in enumerate(zip(key, before, strict=False)) if a != b), 0)
        content += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    content += struct.pack("<II", 0, 1)
    stored = (literal(content) if compressed else content) + bytes([compressed])
    return stored + masked(stored)


def write_table(entries, compressed=True, per_block=2):
    """A table of sorted keys and values, in blocks of a few entries."""
    entries, out, index = sorted(entries), b"", []
    for at in range(0, len(entries), per_block):
        piece = block(entries[at : at + per_block], compressed)
        index.append((entries[min(at + per_block, len(entries)) - 1][0], varint(len(out)) + varint(len(piece) - 5)))
        out += piece
    meta = block([], False)
    handles = varint(len(out)) + varint(len(meta) - 5)
    out += meta
    last = block(index, compressed)
    handles += varint(len(out)) + varint(len(last) - 5)
    return out + last + handles.ljust(40, b"\0") + table.MAGIC


def shape(array):
    return b"".join(message(2, number(1, size)) for size in array.shape)


def first_format(path: Path, tensors, compressed=True):
    """A file of the first format, with a counter besides the tensors, as TensorFlow's have one."""
    described = [message(1, message(1, b"global_step"), message(2), number(3, 9))]
    entries = [(b"\0step", message(2, message(1, b"global_step"), message(3, number(1, 9))))]
    for name, array in tensors.items():
        described.append(message(1, message(1, name.encode()), message(2, shape(array)), number(3, 1)))
        tensor = message(3, number(1, 1), message(5, array.astype("<f4").tobytes()))
        entries.append((b"\0" + name.encode() + b"\0", message(2, message(1, name.encode()), message(2), tensor)))
    path.write_bytes(write_table([(b"", message(1, *described)), *entries], compressed))
    return path


def second_format(prefix: Path, tensors, shards=1):
    """``NAME.index`` and its data, in one file or several."""
    data = [b""] * shards
    entries = [(b"", number(1, shards) + message(3, number(1, 1)))]
    for i, (name, array) in enumerate(tensors.items()):
        content, shard = array.astype("<f4").tobytes(), i % shards
        place = number(3, shard) + number(4, len(data[shard])) + number(5, len(content))
        checksum = varint(6 << 3 | 5) + masked(content)
        entries.append((name.encode(), number(1, 1) + message(2, shape(array)) + place + checksum))
        data[shard] += content
    for shard, content in enumerate(data):
        prefix.with_name(f"{prefix.name}.data-{shard:05d}-of-{shards:05d}").write_bytes(content)
    index = prefix.with_name(f"{prefix.name}.index")
    index.write_bytes(write_table(entries))
    return index


def some_tensors(seed=0):
    """A few small tensors, of names that share beginnings."""
    generator = np.random.default_rng(seed)
    shapes = {"net/layer0/filter": (2, 3, 4), "net/layer0/gate": (2, 3, 4), "net/layer1/bias": (5,), "net/one": ()}
    return {name: generator.normal(size=size).astype(np.float32) for name, size in shapes.items()}
