"""The times of written words, from the frames of their phones."""

import pytest

from wavenet.tts.places import Written
from wavenet.tts.segments import SIL, Segment
from wavenet.tts.timing import SaidPhone, SaidWord, Source, words

SEGMENTS = [
    Segment(SIL),
    Segment("a"),
    Segment("b", position=1),
    Segment("c", syllable=1),
    Segment(SIL, mark=","),
    Segment("d"),
    Segment("e"),
    Segment(SIL, mark="."),
]
FRAMES = [3, 1, 2, 4, 0, 5, 6, 7]
TEXT = "Two, 1½ x"


def timed(source: Source, written: list[Written], before: int = 0) -> list[SaidWord]:
    return list(words(written, source, SEGMENTS, FRAMES, before, 100.0))


def test_a_word_lasts_from_its_first_phone_to_its_last_and_knows_its_mark():
    first, second = timed(Source(TEXT), [Written(0, 4, 1), Written(5, 7, 2)], before=10)
    assert (first.text, first.first, first.last, first.mark) == ("Two,", 0, 4, ",")
    assert (first.start, first.end) == (0.13, 0.2)
    assert first.phones == (SaidPhone("a", 0.13, 0.14), SaidPhone("b", 0.14, 0.16), SaidPhone("c", 0.16, 0.2))
    assert (second.text, second.start, second.end, second.mark) == ("1½", 0.2, 0.31, ".")
    assert [phone.name for phone in second.phones] == ["d", "e"]
    [both] = timed(Source(TEXT), [Written(0, 7, 3)])
    assert (both.text, both.start, both.end) == ("Two, 1½", 0.03, 0.21)


def test_a_text_in_pieces_is_kept_no_longer_than_it_is_needed():
    source = Source(iter(["Tw", None, "o, ", "1½", " x"]))
    pieces = iter(source)
    assert [next(pieces) for _ in range(4)] == ["Tw", None, "o, ", "1½"]
    assert [word.text for word in timed(source, [Written(0, 4, 1), Written(5, 7, 2)])] == ["Two,", "1½"]
    assert list(pieces) == [" x"]
    assert source.take(8, 9) == "x"
    assert source.take(8, 9) == "x"
    assert source._text == "x"
    whole = Source(TEXT)
    assert (whole.take(5, 7), whole.take(0, 4)) == ("1½", "Two,")


def test_a_word_may_come_later_or_end_early():
    [word] = timed(Source(TEXT), [Written(0, 4, 3)])
    assert word.later(0) is word
    assert word.later(1).start == 1.03
    assert [phone.end for phone in word.later(1).phones] == pytest.approx([1.04, 1.06, 1.1, 1.15, 1.21])
    assert word.until(9) is word
    cut = word.until(0.05)
    assert (cut.start, cut.end, cut.text) == (0.03, 0.05, word.text)
    assert cut.phones == (SaidPhone("a", 0.03, 0.04), SaidPhone("b", 0.04, 0.05))
