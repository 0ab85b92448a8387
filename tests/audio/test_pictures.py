import numpy as np
import pytest

from wavenet.audio import pictures


def test_a_full_scale_sine_is_at_zero_decibels_at_its_frequency():
    rate = 16_000
    tone = np.sin(2 * np.pi * 1000 * np.arange(rate) / rate)
    levels, (_, seconds, _, kilohertz) = pictures.spectrogram(tone, rate)
    middle = levels[:, levels.shape[1] // 2]
    assert seconds == 1
    assert kilohertz == 8
    assert middle.max() == pytest.approx(0, abs=0.1)
    assert np.argmax(middle) / (len(middle) - 1) * kilohertz == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("samples", [1, 100, 20_000])
def test_waveforms_of_any_length_are_drawn(samples, tmp_path):
    waveform = np.random.default_rng(0).uniform(-1, 1, samples)
    pictures.write(pictures.waveform_and_spectrogram(waveform, 8000, "noise"), tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_curves_are_drawn_with_and_without_points(tmp_path):
    rows = [
        {"update": 1, "hours": 0.1, "train_bits": 4.0},
        {"update": 1, "hours": 0.1, "validation_bits": 4.2},
        {"update": 2, "hours": 0.2, "train_bits": 3.0},
    ]
    for name, some in (("none", []), ("all", rows)):
        pictures.write(pictures.training_curve(some), tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").stat().st_size > 1000
