"""The stages in training are those at run time."""

from unittest.mock import patch

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from wavenet.config import FeatureConfig, StageConfig, VoiceConfig
from wavenet.engine import native
from wavenet.training.voice import networks
from wavenet.training.voice.batches import Batch
from wavenet.tts import linguistics
from wavenet.tts.english.phones import PHONES
from wavenet.tts.examples import Example
from wavenet.tts.segments import SIL, Segment
from wavenet.tts.stages import Stages, shapes

MELS = 6
SMALL = StageConfig(encoder_blocks=2, decoder_blocks=1, channels=8, taps=3)
VOICE = VoiceConfig(phones=PHONES, durations=SMALL, pitch=SMALL, mel=SMALL)
INPUTS = linguistics.channels(PHONES)


def modules(dropout: float = 0.0) -> dict[str, networks.Stage]:
    torch.manual_seed(0)
    return {
        "durations": networks.Durations(SMALL, INPUTS, dropout),
        "pitch": networks.Pitch(SMALL, INPUTS, dropout),
        "mel": networks.Mel(SMALL, INPUTS, MELS, dropout),
    }


def tensors() -> dict[str, np.ndarray]:
    return {
        f"{name}.{weight}": tensor.numpy()
        for name, module in modules().items()
        for weight, tensor in module.state_dict().items()
    }


def example(seed: int, count: int) -> Example:
    rng = np.random.default_rng(seed)
    phones = [SIL, *rng.choice(PHONES, count), SIL]
    segments = [Segment(str(phone)) for phone in phones]
    durations = rng.integers(0, 6, len(segments))
    durations[0] = 1
    F = int(durations.sum())
    pitch = np.stack([rng.normal(size=F), rng.random(F) > 0.5], 1).astype(np.float32)
    mel = rng.normal(size=(F, MELS)).astype(np.float32)
    return Example("a", segments, linguistics.features(segments, PHONES), durations, pitch, lambda: mel)


def test_the_weights_have_the_names_and_shapes_of_the_folder():
    found = {name: tensor.shape for name, tensor in tensors().items()}
    assert found == shapes(VOICE, FeatureConfig(kinds=("log_mel",), n_mels=MELS))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000), st.integers(1, 30), st.integers(1, 30))
def test_torch_in_a_padded_batch_is_run_time_alone(seed, first, second):
    examples = [example(seed, first), example(seed + 1, second)]
    batch = Batch.of(examples)
    with patch.object(native, "available", lambda: False):  # what the engine changes: tests/engine/test_residual.py
        stages = Stages(VOICE, tensors())
    networks_by_name = modules()
    with torch.no_grad():
        logs = networks_by_name["durations"](batch).numpy()
        pitch = networks_by_name["pitch"](batch).numpy()
        mel = networks_by_name["mel"](batch).numpy()
    for i, e in enumerate(examples):
        S, F = len(e.segments), len(e.mel)
        np.testing.assert_allclose(logs[i, :S], stages._durations(e.features)[:, 0], atol=1e-5)
        ours = stages.pitch(e.features, e.durations, e.segments)
        np.testing.assert_allclose(pitch[i, :F, 0], ours[:, 0], atol=1e-5)
        np.testing.assert_array_equal(pitch[i, :F, 1] > 0, ours[:, 1] > 0)
        ours = stages.conditions(e.features, e.durations, e.pitch)
        np.testing.assert_array_equal(ours[:, MELS:], e.pitch)
        np.testing.assert_allclose(mel[i, :F], ours[:, :MELS], atol=1e-5)


@pytest.mark.parametrize("name", ["durations", "pitch", "mel"])
@torch.no_grad()
def test_the_loss_does_not_see_what_is_behind_the_end(name):
    module = modules()[name]
    long, short = example(1, 30), example(2, 3)
    sizes = {"durations": (len(long.segments), len(short.segments))}.get(name, (len(long.mel), len(short.mel)))
    alone = [float(module.loss(Batch.of([e]))) for e in (long, short)]
    both = float(module.loss(Batch.of([long, short])))
    assert both == pytest.approx(np.average(alone, weights=sizes), rel=1e-4)
