"""What images cost with ordinary lossless coders."""

import numpy as np
import pytest

from experiments import image_coders

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("colours", [1, 3])
def test_noise_costs_all_its_bits_and_one_colour_next_to_none(colours):
    noise = RANDOM.integers(0, 256, (4, 32, 32, colours), np.uint8)
    for singly, together in image_coders.measured(noise).values():
        assert 7.9 < together <= singly < 9.5
    for _, together in image_coders.measured(np.full_like(noise, 7)).values():
        assert together < 0.3


def test_binary_noise_costs_a_bit():
    found = image_coders.measured(RANDOM.integers(0, 2, (8, 32, 32, 1), np.uint8))
    assert found["xz"][1] == pytest.approx(1, abs=0.02)
    assert 1.25 < found["PNG"][1] < 1.3  # each row of 4 bytes has one for its filter


def test_the_command_prints_a_table(tmp_path, capsys):
    np.savez(tmp_path / "images.npz", test=RANDOM.integers(0, 2, (3, 8, 8), np.uint8))
    image_coders.main([str(tmp_path / "images.npz")])
    assert "| PNG |" in capsys.readouterr().out
