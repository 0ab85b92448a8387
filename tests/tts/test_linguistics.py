from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import UsageError
from wavenet.tts import linguistics
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import sentences
from wavenet.tts.english.phones import PHONES
from wavenet.tts.english.segments import segments
from wavenet.tts.segments import SIGNS, SIL, Segment

LEXICON = Lexicon()
TEXTS = ("Shh!", "Permit me: no extraordinary idea, please?", "I can. Can you, Fox; or the others…", "A.", "W 3 8!")
Q = len(PHONES)
BEFORE = len(linguistics.NEIGHBOURS) * Q
AFTER = BEFORE + linguistics.STRESSES


def said(text: str) -> list[Segment]:
    return [segment for sentence in sentences(text) for segment in segments(sentence, LEXICON)]


texts = st.sampled_from([said(text) for text in TEXTS])
durations = st.lists(st.integers(0, 40), max_size=12).map(np.array)


@given(texts)
def test_there_are_as_many_as_told_and_all_within_0_and_1(spoken: list[Segment]) -> None:
    found = linguistics.features(spoken, PHONES)
    assert found.shape == (len(spoken), linguistics.channels(PHONES))
    assert found.dtype == np.float32
    assert found.min() >= 0
    assert found.max() <= 1


@given(texts)
def test_five_phones_are_told_of_each_segment_and_around_is_silence(spoken: list[Segment]) -> None:
    found = linguistics.features(spoken, PHONES)[:, :BEFORE].reshape(len(spoken), -1, Q)
    assert (found.sum(2) == 1).all()
    names = [SIL, SIL, *(segment.phone for segment in spoken), SIL, SIL]
    for i, quinphone in enumerate(found.argmax(2)):
        assert [PHONES[number] for number in quinphone] == names[i : i + 5]


@given(texts, st.data())
def test_a_phone_is_seen_two_segments_away_and_no_further(spoken: list[Segment], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(spoken) - 1))
    other = [*spoken[:i], replace(spoken[i], phone="ZH" if spoken[i].phone != "ZH" else "AA"), *spoken[i + 1 :]]
    changed = (linguistics.features(spoken, PHONES) != linguistics.features(other, PHONES)).any(1)
    near = np.abs(np.arange(len(spoken)) - i) <= 2
    assert (changed == near).all()


@given(texts)
def test_stresses_around_are_those_of_the_syllables_beside_but_for_pauses(spoken: list[Segment]) -> None:
    found = linguistics.features(spoken, PHONES)
    syllables: list[list[int]] = []
    for i, segment in enumerate(spoken):
        if segment.phone == SIL or segment.position == 0:
            syllables.append([])
        syllables[-1].append(i)
    for number, syllable in enumerate(syllables):
        for columns, beside in ((slice(BEFORE, AFTER), number - 1), (slice(AFTER, AFTER + 3), number + 1)):
            wanted = np.zeros(linguistics.STRESSES)
            there = 0 <= beside < len(syllables)
            if there and SIL not in (spoken[syllables[beside][0]].phone, spoken[syllable[0]].phone):
                wanted[spoken[syllables[beside][0]].stress] = 1
            assert (found[syllable, columns] == wanted).all()


@given(texts, st.sampled_from(["", *SIGNS]), st.none() | st.floats(0, 9))
def test_marks_and_given_lengths_are_told(spoken: list[Segment], mark: str, seconds: float | None) -> None:
    changed = [replace(segment, mark=mark, seconds=seconds) for segment in spoken]
    found = linguistics.features(changed, PHONES)[:, -len(SIGNS) - 1 :]
    wanted = [mark == sign for sign in SIGNS] + [seconds is not None]
    assert (found == np.array(wanted, np.float32)).all()


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        *[("stress", 0, 1), ("stress", 1, 2), ("part", "onset", "coda"), ("position", 0, 1), ("length", 3, 4)],
        *[("syllable", 0, 1), ("syllables", 3, 4), ("word", 0, 1), ("words", 5, 6), ("function", True, False)],
    ],
)
def test_each_field_of_a_phone_counts(name: str, first: object, second: object) -> None:
    one = Segment("T", 1, "onset", 0, 3, 1, 3, 1, 5)
    features = [linguistics.features([replace(one, **{name: value})], PHONES) for value in (first, second)]
    assert not np.array_equal(*features)


def test_a_phone_that_the_voice_has_not_is_an_error() -> None:
    with pytest.raises(UsageError, match="the voice has no phone 'AA'; it has SIL B"):
        linguistics.features([Segment("AA")], ("SIL", "B"))


@given(durations)
def test_frames_repeat_their_segment_and_tell_where_in_it_they_are(lengths: np.ndarray) -> None:
    of_segments = np.arange(2 * len(lengths), dtype=np.float32).reshape(-1, 2)
    found = linguistics.frames(of_segments, lengths.astype(np.int64))
    assert found.shape == (lengths.sum(), 2 + linguistics.FRAME_CHANNELS)
    first = 0
    for features, length in zip(of_segments, lengths.tolist(), strict=True):
        own = found[first : first + length]
        assert (own[:, :2] == features).all()
        over, left = own[:, 2], own[:, 3]
        np.testing.assert_allclose(over, (np.arange(length) + 0.5) / length if length else [], rtol=1e-6)
        np.testing.assert_allclose(over + left, 1, rtol=1e-6)
        np.testing.assert_allclose(own[:, 4] + own[:, 5], own[:, 6], rtol=1e-5)
        np.testing.assert_allclose(own[:, 6], length / linguistics.LONGEST, rtol=1e-6)
        first += length


def test_channels_are_in_the_order_in_which_voices_were_trained() -> None:
    segment = Segment(
        "T", stress=2, part="coda", position=1, length=4, syllable=2, syllables=8, word=3, words=20, function=True,
        mark=";", seconds=None,
    )  # fmt: skip
    own = linguistics._own(segment)
    parts, stresses, counts, flags = own[:3], own[3:6], own[6:15], own[15:18]
    assert parts == [0, 0, 1]
    assert stresses == [0, 0, 1]
    assert counts == pytest.approx([0.1, 0.2, 0.4, 0.2, 0.5, 0.8, 0.3, 1.0, 1.0])
    assert flags == [1, 0, 0]
    assert own[18:] == [0, 1, 0, 0, 0, 0, 0, 0]
    last = linguistics._own(Segment("T", part="onset", syllable=1, syllables=2, word=4, words=5))
    assert last[15:18] == [0, 1, 1]
    pause = linguistics._own(Segment("SIL", mark=",", seconds=0.5))
    assert pause == [0] * 18 + [1, 0, 0, 0, 0, 0, 0, 1]
    assert linguistics.channels(["SIL", "T"]) == len(linguistics.features([segment], ["SIL", "T"])[0])


def test_places_of_frames_are_fractions_and_seconds() -> None:
    found = linguistics.places(np.array([2, 0, 1]))
    np.testing.assert_allclose(
        found,
        [[0.25, 0.75, 0.005, 0.015, 0.02], [0.75, 0.25, 0.015, 0.005, 0.02], [0.5, 0.5, 0.005, 0.005, 0.01]],
        rtol=1e-6,
    )
    assert linguistics.places(np.zeros(3, int)).shape == (0, linguistics.FRAME_CHANNELS)
