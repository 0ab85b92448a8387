"""Numbers → words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.tts.english.numbers import amount, cardinal, digits, ordinal, roman, roman_year, year


def test_digits_beyond_the_names_are_said_one_by_one():
    assert cardinal("9" * 36)[:3] == ["nine", "hundred", "ninety"]
    assert cardinal("9" * 37) == ["nine"] * 37
    assert ordinal("1" * 37) == ["one"] * 37


@pytest.mark.parametrize(
    ("number", "words", "place"),
    [
        (0, "zero", "zeroth"),
        (8, "eight", "eighth"),
        (12, "twelve", "twelfth"),
        (13, "thirteen", "thirteenth"),
        (20, "twenty", "twentieth"),
        (45, "forty five", "forty fifth"),
        (100, "one hundred", "one hundredth"),
        (309, "three hundred nine", "three hundred ninth"),
        (1_000_003, "one million three", "one million third"),
        (70_000_000_000, "seventy billion", "seventy billionth"),
        (10**33, "one decillion", "one decillionth"),
    ],
)
def test_a_number_has_these_words(number, words, place):
    assert " ".join(cardinal(str(number))) == words
    assert " ".join(ordinal(str(number))) == place


@given(st.integers(0, 10**36 - 1))
def test_the_words_of_a_number_count_to_it(number):
    ones = {" ".join(cardinal(str(n))): n for n in range(100)}
    whole = group = 0
    for word in cardinal(str(number)):
        if word == "hundred":
            group *= 100
        elif word in ones:
            group += ones[word]
        else:
            power = next(k for k in range(1, 12) if cardinal(str(1000**k))[1] == word)
            whole, group = whole + group * 1000**power, 0
    assert whole + group == number


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


@pytest.mark.parametrize(
    "text", ["", "IIII", "VIIII", "XXXX", "LXXXX", "CCCC", "CD", "D", "VX", "IC", "MIX", "iv", "A"]
)
def test_other_letters_are_no_roman_numeral(text):
    assert roman(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("MIII", 1003),
        ("MCMXCIX", 1999),
        ("MMXCIX", 2099),
        ("MMCI", None),
        ("MIX", None),
        ("CMXCIX", None),
        ("MMIIII", None),
    ],
)
def test_a_roman_year_is_between_1000_and_2099(text, value):
    assert roman_year(text) == value
