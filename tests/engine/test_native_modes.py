"""The compiled engine in every mode of conditioning; without any: ``test_native.py``."""

from copy import deepcopy
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given

from tests.engine.conditions import MODES, case
from tests.networks import MICRO, as_folder, conditioned, random_model
from wavenet import outputs
from wavenet.config import FeatureConfig
from wavenet.engine import native, reference, sampling
from wavenet.engine.interface import LocalConditioning
from wavenet.engine.native import Network
from wavenet.engine.precision import PRECISIONS
from wavenet.engine.weights import Weights
from wavenet.errors import UsageError


def rms(values):
    return float(np.sqrt(np.mean(np.square(values))))


@given(conditioned())
def test_every_mode_of_conditioning_is_that_of_torch(config):
    found = case(config)
    engine = Network(config, found.tensors)
    state = engine.start(bias=found.bias, features=found.features)
    np.testing.assert_allclose(engine.logits(state, found.classes, found.features), found.logits, atol=1e-4)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_every_mode_is_the_reference_on_every_instruction_set(isa, mode, precision):
    config = MODES[mode]
    found = case(config, 400)
    engine = Network(config, found.tensors, precision)
    logits = engine.logits(engine.start(bias=found.bias, features=found.features), found.classes, found.features)
    weights = Weights(config, found.tensors, precision)
    state = reference.State(weights, found.bias, found.features)
    error = logits - reference.block(weights, state, found.inputs, found.features)
    assert rms(error) < {"fp32": 1e-5, "bf16": 0.02, "int8": 0.03}[precision] * max(1.0, rms(found.logits))


@pytest.mark.parametrize(("precision", "bound"), [("bf16", 0.02), ("int8", 0.03)])
@given(config=conditioned(min_channels=3))
def test_lower_precisions_are_their_own_reference_in_every_mode(precision, bound, config):
    found = case(config, 100)
    engine = Network(config, found.tensors, precision)
    weights = Weights(config, found.tensors, precision)
    state = reference.State(weights, found.bias, found.features)
    wanted = reference.block(weights, state, found.inputs, found.features)
    state = engine.start(bias=found.bias, features=found.features)
    error = engine.logits(state, found.classes, found.features) - wanted
    assert rms(error) < bound * max(1.0, rms(wanted))


@pytest.mark.parametrize("mode", MODES)
def test_int8_is_the_same_in_every_mode_on_every_instruction_set(mode, monkeypatch):
    found, drawn = case(MODES[mode], 400), set()
    for name in native.instruction_sets():
        monkeypatch.setenv(native.VARIABLE, name)
        engine = Network(MODES[mode], found.tensors, "int8")
        drawn.add(one_stream(engine, found, 400).tobytes())
    assert len(drawn) == 1


def one_stream(engine, found, samples, threads=1):
    features = None if found.features is None else [found.features]
    state = engine.start(seed=9, bias=found.bias, features=found.features)
    return engine.generate([state], samples, threads=threads, features=features)[0]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_in_every_mode_pieces_a_batch_two_threads_and_scores_are_the_whole(mode, precision):
    config, T = MODES[mode], 1500
    found = case(config, T)
    engine = Network(config, found.tensors, precision)
    whole = one_stream(engine, found, T)
    assert np.array_equal(one_stream(engine, found, T, threads=2), whole)

    def start(seed):
        return engine.start(seed=seed, bias=found.bias, features=found.features)

    def given(streams, at, n):  # in pieces, only the rows that a piece needs
        if found.features is None:
            return None
        hop = found.features.steps_per_row
        rows = found.features.rows[at // hop : -(-(at + n) // hop)]
        return [LocalConditioning(rows, hop, at // hop)] * streams

    others, state, pieces = [start(k) for k in range(3)], start(9), []
    for at in range(0, T, 7):  # the last is shorter; company joins and leaves
        n, company = min(7, T - at), others if at < 700 else []
        pieces.append(engine.generate([*company, state], n, features=given(len(company) + 1, at, n))[-1])
    assert np.array_equal(np.concatenate(pieces), whole)
    assert np.array_equal(engine.generate([start(9)], T, features=given(1, 0, T), threads=2)[0], whole)
    logits = engine.logits(start(9), whole, found.features)
    state, cuts, scores = start(9), [0, 100, 101, 333, 1000, T], []
    for begin, end in pairwise(cuts):
        features = None if found.features is None else given(1, begin, end - begin)[0]
        scores.append(engine.log_likelihood(state, whole[begin:end], features))
    wanted = outputs.of(config).log_likelihood(logits, whole)
    np.testing.assert_allclose(np.concatenate(scores), wanted, atol=1e-5)
    uniforms = sampling.uniforms(9, 0, 0, T)
    redrawn = [outputs.of(config).sample(row, u) for row, u in zip(logits, uniforms, strict=True)]
    assert np.mean(redrawn == whole) > 0.999  # a uniform number may lie within rounding of a boundary


def test_another_bias_between_two_blocks_conditions_what_comes_after():
    config = MODES["all"]
    found = case(config, 300)
    rng = np.random.default_rng(3)
    other = rng.normal(size=(config.layers, 2 * config.dilation_channels)).astype(np.float32)
    engine, weights = Network(config, found.tensors), Weights(config, found.tensors)
    for first, second in ((found.bias, other), (None, other), (found.bias, None)):
        state = engine.start(bias=first, features=found.features)
        plain = reference.State(weights, first, found.features)
        zeros = np.zeros_like(other)
        for part, bias in zip(np.split(found.classes, [130]), (first, second), strict=True):
            inputs = found.inputs[plain.t : plain.t + len(part)]
            state.set_bias(bias)
            plain.bias = zeros if bias is None else bias
            logits = engine.logits(state, part, found.features)
            np.testing.assert_allclose(logits, reference.block(weights, plain, inputs, found.features), atol=1e-4)


def test_a_bias_taken_back_leaves_nothing():
    engine = Network(MICRO, as_folder(random_model(MICRO)).tensors)
    state = engine.start(seed=1, bias=np.ones((4, 10)))
    state.set_bias(None)
    switched, never = engine.start(seed=1), engine.start(seed=1)
    switched.set_bias(np.ones((4, 10)))
    switched.set_bias(None)
    assert np.array_equal(engine.generate([switched], 50)[0], engine.generate([never], 50)[0])
    with pytest.raises(UsageError, match="bias must have the shape"):
        state.set_bias(np.ones((4, 9)))


def test_features_that_do_not_reach_are_refused_and_nothing_is_taken():
    config = replace(MICRO, features=FeatureConfig(kinds=("file",), file_channels=2, hop_length=10), condition_layers=0)
    engine = Network(config, as_folder(random_model(config)).tensors)
    features = LocalConditioning(np.zeros((3, 2), np.float32), 10)
    state = engine.start(features=features)
    with pytest.raises(UsageError, match="do not cover"):
        engine.generate([state], 31, features=[features])
    with pytest.raises(UsageError, match="needs features"):
        engine.generate([state], 1)
    assert state.time == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pool", 0),
        ("pool", 2**31),
        ("pool", 21),
        ("pool", 65_552),
        ("taps", -1),
        ("taps", 0),
        ("layers", 0),
        ("kernel_size", 0),
        ("residual_channels", 65_537),
        ("skip_channels", 2**40),
        ("dilation_channels", -5),
    ],
)
def test_contexts_that_cannot_be_are_refused_by_the_core_too(name, value):
    config = MODES["contexts"]
    tensors = case(config, 20).tensors
    broken = deepcopy(config.contexts[0])
    object.__setattr__(broken, name, value)  # past what the settings themselves refuse
    object.__setattr__(config := deepcopy(config), "contexts", (broken, config.contexts[1]))
    with pytest.raises(UsageError, match="cannot run this network"):
        Network(config, tensors)


@pytest.mark.parametrize("mode", MODES)
def test_memory_of_a_stream_does_not_grow(mode):
    config, hop = MODES[mode], MODES[mode].features.hop_length
    found = case(config, 20)
    engine = Network(config, found.tensors)
    features = found.features and LocalConditioning(
        np.zeros((20_000 // hop + 1, found.features.rows.shape[1]), np.float32), hop
    )
    state = engine.start(bias=found.bias, features=features)
    before = state.bytes
    assert before > 0
    engine.generate([state], 20_000, features=features and [features])
    assert state.bytes == before
