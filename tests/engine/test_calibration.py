from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.engine.conditions import MODES, case
from tests.networks import MICRO, as_folder, random_classes, random_model, shapes
from wavenet.engine import calibration, reference
from wavenet.engine.calibration import CalibrationInput, Histogram, calibrate
from wavenet.engine.folder import calibration_shapes
from wavenet.engine.weights import Weights
from wavenet.errors import UsageError


def micro():
    folder = as_folder(random_model(MICRO))
    return folder.model, folder.tensors


def recordings(*lengths):
    return [random_classes(MICRO, n, seed=n).numpy() for n in lengths]


@given(
    arrays(np.float32, st.integers(1, 200), elements=st.floats(-1e6, 1e6, width=32)),
    st.sampled_from([1.0, 50.0, 90.0, 99.9, 100.0]),
    st.integers(0, 200),
)
def test_a_histogram_knows_percentiles_to_one_part_in_128_however_it_was_fed(values, q, cut):
    histogram = Histogram()
    for part in (values[:cut], values[cut:]):
        assert histogram.take(part) is part
    exact = np.percentile(np.abs(values), q, method="inverted_cdf")
    found = histogram.percentile(q)
    assert exact < found
    assert found <= exact * np.float32(1 + 1 / 128) or found < np.finfo(np.float32).tiny


@given(shapes())
def test_the_tensors_are_those_of_the_folder_and_positive(config):
    folder = as_folder(random_model(config))
    steps = calibrate(config, folder.tensors, [random_classes(config, 50).numpy()])
    assert {name: tensor.shape for name, tensor in steps.items()} == calibration_shapes(config)
    assert all(tensor.dtype == np.float32 and (tensor > 0).all() for tensor in steps.values())


@pytest.mark.parametrize("config", [MICRO, MODES["all"]])
def test_the_grids_end_where_the_inputs_of_their_products_do(config, monkeypatch):
    monkeypatch.setattr(calibration, "PERCENTILE", 100.0)
    monkeypatch.setattr(calibration, "BLOCK", 130)
    found = case(config, 300)
    weights = Weights(config, found.tensors)
    state = reference.State(weights, found.bias, found.features)
    tops = np.zeros(config.layers)
    for newest in found.inputs:
        t = state.t
        reference.step(weights, state, int(newest), found.features)
        tops = np.maximum(tops, [np.abs(ring[t % len(ring)]).max() for ring in state.main.rings])
    ratio = calibrate(config, found.tensors, [found.recording], free=0)["calibration.inputs"] * 127 / tops
    assert (ratio > 1 - 1e-6).all()  # step by step, sums are rounded otherwise than in blocks
    assert (ratio <= 1 + 1 / 127).all()


def test_what_the_model_makes_after_a_recording_is_conditioned_on_its_last_frame():
    config = MODES["frames"]
    found = case(config, 40)  # one frame
    features = replace(found.features, rows=found.features.rows[:1])
    again = replace(features, rows=np.repeat(features.rows, 9, axis=0))
    short, long = (
        calibrate(config, found.tensors, [CalibrationInput(found.classes, None, rows)], free=3)
        for rows in (features, again)
    )
    assert all(np.array_equal(short[name], long[name]) for name in short)
    with pytest.raises(UsageError, match="needs features"):
        calibrate(config, found.tensors, [found.classes])


def test_the_same_recordings_give_the_same_steps_and_their_blocks_do_not_matter_to_the_recorded_part(monkeypatch):
    model, tensors = micro()
    first, second = (calibrate(model, tensors, recordings(300, 40)) for _ in range(2))
    assert all(np.array_equal(first[name], second[name]) for name in first)
    whole = calibrate(model, tensors, recordings(300, 40), free=0)
    monkeypatch.setattr(calibration, "BLOCK", 37)
    parts = calibrate(model, tensors, recordings(300, 40), free=0)
    for name in whole:
        np.testing.assert_allclose(parts[name], whole[name], rtol=1 / 127)


def test_what_the_model_makes_itself_counts():
    model, tensors = micro()
    silence = [np.full(400, 8)]
    with_own = calibrate(model, tensors, silence)
    heard_alone = calibrate(model, tensors, silence, free=0)
    assert (with_own["calibration.inputs"] > 1.1 * heard_alone["calibration.inputs"]).any()


def test_every_recorded_sample_is_reported_once(monkeypatch):
    monkeypatch.setattr(calibration, "BLOCK", 64)
    model, tensors = micro()
    seen = []
    calibrate(model, tensors, recordings(130, 1), seen.append)
    assert seen == [64, 64, 2, 1]


def test_where_nothing_but_zeros_comes_the_step_is_one():
    model, tensors = micro()
    for name in tensors:
        if ".skip." in name:
            tensors[name] = np.zeros_like(tensors[name])
    assert calibrate(model, tensors, recordings(20))["calibration.skip"] == 1


@pytest.mark.parametrize("nothing", [[], [np.empty(0, np.int64)]])
def test_without_a_sample_there_is_no_calibration(nothing):
    with pytest.raises(UsageError, match="no sample"):
        calibrate(*micro(), nothing)


def test_no_two_excerpts_that_the_model_makes_draw_the_same_numbers(monkeypatch):
    monkeypatch.setattr(calibration, "BLOCK", 64)
    model, tensors = micro()
    drawn = []

    def uniforms(*arguments):
        drawn.append(tuple(real(*arguments)))
        return drawn[-1]

    real = calibration.sampling.uniforms
    monkeypatch.setattr(calibration.sampling, "uniforms", uniforms)
    calibrate(model, tensors, [*recordings(100, 64), *recordings(64)])
    assert len(set(drawn)) == len(drawn) == 4
