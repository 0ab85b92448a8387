"""A LevelDB table, in which TensorFlow keeps the names of tensors and, in its first format, the tensors: sorted keys
and values in blocks, each with a checksum; a last block says where they are.
"""

from collections.abc import Iterator

from wavenet.importers import snappy
from wavenet.importers.crc32c import crc32c, unmasked
from wavenet.importers.wire import varint

MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
"""the last 8 bytes of a table"""
FOOTER = 48
MOST_BLOCKS = 2**16
MOST_UNPACKED = 2**29
"""maximum bytes of all blocks together, decompressed"""


def entries(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """The keys and values of a table, in order; raises ValueError with a short reason."""
    if len(data) < FOOTER or data[-8:] != MAGIC:
        raise ValueError("it does not end as a table of TensorFlow; it may be cut short")
    footer = data[-FOOTER:]
    at = 0
    for _ in range(2):  # the first handle is of the block of filters, which has nothing for us
        (offset, at), (size, at) = (begin := varint(footer, at)), varint(footer, begin[1])
        handle = offset, size
    left = MOST_UNPACKED
    for count, (_, place) in enumerate(_of_block(_block(data, *handle, left))):
        if count > MOST_BLOCKS:  # its index can name one block many times
            raise ValueError(f"it has more than {MOST_BLOCKS} blocks")
        offset, at = varint(place, 0)
        block = _block(data, offset, varint(place, at)[0], left)
        left -= len(block)
        yield from _of_block(block)


def _block(data: memoryview, offset: int, size: int, most: int) -> memoryview:
    """A block, its checksum compared and decompressed."""
    stored, trailer = data[offset : offset + size], data[offset + size : offset + size + 5]
    if len(stored) != size or len(trailer) != 5:
        raise ValueError("a block lies behind its end; it may be cut short")
    if crc32c(data[offset : offset + size + 1]) != unmasked(int.from_bytes(trailer[1:], "little")):
        raise ValueError(f"the checksum of the block at byte {offset} does not agree: it is damaged")
    if trailer[0] not in (0, 1):
        raise ValueError(f"the block at byte {offset} is compressed in an unknown way, {trailer[0]}")
    block = memoryview(snappy.decompress(stored, most)) if trailer[0] else stored
    if len(block) > most:
        raise ValueError(f"its blocks have more than {MOST_UNPACKED} bytes")
    return block


def _of_block(block: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """The keys and values of a block; a key begins with some bytes of the one before."""
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 - 4 * restarts
    if end < 0:
        raise ValueError("a block has more restarts than bytes")
    at, key = 0, b""
    while at < end:
        shared, at = varint(block, at)
        own, at = varint(block, at)
        size, at = varint(block, at)
        if shared > len(key) or at + own + size > end:
            raise ValueError("an entry of a block is longer than the block")
        key = key[:shared] + bytes(block[at : at + own])
        at += own
        yield key, block[at : at + size]
        at += size
