"""The checksum is CRC-32C, whatever the length."""

from hypothesis import given
from hypothesis import strategies as st

from wavenet.importers.crc32c import POLYNOMIAL, crc32c, unmasked


def bit_by_bit(data):
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (POLYNOMIAL if register & 1 else 0)
    return register ^ 0xFFFFFFFF


def test_it_is_the_published_value():
    assert crc32c(b"123456789") == 0xE3069283


@given(st.binary(max_size=300))
def test_columns_side_by_side_give_what_one_bit_after_the_other_gives(data):
    assert crc32c(data) == bit_by_bit(data)


@given(st.integers(0, 2**32 - 1))
def test_a_masked_checksum_is_the_one_that_was_masked(value):
    assert unmasked(((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF) == value
