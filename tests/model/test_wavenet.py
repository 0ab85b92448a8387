from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.networks import MICRO, conditioned, context_shapes, random_classes, random_conditioning, random_model, shapes
from wavenet.config import FeatureConfig, ModelConfig
from wavenet.model.conditioning import ConditioningInputs
from wavenet.model.wavenet import WaveNet


@given(shapes(min_channels=4))
def test_the_gradient_reaches_exactly_the_derived_receptive_field(config):
    model = random_model(config).double()  # through many layers the effect of the oldest sample is small
    n = config.receptive_field + 20
    one_hot = torch.nn.functional.one_hot(random_classes(config, 1, n), config.quantization_channels).double()
    one_hot.requires_grad_()
    x = torch.nn.functional.conv1d(one_hot.transpose(1, 2), model.input.weight, model.input.bias)
    skips = torch.zeros(())
    for layer in model.layers:
        x, skip = layer(x, 1)
        skips = skips + skip
    model.head(skips).square().sum().backward()
    touched = one_hot.grad.abs().sum((0, 2)).nonzero()[:, 0]
    assert int(touched.min()) == n - config.receptive_field


@given(conditioned(), st.data())
def test_a_change_of_a_sample_changes_nothing_at_or_before_it(config, data):
    model = random_model(config)
    T = 12
    conditioning = random_conditioning(config, 1, T)
    classes = random_classes(config, 1, T)
    changed = classes.clone()
    t = data.draw(st.integers(0, T - 1))
    changed[0, t] = (changed[0, t] + 1) % config.quantization_channels
    with torch.no_grad():
        before, after = (model(model.with_start(x)[:, :-1], conditioning) for x in (classes, changed))
    assert torch.equal(before[:, : t + 1], after[:, : t + 1])


@given(shapes(min_channels=4), st.lists(context_shapes(min_channels=4), max_size=2))
def test_a_change_beyond_the_reach_changes_nothing_and_one_at_its_end_does(config, contexts):
    config = replace(config, contexts=tuple(contexts))
    past = random_classes(config, 1, config.required_past + config.alignment)
    reached = []
    for seed in range(12):  # of one network the oldest sample's effect may be lost in rounding
        model = random_model(config, seed).double()
        predictions = [model(past)[0, -1]]  # of the first sample after a multiple of the alignment
        for t in (config.alignment - 1, config.alignment):  # the sample just outside, and the oldest inside
            changed = past.clone()
            changed[0, t] = (past[0, t] + config.quantization_channels // 2) % config.quantization_channels
            predictions.append(model(changed)[0, -1])
        assert torch.equal(predictions[0], predictions[1])
        reached.append(not torch.equal(predictions[0], predictions[2]))
        if reached[-1]:
            break
    assert any(reached)


@pytest.mark.parametrize("scales", [(), (2, 3)])
def test_a_frame_conditions_its_own_samples_and_those_that_the_look_ahead_allows(scales):
    features = FeatureConfig(kinds=("file",), file_channels=3, hop_length=6)
    config = replace(MICRO, layers=1, stacks=1, features=features, condition_layers=1, upsample_scales=scales)
    model, T = random_model(config).double(), 60
    classes = random_classes(config, 1, T)
    before = -(-config.conditioned_past // 6)
    ahead = config.look_ahead
    frames = torch.randn(1, before + T // 6 + 2 * ahead, 3, dtype=torch.float64)
    changed = frames.clone()
    changed[0, ahead + before + 5] += 1  # frame 5 of the recording
    outputs = [
        model(model.with_start(classes)[:, :-1], ConditioningInputs(None, each, torch.tensor([before])))[0]
        for each in (frames, changed)
    ]
    touched = (outputs[0] - outputs[1]).abs().sum(1).nonzero()[:, 0]
    if scales:
        assert 6 * (5 - ahead) <= int(touched.min()) < 6 * 5
        assert 6 * 6 <= int(touched.max()) < 6 * (6 + ahead)
    else:
        assert int(touched.min()) == 6 * (5 - ahead)
        assert int(touched.max()) == 6 * (6 + ahead) - 1


@given(conditioned())
def test_step_by_step_equals_in_parallel(config):
    model, T = random_model(config), 20
    classes = random_classes(config, 2, T)
    past = model.with_start(classes)[:, :-1]
    frames_before = -(-config.conditioned_past // config.features.hop_length)
    conditioning = random_conditioning(config, 2, T, before=frames_before)
    with torch.no_grad():
        whole = model(past, conditioning)
        total = config.conditioned_past + T
        series = [one.over(total, total) for one in model.series(past, conditioning)]
        state, newest, predicted = model.start(2, [y[..., 0] for y in series]), past[:, config.required_past - 1], []
        for t in range(T):
            logits, state = model.step(newest, state, [y[..., t - T] for y in series])
            predicted.append(logits)
            newest = classes[:, t]
    torch.testing.assert_close(torch.stack(predicted, 1), whole, atol=1e-4, rtol=1e-4)


def test_the_start_state_is_what_running_silence_through_the_network_leaves():
    model = random_model(MICRO)
    state = model.start(1)
    silence = model.with_start(torch.empty(1, 0, dtype=torch.long))[:, 0]
    with torch.no_grad():
        ran = state
        for _ in range(3 * MICRO.receptive_field):
            _, ran = model.step(silence, ran)
    for before, after in zip(state.layers, ran.layers, strict=True):
        torch.testing.assert_close(before, after)


def test_the_first_prediction_of_a_new_network_is_uniform():
    model = WaveNet(MICRO)
    assert torch.equal(model(random_classes(MICRO, 1, MICRO.receptive_field)), torch.zeros(1, 1, 16))


@pytest.mark.parametrize("layers", [1, 3])
def test_only_the_last_layer_has_no_residual(layers):
    model = WaveNet(ModelConfig(layers=layers, stacks=1))
    assert [layer.residual is None for layer in model.layers] == [False] * (layers - 1) + [True]


def test_a_gated_unit_is_tanh_times_sigmoid_with_the_tanh_half_first():
    layer = random_model(MICRO).layers[0]
    x = torch.randn(1, MICRO.residual_channels, 2)
    a = torch.einsum("oik,bik->bo", layer.dilated.weight, x) + layer.dilated.bias
    D = MICRO.dilation_channels
    z = torch.tanh(a[:, :D]) * torch.sigmoid(a[:, D:])
    residual, skip = layer(x, 1)
    torch.testing.assert_close(skip[..., 0], z @ layer.skip.weight[:, :, 0].t() + layer.skip.bias)
    torch.testing.assert_close(
        residual[..., 0], x[..., 1] + z @ layer.residual.weight[:, :, 0].t() + layer.residual.bias
    )
