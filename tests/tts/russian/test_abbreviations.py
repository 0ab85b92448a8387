"""Russian abbreviations → words, a noun in the case of its preposition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.tts.russian.abbreviations import expanded

CASES = [
    ("яблоки, груши и т. д.", "яблоки, груши и так далее."),
    ("груши и т.п. Он рад", "груши и тому подобное, Он рад"),
    ("Иванов и др. были", "Иванов и другие были"),
    ("т. е. нет, т.к. поздно", "то есть нет, так как поздно"),
    ("в V веке до н. э.", "в V веке до нашей эры."),
    ("ул. Мира, на ул. Мира, по ул. Мира", "улица Мира, на улице Мира, по улице Мира"),
    ("с пл. Победы через пер. Грина", "с площади Победы через переулок Грина"),
    ("г. Москва, в г. Москве, до г. Омска", "город Москва, в городе Москве, до города Омска"),
    ("д. 5, кв. 12, корп. 2", "дом 5, квартира 12, корпус 2"),
    ("стр. 5, на стр. 7, см. рис. 3", "страница 5, на странице 7, смотри рисунок 3"),
    ("театр им. Пушкина", "театр имени Пушкина"),
    ("Проф. Иванов, с проф. Петровым", "Профессор Иванов, с профессором Петровым"),
    ("г-н Петров и г-жа Орлова", "господин Петров и госпожа Орлова"),
    # what is none of these
    ("в 2020 г. Москва", "в 2020 г. Москва"),
    ("2 кв. м и 5 т. угля", "2 кв. м и 5 т. угля"),
    ("5 см. ткани", "5 см. ткани"),
    ("Он пил. Да.", "Он пил. Да."),
]


@pytest.mark.parametrize(("text", "said"), CASES)
def test_an_abbreviation_is_read_in_its_place(text, said):
    assert expanded(text) == said


@given(st.text("улгдст.Мя 5-ие", max_size=40))
def test_no_figure_is_lost_and_nothing_is_expanded_twice(text):
    said = expanded(text)
    assert [c for c in said if c.isdecimal()] == [c for c in text if c.isdecimal()]
    assert len(said) <= 12 * len(text) + 12
