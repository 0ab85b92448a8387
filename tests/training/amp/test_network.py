"""The network of ``.nam`` files in PyTorch: equal to its definition in numpy, and to the engine that plays it."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from wavenet.amp import file, reference, writing
from wavenet.amp.amp import Amp
from wavenet.config.amp import HEAD_SCALE, SHAPES, AmpShape
from wavenet.training.amp.network import AmpNetwork, exported

DILATIONS = st.lists(st.integers(1, 9), min_size=1, max_size=3).map(tuple)
ANY = st.lists(st.tuples(st.integers(1, 6), DILATIONS), min_size=1, max_size=3)


def of(arrays, seed=0):
    torch.manual_seed(seed)
    return AmpNetwork(AmpShape(*zip(*arrays, strict=True)))


def by_convolutions(network, samples):
    """The same by PyTorch's own convolutions."""
    given = x = samples[:, None]
    n, head = x.shape[2] - network.shape.past, 0
    for array in network.arrays:
        x = F.conv1d(x, array.rechannel[:, :, None])
        for layer, dilation in zip(array.layers, array.dilations, strict=True):
            sums = F.conv1d(x, layer.dilated, layer.bias, dilation=dilation)
            z = torch.tanh(sums + F.conv1d(given[..., -sums.shape[2] :], layer.mixin[:, :, None]))
            head = head + z[..., -n:]
            if layer.residual is not None:
                x = x[..., -z.shape[2] :] + F.conv1d(z, layer.residual, layer.residual_bias)
        head = F.conv1d(head, array.head[:, :, None], array.head_bias)
    return HEAD_SCALE * head[:, 0]


@settings(max_examples=25, deadline=None)
@given(arrays=ANY, batch=st.integers(1, 3), length=st.integers(1, 40), seed=st.integers(0, 99))
def test_outputs_and_gradients_are_those_of_convolutions(arrays, batch, length, seed):
    network = of(arrays, seed).double()
    samples = torch.randn(batch, network.shape.past + length, dtype=torch.float64)
    weights = torch.randn(batch, length, dtype=torch.float64)
    found, wanted = network(samples), by_convolutions(network, samples)
    torch.testing.assert_close(found, wanted)
    gradients = (torch.autograd.grad((y * weights).sum(), list(network.parameters())) for y in (found, wanted))
    for ours, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(ours, theirs)


@settings(max_examples=15, deadline=None)
@given(arrays=ANY, seed=st.integers(0, 99))
def test_it_is_the_network_that_numpy_defines(arrays, seed):
    network = of(arrays, seed)
    samples = np.random.default_rng(seed).normal(0, 0.5, network.shape.past + 30).astype(np.float32)
    wanted = reference.run(exported(network, network.state_dict()), samples[None].astype(np.float64))[0]
    with torch.no_grad():
        found = network(torch.from_numpy(samples)[None])[0].numpy()
    np.testing.assert_allclose(found, wanted[network.shape.past :], atol=1e-6)


@pytest.mark.parametrize("name", SHAPES)
def test_an_exported_file_sounds_as_the_network_that_was_trained(name, tmp_path):
    torch.manual_seed(1)
    network = AmpNetwork(SHAPES[name])
    with torch.no_grad():
        for weight in network.parameters():
            weight.mul_(1.5)
    writing.write(tmp_path / "a.nam", exported(network, network.state_dict()), 48_000)
    samples = np.random.default_rng(0).normal(0, 0.3, 3_000).astype(np.float32)
    silence = np.zeros(network.shape.past, np.float32)
    with torch.no_grad():
        wanted = network(torch.from_numpy(np.concatenate([silence, samples]))[None])[0].numpy()
    heard = Amp(file.read(tmp_path / "a.nam")).process(samples)
    assert np.abs(wanted).max() > 0.02
    assert np.abs(heard - wanted).max() < 1e-5


def test_the_shapes_have_the_sizes_of_those_of_other_trainers():
    count = {name: len(writing.document(net(name), 1, {})["weights"]) for name in SHAPES}
    assert count == {"standard": 13_802, "lite": 6_554, "feather": 3_026, "nano": 842}
    assert {shape.past for shape in SHAPES.values()} == {4_092}


def net(name):
    network = AmpNetwork(SHAPES[name])
    return exported(network, network.state_dict())
