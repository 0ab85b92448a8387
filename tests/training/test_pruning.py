import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.networks import MICRO, random_model, shapes
from tests.training.test_loop import assert_same_state, state
from tests.training.test_surgery import excerpts
from wavenet.config import PRESETS
from wavenet.engine import folder
from wavenet.errors import UsageError
from wavenet.training import loop, pruning, surgery
from wavenet.training.loop import train
from wavenet.training.surgery import Order

EVEN = replace(
    MICRO, residual_channels=32, dilation_channels=48, skip_channels=64, head_channels=32, quantization_channels=64
)


def zero_blocks(weight, parts=1):
    """(rows, columns, K), whether a block is zero."""
    return pruning.blocks(weight, parts).abs().amax(dim=(2, 4)) == 0


def zeros(weights):
    """Of each weight, the blocks of zeros of each tap, in every row of blocks: (K, rows)."""
    return {
        name: zero_blocks(weight, pruning.halves(name)).sum(1).T
        for name, weight in weights.items()
        if re.fullmatch(pruning.MATRICES, name)
    }


def pruned(network, sparsity):
    pruning.prune(network, sparsity, surgery.statistics(network, excerpts(network.config), pruning.MATRICES))
    return network


@settings(deadline=None, max_examples=20)
@given(shapes(min_channels=2), st.floats(0, 0.95))
def test_every_16_outputs_lose_equally_many_blocks_of_every_tap_and_none_loses_all(config, sparsity):
    network = pruned(random_model(config), sparsity)
    weights = dict(network.named_parameters())
    for name, rows in zeros(weights).items():
        columns = math.ceil(weights[name].shape[1] / 4)
        for tap in rows:
            assert bool((tap == tap[0]).all()), name
            assert tap[0] == 0 or pruning.LEAST * columns <= tap[0] < columns, name


@pytest.mark.parametrize("sparsity", [0.3, 0.5, 0.7])
def test_about_as_many_blocks_are_zero_as_is_asked_for(sparsity):
    weights = dict(pruned(random_model(EVEN), sparsity).named_parameters())
    assert pruning.zeros(weights) == pytest.approx(sparsity, abs=0.05)


def test_nothing_but_the_matrices_is_changed_and_at_sparsity_0_not_even_these():
    config = replace(PRESETS["tiny"], speakers=("ann", "bob"))
    before = {name: weight.clone() for name, weight in random_model(config).state_dict().items()}
    for sparsity in (0.0, 0.5):
        for name, weight in pruned(random_model(config), sparsity).named_parameters():
            changed = not torch.equal(weight, before[name])
            assert not changed or (sparsity and re.fullmatch(pruning.MATRICES, name)), name


def test_one_limit_holds_for_the_blocks_of_all_matrices():
    cheap, dear = (
        Order(np.full((3, 8), cost) * np.arange(1, 9), np.zeros((3, 8), int), (1, 9)) for cost in (1.0, 10.0)
    )
    found = pruning.plan({"cheap": cheap, "dear": dear}, 8 / 18)
    assert {name: each.tolist() for name, each in found.items()} == {"cheap": [8], "dear": [0]}
    found = pruning.plan({"cheap": cheap, "dear": dear}, 14 / 18)
    assert {name: each.tolist() for name, each in found.items()} == {"cheap": [8], "dear": [6]}


def test_a_pruned_network_that_is_pruned_by_as_much_stays_as_it_is():
    network = pruned(random_model(EVEN), 0.5)
    before = {name: weight.clone() for name, weight in network.named_parameters()}
    again = dict(pruned(network, pruning.zeros(before)).named_parameters())
    assert pruning.zeros(again) == pruning.zeros(before)
    for name, weight in again.items():
        torch.testing.assert_close(weight, before[name], msg=name)


def test_masks_keep_blocks_of_zeros_and_let_all_others_learn():
    network = pruned(random_model(EVEN), 0.5)
    masks = pruning.Masks(network)
    zero = {name: weight == 0 for name, weight in network.named_parameters() if re.fullmatch(pruning.MATRICES, name)}
    for weight in network.parameters():
        weight.grad = torch.ones_like(weight)
    masks.mask_gradients()
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(1.0)
    masks.mask_weights()
    for name, weight in network.named_parameters():
        if name in zero:
            assert torch.equal(weight == 0, zero[name]), name
            assert torch.equal(weight.grad, (~zero[name]).float()), name
        else:
            assert bool((weight.grad == 1).all()), name


def test_a_matrix_that_is_all_zero_may_learn():
    assert bool((pruning.mask(torch.zeros(32, 8, 1)) == 1).all())


@pytest.fixture
def sparse_config(micro_config, tmp_path):
    model = replace(micro_config.model, residual_channels=16, dilation_channels=16, skip_channels=16, head_channels=16)
    dense = replace(micro_config, model=model, updates=2, out=str(tmp_path / "dense"))
    train(dense)
    init_from = str(tmp_path / "dense" / "model")
    return replace(micro_config, model=model, sparsity=0.5, updates=30, validate_every=10, init_from=init_from)


def test_the_exported_network_has_the_zeros_and_has_learned(sparse_config):
    progress = train(sparse_config)
    tensors = folder.read(Path(sparse_config.out) / "model").tensors
    weights = {name: torch.from_numpy(values) for name, values in tensors.items()}
    assert pruning.zeros(weights) == pytest.approx(0.5, abs=0.1)
    assert bool((weights["head.output.weight"] != 0).any())
    assert progress.best_bits < 5


def test_a_sparse_run_that_is_stopped_and_resumed_equals_the_whole_one(sparse_config, tmp_path, monkeypatch):
    train(sparse_config)
    parts = replace(sparse_config, out=str(tmp_path / "parts"))
    asked = iter([False] * 11 + [True])
    monkeypatch.setattr(loop.Run, "_agree", lambda run, flag: next(asked, False))
    with pytest.raises(loop.endings.InterruptedRunError):
        train(parts)
    train(parts)
    assert_same_state(state(sparse_config), state(parts))


def test_a_model_that_has_the_zeros_is_trained_on_with_them_and_not_pruned_again(sparse_config, tmp_path, monkeypatch):
    train(sparse_config)
    model = Path(sparse_config.out) / "model"
    before = {name: torch.from_numpy(values) for name, values in folder.read(model).tensors.items()}
    monkeypatch.setattr(surgery, "statistics", lambda *_: pytest.fail("pruned again"))
    on = replace(sparse_config, init_from=str(model), sparsity=pruning.zeros(before), out=str(tmp_path / "on"))
    train(on)
    after = {name: torch.from_numpy(values) for name, values in folder.read(Path(on.out) / "model").tensors.items()}
    assert pruning.zeros(after) == pruning.zeros(before)


def test_what_became_zero_is_told(sparse_config, capsys):
    train(sparse_config)
    assert re.search(r"\d+\.\d% of the blocks of 16 by 4 weights are zero; sparsity is 0\.5\n", capsys.readouterr().out)


def test_random_weights_are_not_pruned(sparse_config):
    with pytest.raises(UsageError, match="--sparsity needs --init-from MODEL"):
        train(replace(sparse_config, init_from=""))


@pytest.mark.parametrize("option", ["init_from", "teacher"])
def test_a_model_that_is_not_there_is_told_before_any_pruning(sparse_config, option, monkeypatch):
    monkeypatch.setattr(surgery, "statistics", lambda *_: pytest.fail("pruned"))
    with pytest.raises(UsageError, match=f"--{option.replace('_', '-')} nonesuch: is neither a model folder"):
        train(replace(sparse_config, **{option: "nonesuch"}))


@pytest.mark.parametrize("sparsity", [-0.1, 0.96, math.nan])
def test_a_sparsity_that_cannot_be_is_refused(micro_config, sparsity):
    with pytest.raises(UsageError, match="sparsity"):
        replace(micro_config, sparsity=sparsity)
