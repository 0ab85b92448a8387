"""The written words of a text: in order, apart, and all that is said is in one of them."""

import re
from itertools import chain, pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tts.english.test_normalise import TEXTS
from wavenet.errors import UsageError, WavenetWarning
from wavenet.tts.english import normalise
from wavenet.tts.english.front_end import read
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.markup import read as marked_up
from wavenet.tts.english.normalise import Word
from wavenet.tts.front_ends import Said
from wavenet.tts.markup import Markup
from wavenet.tts.places import of_pieces

LEXICON = Lexicon()
ROWS = (Path(__file__).parent / "english" / "cases.tsv").read_text("utf-8").splitlines()[1:]


def spans(text: str, markup: Markup = "auto") -> list[tuple[int, int, int]]:
    """Of each written word its place, and how many spoken words it has."""
    items = list(marked_up(text, markup))
    tokens = chain.from_iterable(normalise.sentences(items, LEXICON.__contains__))
    said = [token for token in tokens if isinstance(token, Word)]
    firsts = [i for i, word in enumerate(said) if word.place]
    assert firsts[:1] == [0]
    return [(*(said[i].place or (0, 0)), after - i) for i, after in pairwise([*firsts, len(said)])]


def written(text: str, markup: Markup = "auto") -> list[tuple[str, int]]:
    return [(text[start:end], spoken) for start, end, spoken in spans(text, markup)]


def gaps(text: str, found: list[tuple[int, int, int]]) -> list[str]:
    edges = [0, *chain.from_iterable(span[:2] for span in found), len(text)]
    assert edges == sorted(edges)
    return [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def test_of_every_text_the_words_are_in_order_and_outside_them_no_letter_and_no_digit_is_said():
    silent = set()
    for row in ROWS:
        text = row.split("\t")[1]
        found = spans(text, "plain")
        assert all(start < end and text[start:end].strip() == text[start:end] for start, end, _ in found)
        silent |= {gap.strip() for gap in gaps(text, found) if any(map(str.isalnum, gap))}
    assert silent == {":-D"}  # an emoticon


MIXED = st.one_of(
    TEXTS, st.lists(st.sampled_from(["**a**", "[b](http://c.d)", "`e`", "# ", "- ", "f", "αβ", " "])).map("".join)
)


@settings(max_examples=150)
@given(MIXED, st.lists(st.integers(0, 100), max_size=4))
@example("☕☕☕. ½ x", [1])
@example("a" * 2500, [1200])
@pytest.mark.filterwarnings("ignore::wavenet.errors.WavenetWarning")
def test_of_any_text_each_spoken_word_is_of_one_written_word_wherever_the_pieces_end(text, cuts):
    try:
        whole = list(read(text))
    except UsageError:
        return
    at = 0
    for said in whole:
        spoken = sum(segment.begins_word for segment in said.segments)
        assert sum(word.spoken for word in said.words) == spoken
        for word in said.words:
            assert at <= word.start <= word.end <= len(text)
            assert word.spoken > 0
            at = word.end
    cuts = sorted(min(cut, len(text)) for cut in cuts)
    pieces = [text[a:b] for a, b in pairwise([0, *cuts, len(text)])]
    assert [said.words for said in read(iter(pieces)) if said] == [said.words for said in whole]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It costs $5.20, OK?", [("It", 1), ("costs", 1), ("$5.20,", 5), ("OK?", 1)]),
        ("A well-known (and/or) yes—no.", [("A", 1), ("well-known", 2), ("(and/or)", 2), ("yes—", 1), ("no.", 1)]),
        ("at 5 p.m. on 3/4", [("at", 1), ("5 p.m.", 3), ("on", 1), ("3/4", 2)]),
        ("\"Hello.\" 'There!'", [('"Hello."', 1), ("'There!'", 1)]),
        ("Coffee☕! 🇬🇧 2½ 😀😀", [("Coffee", 1), ("☕!", 2), ("🇬🇧", 2), ("2½", 4), ("😀😀", 2)]),
        ("co\u00adoperate cafe\u0301.", [("co\u00adoperate", 1), ("cafe\u0301.", 1)]),
        ("αβ-rays", [("αβ-rays", 3)]),
        ("foo(bar)", [("foo", 1), ("(bar)", 1)]),
    ],
)
def test_a_written_word_is_what_stands_between_blanks_unless_less_or_more_is_read_by_itself(text, found):
    assert written(text, "plain") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("**Bold.** _So_ un**believ**able", ["Bold.", "So", "un**believ**able"]),
        ("a [link](http://b.c), &amp; `code`\n\n| x | y |", ["a", "link", "&amp;", "code", "x", "y"]),
        ("<speak>Tea &amp; <emphasis>cake</emphasis>.\r\n<s>Ω é</s></speak>", ["Tea", "&amp;", "cake", "Ω", "é"]),
        ("<speak><sub alias='a b. C d'>WWW</sub> x</speak>", ["WWW", "", "x"]),
        ("<speak>x <sub alias='a b'/></speak>", ["x", "<sub alias='a b'/>"]),
        ("<speak><![CDATA[a &amp; b]]> &#233;t&#233;</speak>", ["a", "&amp;", "b", "&#233;t&#233;"]),
        ("<speak>no <phoneme ph='j ɛ s'>yes</phoneme>.</speak>", ["no", "yes"]),
        ("<speak><say-as interpret-as='characters'>AB2</say-as>!</speak>", ["AB2"]),
        ("<speak><say-as interpret-as='date' format='dmy'>3.4.2024</say-as></speak>", ["3.4.2024"]),
        ("<?xml version='1.0'?>\n<!-- é -->\n<speak><p>Hi</p>\n<p>you</p></speak>", ["Hi", "you"]),
    ],
)
def test_in_markup_the_places_are_those_of_the_source(text, found):
    assert [word for word, _ in written(text)] == found
    for size in (1, 7):
        pieces = (text[i : i + size] for i in range(0, len(text), size))
        words = [word for said in read(pieces) if isinstance(said, Said) for word in said.words]
        assert [text[word.start : word.end] for word in words] == found


def test_words_that_are_left_out_are_in_no_written_word():
    with pytest.warns(WavenetWarning, match="is left out"):
        assert written("Say 안녕 now") == [("Say", 1), ("now", 1)]


def test_what_knows_no_place_has_no_written_words():
    tokens = [word for sentence in normalise.sentences("It runs.") for word in sentence if isinstance(word, Word)]
    assert [word.place for word in tokens] == [None, None]


@given(st.text("ab 5—", min_size=1), st.data())
def test_of_pieces_a_written_word_has_as_many_as_its_spoken_words_touch(text, data):
    pieces = [match.span() for match in re.finditer(r"\S+", text)]
    if not pieces:
        return
    starts = data.draw(st.lists(st.sampled_from(pieces), min_size=1, max_size=5).map(sorted))
    spoken = [(start, data.draw(st.integers(end, max(end, pieces[-1][1])))) for start, end in starts]
    found = of_pieces(spoken, pieces)
    assert sum(word.spoken for word in found) == len(spoken)
    assert all(first.end <= second.start for first, second in pairwise(found))
    covered = {i for word in found for i in range(word.start, word.end)}
    assert covered >= {i for start, end in spoken for i in range(start, end)}
    assert all(not covered & set(range(*piece)) or covered >= set(range(*piece)) for piece in pieces)
