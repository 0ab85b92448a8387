import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio import codec, mu_law
from wavenet.config import AudioConfig, ModelConfig
from wavenet.engine.decoder import Decoder

MODEL = ModelConfig()
PLAIN = AudioConfig()
EMPHASISED = AudioConfig(gain=2.0, pre_emphasis=0.85)


def tone(n: int = 4000) -> np.ndarray:
    t = np.arange(n) / 16_000
    return 0.3 * np.sin(2 * np.pi * 220 * t) + 0.02 * np.sin(2 * np.pi * 3100 * t)


def test_without_settings_it_is_plain_mu_law():
    assert np.array_equal(codec.encode(tone(), PLAIN), mu_law.encode(tone()))


@pytest.mark.parametrize(("audio", "noise"), [(PLAIN, -33), (EMPHASISED, -33)])
def test_pre_emphasis_and_gain_are_undone_at_the_output(audio, noise):
    error = Decoder(audio, MODEL).decode(codec.encode(tone(), audio)) - tone()
    assert 10 * np.log10(np.mean(error**2) / np.mean(tone() ** 2)) < noise


def test_pre_emphasis_lowers_the_noise_above_one_kilohertz():
    def noise(audio: AudioConfig) -> float:
        error = Decoder(audio, MODEL).decode(codec.encode(tone(), audio)) - tone()
        return float((np.abs(np.fft.rfft(error)) ** 2)[len(error) // 16 :].sum())

    assert noise(EMPHASISED) < 0.5 * noise(PLAIN)


@given(st.lists(st.integers(0, 255), max_size=60), st.integers(0, 60), st.sampled_from([PLAIN, EMPHASISED]))
def test_decoding_in_blocks_gives_the_same_waveform_exactly(classes, cut, audio):
    whole = Decoder(audio, MODEL).decode(np.array(classes, int))
    decoder = Decoder(audio, MODEL)
    parts = [decoder.decode(np.array(part, int)) for part in (classes[:cut], classes[cut:])]
    assert np.array_equal(np.concatenate(parts), whole)


@given(st.lists(st.integers(0, 255), min_size=1, max_size=200))
def test_the_output_stays_within_full_scale(classes):
    assert np.abs(Decoder(EMPHASISED, MODEL).decode(np.array(classes))).max() <= 1
