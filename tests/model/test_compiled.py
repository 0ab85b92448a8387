"""The compiled layers of training compute what PyTorch computes in fp32, as nearly as PyTorch does in bf16."""

import os
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.networks import MICRO
from wavenet.engine import native
from wavenet.model import compiled, fused
from wavenet.model.conditioning import ConditioningInputs
from wavenet.model.wavenet import WaveNet

SETS = [name for name in native.instruction_sets() if name in compiled.SETS] if native.available() else []
pytestmark = pytest.mark.skipif(not SETS, reason="no engine, or a processor without products of bf16")


def network(**changes):
    torch.manual_seed(0)
    model = WaveNet(replace(MICRO, **{"residual_channels": 32, "dilation_channels": 32, "skip_channels": 10} | changes))
    for parameter in model.parameters():
        if parameter.ndim == 1:
            torch.nn.init.normal_(parameter, std=0.2)
    return model


def excerpt(model, length, batch=2):
    return torch.randint(0, model.config.quantization_channels, (batch, model.config.required_past - 1 + length))


def skips_and_gradients(model, past, dtype, conditioning=None):
    """The sums of the skips, and the gradients of a weighted sum of them."""
    found = fused.skips(model, past, dtype, conditioning).float()
    weights = torch.randn(found.shape, generator=torch.Generator().manual_seed(1))
    trained = [weight for name, weight in model.named_parameters() if not name.startswith("head.")]
    return [found.detach(), *torch.autograd.grad((found * weights).sum(), trained)]


def far(found, expected):
    """The largest distance, relative to the length of what is expected."""
    return max(float((a - b).norm() / (b.norm() + 1e-2)) for a, b in zip(found, expected, strict=True))


def compare(model, past, monkeypatch, conditioning=None):
    """As near to fp32 as PyTorch in bf16, on every instruction set."""
    exact = skips_and_gradients(model, past, torch.float32, conditioning)
    with monkeypatch.context() as changed:
        changed.setattr(compiled, "_available", lambda: False)
        by_torch = skips_and_gradients(model, past, torch.bfloat16, conditioning)
    monkeypatch.setattr(compiled, "_available", lambda: True)
    for name in SETS:
        monkeypatch.setenv(native.VARIABLE, name)
        found = skips_and_gradients(model, past, torch.bfloat16, conditioning)
        assert far(found, exact) <= 1.5 * far(by_torch, exact) + 0.01


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 4),
    st.sampled_from([32, 64, 96]),
    st.sampled_from([32, 64, 160]),
    st.integers(1, 4),
    st.integers(1, 700),
    st.integers(1, 3),
    st.integers(1, 2),
)
def test_layers_of_any_shape_are_those_of_pytorch(layers, residual, dilation, kernel, length, batch, threads):
    model = network(
        layers=layers, stacks=1, residual_channels=residual, dilation_channels=dilation, kernel_size=kernel, contexts=()
    )
    past = excerpt(model, length, batch)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with pytest.MonkeyPatch.context() as monkeypatch:
            compare(model, past, monkeypatch)
    finally:
        torch.set_num_threads(before)


def test_what_is_added_to_the_sums_is_added(monkeypatch):
    model = network(contexts=(), tags=("low", "high"))
    past = excerpt(model, 40)
    weights = torch.randn(2, model.config.global_channels)
    compare(model, past, monkeypatch, ConditioningInputs(global_weights=weights))


@pytest.mark.parametrize("instructions", SETS)
def test_the_same_rows_give_the_same_bits(monkeypatch, instructions):
    monkeypatch.setattr(compiled, "_available", lambda: True)
    monkeypatch.setenv(native.VARIABLE, instructions)
    model = network(contexts=())
    past = excerpt(model, 500)
    first, again = (skips_and_gradients(model, past, torch.bfloat16) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))


def test_other_types_channels_and_instruction_sets_are_left_to_pytorch(monkeypatch):
    monkeypatch.setattr(compiled, "_pytorch_has_tiles", lambda: False)
    monkeypatch.setenv(native.VARIABLE, SETS[0])
    x, dilated, skip = torch.zeros(5, 32).bfloat16(), torch.zeros(2, 2, 32, 64).bfloat16(), torch.zeros(64, 10)
    assert compiled.usable(x, dilated, skip)
    assert not compiled.usable(x.float(), dilated, skip)
    assert not compiled.usable(x[:, :16], dilated[:, :, :16], skip)
    assert not compiled.usable(x, dilated[..., :48], skip)
    assert not compiled.usable(x, dilated, skip[:, :9])
    monkeypatch.setenv(native.VARIABLE, "avx2")
    assert not compiled.usable(x, dilated, skip)


def test_pairs_are_left_to_pytorch_where_that_has_tiles(monkeypatch):
    x, dilated, skip = torch.zeros(5, 32).bfloat16(), torch.zeros(2, 2, 32, 64).bfloat16(), torch.zeros(64, 10)
    monkeypatch.setattr(compiled, "_pytorch_has_tiles", lambda: True)
    monkeypatch.setenv(native.VARIABLE, "avx512bf16")
    assert not compiled.usable(x, dilated, skip)


def shapes(**changes):
    """Of a layer of 3 rows, each changed by name."""
    arrays = {"x": (4, 32), "dilated": (32, 128), "bias": (1, 64), "residual": (16, 64), "units": (3, 64)}
    arrays |= {"zs": (2, 32), "next": (3, 32)}
    return {name: np.zeros(shape, np.int16) for name, shape in (arrays | changes).items()}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"x": (5, 32)}, "do not fit"),
        ({"units": (3, 60)}, "multiples of 32"),
        ({"x": (4, 0)}, "multiples of 32"),
        ({"zs": (4, 32)}, "do not fit"),
        ({"bias": (1, 32)}, "do not fit"),
        ({"next": (2, 32)}, "do not fit"),
        ({"dilated": (8, 128)}, "do not fit"),
    ],
)
def test_matrices_that_do_not_fit_are_refused(changes, reason):
    native.core().layer(**shapes(), conditioned=False, dilation=1, instructions="", threads=1)
    with pytest.raises(ValueError, match="no layers of training"):
        native.core().layer(**shapes(), conditioned=False, dilation=1, instructions="portable", threads=1)
    with pytest.raises(ValueError, match=reason):
        native.core().layer(**shapes(**changes), conditioned=False, dilation=1, instructions="", threads=1)


def test_threads_are_there_again_after_a_fork():
    core, arrays = native.core(), shapes()
    core.layer(**arrays, conditioned=False, dilation=1, instructions=SETS[0], threads=2)
    child = os.fork()
    if not child:
        core.layer(**arrays, conditioned=False, dilation=1, instructions=SETS[0], threads=3)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
