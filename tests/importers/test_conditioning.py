"""Upsampling of other implementations, folded into stages that end in ReLUs, gives what PyTorch computes."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from wavenet.config import FeatureConfig, ModelConfig
from wavenet.engine.conditioning import ConditioningNetwork
from wavenet.errors import UsageError
from wavenet.importers import conditioning
from wavenet.importers.conditioning import Conditioning, Stage

FRAMES = 24


def numbers(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def computed(folded, features):
    """What a layer takes of features (F, channels), (samples, channels), and the frames left out at both ends."""
    model = ModelConfig(
        features=FeatureConfig(kinds=("file",), file_channels=folded.channels, hop_length=folded.hop_length),
        condition_channels=folded.width,
        condition_layers=len(folded.convs),
        condition_kernel_size=folded.kernel_size,
        upsample_scales=folded.scales,
    )
    tensors = {name: tensor.astype(np.float32) for name, tensor in folded.tensors().items()}
    ahead = model.look_ahead
    rows = ConditioningNetwork(model, tensors).rows(features.astype(np.float32))
    out = len([*folded.convs, *folded.upsampling][-1].bias)
    return rows @ folded.projection(np.eye(out)).T, ahead


def same(found, ahead, expected, hop):
    """``expected`` (channels, samples) has all frames."""
    inner = expected[:, ahead * hop : (FRAMES - ahead) * hop].T
    np.testing.assert_allclose(found, inner, rtol=1e-5, atol=1e-4)


@given(st.integers(1, 5), st.integers(1, 7), st.integers(0, 4), st.integers(0, 99))
def test_windows_that_overlap(scale, count, less, seed):
    """Of ``count`` strides, or a little less."""
    window = max(count * scale - min(less, scale - 1), 1)
    weight, bias, x = numbers(seed, 2, 3, window), numbers(seed + 1, 3), numbers(seed + 2, FRAMES, 2)
    convs, stage = conditioning.overlapping(weight, bias, scale)
    found, ahead = computed(Conditioning(2, scale, convs, [stage]), x)
    whole = torch.conv_transpose1d(torch.tensor(x.T)[None], torch.tensor(weight), torch.tensor(bias), scale)[0].numpy()
    earlier = max(ahead, count)  # frames whose past is not all there
    skip = (earlier - ahead) * scale
    np.testing.assert_allclose(
        found[skip:], whole[:, earlier * scale : (FRAMES - ahead) * scale].T, rtol=1e-5, atol=1e-4
    )


@given(st.integers(1, 5), st.sampled_from([1, 3]), st.booleans(), st.integers(0, 99))
def test_transposed_convolutions_as_wide_as_their_stride(scale, frequencies, rectified, seed):
    weight, bias, x = numbers(seed, frequencies, scale), numbers(seed + 1, 1), numbers(seed + 2, FRAMES, 4)
    stage = conditioning.spread(weight, bias, 4, rectified=rectified)
    found, ahead = computed(Conditioning(4, scale, upsampling=[stage]), x)
    expected = torch.conv_transpose2d(
        torch.tensor(x.T)[None, None], torch.tensor(weight)[None, None], torch.tensor(bias), (1, scale),
        (frequencies // 2, 0),
    )[0, 0].numpy()  # fmt: skip
    same(found, ahead, np.maximum(expected, 0) if rectified else expected, scale)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.sampled_from([1, 3]), st.integers(0, 99))
def test_repetition_and_then_a_convolution(scales, frequencies, seed):
    x, stages = numbers(seed, FRAMES, 4), []
    expected = torch.tensor(x.T)[None, None]
    for i, scale in enumerate(scales):
        weight = numbers(seed + i + 1, frequencies, 2 * scale + 1)
        stages.append(conditioning.smoothed(weight, scale, 4))
        expected = expected.repeat_interleave(scale, dim=3)
        expected = torch.conv2d(expected, torch.tensor(weight)[None, None], None, 1, (frequencies // 2, scale))
    hop = int(np.prod(scales))
    found, ahead = computed(Conditioning(4, hop, upsampling=stages), x)
    same(found, ahead, expected[0, 0].numpy(), hop)


@given(st.integers(1, 5), st.integers(0, 99))
def test_a_delay_of_one_sample(scale, seed):
    x = numbers(seed, FRAMES, 3)
    stage = conditioning.delayed(conditioning.repeated(3, scale))
    found, ahead = computed(Conditioning(3, scale, upsampling=[stage]), x)
    later = np.roll(np.repeat(x.T, scale, axis=1), 1, axis=1)
    same(found, ahead, later, scale)


def test_what_reaches_too_far_cannot_be_delayed():
    with pytest.raises(UsageError, match="cannot be delayed"):
        conditioning.delayed(Stage(np.ones((1, 1, 6)), np.zeros(1), False))


def test_a_small_file_cannot_ask_for_a_large_stage():
    with pytest.raises(UsageError, match=r"would have \d+ weights, more than"):
        conditioning.spread(np.ones((1, 100_000)), np.zeros(1), 1_000, rectified=True)
    with pytest.raises(UsageError, match=r"would have \d+ weights, more than"):
        conditioning.smoothed(np.ones((1, 100_001)), 50_000, 1_000)
    with pytest.raises(UsageError, match=r"would have \d+ weights, more than"):
        conditioning.overlapping(np.ones((100, 100, 4_000)), np.zeros(100), 1_000)
    with pytest.raises(UsageError, match=r"would have \d+ weights, more than"):
        conditioning.overlapping(np.ones((1, 1, 4)), np.zeros(1), 2**30)
