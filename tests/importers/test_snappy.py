"""Blocks of snappy are decompressed as its format says, and damaged ones are refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.written import literal, varint
from wavenet.importers.snappy import decompress


def unpacked(data, most=1_000_000):
    return decompress(memoryview(data), most)


@given(st.binary(max_size=500))
def test_literals_are_what_they_hold(data):
    assert unpacked(literal(data)) == data


def test_a_long_literal_has_its_length_behind_it():
    data = bytes(range(256)) * 4
    assert unpacked(varint(1024) + bytes([61 << 2]) + (1023).to_bytes(2, "little") + data) == data


@pytest.mark.parametrize(
    "copy",
    [bytes([(7 - 4) << 2 | 1, 3]), bytes([(7 - 1) << 2 | 2, 3, 0]), bytes([(7 - 1) << 2 | 3, 3, 0, 0, 0])],
)
def test_a_copy_that_overlaps_its_end_repeats(copy):
    assert unpacked(varint(10) + bytes([2 << 2]) + b"abc" + copy) == b"abcabcabca"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "does not state its length"),
        (b"\xff" * 9, "does not state its length"),
        (varint(10**7), "more than 1000000"),
        (varint(5) + bytes([4 << 2]) + b"abc", "ends within a literal"),
        (varint(5) + bytes([0]) + b"a" + bytes([1, 2]), "before its beginning"),
        (varint(9) + bytes([0]) + b"a", "length that it states"),
        (varint(1) + bytes([1 << 2]) + b"ab", "length that it states"),
    ],
)
def test_a_damaged_block_is_refused(data, reason):
    with pytest.raises(ValueError, match=reason):
        unpacked(data)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_block_or_a_value_error(data):
    with contextlib.suppress(ValueError):
        unpacked(data)
