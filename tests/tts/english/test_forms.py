"""Properties of the grammar: no letter or digit of any text is lost, and reading takes time linear in its length."""

import string
from collections.abc import Callable
from itertools import chain
from unittest.mock import patch

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.tts.english.test_cases import LEXICON, ROWS, told
from tests.tts.english.test_normalise import TEXTS as ANY
from wavenet.errors import UsageError
from wavenet.tts.english import marks, normalise
from wavenet.tts.english.characters import clean, visible
from wavenet.tts.english.context import FARTHEST, Context, Read
from wavenet.tts.english.forms import read
from wavenet.tts.english.normalise import MOST_LETTERS, Token, Word, sentences
from wavenet.tts.english.window import LONGEST_PIECE

TEXTS = [text for _, text, _ in ROWS]
JOINTS = (" ", ", ", ". ", " and ", " - ", "–", "/", "-", "; ", "\n", " (", ") ", ' "', '" ', "'")
MIXED = st.lists(st.sampled_from([*TEXTS, *JOINTS]) | st.text(string.printable, max_size=2), max_size=12).map("".join)
KINDS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
UNITS = (
    *(
        "a",
        "ab",
        "1",
        "a1",
        "a-",
        "1/",
        "1-",
        "1,",
        "1.",
        "A.",
        "'s",
        "(1",
        "=",
        "1+",
        "x=",
        "$1",
        "I",
        "XQ",
        "m/",
        "a@",
    ),
    *("a.b.c", "#1", "1'", 'a"', "a_", "é", "1 ", "A ", "I. ", "Mon-", "5 kg ", "Dr. ", "& ", "1 - ", "Sat, ", "e.g. "),
)


def words(made: list[list[Token]]) -> list[Word]:
    return [token for token in chain.from_iterable(made) if isinstance(token, Word)]


@settings(max_examples=150)
@given(st.sampled_from([text for text in TEXTS if set(text) & set("".join(KINDS))]), st.data())
def test_another_letter_or_digit_is_heard(text: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([i for i, c in enumerate(text) if any(c in kind for kind in KINDS)]))
    kind = next(kind for kind in KINDS if text[at] in kind)
    other = data.draw(st.sampled_from(kind.replace(text[at], "")))
    changed = text[:at] + other + text[at + 1 :]
    assume("Nr." not in changed)  # a number, as No. is
    assert told(text) != told(changed)


def test_the_ending_of_a_fraction_is_heard() -> None:
    assert told("1/3rd") != told("1/3nd")


@settings(max_examples=150)
@given(MIXED | ANY)
@example("Open Mon.–Sat. and Sun. 10-4.")
@example("No./Yes")
def test_every_letter_and_digit_belongs_to_a_word(text: str) -> None:
    try:
        made = list(sentences(text, LEXICON.__contains__))
    except UsageError:  # nothing to say, or not in English
        return
    [emoticon] = marks.EMOTICONS
    pieces = [piece for run in visible(text).split() for piece in clean(run).split()]
    seen = "".join(piece for piece in pieces if not emoticon.pattern.fullmatch(piece))
    assert list(filter(str.isalnum, "".join(word.written for word in words(made)))) == list(filter(str.isalnum, seen))


@settings(max_examples=30)
@given(MIXED | ANY | st.builds(lambda unit, times: unit * times, st.sampled_from(UNITS), st.integers(500, 2000)))
def test_each_form_is_read_once_and_looks_ahead_only_so_far(text: str) -> None:
    sights = []

    def counted(text: str, at: int, context: Context, limit: int | None = None) -> Read:
        if limit is None:  # a form within another one
            return read(text, at, context)
        sights.append(len(text) - at)
        assert limit - at <= FARTHEST
        return read(text, at, context, limit)

    with patch.object(normalise, "read", counted):
        try:
            list(sentences(iter([text]), LEXICON.__contains__))
        except UsageError:
            return
    pieces = [piece for run in visible(text).split() for piece in clean(run).split()]
    assert len(sights) <= sum(map(len, pieces))
    assert max(sights, default=0) <= 2 * FARTHEST + LONGEST_PIECE


@pytest.mark.parametrize("unit", UNITS)
def test_a_giant_word_is_cut(unit: str) -> None:
    made = list(sentences(unit.strip() * (3000 // len(unit.strip())) + " end."))
    assert max(len(word.spoken) for word in words(made)) <= FARTHEST
    assert max(sum(len(word.spoken) for word in words([sentence])) for sentence in made) <= MOST_LETTERS + 2 * FARTHEST


@pytest.mark.parametrize(
    ("text", "known", "said"),
    [
        ("Ask Tpr. Nolan.", lambda word: word in ("ask", "nolan"), "ask t p r nolan ."),
        ("Ask Bob. Nolan knows.", lambda word: True, "ask bob . | nolan knows ."),
    ],
)
def test_a_short_word_that_nobody_knows_ends_no_sentence(text: str, known: Callable[[str], bool], said: str) -> None:
    made = list(sentences(text, known))
    assert " | ".join(" ".join(getattr(t, "spoken", "") or t.sign for t in sentence) for sentence in made) == said


@settings(max_examples=60)
@given(
    st.sampled_from(["", "x=", "It was ", "from ", "(", "lows of ", "Today: "]),
    st.sampled_from("-–−"),
    st.integers(2, 12),
    st.sampled_from(["", "%", "°", "°C", "k", ".5", " kg", " degrees", ")", ", then", "."]),
)
def test_a_minus_in_front_of_a_number_is_said(before: str, sign: str, number: int, behind: str) -> None:
    assert "minus" in told(before + sign + str(number) + behind).split()
