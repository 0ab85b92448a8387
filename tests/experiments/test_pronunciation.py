import math

from hypothesis import given
from hypothesis import strategies as st

from experiments.pronunciation import distance, held_out, held_out_words, score

sequences = st.lists(st.sampled_from("abc"), max_size=6)


@given(sequences, sequences, sequences)
def test_the_distance_is_a_metric(a: list[str], b: list[str], c: list[str]) -> None:
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, b) == distance(b, a) <= max(len(a), len(b))
    assert distance(a, c) <= distance(a, b) + distance(b, c)


@given(sequences, st.integers(0, 6), st.sampled_from("abc"))
def test_one_more_is_one_error(a: list[str], at: int, more: str) -> None:
    assert distance(a, [*a[:at], more, *a[at:]]) == 1


def test_a_wrong_stress_and_a_wrong_phone_count_as_told() -> None:
    truth = {"a": [("EY1",), ("AH0",)], "to": [("T", "UW1")], "it": [("IH1", "T")]}
    guesses = {"a": ("AH0",), "to": ("T", "UW0"), "it": ("IH1", "D", "T")}
    found = score(guesses.__getitem__, truth)
    assert found.words == 3
    assert math.isclose(found.right, 1 / 3)
    assert math.isclose(found.right_without_stress, 2 / 3)
    assert math.isclose(found.phone_errors, 2 / 5)
    assert math.isclose(found.phone_errors_without_stress, 1 / 5)


def test_a_tenth_of_the_words_is_held_out_with_their_possessives() -> None:
    words = held_out_words()
    assert 12000 < len(words) < 13000
    assert all(held_out(word) and held_out(word.removesuffix("'s")) for word in words)
