from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.conditions import case
from tests.networks import MICRO, as_folder, calibrated, conditioned, random_classes, random_model, shapes
from wavenet.config import PRESETS, FeatureConfig
from wavenet.engine import reference
from wavenet.engine.precision import PRECISIONS
from wavenet.engine.products import quantized_rows
from wavenet.engine.weights import Weights
from wavenet.errors import UsageError


def opened(model):
    folder = as_folder(model)
    return Weights(folder.model, folder.tensors)


def torch_logits(model, classes):
    with torch.no_grad():
        return model(model.with_start(torch.as_tensor(classes)[None])[:, :-1])[0].numpy()


def inputs(model, classes):
    return np.asarray(model.with_start(torch.as_tensor(classes)[None])[0, model.config.receptive_field - 1 : -1])


@given(shapes())
def test_step_equals_the_network_in_torch(config):
    model = random_model(config)
    weights, classes = opened(model), random_classes(config, 40)
    state = reference.State(weights)
    logits = np.stack([reference.step(weights, state, int(k)) for k in inputs(model, classes)])
    np.testing.assert_allclose(logits, torch_logits(model, classes), atol=1e-4)


@given(shapes(), st.lists(st.integers(0, 30), max_size=6))
def test_blocks_of_any_sizes_equal_the_network_in_torch(config, sizes):
    model = random_model(config)
    weights, classes = opened(model), random_classes(config, max(1, sum(sizes)))
    state, rows = reference.State(weights), []
    for part in np.split(inputs(model, classes), np.cumsum(sizes)):
        rows.append(reference.block(weights, state, part))
    np.testing.assert_allclose(np.concatenate(rows), torch_logits(model, classes), atol=1e-4)


@given(shapes(), st.integers(0, 25))
def test_steps_go_on_from_a_block(config, primed):
    model = random_model(config)
    weights, classes = opened(model), random_classes(config, 40)
    steps, state = inputs(model, classes), reference.State(weights)
    reference.block(weights, state, steps[:primed])
    logits = np.stack([reference.step(weights, state, int(k)) for k in steps[primed:]])
    np.testing.assert_allclose(logits, torch_logits(model, classes)[primed:], atol=1e-4)


@given(conditioned())
def test_every_mode_of_conditioning_is_that_of_torch_step_by_step(config):
    found = case(config)
    weights = Weights(config, found.tensors)
    state = reference.State(weights, found.bias, found.features)
    logits = np.stack([reference.step(weights, state, int(k), found.features) for k in found.inputs])
    np.testing.assert_allclose(logits, found.logits, atol=1e-4)


@given(conditioned(), st.lists(st.integers(0, 30), max_size=6), st.integers(0, 10))
def test_every_mode_of_conditioning_is_that_of_torch_in_blocks_and_steps(config, sizes, steps):
    found = case(config)
    weights = Weights(config, found.tensors)
    state, rows = reference.State(weights, found.bias, found.features), []
    for part in np.split(found.inputs, np.minimum(np.cumsum(sizes), len(found.inputs))):
        rows += [reference.step(weights, state, int(k), found.features)[None] for k in part[:steps]]
        rows.append(reference.block(weights, state, part[steps:], found.features))
    np.testing.assert_allclose(np.concatenate(rows), found.logits, atol=1e-4)


def test_features_must_be_given_where_they_are_taken_and_reach():
    found = case(replace(MICRO, features=FeatureConfig(kinds=("file",), file_channels=2, hop_length=7)), 20)
    weights = Weights(found.config, found.tensors)
    state = reference.State(weights, None, found.features)
    with pytest.raises(UsageError, match="needs features"):
        reference.step(weights, state, 8)
    for first in (1, -2):
        with pytest.raises(UsageError, match="do not cover"):
            reference.block(weights, state, found.inputs, replace(found.features, first_row=first))
    plain = opened(random_model(MICRO))
    with pytest.raises(UsageError, match="takes no features"):
        reference.step(plain, reference.State(plain), 8, found.features)


def test_the_medium_preset_agrees_with_torch_to_1e_4():
    model = random_model(PRESETS["medium"])
    weights, classes = opened(model), random_classes(model.config, 300)
    state = reference.State(weights)
    expected = torch_logits(model, classes)
    logits = np.stack([reference.step(weights, state, int(k)) for k in inputs(model, classes)])
    np.testing.assert_allclose(logits, expected, atol=1e-4)
    np.testing.assert_allclose(
        reference.block(weights, reference.State(weights), inputs(model, classes)), expected, atol=1e-4
    )


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_start_state_is_what_running_silence_leaves(precision):
    folder = calibrated(random_model(MICRO))
    weights = Weights(folder.model, folder.tensors, precision)
    state = reference.State(weights)
    start = [ring.copy() for ring in state.main.rings]
    for _ in range(3 * MICRO.receptive_field):
        reference.step(weights, state, 8)
    for before, after in zip(start, state.main.rings, strict=True):
        np.testing.assert_allclose(after, before, atol=1e-5)


@pytest.mark.parametrize("precision", ["bf16", "int8"])
@given(config=shapes(), sizes=st.lists(st.integers(0, 20), max_size=4))
def test_below_fp32_steps_and_blocks_of_any_sizes_are_the_same(precision, config, sizes):
    folder = calibrated(random_model(config))
    weights = Weights(folder.model, folder.tensors, precision)
    classes = random_classes(config, 60).numpy()
    expected = steps(weights, classes)
    state = reference.State(weights)
    blocks = [reference.block(weights, state, part) for part in np.split(classes, np.cumsum(sizes))]
    np.testing.assert_allclose(np.concatenate(blocks), expected, atol=1e-5)


@given(shapes())
def test_bf16_and_int8_are_off_by_less_than_a_twentieth_of_the_logits_or_a_tenth(config):
    folder = calibrated(random_model(config))
    classes = random_classes(config, 60, seed=3).numpy()
    fp32, *lower = (steps(Weights(config, folder.tensors, precision), classes) for precision in PRECISIONS)
    for logits in lower:
        # of 1,500 shapes the worst was off by 0.018 of that
        assert rms(logits - fp32) < 0.05 * max(2.0, rms(fp32))


def test_each_precision_has_its_own_logits():
    folder = calibrated(random_model(MICRO))
    logits = [steps(Weights(MICRO, folder.tensors, precision), [8]) for precision in PRECISIONS]
    assert not any(np.array_equal(a, b) for a, b in combinations(logits, 2))


@given(shapes())
def test_int8_is_what_the_document_says(config):
    folder = calibrated(random_model(config))
    classes = random_classes(config, 40).numpy()
    found = steps(Weights(config, folder.tensors, "int8"), classes)
    np.testing.assert_allclose(found, int8_by_the_book(config, folder.tensors, classes), atol=1e-4)


def test_int8_of_a_model_without_calibration_names_the_command_that_adds_it():
    folder = as_folder(random_model(MICRO))
    with pytest.raises(
        UsageError,
        match=r"calibration.inputs, calibration.skip, calibration.hidden.* wavenet calibrate --model MODEL RECORDINGS",
    ):
        Weights(folder.model, folder.tensors, "int8")


def rms(values):
    return float(np.sqrt(np.mean(np.square(values))))


def steps(weights, classes):
    state = reference.State(weights)
    return np.stack([reference.step(weights, state, int(k)) for k in classes])


def int8_by_the_book(config, tensors, classes):
    """Logits after each class, over the whole signal at once behind enough silence, with sums of int64."""
    silence = config.quantization_channels // 2
    signal = np.concatenate([np.full(config.receptive_field, silence), classes])
    taps = tensors["input.weight"].transpose(2, 1, 0)
    x = sum(taps[k][signal[k : len(signal) - len(taps) + 1 + k]] for k in range(len(taps))) + tensors["input.bias"]
    n, zs = len(classes), []
    for i, dilation in enumerate(config.dilations):
        step = tensors["calibration.inputs"][i]
        q = np.clip(np.rint(x * (np.float32(1) / step)), -127, 127).astype(np.int64)
        kept = len(x) - (config.kernel_size - 1) * dilation
        past = np.stack([q[k * dilation :][:kept] for k in range(config.kernel_size)], axis=-1)  # (T, R, K)
        unit = int8_product(past.reshape(kept, -1), tensors, [f"layers.{i}.dilated"], step)
        tanh, gate = np.split(unit, 2, axis=1)
        z = np.tanh(tanh) * (np.float32(0.5) + np.float32(0.5) * np.tanh(np.float32(0.5) * gate))
        zs.append(np.rint(np.float32(127) * z).astype(np.int64))
        if i < config.layers - 1:
            x = x[-kept:] + int8_product(zs[-1], tensors, [f"layers.{i}.residual"], np.float32(1 / 127))
    skips = int8_product(
        np.concatenate([z[-n:] for z in zs], axis=1),
        tensors,
        [f"layers.{i}.skip" for i in range(config.layers)],
        np.float32(1 / 127),
    )
    step = tensors["calibration.skip"][0]
    q = np.clip(np.rint(skips * (np.float32(1) / step)), 0, 255).astype(np.int64)
    hidden, step = int8_product(q, tensors, ["head.hidden"], step), tensors["calibration.hidden"][0]
    q = np.clip(np.rint(hidden * (np.float32(1) / step)), 0, 255).astype(np.int64)
    return int8_product(q, tensors, ["head.output"], step, most=min(32767, (2**31 - 1) // (255 * config.head_channels)))


def int8_product(q, tensors, names, step, most=127):
    """Of convolutions whose inputs lie side by side, (T, in·taps) in the order of their weights."""
    weights = [tensors[f"{name}.weight"] for name in names]
    integers, scale = quantized_rows(np.concatenate([w.reshape(len(w), -1) for w in weights], axis=1), most)
    sums = (q @ integers.T.astype(np.int64)).astype(np.float32)
    return sums * (scale * step) + np.sum([tensors[f"{name}.bias"] for name in names], axis=0)
