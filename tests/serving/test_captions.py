"""When each word is said: in frames of the sentence, one after another, with the pauses between them left out."""

import numpy as np
import pytest

from tests.serving.speaking import voice
from wavenet.serving.captions import Captions, phones_of, words_of
from wavenet.tts.segments import SIL, Segment
from wavenet.tts.speech import Sentence

SAID = [
    Segment(SIL),
    Segment("F", text="fox"),
    Segment("AA", part="nucleus", stress=1),
    Segment(SIL, mark=","),
    Segment("R", text="runs"),
    Segment("Z"),
    Segment("N", text="now"),
]


def sentence(*frames: int) -> Sentence:
    return Sentence(SAID, np.array(frames), None, lambda: iter(()))


def times(found) -> list[tuple[str, float, float]]:
    return [(word.word, word.start_time, word.end_time) for word in found]


def test_a_word_lasts_from_its_first_phone_to_the_next_word_or_pause():
    found = times(words_of(sentence(10, 5, 5, 20, 4, 6, 10), 0.01))
    assert found == [("fox", 0.1, 0.2), ("runs", 0.4, 0.5), ("now", 0.5, 0.6)]


def test_words_of_later_sentences_come_later_and_once():
    captions = Captions(voice())
    captions(sentence(1, 1, 1, 1, 1, 1, 1))
    first = times(captions.taken())
    captions(sentence(1, 1, 1, 1, 1, 1, 1))
    frame = voice().hop_length / voice().sample_rate
    second = times(captions.taken())
    assert [word for word, _, _ in first] == [word for word, _, _ in second] == ["fox", "runs", "now"]
    assert [b[1] - a[1] for a, b in zip(first, second, strict=True)] == pytest.approx([7 * frame] * 3)
    assert captions.taken() == []


def test_phones_have_the_stress_of_their_vowels():
    assert phones_of(sentence(*[1] * 7)) == [
        {"word": "fox", "phonemes": "F AA1"},
        {"word": "runs", "phonemes": "R Z"},
        {"word": "now", "phonemes": "N"},
    ]
