"""The two recordings of an amplifier: aligned for any latency, and refused in one line where they teach nothing."""

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from wavenet.config.amp import TrainAmpConfig
from wavenet.errors import UsageError, WavenetWarning
from wavenet.training.amp import recordings

RATE = 8_000
N = 24_000
CONFIG = TrainAmpConfig(shape="nano", window=1_000)
NOISE = np.random.default_rng(0).normal(0, 0.2, N).astype(np.float32)


def distorted(x):
    return np.tanh(4 * x + 0.3).astype(np.float32) - np.float32(np.tanh(0.3))


def shifted(x, lag):
    """Later by so many samples, with silence in their place."""
    out = np.zeros_like(x)
    out[max(lag, 0) : len(x) + min(lag, 0)] = x[max(-lag, 0) : len(x) - max(lag, 0)]
    return out


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def pair(x=NOISE, y=None, rate=RATE, wet_rate=None):
    soundfile.write("dry.wav", x, rate, "FLOAT")
    soundfile.write("wet.wav", distorted(NOISE) if y is None else y, wet_rate or rate, "FLOAT")
    return "dry.wav", "wet.wav"


@settings(max_examples=25, deadline=None)
@given(lag=st.integers(-3_900, 3_900), sign=st.sampled_from([1, -1]), seed=st.integers(0, 99))
def test_any_latency_is_found_whatever_the_polarity(lag, sign, seed):
    x = np.random.default_rng(seed).normal(0, 0.3, N).astype(np.float32)
    found, peak, rival = recordings.correlate(x, sign * shifted(distorted(x), lag), 4_000, 40)
    assert found == lag
    assert peak > recordings.CONVINCING
    assert rival < recordings.RIVAL


@pytest.mark.parametrize("lag", [0, 37, 1_000, -20])
def test_what_comes_out_is_beside_what_it_came_from(lag, capsys):
    found = recordings.read(*pair(y=shifted(distorted(NOISE), lag)), CONFIG)
    assert found.latency == lag
    assert len(found.dry) == len(found.wet) == N - abs(lag)
    np.testing.assert_array_equal(found.wet, distorted(found.dry))
    assert found.cut == len(found.dry) - round(0.1 * len(found.dry))
    assert f"latency: {lag} samples ({lag / 8:.2f} ms), by cross-correlation" in capsys.readouterr().out


def test_of_long_recordings_the_loudest_part_tells_the_latency(monkeypatch):
    monkeypatch.setattr(recordings, "COMPARED", 10_000)
    x = np.where(np.arange(N) < 12_000, np.float32(1e-6), 1) * NOISE
    assert recordings.read(*pair(x, shifted(distorted(x), 37)), CONFIG).latency == 37


def test_a_latency_that_is_given_is_taken():
    found = recordings.read(*pair(), TrainAmpConfig(shape="nano", window=1_000, latency=5))
    np.testing.assert_array_equal(found.dry, NOISE[:-5])
    with pytest.raises(UsageError, match="--latency is 6001, and must be within 6,000 samples"):
        recordings.read(*pair(), TrainAmpConfig(shape="nano", window=1_000, latency=6_001))


@pytest.mark.parametrize(
    ("x", "y", "why"),
    [
        (NOISE, np.random.default_rng(1).normal(0, 0.2, N), "no lag within ±4,000 samples stands out"),
        (np.sin(np.arange(N) / 8), np.tanh(3 * np.sin(np.arange(N) / 8)), "another lag correlates nearly as well"),
    ],
)
def test_a_latency_that_does_not_show_is_asked_for(x, y, why):
    with pytest.raises(UsageError, match=rf"wet.wav does not show how far it is behind dry.wav: .*{why}.* --latency"):
        recordings.read(*pair(0.5 * x, 0.5 * y), CONFIG)


def test_what_both_have_is_used_of_recordings_of_different_lengths(capsys):
    found = recordings.read(*pair(y=distorted(NOISE)[:-4_000]), CONFIG)
    assert len(found.dry) == N - 4_000
    assert "dry.wav is longer by 0.50 s; what both have is used, 2.50 s" in capsys.readouterr().out


def broken(at, value):
    x = NOISE.copy()
    x[at] = value
    return x


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"x": np.stack([NOISE, NOISE], 1)}, "dry.wav has 2 channels, and must have one; export it as mono"),
        ({"y": np.stack([NOISE, NOISE], 1)}, "wet.wav has 2 channels, and must have one; export it as mono"),
        ({"wet_rate": 16_000}, "dry.wav has 8000 Hz and wet.wav 16000 Hz; bring both to one rate"),
        ({"x": broken(70, np.nan)}, "dry.wav: sample 70 is nan; repair the file"),
        ({"y": broken(9, -np.inf)}, "wet.wav: sample 9 is -inf; repair the file"),
        ({"y": np.full(N, 1e-5)}, "wet.wav is silent, its largest sample is 1.0e-05; check the cable"),
        ({"x": 1e4 * NOISE}, "but full scale is 1; scale both recordings"),
        ({"x": NOISE[:9_000]}, r"have 9,000 samples in common, and shape and window need 10,184 \(1.3 s\)"),
        ({"rate": 500}, "dry.wav has 500 Hz, and must have 1000 to 1000000 Hz"),
        ({"y": np.where(np.arange(N) < 21_000, distorted(NOISE), 0)}, "wet.wav is silent in its last 0.3 s, which are"),
    ],
)
def test_what_cannot_teach_is_refused_in_a_line_with_the_way_out(given, message):
    with pytest.raises(UsageError, match=message):
        recordings.read(*pair(**given), CONFIG)


def test_a_clipped_recording_is_told():
    with pytest.warns(WavenetWarning, match=r"wet.wav is clipped: \d+ samples in a row are at 1.000"):
        recordings.read(*pair(y=np.clip(20 * np.convolve(NOISE, np.ones(9))[:N], -1, 1)), CONFIG)


def test_silence_and_a_single_loud_sample_are_no_clipping():
    assert not recordings.clipped(np.zeros(100, np.float32))
    assert not recordings.clipped(broken(5, 1.0))
    assert recordings.clipped(np.float32([0, 1, 1, 1, 1, 1, 0, 1, -1])) == 5


def test_too_much_held_out_is_refused():
    with pytest.raises(UsageError, match=r"validation is 0.9, which leaves 2,400 samples of dry.wav"):
        recordings.read(*pair(), TrainAmpConfig(shape="nano", window=1_000, validation=0.9))
