"""Russian numerals, declined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.tts.russian.numbers import (
    CASES,
    MOST_DIGITS,
    cardinal,
    counted,
    feminine,
    fraction,
    joined,
    masculine,
    ordinal,
)

METRE, MINUTE = masculine("метр"), feminine("минут")
numbers = st.integers(0, 10**MOST_DIGITS - 1)


@pytest.mark.parametrize(
    ("number", "forms"),
    [
        (1, "один одного одному один одним одном"),
        (2, "два двух двум два двумя двух"),
        (8, "восемь восьми восьми восемь восемью восьми"),
        (40, "сорок сорока сорока сорок сорока сорока"),
        (50, "пятьдесят пятидесяти пятидесяти пятьдесят пятьюдесятью пятидесяти"),
        (200, "двести двухсот двумстам двести двумястами двухстах"),
        (500, "пятьсот пятисот пятистам пятьсот пятьюстами пятистах"),
        (1000, "тысяча тысячи тысяче тысячу тысячей тысяче"),
    ],
)
def test_a_number_has_six_cases(number, forms):
    assert [" ".join(cardinal(number, case)) for case in CASES] == forms.split()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "ноль"),
        (21, "двадцать один"),
        (1001, "тысяча один"),
        (2022, "две тысячи двадцать два"),
        (21_000, "двадцать одна тысяча"),
        (1_002_003, "один миллион две тысячи три"),
        (10**9, "один миллиард"),
    ],
)
def test_a_number_has_words(number, said):
    assert " ".join(cardinal(number)) == said


@pytest.mark.parametrize(
    ("number", "masculine_form", "feminine_form"),
    [
        (1, "первый", "первой"),
        (3, "третий", "третьей"),
        (12, "двенадцатый", "двенадцатой"),
        (40, "сороковой", "сороковой"),
        (50, "пятидесятый", "пятидесятой"),
        (100, "сотый", "сотой"),
        (500, "пятисотый", "пятисотой"),
        (2024, "две тысячи двадцать четвёртый", "две тысячи двадцать четвёртой"),
        (2000, "двухтысячный", "двухтысячной"),
        (1_000_000, "миллионный", "миллионной"),
    ],
)
def test_of_an_ordinal_the_last_word_is_declined(number, masculine_form, feminine_form):
    assert " ".join(ordinal(number)) == masculine_form
    assert " ".join(ordinal(number, "gen", "f")) == feminine_form


@pytest.mark.parametrize(
    ("number", "metre", "minute"),
    [
        (1, "метр", "минута"),
        (2, "метра", "минуты"),
        (5, "метров", "минут"),
        (11, "метров", "минут"),
        (104, "метра", "минуты"),
    ],
)
def test_a_noun_agrees_with_its_number(number, metre, minute):
    assert (counted(number, METRE), counted(number, MINUTE)) == (metre, minute)
    assert counted(number, METRE, "ins") == ("метром" if number == 1 else "метрами")


def test_parts_are_tenths_and_hundredths():
    assert " ".join(fraction(3, "5")) == "три целых пять десятых"
    assert " ".join(fraction(1, "01")) == "одна целая одна сотая"
    assert " ".join(fraction(2, "5", "gen")) == "двух целых пяти десятых"
    assert " ".join(fraction(3, "1415")) == "три запятая один четыре один пять"


def test_a_number_may_be_the_first_part_of_a_word():
    assert [joined(number) for number in (1, 2, 5, 25, 40, 100, 1000)] == [
        *("одно", "двух", "пяти", "двадцатипяти", "сорока", "сто", "тысяче")
    ]


@given(numbers, st.sampled_from(CASES), st.sampled_from("mfn"))
def test_every_number_has_words_in_every_case(number, case, gender):
    for said in (cardinal(number, case, gender), ordinal(number, case, gender)):
        assert said
        assert all(word.isalpha() for word in said)


@given(numbers, numbers)
def test_different_numbers_sound_different(one, other):
    assert (cardinal(one) == cardinal(other)) == (one == other)
