"""The compiled gates of training are those of PyTorch, to the last step of bf16, on every instruction set."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from wavenet.engine import native
from wavenet.model import gates

pytestmark = pytest.mark.skipif(not native.available(), reason="the engine is not compiled")
STEP = 2.0**-8
"""of bf16, relative"""


def sums(rows, channels, scale=3.0, seed=0):
    return (scale * torch.randn(rows, 2 * channels, generator=torch.Generator().manual_seed(seed))).bfloat16()


def by_torch(unit, monkeypatch=None):
    D = unit.shape[1] // 2
    both = unit.clone()
    return both, both[:, :D].tanh_() * both[:, D:].sigmoid_()


@pytest.mark.parametrize("isa", native.instruction_sets() if native.available() else [])
@pytest.mark.parametrize("channels", [16, 32, 80])
def test_activations_and_their_product_are_those_of_pytorch(isa, channels, monkeypatch):
    monkeypatch.setenv(native.VARIABLE, isa)
    unit = sums(37, channels)
    expected, z_expected = by_torch(unit)
    z = gates.forward(unit)
    assert torch.allclose(unit.float(), expected.float(), rtol=STEP, atol=1e-6)
    assert (unit == expected).float().mean() > 0.99
    assert torch.equal(z, unit[:, :channels] * unit[:, channels:])
    assert torch.allclose(z.float(), z_expected.float(), rtol=2 * STEP, atol=1e-6)


@pytest.mark.parametrize("isa", native.instruction_sets() if native.available() else [])
def test_gradients_are_those_of_the_function(isa, monkeypatch):
    monkeypatch.setenv(native.VARIABLE, isa)
    unit, D = sums(50, 32), 32
    wide = torch.randn(50, 3 * D, generator=torch.Generator().manual_seed(1)).bfloat16()
    d_z = wide[:, D : 2 * D]  # rows that are no neighbours
    gates.forward(unit)
    a, b = unit[:, :D].float(), unit[:, D:].float()
    expected = torch.cat([d_z.float() * b * (1 - a * a), d_z.float() * a * b * (1 - b)], 1)
    found, z = gates.backward(unit, d_z)
    assert torch.allclose(found.float(), expected, rtol=STEP, atol=1e-7)
    assert torch.equal(z, unit[:, :D] * unit[:, D:])


@given(st.floats(-200, 200), st.floats(-200, 200))
def test_extreme_sums_saturate(a, b):
    unit = torch.cat([torch.full((1, 16), a), torch.full((1, 16), b)], 1).bfloat16()
    expected, _ = by_torch(unit)
    gates.forward(unit)
    assert torch.allclose(unit.float(), expected.float(), rtol=STEP, atol=1e-6)


@pytest.mark.parametrize(("dtype", "channels"), [(torch.float32, 32), (torch.bfloat16, 12), (torch.float64, 16)])
def test_what_the_engine_does_not_compute_pytorch_does(dtype, channels, monkeypatch):
    monkeypatch.setattr(native, "core", None)  # not called
    unit = sums(9, channels).to(dtype)
    expected, z_expected = by_torch(unit)
    z = gates.forward(unit)
    assert torch.equal(unit, expected)
    assert torch.equal(z, z_expected)
    d_unit, again = gates.backward(unit, torch.ones_like(z))
    assert torch.equal(again, z)
    assert d_unit.shape == unit.shape


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        (((5, 24), (5, 12)), "multiple of 16"),
        (((5, 0), (5, 0)), "multiple of 16"),
        (((5, 32), (4, 16)), "do not fit"),
        (((5, 32), (5, 32)), "do not fit"),
    ],
)
def test_matrices_that_do_not_fit_are_refused(shapes, reason):
    with pytest.raises(ValueError, match=reason):
        native.core().gates(native.chosen_instruction_set(), *(np.zeros(shape, np.int16) for shape in shapes))
    whole = np.zeros((5, 64), np.int16)
    with pytest.raises(ValueError, match="contiguous"):
        native.core().gates(native.chosen_instruction_set(), whole[:, :32], np.zeros((5, 16), np.int16))
