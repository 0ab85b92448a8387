"""A guitar and an amplifier made of formulas."""

import numpy as np
import soundfile

from experiments import formula_amp
from wavenet.config.amp import TrainAmpConfig
from wavenet.training.amp import recordings


def test_the_recordings_are_the_same_for_a_seed_and_show_their_latency(tmp_path):
    for place in ("a", "b"):
        formula_amp.main([str(tmp_path / place), "--seconds", "2"])
    a, b = (soundfile.read(tmp_path / place / "wet.wav")[0] for place in "ab")
    np.testing.assert_array_equal(a, b)
    config = TrainAmpConfig()
    found = recordings.read(str(tmp_path / "a/dry.wav"), str(tmp_path / "a/wet.wav"), config)
    assert found.latency == formula_amp.LATENCY
    assert soundfile.info(str(tmp_path / "a/wet.wav")).samplerate == formula_amp.RATE


def test_nothing_reaches_full_scale():
    x = formula_amp.dry(3.0, 1)
    assert 0.5 < np.abs(x).max() <= 1
    assert 0.3 < np.abs(formula_amp.wet(x)).max() < 1


def test_the_amplifier_hears_no_future():
    x = formula_amp.dry(1.0)
    changed = x.copy()
    changed[20_000:] = 0
    a, b = formula_amp.wet(x), formula_amp.wet(changed)
    np.testing.assert_allclose(a[:20_000], b[:20_000], atol=1e-12)
    assert np.abs(a - b)[20_000:20_100].max() > 1e-3
