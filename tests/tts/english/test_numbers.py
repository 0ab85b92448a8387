"""Numbers → words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.tts.english.numbers import amount, cardinal, digits, ordinal, roman, year


def test_digits_beyond_the_names_are_said_one_by_one():
    assert cardinal("9" * 36)[:3] == ["nine", "hundred", "ninety"]
    assert cardinal("9" * 37) == ["nine"] * 37
    assert ordinal("1" * 37) == ["one"] * 37


@given(st.integers(0, 10**36 - 1))
def test_leading_zeros_and_separators_change_no_amount(number):
    assert cardinal(f"00{number}") == amount(f"{number:,}") == cardinal(str(number))


@given(st.integers(0, 10**36 - 1), st.integers(0, 10**36 - 1))
def test_different_numbers_have_different_words(one, other):
    assert (cardinal(str(one)) == cardinal(str(other))) == (one == other)
    assert (ordinal(str(one)) == ordinal(str(other))) == (one == other)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1905", "nineteen oh five"),
        ("1900", "nineteen hundred"),
        ("2000", "two thousand"),
        ("2007", "two thousand seven"),
        ("2024", "twenty twenty four"),
        ("1066", "ten sixty six"),
        ("1000", "one thousand"),
        ("0042", "forty two"),
    ],
)
def test_a_year_is_said_so(number, words):
    assert " ".join(year(number)) == words


def test_digits_are_said_one_by_one():
    assert " ".join(digits("0123456789")) == "zero one two three four five six seven eight nine"


@pytest.mark.parametrize(
    ("text", "value"), [("I", 1), ("IV", 4), ("XIV", 14), ("XLII", 42), ("XCIX", 99), ("CCCXCIX", 399)]
)
def test_a_roman_numeral_has_its_value(text, value):
    assert roman(text) == value


@pytest.mark.parametrize("text", ["", "IIII", "VX", "IC", "MIX", "iv", "A"])
def test_other_letters_are_no_roman_numeral(text):
    assert roman(text) is None
