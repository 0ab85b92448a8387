import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.networks import random_model
from tests.training.test_loop import assert_same_state, state
from wavenet.config import PRESETS, ModelConfig
from wavenet.engine import folder
from wavenet.errors import UsageError
from wavenet.training import loop, pruning
from wavenet.training.loop import train

WIDE = ModelConfig(
    layers=2, stacks=1, residual_channels=32, dilation_channels=48, skip_channels=64, head_channels=32,
    quantization_channels=64,
)  # fmt: skip


def zeros_of_each_row(weight, parts):
    """Of every 16 outputs, for each tap: the blocks that are zero."""
    return (pruning.blocks(weight, parts).norm(dim=(2, 4)) == 0).sum(1)


def fractions(weights):
    """Of the blocks that are zero, of each kind of matrix."""
    found = {}
    for name, weight in weights.items():
        if pruning.re.fullmatch(pruning.MATRICES, name):
            zero = pruning.blocks(weight, pruning.halves(name)).norm(dim=(2, 4)) == 0
            found.setdefault(pruning.kind(name), []).append(float(zero.float().mean()))
    assert all(len(set(each)) == 1 for each in found.values())
    return {name: each[0] for name, each in found.items()}


def wanted(sparsity, columns):
    return {name: round(sparsity * part * columns[name]) / columns[name] for name, part in pruning.PART.items()}


@given(st.integers(1, 3), st.integers(1, 40), st.integers(1, 40), st.integers(1, 3), st.floats(0, 0.95))
def test_every_16_outputs_keep_the_same_number_of_blocks(parts, out, inputs, taps, fraction):
    weight = torch.randn(parts * out, inputs, taps) + 10
    zeros = zeros_of_each_row(weight * pruning.kept(weight, fraction, parts), parts)
    assert (zeros == round(fraction * math.ceil(inputs / 4))).all()


def test_the_blocks_with_the_least_norm_are_pruned():
    weight = torch.ones(16, 16, 1)
    weight[:, 4:8] = 0.1
    weight[3, 9] = 5.0
    weight[:, 12:] = 2.0
    mask = pruning.kept(weight, 0.5)
    assert mask[:, 4:8].sum() == mask[:, :4].sum() == 0
    assert mask[:, 8:].eq(1).all()


def test_filters_and_gates_are_pruned_apart():
    weight = torch.randn(2 * 24, 16, 1)
    assert zeros_of_each_row(weight * pruning.kept(weight, 0.5, 2), 2).tolist() == [[2]] * 4
    assert pruning.blocks(weight, 2).shape[0] == 4  # 24 outputs are two blocks of 16


def test_pruned_blocks_stay_pruned_and_more_follow_until_two_fifths_of_the_updates():
    torch.manual_seed(0)
    network = random_model(WIDE)
    average = {name: weight.clone() for name, weight in network.state_dict().items()}
    prune = pruning.Pruning(network, 0.75, 200)
    before, found = None, []
    for update in range(200):
        with torch.no_grad():
            for weight in network.parameters():
                weight.add_(0.1 * torch.randn_like(weight))
        prune.apply(update, average)
        zero = network.layers[0].skip.weight == 0
        assert before is None or bool((zero | ~before).all())
        before = zero
        found.append(fractions(dict(network.named_parameters())))
    columns = {"skip": 12, "output": 8, "hidden": 16, "residual": 12, "dilated": 8}
    for name, fraction in wanted(0.75, columns).items():
        each = [row[name] for row in found]
        assert each == sorted(each)
        assert each[5] < each[79] == each[199] == pytest.approx(fraction)
    assert prune.finished(79)
    assert not prune.finished(78)
    assert fractions(average) == found[-1]
    assert all(bool((weight != 0).any()) for weight in network.parameters())


def test_gradients_of_pruned_blocks_are_zero_and_others_are_kept():
    network = random_model(WIDE)
    prune = pruning.Pruning(network, 0.5, 10)
    prune.apply(9, {name: weight.clone() for name, weight in network.state_dict().items()})
    for weight in network.parameters():
        weight.grad = torch.ones_like(weight)
    prune.mask_gradients()
    for name, weight in network.named_parameters():
        pruned = torch.zeros_like(weight, dtype=torch.bool)
        if name.split(".")[-2] in ("dilated", "residual", "skip", "hidden", "output"):
            pruned = (weight == 0) & (weight.ndim == 3)
        assert torch.equal(weight.grad, (~pruned).float()), name


def test_conditioning_and_the_input_are_not_pruned():
    config = replace(PRESETS["tiny"], speakers=("ann", "bob"))
    network = random_model(config)
    prune = pruning.Pruning(network, 0.9, 10)
    prune.apply(9, {name: weight.clone() for name, weight in network.state_dict().items()})
    for name, weight in network.named_parameters():
        assert bool((weight == 0).any()) == bool(pruning.re.fullmatch(pruning.MATRICES, name)), name


@pytest.fixture
def sparse_config(micro_config):
    model = replace(micro_config.model, residual_channels=16, dilation_channels=16, skip_channels=16, head_channels=16)
    return replace(micro_config, model=model, sparsity=0.5, updates=30, validate_every=10)


def test_the_exported_network_is_sparse_and_the_last_layer_learns_from_zero(sparse_config):
    train(sparse_config)
    tensors = folder.read(Path(sparse_config.out) / "model").tensors
    weights = {name: torch.from_numpy(values) for name, values in tensors.items()}
    assert fractions(weights) == pytest.approx(wanted(0.5, dict.fromkeys(pruning.PART, 4)))
    assert bool((weights["head.output.weight"] != 0).any())


def test_a_sparse_run_that_is_stopped_and_resumed_equals_the_whole_one(sparse_config, tmp_path, monkeypatch):
    train(sparse_config)
    parts = replace(sparse_config, out=str(tmp_path / "parts"))
    asked = iter([False] * 11 + [True])
    monkeypatch.setattr(loop.Run, "_agree", lambda run, flag: next(asked, False))
    with pytest.raises(loop.endings.InterruptedRunError):
        train(parts)
    train(parts)
    assert_same_state(state(sparse_config), state(parts))


def test_what_is_exported_before_the_pruning_ends_gives_way_to_what_is_sparse(sparse_config, monkeypatch):
    monkeypatch.setattr(loop.Validator, "bits_per_sample", lambda self, model, dtype: next(bits))
    bits = iter([1.0, 5.0, 4.0])
    train(sparse_config)
    tensors = folder.read(Path(sparse_config.out) / "model").tensors
    found = fractions({name: torch.from_numpy(values) for name, values in tensors.items()})
    assert found == pytest.approx(wanted(0.5, dict.fromkeys(pruning.PART, 4)))


@pytest.mark.parametrize("sparsity", [-0.1, 0.96, math.nan])
def test_a_sparsity_that_cannot_be_is_refused(micro_config, sparsity):
    with pytest.raises(UsageError, match="sparsity"):
        replace(micro_config, sparsity=sparsity)
