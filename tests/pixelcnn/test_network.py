"""PixelCNN: what a value may depend on, and that the cached computation is the same as the whole one."""

from itertools import product

import numpy as np
import pytest
import torch

from wavenet.config.pixelcnn import PixelCNNConfig
from wavenet.pixelcnn.cached import Network, log_probabilities
from wavenet.pixelcnn.network import PixelCNN

SMALL = {"height": 5, "width": 6, "levels": 4, "layers": 2, "first_kernel_size": 5, "channels": 6, "head_channels": 6}
CASES = [
    PixelCNNConfig(stacks=stacks, colours=colours, classes=classes, **SMALL)
    for stacks, colours, classes in product(("one", "two"), (1, 3), (0, 3))
]


def name(model: PixelCNNConfig) -> str:
    return f"{model.stacks}, {model.colours} colours, {model.classes} classes"


def network_of(model: PixelCNNConfig, seed: int = 0) -> PixelCNN:
    """A network with random weights, those of the classes included."""
    torch.manual_seed(seed)
    network = PixelCNN(model)
    with torch.no_grad():
        for weight in network.parameters():
            weight.copy_(torch.randn_like(weight) * 0.3)
    return network


def images_of(model: PixelCNNConfig, count: int) -> np.ndarray:
    shape = (count, model.height, model.width, model.colours)
    return np.random.default_rng(0).integers(0, model.levels, shape, np.uint8)


def labels_of(model: PixelCNNConfig, count: int) -> np.ndarray | None:
    return np.arange(count) % model.classes if model.classes else None


def logits_of(network: PixelCNN, images: np.ndarray) -> np.ndarray:
    """(B, H · W · C, Q)"""
    labels = labels_of(network.model, len(images))
    with torch.no_grad():
        found = network(torch.from_numpy(images), None if labels is None else torch.from_numpy(labels))
    return found.flatten(1, 3).numpy()


@pytest.mark.parametrize("model", CASES, ids=name)
def test_no_value_depends_on_itself_or_on_a_later_one(model):
    network, (image,) = network_of(model), images_of(model, 1)
    changed = np.stack([image.copy() for _ in range(model.dimensions)])
    for i, each in enumerate(changed):
        each.reshape(-1)[i] = (each.reshape(-1)[i] + 1) % model.levels
    labels = None if not model.classes else torch.zeros(len(changed) + 1, dtype=torch.long)
    with torch.no_grad():
        before, *after = network(torch.from_numpy(np.stack([image, *changed])), labels).flatten(1, 3).numpy()
    for i, logits in enumerate(after):
        np.testing.assert_array_equal(logits[: i + 1], before[: i + 1])


@pytest.mark.parametrize("model", [case for case in CASES if case.stacks == "two"], ids=name)
def test_two_stacks_see_every_earlier_value_within_reach(model):
    network = network_of(model)
    y, x = model.height - 1, model.width // 2
    inputs = torch.zeros(1, model.height, model.width, model.colours, requires_grad=True)
    labels = None if not model.classes else torch.zeros(1, dtype=torch.long)
    network(inputs, labels)[0, y, x, -1].square().sum().backward()
    seen = inputs.grad[0].abs().sum(2).numpy() > 0
    assert seen[:y].all()
    assert seen[y, :x].all()


@pytest.mark.parametrize("model", CASES, ids=name)
def test_the_cached_logits_are_those_of_the_whole_network(model):
    network, images = network_of(model), images_of(model, 4)
    expected = logits_of(network, images)
    found = np.zeros_like(expected)

    def known(logits, at):
        found[:, at] = logits
        return images.reshape(len(images), -1)[:, at]

    again = Network(model, network.tensors()).run(len(images), known, labels_of(model, 4))
    np.testing.assert_array_equal(again, images)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("model", CASES, ids=name)
def test_the_log_likelihood_is_the_loss(model):
    network, images = network_of(model), images_of(model, 4)
    labels = labels_of(model, 4)
    with torch.no_grad():
        nats = network.loss(torch.from_numpy(images), None if labels is None else torch.from_numpy(labels)).numpy()
    found = Network(model, network.tensors()).log_likelihood(images, labels)
    assert found.shape == (4, model.dimensions)
    np.testing.assert_allclose(-found.sum(1), nats, rtol=1e-4)


def test_probabilities_sum_to_one():
    logits = np.random.default_rng(0).normal(0, 50, (10, 256)).astype(np.float32)
    np.testing.assert_allclose(np.exp(log_probabilities(logits)).sum(1), 1, atol=1e-6)


def test_one_stack_has_a_blind_spot_and_two_have_none():
    side, layers = 13, 5
    seen = {}
    for stacks in ("one", "two"):
        model = PixelCNNConfig(
            height=side,
            width=side,
            levels=2,
            stacks=stacks,
            layers=layers,
            first_kernel_size=3,
            channels=24,
            head_channels=24,
        )
        inputs = torch.rand(20, side, side, 1, requires_grad=True)  # many, as ReLU lets little through
        network_of(model)(inputs)[:, side - 1, side // 2].square().sum().backward()
        seen[stacks] = inputs.grad.abs().sum((0, 3)).numpy() > 0
    reach = layers + 1
    rows, columns = np.mgrid[:side, :side]
    up, right = side - 1 - rows, columns - side // 2
    own_row = (up == 0) & (right < 0) & (right >= -reach)
    # the vertical stack is one row further down, where it is taken in
    np.testing.assert_array_equal(seen["two"], own_row | (up > 0) & (up <= reach + 1) & (abs(right) <= reach))
    # a masked convolution goes one to the right for each row that it goes up
    one = own_row | (up > 0) & (up <= reach) & (abs(right) <= reach) & (right <= up)
    np.testing.assert_array_equal(seen["one"], one)
