"""The wire format of protocol buffers: a message is numbered fields, each an integer or bytes."""

from collections.abc import Iterator

Value = int | memoryview


def varint(data: memoryview, at: int) -> tuple[int, int]:
    """The integer of 7 bits a byte at a place, and the place after it; raises ValueError."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value & 2**64 - 1, at
    raise ValueError("a number does not end")


def fields(message: memoryview) -> Iterator[tuple[int, Value]]:
    """The fields of a message, in the order of the file: varints and fixed numbers as integers; raises ValueError."""
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        kind, size = tag & 7, 0
        value: Value
        if kind == 0:
            value, at = varint(message, at)
        elif kind in (1, 2, 5):
            if kind == 2:
                size, at = varint(message, at)
            size = {1: 8, 5: 4}.get(kind, size)
            value = message[at : at + size]
            if len(value) != size:
                raise ValueError("a message ends within a field")
            at += size
            value = value if kind == 2 else int.from_bytes(value, "little")
        else:
            raise ValueError(f"a field is of the unknown kind {kind}")
        yield tag >> 3, value


def messages(message: memoryview, number: int) -> Iterator[memoryview]:
    """The values of a field that are bytes: texts, or messages; raises ValueError."""
    for found, value in fields(message):
        if found == number:
            if isinstance(value, int):
                raise ValueError(f"field {number} is a number")
            yield value


def first(message: memoryview, number: int) -> memoryview:
    """The first value of such a field, or nothing; raises ValueError."""
    return next(messages(message, number), memoryview(b""))


def integer(message: memoryview, number: int, absent: int = 0) -> int:
    """The last value of a field that is an integer; raises ValueError."""
    last = absent
    for found, value in fields(message):
        if found == number:
            if not isinstance(value, int):
                raise ValueError(f"field {number} is no number")
            last = value
    return last
