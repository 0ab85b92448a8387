from functools import cache

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import voices
from wavenet.audio.features import PITCH_SPREAD
from wavenet.tts import linguistics
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.markup import read
from wavenet.tts.english.normalise import sentences
from wavenet.tts.english.segments import segments
from wavenet.tts.segments import SIL, Segment
from wavenet.tts.stages import LATER, LONGEST, PART, Stages, feature_channels, rounded, shapes

RATE = 100.0
LEXICON = Lexicon()
TEXT = "I thought, for one moment, that the brown fox would never jump over our lazy old dog again."


def said(text: str) -> list[Segment]:
    return [segment for sentence in sentences(read(text)) for segment in segments(sentence, LEXICON)]


@cache
def stages(conditions: str = "mel+pitch") -> tuple[Stages, tuple[str, ...]]:
    voice = voices.settings(conditions)
    return Stages(voice, voices.stage_tensors(voice)), voice.phones


def planned(text: str = TEXT, **factors: float) -> tuple[Stages, np.ndarray, np.ndarray, list[Segment]]:
    made, phones = stages()
    spoken = said(text)
    features = linguistics.features(spoken, phones)
    return made, features, made.durations(features, spoken, RATE, **factors), spoken


lengths = st.lists(st.tuples(st.floats(0, 300), st.sampled_from([0.0, 1.0])), max_size=60)


@given(lengths)
def test_rounding_never_runs_ahead_nor_behind_by_a_frame(wanted: list[tuple[float, float]]) -> None:
    least = np.array([low for _, low in wanted])
    frames = np.maximum([length for length, _ in wanted], least)
    found = rounded(frames, least)
    assert (found >= least).all()
    assert (np.abs(np.cumsum(found) - np.cumsum(frames)) < 1).all()


@given(lengths, st.integers(0, 6000), st.integers(0, 60))
@example([(0.5, 0.0)], 1, 1)
def test_what_is_wanted_in_whole_frames_gets_them(wanted: list[tuple[float, float]], whole: int, at: int) -> None:
    at = min(at, len(wanted))
    frames = np.maximum(*np.array(wanted).reshape(-1, 2).T)
    least = np.insert(np.array([low for _, low in wanted]), at, 0)
    assert rounded(np.insert(frames, at, whole), least)[at] == whole


def test_phones_last_and_pauses_may_not() -> None:
    _, _, durations, spoken = planned()
    assert all(frames >= (segment.phone != SIL) for frames, segment in zip(durations, spoken, strict=True))
    assert 3 < durations.mean() < 12


@given(st.floats(0.2, 2.0))
def test_speed_divides_the_durations(speed: float) -> None:
    _, _, plain, _ = planned()
    _, _, changed, _ = planned(speed=speed)
    assert abs(changed.sum() - plain.sum() / speed) <= 0.5 + 0.5 / speed


def test_speed_of_a_stretch_is_its_own() -> None:
    _, _, plain, _ = planned(f"<speak>{TEXT} {TEXT}</speak>")
    _, _, changed, spoken = planned(f'<speak>{TEXT} <prosody rate="50%">{TEXT}</prosody></speak>')
    slow = np.array([segment.speed == 0.5 for segment in spoken])
    assert 0.4 < slow.mean() < 0.6
    assert np.abs(changed - plain)[~slow].max() <= 1
    assert changed[slow].sum() == pytest.approx(2 * plain[slow].sum(), abs=2)


@given(st.integers(0, 300), st.integers(-4, 4), st.floats(0.2, 5.0))
def test_a_pause_of_given_length_has_exactly_its_frames_at_any_speed(frames: int, odd: int, speed: float) -> None:
    ms = max(10 * frames + odd, 0)
    _, _, durations, spoken = planned(f'<speak>Now <break time="{ms}ms"/> then.</speak>', speed=speed)
    at = next(i for i, segment in enumerate(spoken) if segment.seconds is not None)
    assert durations[at] == frames


def test_no_phone_is_longer_than_sense_whatever_the_network_says() -> None:
    voice = voices.settings()
    tensors = dict(voices.stage_tensors(voice))
    tensors["durations.encoder.output.bias"] = np.full(1, 1e30, np.float32)
    spoken = said("Hello there.")
    features = linguistics.features(spoken, voice.phones)
    assert Stages(voice, tensors).durations(features, spoken, RATE).max() == LONGEST * RATE


@given(st.floats(0.5, 2.0))
def test_pitch_moves_log_f0_by_its_logarithm_and_nothing_else(factor: float) -> None:
    made, features, durations, spoken = planned()
    plain, moved = (made.pitch(features, durations, spoken, by) for by in (1.0, factor))
    assert plain.shape == (durations.sum(), 2)
    np.testing.assert_allclose(moved[:, 0] - plain[:, 0], np.log(factor) / PITCH_SPREAD, atol=1e-6)
    assert np.array_equal(moved[:, 1], plain[:, 1])
    assert set(np.unique(plain[:, 1])) == {0.0, 1.0}


def test_pitch_of_a_stretch_is_its_own() -> None:
    text = '<speak><prosody pitch="{}">{}</prosody> {}</speak>'
    (made, features, durations, low), (*_, high) = (planned(text.format(by, TEXT, TEXT)) for by in ("100%", "125%"))
    moved = made.pitch(features, durations, high)[:, 0] - made.pitch(features, durations, low)[:, 0]
    inside = np.repeat([segment.pitch != 1 for segment in high], durations)
    np.testing.assert_allclose(moved[inside], np.log(1.25) / PITCH_SPREAD, atol=1e-6)
    assert inside.any()
    assert not moved[~inside].any()


@pytest.mark.parametrize("conditions", voices.CONDITIONS)
def test_each_frame_has_its_conditions_whether_in_parts_or_whole(conditions: str) -> None:
    made, phones = stages(conditions)
    _, _, durations, spoken = planned(" ".join([TEXT] * 5))
    features = linguistics.features(spoken, phones)
    pitch = made.pitch(features, durations, spoken) if conditions != "linguistic" else None
    parts = list(made.parts(features, durations, pitch))
    whole = made.conditions(features, durations, pitch)
    assert [len(part) for part in parts[:-1]] == [PART, *[LATER] * (len(parts) - 2)]
    assert len(parts) > 2
    assert whole.shape == (durations.sum(), feature_channels(voices.settings(conditions), voices.FEATURES.n_mels))
    assert np.array_equal(np.concatenate(parts), whole)
    if conditions.endswith("+pitch"):
        assert np.array_equal(whole[:, -2:], pitch)


def test_a_sentence_without_a_frame_is_no_trouble() -> None:
    made, features, durations, spoken = planned('<speak><break time="0s"/></speak>')
    pitch = made.pitch(features, durations, spoken)
    assert pitch.shape == (0, 2)
    assert made.conditions(features, durations, pitch).shape == (0, voices.FEATURES.n_mels + 2)


@pytest.mark.parametrize("conditions", voices.CONDITIONS)
def test_the_shapes_name_exactly_the_weights_that_are_read(conditions: str) -> None:
    voice = voices.settings(conditions)

    class Noting(dict):
        read: set[str] = set()  # noqa: RUF012

        def __getitem__(self, name: str) -> np.ndarray:
            self.read.add(name)
            return super().__getitem__(name)

    tensors = Noting(voices.stage_tensors(voice))
    Stages(voice, tensors)
    assert tensors.read == set(shapes(voice, voices.FEATURES))
