import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audio.test_prediction import coloured
from wavenet.audio import features, mu_law
from wavenet.audio.front_end import FrontEnd
from wavenet.config import AudioConfig, FeatureConfig, ModelConfig
from wavenet.engine.decoder import Decoder

PLAIN = AudioConfig()
EMPHASISED = AudioConfig(gain=2.0, pre_emphasis=0.85)


def tone(n: int = 4000) -> np.ndarray:
    t = np.arange(n) / 16_000
    return 0.3 * np.sin(2 * np.pi * 220 * t) + 0.02 * np.sin(2 * np.pi * 3100 * t)


def test_without_settings_it_is_plain_mu_law():
    assert np.array_equal(FrontEnd(PLAIN).encode(tone()), mu_law.encode(tone()))


@pytest.mark.parametrize(("audio", "noise"), [(PLAIN, -33), (EMPHASISED, -33)])
def test_pre_emphasis_and_gain_are_undone_at_the_output(audio, noise):
    error = Decoder(FrontEnd(audio)).decode(FrontEnd(audio).encode(tone())) - tone()
    assert 10 * np.log10(np.mean(error**2) / np.mean(tone() ** 2)) < noise


def test_pre_emphasis_lowers_the_noise_above_one_kilohertz():
    def noise(audio: AudioConfig) -> float:
        error = Decoder(FrontEnd(audio)).decode(FrontEnd(audio).encode(tone())) - tone()
        return float((np.abs(np.fft.rfft(error)) ** 2)[len(error) // 16 :].sum())

    assert noise(EMPHASISED) < 0.5 * noise(PLAIN)


@given(st.lists(st.integers(0, 255), max_size=60), st.integers(0, 60), st.sampled_from([PLAIN, EMPHASISED]))
def test_decoding_in_blocks_gives_the_same_waveform_exactly(classes, cut, audio):
    whole = Decoder(FrontEnd(audio)).decode(np.array(classes, int))
    decoder = Decoder(FrontEnd(audio))
    parts = [decoder.decode(np.array(part, int)) for part in (classes[:cut], classes[cut:])]
    assert np.array_equal(np.concatenate(parts), whole)


@given(st.lists(st.integers(0, 255), min_size=1, max_size=200))
def test_the_output_stays_within_full_scale(classes):
    assert np.abs(Decoder(FrontEnd(EMPHASISED)).decode(np.array(classes))).max() <= 1


MEL = FeatureConfig(kinds=("log_mel",), hop_length=80, n_fft=256, win_length=200, n_mels=20)
PREDICTED = AudioConfig(lpc_order=9, gain=0.1)
FRONT_ENDS = {
    "plain": FrontEnd(PLAIN),
    "pre-emphasis": FrontEnd(EMPHASISED),
    "linear prediction": FrontEnd(PREDICTED, ModelConfig(features=MEL)),
    "the lowest quarter": FrontEnd(PREDICTED, ModelConfig(features=MEL, decimation=4)),
}
SOUND = coloured(0.2)[:2999]


def read(first: int, stop: int) -> np.ndarray:
    """Of SOUND, as a corpus gives it: nothing before its first sample is asked for."""
    assert first >= 0
    return SOUND[first:stop]


@pytest.mark.parametrize("name", FRONT_ENDS)
@given(data=st.data())
def test_the_classes_of_an_excerpt_are_those_of_the_whole(name, data):
    front_end = FRONT_ENDS[name]
    whole = front_end.encode(SOUND)
    assert len(whole) == front_end.steps(len(SOUND))
    first = data.draw(st.integers(0, len(whole) - 1))
    stop = data.draw(st.integers(first + 1, len(whole)))

    def frames(first: int, stop: int) -> np.ndarray:
        return front_end.excerpt_features(first, stop, len(SOUND), read, {})

    assert np.array_equal(front_end.encode_excerpt(first, stop, len(SOUND), read, frames), whole[first:stop])


@pytest.mark.parametrize("name", ["plain", "pre-emphasis"])
@given(st.integers(0, len(SOUND)))
def test_what_lies_before_is_heard_without_having_classes(name, cut):
    front_end = FRONT_ENDS[name]
    before = max(cut - front_end.order, 0)
    assert np.array_equal(front_end.encode(SOUND[before:], skipped=cut - before), front_end.encode(SOUND)[cut:])


def test_no_more_of_a_recording_is_read_than_an_excerpt_depends_on():
    asked = []

    def watched(first: int, stop: int) -> np.ndarray:
        asked.append((first, stop))
        return read(first, stop)

    FRONT_ENDS["pre-emphasis"].encode_excerpt(1000, 1010, len(SOUND), watched)
    FRONT_ENDS["linear prediction"].excerpt_features(10, 12, len(SOUND), watched, {})
    assert asked == [(999, 1010), (6 * 80, 12 * 80 + 256)]


@given(st.integers(-5, 45), st.integers(1, 9))
def test_frames_of_an_excerpt_are_those_of_the_whole_and_its_ends_go_on(first, count):
    front_end = FRONT_ENDS["linear prediction"]
    whole = front_end.features(SOUND)
    assert len(whole) == front_end.frames(len(SOUND)) == 38
    excerpt = front_end.excerpt_features(first, first + count, len(SOUND), read, {})
    np.testing.assert_array_equal(excerpt, whole[np.arange(first, first + count).clip(0, 37)])


def test_stored_features_are_of_their_kind_or_stand_for_all():
    own = np.arange(80.0).reshape(40, 2)
    both = FeatureConfig(kinds=("file", "log_mel"), file_channels=2, hop_length=80, n_fft=256, win_length=200)
    front_end = FrontEnd(PLAIN, ModelConfig(features=both))
    found = front_end.excerpt_features(3, 5, len(SOUND), read, {"file": own})
    np.testing.assert_array_equal(found, front_end.features(SOUND, own)[3:5].astype(np.float32))
    assert front_end.needs_file_features
    given_all = FRONT_ENDS["linear prediction"].excerpt_features(3, 5, len(SOUND), read, {"file": own})
    np.testing.assert_array_equal(given_all, own[3:5])


def test_filters_follow_from_the_log_mel_frames_alone():
    kinds = FeatureConfig(kinds=("file", "log_mel"), file_channels=2, hop_length=80, n_fft=256, win_length=200)
    front_end = FrontEnd(PREDICTED, ModelConfig(features=kinds))
    mel = features.log_mel(SOUND, 16_000, kinds)
    frames = np.concatenate([np.ones((len(mel), 2), np.float32), mel], 1)
    assert np.array_equal(front_end.filters(frames).coefficients, front_end.filters_of(SOUND).coefficients)
    assert np.array_equal(front_end.encode(SOUND, frames), front_end.encode(SOUND))


def test_the_silent_class_is_that_of_zeros():
    front_end = FRONT_ENDS["pre-emphasis"]
    assert (front_end.encode(np.zeros(5)) == front_end.silence).all()
    assert abs(front_end.values()[front_end.silence]) < 1e-4
