import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.networks import MICRO, random_classes, random_model, shapes
from wavenet.config import ModelConfig
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


@given(shapes(), st.data())
def test_a_change_of_a_sample_changes_nothing_at_or_before_it(config, data):
    model = random_model(config)
    T = 12
    classes = random_classes(config, 1, T)
    changed = classes.clone()
    t = data.draw(st.integers(0, T - 1))
    changed[0, t] = (changed[0, t] + 1) % config.quantization_channels
    with torch.no_grad():
        before, after = (model(model.with_start(x)[:, :-1]) for x in (classes, changed))
    assert torch.equal(before[:, : t + 1], after[:, : t + 1])


@given(shapes(min_channels=4))
def test_a_change_beyond_the_receptive_field_changes_nothing_and_one_at_its_end_does(config):
    model = random_model(config).double()
    past = random_classes(config, 1, config.receptive_field + 3)
    predictions = [model(past)[0, -1]]
    for t in (2, 3):  # the sample just outside, and the oldest inside
        changed = past.clone()
        changed[0, t] = (past[0, t] + 1) % config.quantization_channels
        predictions.append(model(changed)[0, -1])
    assert torch.equal(predictions[0], predictions[1])
    assert not torch.equal(predictions[0], predictions[2])


@given(shapes())
def test_step_by_step_equals_in_parallel(config):
    model = random_model(config)
    classes = random_classes(config, 2, 20)
    with torch.no_grad():
        whole = model(model.with_start(classes)[:, :-1])
        state, newest, rows = model.start(2), model.with_start(classes)[:, config.receptive_field - 1], []
        for t in range(classes.shape[1]):
            logits, state = model.step(newest, state)
            rows.append(logits)
            newest = classes[:, t]
    torch.testing.assert_close(torch.stack(rows, 1), whole, atol=1e-5, rtol=1e-5)


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
