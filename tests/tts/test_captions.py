"""Words with their times as files: captions that fit, and what players and Praat read."""

import json
import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.tts.test_textgrid import intervals
from wavenet.tts import captions
from wavenet.tts.captions import LINE, phrases, shown
from wavenet.tts.timing import SaidPhone, SaidWord


def said(*texts: str, last: int | None = None) -> list[SaidWord]:
    """Words of half a second, a second apart; one that ends with a mark has it."""
    found, at = [], 0
    for i, text in enumerate(texts):
        mark = text[-1:] if text[-1:] in ".,;!?" else ""
        phones = (SaidPhone("A", i, i + 0.25), SaidPhone("B", i + 0.25, i + 0.5))
        found.append(SaidWord(text, at, at + len(text), i, i + 0.5, phones, mark))
        at += len(text) + 1
    return found


TEXTS = st.lists(st.tuples(st.text("ab", min_size=1, max_size=60), st.sampled_from(["", ",", ".", ";"])).map("".join))


@given(TEXTS)
def test_captions_have_all_words_in_two_lines_that_fit_and_end_with_their_sentence(texts):
    words = said(*texts)
    found = list(phrases(words))
    assert [word for lines in found for line in lines for word in line] == words
    for lines in found:
        assert 1 <= len(lines) <= 2
        assert all(len(line) == 1 or len(" ".join(map(shown, line))) <= LINE for line in lines)
        caption = [word for line in lines for word in line]
        assert all(word.mark != "." for word in caption[:-1])


def test_a_sentence_that_is_too_long_is_cut_behind_a_mark_and_lines_are_alike():
    text = "which had been closed for a very long time, or so it seemed to everybody who came by then."
    words = said(*text.split())
    assert [[" ".join(map(shown, line)) for line in lines] for lines in phrases(words)] == [
        ["which had been closed", "for a very long time,"],
        ["or so it seemed to", "everybody who came by then."],
    ]


def test_what_is_shown_has_no_markup_and_words_that_touch_have_no_blank_between():
    assert [shown(word) for word in said("&amp;", "1<sup>2</sup>", "5\np.m.", "a")] == ["&", "12", "5 p.m.", "a"]
    yes, no = SaidWord("yes—", 0, 4, 0.0, 0.5), SaidWord("no", 4, 6, 1.0, 1.5)
    assert captions.srt([yes, no]) == "1\n00:00:00,000 --> 00:00:01,500\nyes—no\n"
    assert captions.srt([SaidWord("<sub alias='a'/>", 0, 16, 0.0, 0.5)]) == ""


def test_srt_numbers_its_captions():
    words = said("One.", "Two", "-->", "three.")
    assert captions.srt(words) == (
        "1\n00:00:00,000 --> 00:00:00,500\nOne.\n\n2\n00:00:01,000 --> 00:00:03,500\nTwo → three.\n"
    )
    late = SaidWord("x", 0, 1, 3_725.25, 3_725.9996)
    assert captions.srt([late]) == "1\n01:02:05,250 --> 01:02:06,000\nx\n"
    assert captions.srt([]) == ""


def test_webvtt_lights_up_each_word():
    assert captions.vtt(said("A", "&", "b<c."), "made by hand.") == (
        "WEBVTT\n\nNOTE made by hand.\n\n00:00:00.000 --> 00:00:02.500\nA <00:00:01.000>&amp; <00:00:02.000>b&lt;c.\n"
    )
    assert captions.vtt([], "x") == "WEBVTT\n\nNOTE x\n"


@given(TEXTS.filter(bool))
def test_times_within_a_webvtt_caption_go_up_and_are_inside(texts):
    for cue in captions.vtt(said(*texts), "x").split("\n\n")[2:]:
        first, *inner, last = re.findall(r"\d\d:\d\d:\d\d\.\d{3}", cue.replace(" --> ", " ").replace("\n", " ", 1))
        begin, end, *times = re.findall(r"\d\d:\d\d:\d\d\.\d{3}", cue)
        assert [first, *inner, last] == [begin, end, *times]
        assert all(a < b for a, b in pairwise([begin, *times, end]))


def test_json_has_characters_seconds_and_phones():
    told = json.loads(captions.as_json(said("A", "é."), {"note": "x"}))
    assert told["note"] == "x"
    assert told["words"][1] == {
        "text": "é.",
        "start": 1.0,
        "end": 1.5,
        "from": 2,
        "to": 4,
        "phones": [{"phone": "A", "start": 1.0, "end": 1.25}, {"phone": "B", "start": 1.25, "end": 1.5}],
    }


def test_a_textgrid_has_words_and_phones_with_pauses_between():
    text = captions.grid(said("A", "b."), 2)
    assert re.findall(r'name = "(\w+)"', text) == ["words", "phones"]
    assert intervals(text) == [
        *(("0", "0.5", "A"), ("0.5", "1", ""), ("1", "1.5", "b."), ("1.5", "2", "")),
        *(("0", "0.25", "A"), ("0.25", "0.5", "B"), ("0.5", "1", "")),
        *(("1", "1.25", "A"), ("1.25", "1.5", "B"), ("1.5", "2", "")),
    ]
