from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.networks import MICRO, random_classes, random_conditioning, random_model, shapes
from wavenet.training import pruning, surgery
from wavenet.training.surgery import Matrix, Order, Statistics

EVEN = replace(
    MICRO, residual_channels=32, dilation_channels=48, skip_channels=64, head_channels=32, quantization_channels=64
)


def excerpts(config, count=3):
    for seed in range(count):
        T = 200
        past = random_classes(config, 1, config.required_past - 1 + T, seed=seed)
        yield past, random_classes(config, 1, T, seed=seed + 10), random_conditioning(config, 1, T, seed)


def moments(n, seed=0):
    x = torch.randn(n, 5 * n, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    mixed = torch.randn(n, n, generator=torch.Generator().manual_seed(seed + 1), dtype=torch.float64) @ x
    return mixed @ mixed.T / x.shape[1]


def matrix(weights, halves=1):
    return Matrix({"w": weights[:, :, None]}, halves)


def without(weights, squares, drop, gradients=None):
    """A matrix without so many blocks in every row of them."""
    gradients = torch.ones(len(weights), dtype=torch.float64) if gradients is None else gradients
    made = matrix(weights).without(np.array([drop]), Statistics(squares, gradients))
    return made["w"][:, :, 0].double()


def error(weights, made, squares):
    """The mean square of what changes in the outputs."""
    d = weights - made
    return float((d @ squares * d).sum())


@given(st.integers(1, 2), st.integers(1, 20), st.integers(2, 11), st.booleans())
def test_the_work_that_is_told_of_is_all_of_it(halves, out, width, some):
    weights = torch.randn(halves * out, width, 1)
    found = Matrix({"w": weights}, halves)
    statistics = Statistics(moments(width), torch.ones(halves * out, dtype=torch.float64))
    told = []
    found.order(statistics, told.append)
    assert sum(told) == found.work
    found.without(np.array([int(some) * (-(-width // 4) - 1)]), statistics, told.append)
    assert sum(told) == 2 * found.work


@given(st.integers(1, 2), st.integers(1, 20), st.integers(2, 11), st.integers(1, 3), st.data())
def test_every_16_outputs_lose_as_many_blocks_of_every_part_as_are_to_go(halves, out, width, parts, data):
    columns = -(-width // 4)
    drops = data.draw(st.lists(st.integers(0, columns - 1), min_size=parts, max_size=parts))
    weights = torch.randn(halves * out, width, parts) + 3
    statistics = Statistics(moments(parts * width), torch.rand(halves * out, dtype=torch.float64) + 0.1)
    made = Matrix({"w": weights}, halves).without(np.array(drops), statistics)["w"]
    zeros = (pruning.blocks(made, halves).abs().amax(dim=(2, 4)) == 0).sum(1)
    assert (zeros == torch.tensor(drops)).all()


def test_the_remaining_weights_are_the_best_ones_without_the_blocks_that_went():
    weights, squares = torch.randn(16, 24, dtype=torch.float64), moments(24)
    made = without(weights, squares, 3)
    kept = (made != 0).any(0)
    damped = squares + surgery.DAMPING * squares.diagonal().mean() * torch.eye(24, dtype=torch.float64)
    best = torch.zeros_like(weights)
    best[:, kept] = torch.linalg.solve(damped[kept][:, kept], damped[kept] @ weights.T).T
    torch.testing.assert_close(made, best, atol=1e-5, rtol=1e-5)
    rough = torch.where(kept, weights, 0.0)
    assert error(weights, made, squares) < 0.5 * error(weights, rough, squares)


def test_an_input_that_another_one_repeats_costs_nothing():
    x = torch.randn(8, 100, dtype=torch.float64)
    x[4:] = x[:4]
    squares, weights = x @ x.T / 100, torch.randn(16, 8, dtype=torch.float64)
    assert error(weights, without(weights, squares, 1), squares) < 1e-3 * error(weights, 0 * weights, squares)


def test_blocks_go_that_matter_only_to_outputs_that_the_loss_does_not_need():
    weights = torch.zeros(16, 8, dtype=torch.float64)
    weights[0, :4], weights[1, 4:] = 1.0, 3.0
    gradients = torch.zeros(16, dtype=torch.float64)
    gradients[0], gradients[1] = 1.0, 1e-3
    squares = torch.eye(8, dtype=torch.float64)
    assert bool((without(weights, squares, 1, gradients)[1] == 0).all())
    assert bool((without(weights, squares, 1)[0] == 0).all())


def test_what_blocks_cost_is_what_the_weighted_outputs_change_by():
    weights, squares = torch.randn(16, 16, dtype=torch.float64), moments(16)
    gradients = torch.rand(16, dtype=torch.float64) + 0.1
    order = matrix(weights).order(Statistics(squares, gradients))
    assert order.blocks == 4
    assert order.costs.shape == (1, 3)
    damped = squares + surgery.DAMPING * squares.diagonal().mean() * torch.eye(16, dtype=torch.float64)
    scale = (gradients + surgery.FLOOR * gradients.mean()).sqrt()[:, None]
    change = error(weights * scale, without(weights, squares, 1, gradients) * scale, damped)
    assert order.costs[0, 0] == pytest.approx(change, rel=1e-4)


def test_order_counts_the_blocks_of_each_part_below_a_limit():
    order = Order(np.array([[1.0, 2.0, 3.0], [1.0, 4.0, 5.0]]), np.array([[0, 1, 0], [1, 1, 0]]), (2, 4))
    assert (order.rows, order.blocks) == (2, 16)
    assert order.below(2.0).tolist() == [0.5, 1.0]


@settings(deadline=None, max_examples=20)
@given(shapes(min_channels=2))
def test_statistics_are_of_what_enters_each_matrix_and_of_the_gradients_of_what_leaves_it(config):
    network = random_model(config)
    found = surgery.statistics(network, excerpts(config), pruning.MATRICES)
    for name, whole in pruning.matrices(dict(network.named_parameters())).items():
        assert found[name].inputs.shape == (whole.whole.shape[1],) * 2
        assert found[name].gradients.shape == whole.whole.shape[:1]
    assert all(weight.grad is None for weight in network.parameters())
    products, squares = 0, 0
    for past, targets, conditioning in excerpts(config):
        seen = []
        handle = network.head.output.register_forward_hook(
            lambda _, inputs, output, seen=seen: seen.append(inputs[0][0])
        )
        logits = network(past, conditioning)
        handle.remove()
        x = seen[0].detach().double()
        products = products + x @ x.T / x.shape[1] / 3
        nats = network.distribution.negative_log_likelihood(logits.flatten(0, 1), targets.flatten()).sum()
        squares = squares + torch.autograd.grad(nats, logits)[0][0].double().square().sum(0) / 3
    torch.testing.assert_close(found["head.output.weight"].inputs, products)
    torch.testing.assert_close(found["head.output.weight"].gradients, squares)


def test_the_sums_of_a_dilated_convolution_are_its_matrix_times_what_entered():
    network = random_model(EVEN)
    weight = network.layers[1].dilated.weight
    whole = Matrix({"layers.1.dilated.weight": weight.detach()}, 2)
    with surgery._watched(network, pruning.MATRICES) as (inputs, _):
        network(random_classes(EVEN, 1, 300))
    caught = []
    network.layers[1].dilated.register_forward_hook(lambda module, inputs, output: caught.append(output))
    network(random_classes(EVEN, 1, 300))
    made = whole.whole @ inputs["layers.1.dilated.weight"] + network.layers[1].dilated.bias.detach()[:, None]
    torch.testing.assert_close(made, caught[0][0].detach().double(), atol=1e-4, rtol=1e-4)
    assert torch.equal(whole.split(whole.whole)["layers.1.dilated.weight"], weight.detach())
