"""Activation functions, natively and in numpy."""

import numpy as np
import pytest

from tests.amp.written import ACTIVATIONS
from wavenet.amp.activations import apply
from wavenet.amp.model import Activation
from wavenet.amp.program import curve
from wavenet.engine import native

VALUES = np.concatenate([np.linspace(-12, 12, 4001), np.geomspace(1e-6, 1e5, 400)]).astype(np.float32)
ODD = Activation("LeakyHardtanh", (0.3,), -0.2, 0.7, 0.05)


@pytest.mark.parametrize("isa", native.instruction_sets())
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_native_is_numpy_within_a_millionth(name, isa):
    activation = ODD if name == "LeakyHardtanh" else Activation(name, (0.2,) if name in ("LeakyReLU", "PReLU") else ())
    wanted = apply(activation, VALUES.astype(np.float64)[None])[0]
    found = native.core().activate(isa, curve(activation, 1), VALUES)
    assert (np.abs(found - wanted) <= 1e-6 * np.maximum(1, np.abs(VALUES))).all()


def test_tanh_is_within_a_millionth_of_itself():
    found = native.core().activate("", curve(Activation("Tanh"), 1), VALUES)
    assert np.abs(found - np.tanh(VALUES.astype(np.float64))).max() < 1e-6


def test_the_fast_tanh_is_near():
    assert np.abs(apply(Activation("Fasttanh"), VALUES[None].astype(np.float64)) - np.tanh(VALUES)).max() < 9e-3


def test_slopes_are_those_of_their_channels():
    found = apply(Activation("PReLU", (0.5, 2.0)), np.array([[-1.0, 1.0], [-1.0, 1.0]]))
    assert found.tolist() == [[-0.5, 1.0], [-2.0, 1.0]]
