"""Letters of other scripts."""

import warnings
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import WavenetWarning
from wavenet.tts.foreign import greek, sayable
from wavenet.tts.markup import Break, Manner, Span


def ascii_only(character: str) -> bool:
    return character.isascii() or not character.isalpha()


def left(*items: Span | Break) -> str:
    return "".join(item.text for item in sayable(items, ascii_only, "English") if isinstance(item, Span))


def named(*texts: str) -> str:
    return "".join(item.text for item in greek(map(Span, texts), {"Ω": "Ω", "ς": "end"}) if isinstance(item, Span))


def test_words_that_cannot_be_said_are_left_out_with_one_warning_that_shows_the_first():
    with pytest.warns(WavenetWarning) as told:
        assert left(Span("I say «안녕하세요» and 你好, "), Break(0.1), Span("friend.")) == "I say «» and , friend."
    assert [str(one.message) for one in told] == [
        "'안녕하세요' (hangul) is left out, and any other word that is not English: this voice cannot say it"
    ]


def test_a_word_with_phones_is_said_whatever_its_letters():
    word = Span("안녕", Manner(phones="AA", alphabet="x-arpabet"))
    assert left(Span("a "), word) == "a 안녕"


@given(st.text(st.characters(codec="ascii")))
def test_what_can_be_said_stays(text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert left(Span(text)) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("πr²", "pi r²"),
        ("β-carotene", "beta-carotene"),
        ("Δt, 2π, αβ", "delta t, 2 pi, alpha beta"),
        ("5kΩ λ", "5kΩ lambda"),
        ("ς ϕ ώ", "end phi omega"),
        ("λόγος", "λόγος"),
    ],
)
def test_greek_letters_are_named_and_words_are_not(text, said):
    assert named(text) == said
    assert named(*text) == said


@given(st.text("aπΩ1 -λ", max_size=12), st.lists(st.integers(0, 12)))
def test_names_are_the_same_wherever_the_pieces_end(text, cuts):
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    assert named(*(text[a:b] for a, b in pairwise(edges))) == named(text)
