"""Snappy, which LevelDB compresses the blocks of a table with: literals, and copies of what came before."""


def decompress(data: memoryview, most: int) -> bytes:
    """Decompress a block that must hold at most ``most`` bytes; raises ValueError."""
    wanted, at = _length(data)
    if wanted > most:
        raise ValueError(f"a compressed block of {wanted} bytes, more than {most}")
    out = bytearray()
    while at < len(data):
        kind, size = data[at] & 3, data[at] >> 2
        at += 1
        if kind == 0:
            if size >= 60:  # the length follows, in 1 to 4 bytes
                extra = size - 59
                size = int.from_bytes(data[at : at + extra], "little")
                at += extra
            size += 1
            if at + size > len(data):
                raise ValueError("a compressed block ends within a literal")
            out += data[at : at + size]
            at += size
        else:
            extra = (1, 2, 4)[kind - 1]
            offset = int.from_bytes(data[at : at + extra], "little")
            at += extra
            if kind == 1:
                offset, size = offset | size >> 3 << 8, (size & 7) + 3
            _copy(out, offset, size + 1)
        if at > len(data) or len(out) > wanted:
            raise ValueError("a compressed block does not have the length that it states")
    if len(out) != wanted:
        raise ValueError("a compressed block does not have the length that it states")
    return bytes(out)


def _copy(out: bytearray, offset: int, size: int) -> None:
    """Append ``size`` bytes from ``offset`` before the end; where they overlap the end, they repeat."""
    if not 0 < offset <= len(out):
        raise ValueError("a compressed block copies from before its beginning")
    start = len(out) - offset
    piece = out[start : start + size]
    out += (piece * (size // len(piece) + 1))[:size]


def _length(data: memoryview) -> tuple[int, int]:
    length = 0
    for at, byte in enumerate(data[:5]):
        length |= (byte & 127) << 7 * at
        if byte < 128:
            return length, at + 1
    raise ValueError("a compressed block does not state its length")
