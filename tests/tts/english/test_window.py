"""Where a sentence may end, and how far is looked ahead."""

import pytest

from wavenet.tts.english import window
from wavenet.tts.english.window import LONGEST_PIECE, Gap, Piece, Window, _closes, _has_ended
from wavenet.tts.markup import PLAIN, Break, Manner, Span


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("end.", True), ("what?", True), ("yes!", True), ('end."', True), ("end.)", True), ("5.", True),
        ("end.'", True),
        ("word", False), ("word,", False), ("wait…", False), ("wait….", False), ("Dr.", False),
        ("e.g.", False),
        ("U.S.", False), ("a.", False), ("A.", False), ("II.", False), ("V.", False), ("5!", False), ("x!", False),
        ("X!", True), ("mon.", False), ("hrs.", False), ("kg.", False), ("shh.", False), ("page5.", True),
    ],
)  # fmt: skip
def test_a_mark_ends_a_sentence_unless_it_belongs_to_an_abbreviation(text, ends):
    assert _closes(text, None) is ends


def test_of_short_words_the_dictionary_decides_and_longer_ones_are_words():
    assert _closes("troop.", lambda word: word == "troop") is True
    assert _closes("troop.", lambda word: False) is False
    assert _closes("troops.", lambda word: False) is True
    assert _closes("Tpr.", lambda word: True) is True


@pytest.mark.parametrize(
    ("text", "following", "ended"),
    [
        ("at 5 p.m.", "She", True),
        ("at 5 p.m.", "Tuesday", False),
        ("at 5 p.m.", "sharp", False),
        ("wait…", "No", True),
        ("wait…", "no", False),
        ("etc.)", "The", True),
        ("etc.", "No.", False),
        ("etc.", "Nos.", False),
        ("J.", "A. Smith", False),
        ("etc", "The", False),
        ("etc,", "The", False),
    ],
)
def test_what_follows_shows_whether_a_sentence_has_ended(text, following, ended):
    assert _has_ended(text, following) is ended


def items(*pieces):
    return list(window._items(pieces, None))


def test_a_blank_line_a_form_feed_and_a_bullet_end_a_paragraph():
    for between in ("\n\n", "\n \n", "\f", "\u2029"):
        assert items(f"a{between}b") == [Piece("a", PLAIN), None, Piece("b", PLAIN)]
    for bullet in ("-", "*", "•", "#", "######"):
        assert items(f"a\n{bullet} b") == [Piece("a", PLAIN), None, Piece("b", PLAIN)]
        assert items(f"{bullet} b")[-2:] == [None, Piece("b", PLAIN)]
    assert items("a\nb") == items("a b") == [Piece("a", PLAIN), Piece("b", PLAIN)]
    assert Piece("-", PLAIN) in items("a - b")
    assert Piece("#######", PLAIN) in items("a\n####### b")


def test_a_thin_space_between_thousands_becomes_a_comma():
    assert items("1\u202f000\u202f000") == [Piece("1,000,000", PLAIN)]
    assert [item.text for item in items("1\u202f0000")] == ["1", "0000"]


def test_a_word_goes_on_over_pieces_and_ends_where_the_manner_changes():
    fast = Manner(speed=2.0)
    assert items("ab", "c d") == [Piece("abc", PLAIN), Piece("d", PLAIN)]
    assert items(Span("ab"), Span("c", fast)) == [Piece("ab", PLAIN), Piece("c", fast)]
    pause = Break(0.5)
    assert items("ab", pause, "c") == [Piece("ab", PLAIN), pause, Piece("c", PLAIN)]
    phones = Span(" it ", Manner(alphabet="ipa", phones="x"))
    assert items("ab", phones) == [Piece("ab", PLAIN), Piece("it", phones.manner)]
    assert [type(item) for item in items("ab", None, "c")] == [Gap, Piece]


def test_a_thousand_characters_without_a_space_are_cut():
    assert [len(item.text) for item in items("x" * (LONGEST_PIECE + 1))] == [1000, 1]
    assert [len(item.text) for item in items("x" * LONGEST_PIECE)] == [1000]


def seen(*pieces):
    """The window at each form, when a form is one word."""
    found = Window(pieces, None)
    shown = []
    for item in found:
        if isinstance(item, Manner):
            word = found.text[found.at :].split(" ")[0]
            shown.append((word, found.text))
            found.take(len(word))
        else:
            shown.append(item)
    return shown


def test_a_window_reaches_to_the_end_of_the_sentence_or_of_the_paragraph():
    assert seen("one two. Three") == [("one", "one two."), ("two.", "one two."), ("Three", "Three")]
    assert seen("one\n\ntwo") == [("one", "one"), None, ("two", "two")]
    assert seen("one", Break(1.0), " two") == [("one", "one"), Break(1.0), ("two", "two")]


def test_a_window_reaches_four_hundred_characters_ahead_and_keeps_four_of_what_is_read():
    words = [f"word{i:03}" for i in range(120)]
    shown = seen(" ".join(words))
    assert [word for word, _ in shown] == words
    ahead = [len(text) - text.index(word) for word, text in shown[:60]]
    assert min(ahead) >= 400
    assert max(ahead) < 400 + len("word000 ")
    assert shown[60][1].startswith("059 word060")
