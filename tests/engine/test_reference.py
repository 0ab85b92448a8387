import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.networks import MICRO, as_folder, random_classes, random_model, shapes
from wavenet.config import PRESETS
from wavenet.engine import reference


def opened(model):
    folder = as_folder(model)
    return reference.Weights(folder.model, folder.tensors)


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


def test_the_start_state_is_what_running_silence_leaves():
    weights = opened(random_model(MICRO))
    state = reference.State(weights)
    start = [ring.copy() for ring in state.rings]
    for _ in range(3 * MICRO.receptive_field):
        reference.step(weights, state, 8)
    for before, after in zip(start, state.rings, strict=True):
        np.testing.assert_allclose(after, before, atol=1e-5)
