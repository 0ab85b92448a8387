"""The case of a number, and the gender of its noun, by the words around it."""

import pytest

from wavenet.tts.russian import agreement

PLACES = [
    # a preposition of two cases: the noun decides
    ("в", "городе", 1, "pre", "m"),
    ("в", "город", 1, "acc", "m"),
    ("в", "книге", 1, "pre", "f"),
    ("в", "книгу", 1, "acc", "f"),
    ("в", "книгах", 5, "pre", ""),
    ("в", "раза", 2, "acc", "m"),
    ("на", "столе", 21, "pre", "m"),
    ("на", "линии", 1, "pre", "f"),
    ("с", "другом", 1, "ins", "m"),
    ("с", "подругой", 1, "ins", "f"),
    ("с", "друзьями", 3, "ins", ""),
    ("с", "утра", 5, "gen", ""),
    ("за", "рублями", 1000, "ins", ""),
    ("за", "рублей", 1000, "acc", ""),
    ("под", "столом", 1, "ins", "m"),
    ("по", "рубля", 2, "acc", "m"),
    ("в", "", 5, "acc", ""),
    # of one case
    ("от", "часа", 1, "gen", "m"),
    ("от", "книги", 1, "gen", "f"),
    ("к", "часам", 7, "dat", ""),
    ("о", "годах", 40, "pre", ""),
    ("между", "домами", 2, "ins", "m"),
    ("через", "недели", 2, "acc", "f"),
    # none: the noun alone
    ("", "книга", 1, "nom", "f"),
    ("", "окно", 1, "nom", "n"),
    ("", "время", 1, "nom", "n"),
    ("", "дверь", 1, "nom", "f"),
    ("", "день", 1, "nom", "m"),
    ("", "дядя", 1, "nom", "m"),
    ("", "книгу", 1, "acc", "f"),
    ("", "столом", 1, "ins", "m"),
    ("", "рублём", 21, "ins", "m"),
    ("", "рублями", 500, "ins", ""),
    ("", "городах", 5, "pre", ""),
    ("", "людям", 11, "dat", ""),
    ("", "", 1, "nom", "m"),
    ("", "пути", 2, "nom", "m"),
    ("", "книги", 3, "nom", "f"),
    ("", "книги", 4, "nom", "f"),
]


@pytest.mark.parametrize(("before", "noun", "number", "case", "gender"), PLACES)
def test_the_words_around_a_number_tell_its_case_and_gender(before, noun, number, case, gender):
    after = [noun] if noun else []
    assert agreement.case(before, after, number) == case
    if gender:
        assert agreement.gender(after, number, case) == gender


def test_eleven_is_several():
    assert agreement.case("", ["книгу"], 11) == "nom"
    assert agreement.case("", ["книгу"], 111) == "nom"
    assert agreement.case("", ["книгу"], 101) == "acc"


def test_the_noun_is_the_first_word_of_three_that_is_no_adjective():
    assert agreement.head(["новых", "книги"]) == "книги"
    assert agreement.head(["больших", "новых", "книг"]) == "книг"
    assert agreement.head(["больших", "новых", "синих", "книг"]) == "больших"
    assert agreement.head(["большие"]) == "большие"
    assert agreement.head([]) == ""


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("новый", True), ("новая", True), ("новых", True), ("третий", True), ("мой", False), ("дней", False),
     ("людей", False), ("случай", False), ("стол", False)],
)  # fmt: skip
def test_an_adjective_is_known_by_its_ending(word, is_one):
    assert agreement.is_adjective(word) is is_one
