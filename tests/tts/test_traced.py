"""Texts that know where they stand: the same texts as without, and every character has the place that it came from."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from wavenet.tts import traced as of
from wavenet.tts.traced import Traced, place, traced

TEXTS = st.text(st.sampled_from("aabc  .,\n²½éé́ﬁ가각"), max_size=30)
PATTERNS = st.sampled_from(["a+", "(a)(b)?", r"\s", "", "[bc]*", "(?=c)", r"\b"])


def whole(text: str) -> Traced:
    (piece,) = traced([text])
    assert isinstance(piece, Traced)
    return piece


def stands(text: str, given: str) -> bool:
    """Whether every character is where one like it was given."""
    assert isinstance(text, Traced)
    return all(given[start:end] == c for c, start, end in zip(text, text.starts, text.ends, strict=True))


def in_order(text: str) -> bool:
    assert isinstance(text, Traced)
    assert len(text) == len(text.starts) == len(text.ends)
    return sorted(text.starts) == [*text.starts] and sorted(text.ends) == [*text.ends]


@given(st.lists(st.one_of(st.none(), TEXTS)))
def test_pieces_are_counted_together(pieces):
    found = list(traced(pieces))
    assert found == pieces
    assert list(traced(found)) == found
    text = "".join(filter(None, pieces))
    assert all(stands(piece, text) for piece in found if piece is not None)
    assert place(of.joined(filter(None, found))) == ((0, len(text)) if text else None)


@given(TEXTS, st.slices(30), st.text("ab ", max_size=3))
def test_slices_and_sums_keep_the_places_and_what_is_inserted_is_at_the_seam(text, cut, more):
    cut = slice(cut.start, cut.stop)
    made = whole(text)[cut]
    assert made == text[cut]
    assert stands(made, text)
    assert (more + made, made + more) == (more + text[cut], text[cut] + more)
    if made:
        assert place(more + made) == place(made + more) == place(made)
        assert {(start, end) for start, end in zip((more + made).starts, (more + made).ends, strict=True)} >= {
            (made.starts[0], made.starts[0]) for _ in more
        }
    for i in range(-len(made), len(made)):
        assert made[i] == str(made)[i]
        assert stands(made[i], text)


@given(TEXTS)
def test_what_is_done_to_a_traced_text_is_done_to_any(text):
    made = whole(text)
    assert (made.strip(), made.lstrip("a"), made.rstrip("a")) == (text.strip(), text.lstrip("a"), text.rstrip("a"))
    assert of.words(made) == of.words(text) == text.split()
    assert all(stands(word, text) for word in of.words(made))
    assert of.split(made, re.compile("a")) == of.split(text, re.compile("a")) == text.split("a")
    assert of.joined(of.split(made, re.compile("a")), "--") == "--".join(text.split("a"))
    doubled = of.mapped(made, (c * (c != "b") * 2 for c in text))
    assert doubled == of.mapped(text, (c * (c != "b") * 2 for c in text))
    assert stands(doubled, text)
    for form in ("NFC", "NFKC", "NFKD"):
        assert of.normalized(form, made) == of.normalized(form, text) == unicodedata.normalize(form, text)
        assert in_order(of.normalized(form, made))


@given(TEXTS, PATTERNS, st.sampled_from(["", "-", "x y", "a "]))
def test_substitution_is_that_of_re_and_only_what_is_new_has_the_place_of_what_it_replaces(text, pattern, new):
    compiled = re.compile(pattern)
    made = of.sub(compiled, new, whole(text))
    assert made == of.sub(compiled, new, text) == compiled.sub(new, text)
    assert in_order(made)
    same = of.sub(compiled, of.group, whole(text))
    assert same == text
    assert stands(same, text)
    assert of.sub(compiled, lambda found: found[0].upper(), whole(text)) == compiled.sub(
        lambda found: found[0].upper(), text
    )


def test_words_that_stay_in_a_new_text_stay_where_they_are():
    text = whole("в 2024 году")
    year = of.instead("в две тысячи году", text)
    places = {word: place(word) for word in of.words(year)}
    assert places == {"в": (0, 1), "две": (2, 6), "тысячи": (2, 6), "году": (7, 11)}
    assert place(of.instead("new", text)) == (0, 11)
    assert place(of.instead("new", "")) is None
    assert [place(word) for word in of.words(of.instead("a a a", whole("a a")))] == [(0, 1), (2, 3), (2, 3)]
