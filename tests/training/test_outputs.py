"""Training with every output distribution."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.test_loop import assert_same_state, state
from wavenet.config import AudioConfig
from wavenet.errors import UsageError
from wavenet.generator import Generator
from wavenet.model.wavenet import WaveNet
from wavenet.training import endings
from wavenet.training.loop import train
from wavenet.training.tracking import read_log

LINEAR = AudioConfig(sample_rate=1000, quantizer="linear")
OUTPUTS = {
    "logistics": (LINEAR, {"output": "logistics", "components": 3, "quantization_channels": 65_536}),
    "gaussian": (LINEAR, {"output": "gaussian", "quantization_channels": 65_536, "input_kernel_size": 2}),
    "mcgsm": (LINEAR, {"output": "mcgsm", "components": 2, "scales": 2, "quantization_channels": 65_536}),
    "softmax of 1,024 classes": (AudioConfig(sample_rate=1000), {"quantization_channels": 1024}),
    "linear classes": (LINEAR, {"quantization_channels": 256}),
}
every_output = pytest.mark.parametrize(("audio", "changes"), OUTPUTS.values(), ids=OUTPUTS)


def with_output(config, audio, changes):
    return replace(config, audio=audio, model=replace(config.model, **changes))


@every_output
def test_a_stopped_run_ends_as_the_whole_one_and_its_model_scores_as_it_was_validated(
    micro_config, tmp_path, audio, changes
):
    config = replace(micro_config, own_inputs=0.3, precision="fp32", validate_every=12, listen_seconds=0.05)
    whole = with_output(config, audio, changes)
    train(whole)
    parts = replace(whole, out=str(tmp_path / "parts"))
    with pytest.raises(endings.InterruptedRunError):
        train(parts, seconds=0)
    train(parts)
    assert_same_state(state(whole), state(parts))
    generator = Generator.open(tmp_path / "run" / "model")
    sound = generator.generate(100, seed=1)
    assert np.isfinite(generator.log_likelihood(sound)).all()


@every_output
def test_the_loss_falls(micro_config, audio, changes):
    config = replace(with_output(micro_config, audio, changes), updates=150, window=300, validate_every=150)
    train(replace(config, optim=replace(config.optim, warmup=10)))
    bits = [row["validation_bits"] for row in read_log(Path(config.out) / "log.jsonl") if "validation_bits" in row]
    assert bits[-1] < np.log2(config.model.quantization_channels) - 1


def test_values_need_linear_classes(micro_config):
    with pytest.raises(UsageError, match="choose quantizer linear, and quantization_channels 65536"):
        with_output(micro_config, AudioConfig(sample_rate=1000), {"output": "mcgsm"})


def test_the_first_prediction_is_the_initial_bias(micro_config):
    for audio, changes in OUTPUTS.values():
        model = WaveNet(with_output(micro_config, audio, changes).model)
        past = model.with_start(torch.zeros(1, 1, dtype=torch.long))
        wanted = torch.from_numpy(model.distribution.initial_bias())
        assert torch.equal(model(past)[0, -1], wanted)
