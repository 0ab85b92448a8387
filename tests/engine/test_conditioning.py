import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.networks import conditioned, random_model
from wavenet.config import FeatureConfig, ModelConfig
from wavenet.engine.conditioning import BLOCK, Conditioning, ConditioningNetwork, ConditioningStream, global_bias
from wavenet.errors import UsageError

LOCAL = conditioned().filter(lambda config: config.takes_features)
VOICES = ModelConfig(speakers=("ann", "bob"), speaker_channels=3, tags=("loud", "far"))


def tensors(model):
    return {name: weight.detach().numpy() for name, weight in model.state_dict().items()}


def frames_of(config, count, seed=0):
    return np.random.default_rng(seed).normal(size=(count, config.features.channels)).astype(np.float32)


def with_edges(config, frames):
    ahead = config.look_ahead
    return np.pad(frames, ((ahead, ahead), (0, 0)), "edge")


@given(LOCAL, st.integers(1, 40))
def test_numpy_and_torch_give_the_same_y(config, count):
    model = random_model(config)
    frames = with_edges(config, frames_of(config, count))
    with torch.no_grad():
        expected = model.conditioning(torch.from_numpy(frames)[None], torch.zeros(1, dtype=torch.long))[0].numpy()
    rows = ConditioningNetwork(config, tensors(model)).rows(frames)
    np.testing.assert_allclose(rows, expected, atol=1e-5, rtol=1e-5)


@given(LOCAL, st.integers(1, 40), st.data())
def test_a_stream_gives_the_same_rows_however_frames_arrive_and_samples_are_taken(config, count, data):
    network = ConditioningNetwork(config, tensors(random_model(config)))
    frames = frames_of(config, count)
    whole = ConditioningStream(network)
    whole.feed(frames)
    whole.finish()
    total = count * config.features.hop_length
    expected, first = whole.rows(0, total)
    assert first == 0
    np.testing.assert_allclose(
        expected[: count * network.rows_per_frame], network.rows(with_edges(config, frames)), atol=1e-5
    )

    stream, fed, taken = ConditioningStream(network), 0, 0
    while taken < total:
        if fed < count:
            n = data.draw(st.integers(1, 15))
            stream.feed(frames[fed : fed + n])
            fed += n
            if fed >= count:
                stream.finish()
        ready = min(stream.samples, total) - taken
        if ready <= 0:
            continue
        n = data.draw(st.integers(1, ready))
        rows, first = stream.rows(taken, n)
        hop = stream.steps_per_row
        low, high = taken // hop, (taken + n - 1) // hop + 1
        assert np.array_equal(rows[low - first : high - first], expected[low:high])
        taken += n


def test_a_stream_needs_its_block_and_the_look_ahead_before_it_gives_samples():
    config = ModelConfig(features=FeatureConfig(kinds=("file",), file_channels=2, hop_length=10), condition_layers=2)
    stream = ConditioningStream(ConditioningNetwork(config, tensors(random_model(config))))
    stream.feed(frames_of(config, BLOCK + config.look_ahead - 1))
    assert stream.samples == 0
    stream.feed(frames_of(config, 1))
    assert stream.samples == 10 * BLOCK
    with pytest.raises(UsageError, match="features for 80 samples are there, and 81 are needed; feed more"):
        stream.rows(80, 1)
    stream.finish()
    assert stream.samples == 10 * (BLOCK + config.look_ahead)
    with pytest.raises(UsageError, match="finished"):
        stream.feed(frames_of(config, 1))


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (np.zeros((3, 4)), r"shape \(3, 4\), but the model takes numbers of shape \(frames, 2\)"),
        (np.zeros((2, 5)), "transposed"),
        (np.full((3, 2), np.nan), "frame 0 holds a value that is not finite"),
        (np.full((3, 2), -np.inf), "frame 0 holds a value that is not finite"),
        (np.array([[0, 0], [0, 1e300]]), "frame 1 holds 1e\\+300 in its file, which lies between -1e\\+06 and 1e\\+06"),
        (np.zeros((3, 2), complex), "numbers"),
        (np.array([["a", "b"]]), "numbers"),
    ],
)
def test_what_are_no_features_is_refused(frames, message):
    config = ModelConfig(features=FeatureConfig(kinds=("file",), file_channels=2))
    stream = ConditioningStream(ConditioningNetwork(config, tensors(random_model(config))))
    with pytest.raises(UsageError, match=message):
        stream.feed(frames)


@pytest.mark.parametrize(
    ("speaker", "tags", "expected"),
    [
        ("bob", None, [0, 1, 0, 0]),
        (0, ["far"], [1, 0, 0, 1]),
        (np.int64(1), {"far": np.float32(2)}, [0, 1, 0, 2]),
        ({"ann": 0.25, "bob": 0.75}, {"loud": 0.5}, [0.25, 0.75, 0.5, 0]),
    ],
)
def test_speakers_and_tags_by_name_index_or_weight(speaker, tags, expected):
    assert Conditioning(speaker, tags).weights(VOICES).tolist() == expected


@pytest.mark.parametrize(
    ("speaker", "tags", "message"),
    [
        ("bop", None, "unknown speaker 'bop'; did you mean 'bob'"),
        (None, None, "needs a speaker: one of ann, bob"),
        ({}, None, r"speaker is \{\}, and must name somebody with a weight other than 0"),
        ([], None, r"speaker is \(\), and must name somebody"),
        ({"ann": 0, "bob": 0.0}, ["loud"], "speaker is .*'bob': 0.*, and must name somebody"),
        (2, None, "speaker is 2, and must be from 0 to 1"),
        ("ann", ["lout"], "unknown tag 'lout'; did you mean 'loud'"),
        ({"ann": float("nan")}, None, "finite"),
        ("ann", {"loud": 1e300}, "tag 'loud' has the weight 1e\\+300, and must have a finite one, at most 1e\\+06"),
        (1.5, None, "speaker is 1.5, and must be a name, an index"),
    ],
)
def test_unknown_speakers_and_tags_are_refused(speaker, tags, message):
    with pytest.raises(UsageError, match=message):
        Conditioning(speaker, tags).weights(VOICES)


def test_a_model_without_speakers_refuses_one():
    with pytest.raises(UsageError, match="no speakers"):
        Conditioning("ann").weights(ModelConfig())
    with pytest.raises(UsageError, match="no tags"):
        Conditioning(tags=["loud"]).weights(ModelConfig())
    assert Conditioning().weights(ModelConfig()) is None


def test_the_bias_is_what_torch_projects():
    model = random_model(VOICES)
    weights = Conditioning({"ann": 0.3, "bob": 0.7}, ["far"]).weights(VOICES)
    bias = global_bias(VOICES, tensors(model), weights)
    with torch.no_grad():
        h = model.global_vector(torch.from_numpy(weights)[None])
        expected = [layer.global_condition(h[..., None])[0, :, 0].numpy() for layer in model.layers]
    np.testing.assert_allclose(bias, np.stack(expected), atol=1e-5)
    assert global_bias(ModelConfig(), {}, None) is None
