"""What every engine must be, whichever it is; how well they agree stands in ``test_native.py`` too."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.conditions import MODES, case
from tests.networks import MICRO, as_folder, calibrated, random_classes, random_model, shapes
from wavenet import outputs
from wavenet.engine import engines, reference, sampling
from wavenet.engine.interface import LocalConditioning
from wavenet.engine.precision import PRECISIONS
from wavenet.engine.weights import Weights
from wavenet.errors import UsageError
from wavenet.generator import Generator

EVERY = pytest.mark.parametrize("name", engines.ENGINES)


@cache
def network(name, precision="fp32", seed=0):
    opened = calibrated(random_model(MICRO, seed))
    return engines.find(name)(opened.model, opened.tensors, precision)


@given(shapes(), st.integers(0, 2**64 - 1), st.sampled_from(PRECISIONS))
def test_all_engines_draw_and_score_alike(config, seed, precision):
    opened = calibrated(random_model(config))
    made = [make(config, opened.tensors, precision) for make in engines.ENGINES.values()]
    uniforms = [sampling.uniforms(seed, 0, 0, 40)]
    paths = [each.generate([each.start()], 40, uniforms=uniforms)[0] for each in made]
    same = next((t for t in range(40) if len({path[t] for path in paths}) > 1), 40)  # what follows has another past
    logits = [each.logits(each.start(), paths[0]) for each in made]
    if same < 40:  # then the number lies within rounding of where one class ends
        chances = np.exp(outputs.of(config).log_probabilities(logits[0][same]).astype(float))
        edges = np.cumsum(chances)[[path[same] for path in paths]]
        assert np.abs(edges - uniforms[0][same]).min() < (1e-3 if precision == "fp32" else 0.05)
    scores = [each.log_likelihood(each.start(), paths[0]) for each in made]
    for score in scores:
        np.testing.assert_allclose(score, scores[0], atol=1e-4 if precision == "fp32" else 0.3)


@EVERY
@pytest.mark.parametrize("precision", PRECISIONS)
@given(cuts=st.lists(st.integers(0, 12), max_size=6), seed=st.integers(0, 2**64 - 1))
def test_pieces_of_any_size_are_the_whole_and_a_stream_of_a_batch_is_the_stream_alone(name, precision, cuts, seed):
    engine = network(name, precision)
    whole = engine.generate([engine.start(seed=seed)], sum(cuts))[0]
    state, others = engine.start(seed=seed), [engine.start(seed=k) for k in range(2)]
    pieces = [np.empty(0, np.int32)]
    for i, n in enumerate(cuts):  # company joins and leaves, and has other lengths
        company = others[: i % 3]
        pieces.append(engine.generate([*company, state], [*(3 for _ in company), n], threads=2)[-1])
        assert state.time == sum(cuts[: i + 1])
    assert np.array_equal(np.concatenate(pieces), whole)


@EVERY
def test_a_primed_stream_goes_on_as_one_that_made_the_prime(name):
    engine = network(name)
    whole = engine.generate([engine.start(seed=2)], 60)[0]
    for take in (engine.prime, engine.log_likelihood, engine.logits, engine.skips):
        state = engine.start()
        take(state, whole[:40])
        uniforms = sampling.uniforms(2, 0, 40, 20)
        assert np.array_equal(engine.generate([state], 20, uniforms=[uniforms])[0], whole[40:])


@EVERY
@pytest.mark.parametrize("precision", PRECISIONS)
@given(cuts=st.lists(st.integers(0, 60), max_size=5))
def test_skips_of_any_blocks_are_what_the_reference_gives_its_head(name, precision, cuts):
    engine, classes = network(name, precision), random_classes(MICRO, sum(cuts)).numpy()
    state = engine.start()
    parts = np.split(classes, np.cumsum(cuts)[:-1]) if cuts else []
    found = np.concatenate(
        [np.empty((0, MICRO.skip_channels), np.float32), *(engine.skips(state, part) for part in parts)]
    )
    assert state.time == len(found) == len(classes)
    weights = Weights(MICRO, calibrated(random_model(MICRO)).tensors, precision)
    past = np.append(MICRO.quantization_channels // 2, classes)[:-1]
    wanted = reference.skip_sums(weights, reference.State(weights), past)
    np.testing.assert_allclose(
        found,
        wanted,
        atol={"fp32": 1e-4, "bf16": 0.02, "int8": 0.03}[precision] * max(1, np.abs(wanted).max(initial=0)),
    )


@EVERY
def test_a_sample_that_is_drawn_takes_the_next_number_and_one_that_is_given_takes_none(name):
    engine, numbers = network(name), sampling.uniforms(2, 1, 0, 20)
    state, told = engine.start(seed=2, stream=1), engine.start()
    for prime, drawn in (([3, 1, 4], numbers[:7]), ([1, 5], numbers[7:])):
        for each in (state, told):
            engine.prime(each, prime)
        wanted = engine.generate([told], len(drawn), uniforms=[drawn])[0]
        assert np.array_equal(engine.generate([state], len(drawn))[0], wanted)


@EVERY
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_of_conditioning_is_the_network_in_torch(name, mode):
    found = case(MODES[mode], T=90)
    engine = engines.find(name)(found.config, found.tensors, "fp32")
    state = engine.start(bias=found.bias, features=found.features)
    logits = [engine.logits(state, part, found.features) for part in np.split(found.classes, [1, 50])]
    np.testing.assert_allclose(np.concatenate(logits), found.logits, atol=2e-4)
    drawn = [engine.start(seed=5, bias=found.bias, features=found.features) for _ in range(2)]
    given_features = None if found.features is None else [found.features]
    whole = engine.generate(drawn[:1], 90, features=given_features)[0]
    parts = [engine.generate(drawn[1:], n, features=given_features)[0] for n in (40, 50)]
    assert np.array_equal(np.concatenate(parts), whole)


@EVERY
def test_another_bias_holds_from_the_next_sample_on(name):
    engine = network(name)
    bias = np.random.default_rng(0).normal(size=(MICRO.layers, 2 * MICRO.dilation_channels)).astype(np.float32)
    classes = random_classes(MICRO, 30).numpy()
    plain, switched = engine.logits(engine.start(), classes), engine.start()
    before = engine.logits(switched, classes[:10])
    switched.set_bias(bias)
    after = engine.logits(switched, classes[10:20])
    switched.set_bias(None)
    np.testing.assert_allclose(before, plain[:10], atol=1e-5)
    assert np.abs(after - plain[10:20]).max() > 0.01
    assert np.isfinite(engine.logits(switched, classes[20:])).all()


@EVERY
def test_calls_that_do_not_go_together_are_refused_and_no_stream_moves(name):
    engine, other = network(name), network(name, seed=1)
    state, second = engine.start(), engine.start()
    rows = np.zeros((3, 2), np.float32)
    for call, message in (
        (lambda: engine.generate([other.start()], 3), "another network"),
        (lambda: engine.generate([state, state], 3), "occurs twice"),
        (lambda: engine.generate([second, state], [1, -1]), "samples is -1"),
        (lambda: engine.generate([state], [1, 2]), "samples are given for 2 streams, and there are 1"),
        (lambda: engine.generate([state], 1, threads=0), "threads is 0"),
        (lambda: engine.generate([state], 3, uniforms=[np.zeros(2)]), "uniform"),
        (lambda: engine.generate([state], 3, uniforms=[np.zeros((3, 1))]), "uniforms: an array of"),
        (lambda: engine.generate([second, state], 3, features=[LocalConditioning(rows)] * 2), "features|local cond"),
        (lambda: engine.log_likelihood(state, np.array([0, 16])), "class is outside"),
        (lambda: engine.prime(state, np.array([[1, 2]])), "classes: an array of"),
        (lambda: engine.logits(state, np.array([1]), LocalConditioning(rows)), "features|local cond"),
        (lambda: engine.start(stream=-1), "stream is -1"),
        (lambda: engine.start(bias=np.zeros((1, 2), np.float32)), "bias"),
        (lambda: state.set_bias(np.zeros((1, 2), np.float32)), "bias"),
        (lambda: engine.start(features=LocalConditioning(rows)), "features|local cond"),
        (lambda: engine.start(sampling.Sampling(), seed=1), "seed is given in addition to a Sampling"),
    ):
        with pytest.raises(UsageError, match=message):
            call()
    assert state.time == second.time == 0
    assert len(engine.generate([state], 3)[0]) == 3
    assert engine.generate([], 3) == []


@EVERY
def test_features_that_do_not_suffice_are_refused_and_no_stream_moves(name):
    found = case(MODES["all"], T=60)
    engine = engines.find(name)(found.config, found.tensors, "fp32")
    state = engine.start(bias=found.bias, features=found.features)
    few = LocalConditioning(found.features.rows[:2], found.features.steps_per_row)
    narrow = LocalConditioning(found.features.rows[:, :-1], found.features.steps_per_row)
    for given_features in (None, few, narrow, LocalConditioning(few.rows, few.steps_per_row, 1)):
        with pytest.raises(UsageError):
            engine.logits(state, found.classes, given_features)
        with pytest.raises(UsageError):
            engine.generate([state], 60, features=given_features and [given_features])
    np.testing.assert_allclose(engine.logits(state, found.classes, found.features), found.logits, atol=2e-4)


def test_a_user_chooses_the_engine_by_name():
    opened = as_folder(random_model(MICRO))
    native, numpy = (Generator(opened, engine=name) for name in ("native", "reference"))
    assert numpy.network.isa == "numpy"
    assert native.network.isa != "numpy"
    sound = native.generate(40, seed=3)
    np.testing.assert_allclose(numpy.log_likelihood(sound), native.log_likelihood(sound), atol=1e-4)
    with pytest.raises(UsageError, match="unknown engine 'referense'; did you mean 'reference'"):
        Generator(opened, engine="referense")
