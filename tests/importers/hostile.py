"""Damages a file in many ways: whatever is in it, the answer is tensors or one line."""

import contextlib
from pathlib import Path

from hypothesis import strategies as st

from wavenet.errors import WavenetError
from wavenet.importers import checkpoint

changes = st.lists(
    st.tuples(
        st.sampled_from(["set", "delete", "insert", "repeat", "cut"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 255),
        st.integers(1, 9),
    ),
    min_size=1,
    max_size=4,
)
"""where, as a part of the length, and what"""


def damaged(data: bytes, how) -> bytes:
    """The bytes with some of them changed."""
    content = bytearray(data)
    for kind, place, value, count in how:
        at = int(place * len(content))
        if kind == "set":
            content[at : at + 1] = bytes([value])
        elif kind == "delete":
            del content[at : at + count]
        elif kind == "insert":
            content[at:at] = bytes([value]) * count
        elif kind == "repeat":
            content[at:at] = content[at : at + 8 * count]
        else:
            del content[at:]
    return bytes(content)


def read_or_refused(path: Path, data: bytes) -> None:
    """Read a checkpoint of these bytes; nothing but a WavenetError of one line may come out."""
    path.write_bytes(data)
    with contextlib.suppress(WavenetError):
        checkpoint.read(path)
