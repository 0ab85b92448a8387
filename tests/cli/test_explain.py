"""The table of what is said."""

import numpy as np
import pytest

from wavenet.audio.features import pitch_frames
from wavenet.cli import explain
from wavenet.tts.segments import SIL, Segment
from wavenet.tts.speech import Sentence


def word(text, *phones):
    return [
        Segment(phone, stress=1, part="nucleus" if phone[0] in "AEIOU" else "onset", position=i, length=len(phones),
                syllables=1, text=text if i == 0 else "")
        for i, phone in enumerate(phones)
    ]  # fmt: skip


SEGMENTS = [Segment(SIL), *word("see", "S", "IY"), Segment(SIL, mark=","), *word("a", "AH"), Segment(SIL, mark=".")]
DURATIONS = np.array([0, 8, 12, 20, 6, 4])
HZ = np.concatenate([np.zeros(8), np.full(6, 120.0), np.zeros(6), np.zeros(20), [90, 100, 110, 0, 0, 0], np.zeros(4)])


def sentence(pitch=True, written="See, a."):
    heights = pitch_frames(HZ) if pitch else None
    return Sentence(SEGMENTS, DURATIONS, heights, lambda: iter(()), written)


def test_f0_is_the_mean_over_the_voiced_frames_of_a_segment():
    assert explain.hertz(sentence()) == pytest.approx([0, 0, 120, 0, 100, 0], rel=1e-4)
    assert explain.hertz(sentence(pitch=False)) == [0.0] * 6


def test_a_word_and_a_pause_have_a_line_and_a_pause_of_no_length_has_none():
    assert explain.table(sentence(), 10.0).splitlines() == [
        "See, a.  [500 ms]",
        "  see              S  80   -  IY1 120 120",
        "  (pause) ,          200",
        "  a              AH1  60 100",
        "  (pause) .           40",
    ]
    assert explain.table(sentence(written=""), 5.0).startswith("(no words)  [250 ms]")
    assert "  a              AH1  60   -" in explain.table(sentence(pitch=False), 10.0)


def test_a_picture_gets_each_phone_with_its_end_and_f0_of_all_sentences():
    phones, contour = explain.course([sentence(), sentence()], 0.01)
    assert [name for name, _ in phones] == ["", "S", "IY1", "", "AH1", ""] * 2
    assert [end for _, end in phones] == pytest.approx([0, 0.08, 0.2, 0.4, 0.46, 0.5, 0.5, 0.58, 0.7, 0.9, 0.96, 1.0])
    assert contour == pytest.approx(np.tile(HZ, 2), rel=1e-4)
    assert len(explain.course([sentence(pitch=False)], 0.01)[1]) == 0
