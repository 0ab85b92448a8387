"""The receptive field of PixelCNN, from gradients."""

from dataclasses import replace

import numpy as np
from matplotlib.image import imread

from experiments import receptive_field
from experiments.receptive_field import SHAPE


def test_one_stack_is_blind_to_the_upper_right_and_two_are_not():
    reach = SHAPE.layers + 1
    rows, columns = np.mgrid[: SHAPE.height, : SHAPE.width]
    up, right = SHAPE.height - 1 - rows, columns - SHAPE.width // 2
    above = (up > 0) & (up <= reach) & (abs(right) <= reach)
    seen = {stacks: receptive_field.gradients(replace(SHAPE, stacks=stacks)) > 0 for stacks in ("one", "two")}
    assert seen["two"][above].all()
    assert not seen["one"][above & (right > up)].any()
    assert seen["one"][above & (right < up)].all()
    for each in seen.values():
        assert not each[(up == 0) & (right >= 0)].any()


def test_the_command_draws_a_picture(tmp_path):
    receptive_field.main([str(tmp_path / "seen.png")])
    assert imread(tmp_path / "seen.png").std() > 0.1
