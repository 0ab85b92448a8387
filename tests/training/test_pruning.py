import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.networks import MICRO, random_classes, random_conditioning, random_model, shapes
from tests.training.test_loop import assert_same_state, state
from wavenet.config import PRESETS
from wavenet.engine import folder
from wavenet.errors import UsageError
from wavenet.training import loop, pruning
from wavenet.training.loop import train

EVEN = replace(
    MICRO, residual_channels=32, dilation_channels=48, skip_channels=64, head_channels=32, quantization_channels=64
)


def zero_blocks(weight, parts=1):
    """(rows, columns, K), whether a block is zero."""
    return pruning.blocks(weight, parts).abs().amax(dim=(2, 4)) == 0


def fractions(weights):
    """Of the blocks that are zero, of each kind of matrix; the same in every 16 outputs of every matrix."""
    found = {}
    for name, weight in weights.items():
        if re.fullmatch(pruning.MATRICES, name):
            rows = zero_blocks(weight, pruning.halves(name)).float().mean(1)
            found.setdefault(pruning.kind(name), []).append(rows.flatten())
    rows = {name: torch.cat(each) for name, each in found.items()}
    assert all(bool((each == each[0]).all()) for each in rows.values())
    return {name: float(each[0]) for name, each in rows.items()}


def pasts(config, count=3):
    for seed in range(count):
        T = 200
        past = random_classes(config, 1, config.required_past - 1 + T, seed=seed)
        yield past, random_conditioning(config, 1, T, seed)


def pruned(network, sparsity):
    config = network.config
    pruning.prune(network, pruning.fractions(sparsity), pruning.mean_squares(network, pasts(config)))
    return network


def moments(n, seed=0):
    x = torch.randn(n, 5 * n, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    mixed = torch.randn(n, n, generator=torch.Generator().manual_seed(seed + 1), dtype=torch.float64) @ x
    return mixed @ mixed.T / x.shape[1]


def error(weights, made, squares):
    """The mean square of what changes in the outputs."""
    d = weights - made
    return float((d @ squares * d).sum())


@given(st.integers(1, 2), st.integers(1, 20), st.integers(1, 11), st.integers(1, 3), st.floats(0, 0.95))
def test_every_16_outputs_lose_equally_many_blocks_of_every_part(parts, out, width, sections, fraction):
    weights = torch.randn(parts * out, sections * width, dtype=torch.float64) + 3
    made = pruning.surgery(weights, moments(sections * width), fraction, width, parts)
    for section in made.split(width, 1):
        zeros = zero_blocks(section[:, :, None], parts).sum(1)
        assert (zeros == round(fraction * math.ceil(width / 4))).all()


def test_the_remaining_weights_are_the_best_ones_without_the_blocks_that_went():
    weights, squares = torch.randn(16, 24, dtype=torch.float64), moments(24)
    made = pruning.surgery(weights, squares, 0.5, 24)
    kept = (made != 0).any(0)
    damped = squares + pruning.DAMPING * squares.diagonal().mean() * torch.eye(24, dtype=torch.float64)
    best = torch.zeros_like(weights)
    best[:, kept] = torch.linalg.solve(damped[kept][:, kept], damped[kept] @ weights.T).T
    torch.testing.assert_close(made, best)
    rough = torch.where(kept, weights, 0.0)
    assert error(weights, made, squares) < 0.5 * error(weights, rough, squares)


def test_an_input_that_another_one_repeats_costs_nothing():
    x = torch.randn(8, 100, dtype=torch.float64)
    x[4:] = x[:4]
    squares, weights = x @ x.T / 100, torch.randn(16, 8, dtype=torch.float64)
    made = pruning.surgery(weights, squares, 0.5, 8)
    assert error(weights, made, squares) < 1e-3 * error(weights, 0 * weights, squares)


def test_nothing_is_changed_where_nothing_is_pruned():
    weights = torch.randn(16, 8, dtype=torch.float64)
    assert torch.equal(pruning.surgery(weights, moments(8), 0.1, 8), weights)


@given(shapes(min_channels=2))
def test_the_mean_squares_are_those_of_what_enters_each_matrix(config):
    network = random_model(config)
    found = pruning.mean_squares(network, pasts(config))
    for name, matrix in pruning.matrices(dict(network.named_parameters())).items():
        assert found[name].shape == (matrix.whole.shape[1],) * 2
    head = network.head
    total = 0
    for past, conditioning in pasts(config):
        seen = []
        handle = head.output.register_forward_hook(lambda module, inputs, output, seen=seen: seen.append(inputs[0][0]))
        network(past, conditioning)
        handle.remove()
        x = seen[0].detach().double()
        total = total + x @ x.T / 3
    torch.testing.assert_close(found["head.output.weight"], total)


def test_the_sums_of_a_dilated_convolution_are_its_matrix_times_what_entered():
    network = random_model(EVEN)
    weight = network.layers[1].dilated.weight
    matrix = pruning.Joined({"layers.1.dilated.weight": weight.detach()})
    with pruning._inputs(network) as seen:
        network(random_classes(EVEN, 1, 300))
    caught = []
    network.layers[1].dilated.register_forward_hook(lambda module, inputs, output: caught.append(output))
    network(random_classes(EVEN, 1, 300))
    made = matrix.whole @ seen["layers.1.dilated.weight"] + network.layers[1].dilated.bias.detach()[:, None]
    torch.testing.assert_close(made, caught[0][0].detach().double(), atol=1e-4, rtol=1e-4)
    assert torch.equal(matrix.split(matrix.whole)["layers.1.dilated.weight"], weight.detach())


def test_each_kind_of_matrix_gets_its_part_and_nothing_else_is_changed():
    config = replace(PRESETS["tiny"], speakers=("ann", "bob"))
    before = {name: weight.clone() for name, weight in random_model(config).state_dict().items()}
    network = pruned(random_model(config), 0.75)
    columns = {"skip": config.dilation_channels, "residual": config.dilation_channels}
    columns |= {"dilated": config.residual_channels, "hidden": config.skip_channels, "output": config.head_channels}
    wanted = {kind: round(4 * 0.75 * part * n / 16) / (n / 4) for (kind, part), n in
              ((each, columns[each[0]]) for each in pruning.PART.items())}  # fmt: skip
    assert fractions(dict(network.named_parameters())) == pytest.approx(wanted)
    for name, weight in network.named_parameters():
        changed = not torch.equal(weight, before[name])
        assert changed == bool(re.fullmatch(pruning.MATRICES, name) and pruning.PART[pruning.kind(name)]), name


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
def sparse_config(micro_config):
    model = replace(micro_config.model, residual_channels=16, dilation_channels=16, skip_channels=16, head_channels=16)
    return replace(micro_config, model=model, sparsity=0.75, updates=30, validate_every=10)


def test_the_exported_network_has_the_zeros_and_has_learned(sparse_config):
    progress = train(sparse_config)
    tensors = folder.read(Path(sparse_config.out) / "model").tensors
    weights = {name: torch.from_numpy(values) for name, values in tensors.items()}
    assert fractions(weights)["skip"] == 0.75
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


@pytest.mark.parametrize("sparsity", [-0.1, 0.96, math.nan])
def test_a_sparsity_that_cannot_be_is_refused(micro_config, sparsity):
    with pytest.raises(UsageError, match="sparsity"):
        replace(micro_config, sparsity=sparsity)
