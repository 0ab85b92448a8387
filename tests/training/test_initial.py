"""What a run begins with."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.networks import calibrated, random_conditioning, random_model
from wavenet.config import FeatureConfig, ModelConfig
from wavenet.engine import folder
from wavenet.errors import UsageError
from wavenet.generator import Generator
from wavenet.training import initial
from wavenet.training.loop import train


def test_init_from_starts_at_the_given_weights(micro_config, tmp_path):
    train(micro_config)
    source = str(Path(micro_config.out) / "model")
    config = replace(micro_config, init_from=source, out=str(tmp_path / "second"))
    for name, tensor in initial.tensors(initial.model(config)).items():
        assert np.array_equal(tensor, Generator.open(source).tensors[name])


def test_init_from_a_calibrated_model_takes_its_weights_alone(micro_config, tmp_path):
    model = random_model(micro_config.model)
    source = calibrated(model, micro_config.audio)
    folder.write(tmp_path / "calibrated", source.audio, source.model, source.tensors)
    found = initial.tensors(initial.model(replace(micro_config, init_from=str(tmp_path / "calibrated"))))
    assert found.keys() == folder.tensor_shapes(source.model).keys()
    assert all(np.array_equal(tensor, source.tensors[name]) for name, tensor in found.items())


def test_init_from_a_model_of_fewer_features_is_deaf_to_the_others(micro_config, tmp_path):
    features = FeatureConfig(kinds=("log_mel",), hop_length=20, n_fft=64, win_length=40, n_mels=5, f_max=400.0)
    small = replace(micro_config.model, features=features, condition_channels=4)
    source = random_model(small)
    folder.write(tmp_path / "small", micro_config.audio, small, initial.tensors(source))
    more = replace(small, features=replace(features, kinds=("log_mel", "pitch")))
    found = initial.model(replace(micro_config, model=more, init_from=str(tmp_path / "small")))
    first, expected = "conditioning.convs.0.weight", initial.tensors(source)
    for name, tensor in initial.tensors(found).items():
        if name == first:
            assert not tensor[:, 5:].any()
            tensor = tensor[:, :5]
        np.testing.assert_array_equal(tensor, expected[name])
    other = replace(small, features=replace(features, kinds=("pitch",)))
    with pytest.raises(UsageError, match=r"kinds is \('log_mel',\), and that of this run is \('pitch',\)"):
        initial.model(replace(micro_config, model=other, init_from=str(tmp_path / "small")))


@pytest.mark.parametrize("kinds", [("log_mel",), ("log_mel", "pitch")])
def test_init_from_takes_up_the_pitch_of_the_run(micro_config, tmp_path, kinds):
    features = FeatureConfig(kinds=kinds, hop_length=20, n_fft=64, win_length=40, n_mels=5, f_max=400.0)
    older = replace(micro_config.model, features=replace(features, pitch_method="harvest"), condition_channels=4)
    folder.write(tmp_path / "older", micro_config.audio, older, initial.tensors(random_model(older)))
    wanted = replace(older, features=replace(features, kinds=("log_mel", "pitch"), pitch_method="correlation"))
    found = initial.model(replace(micro_config, model=wanted, init_from=str(tmp_path / "older")))
    assert found.config.features.pitch_method == "correlation"


def test_init_from_another_shape_is_refused(micro_config, tmp_path):
    train(replace(micro_config, updates=1))
    config = replace(micro_config, model=ModelConfig(layers=2), init_from=str(Path(micro_config.out) / "model"))
    with pytest.raises(UsageError, match=r"its model.layers is 4, and that of this run is 2; .*; give its settings"):
        train(replace(config, out=str(tmp_path / "second")))


def test_init_from_a_model_without_conditions_is_deaf_to_those_of_the_run_and_hears_like_it(micro_config, tmp_path):
    source = random_model(micro_config.model)
    folder.write(tmp_path / "plain", micro_config.audio, micro_config.model, initial.tensors(source))
    features = FeatureConfig(kinds=("file",), hop_length=20, file_channels=5)
    wanted = replace(micro_config.model, features=features, condition_channels=6, condition_layers=1)
    found = initial.model(replace(micro_config, model=wanted, init_from=str(tmp_path / "plain")))
    past = torch.randint(0, 32, (1, wanted.receptive_field - 1 + 40))
    assert found.conditioning.convs[0].weight.any()
    torch.testing.assert_close(found(past, random_conditioning(wanted, 1, 40)), source(past))
    louder = replace(wanted, residual_channels=9)
    with pytest.raises(UsageError, match=r"its model\.residual_channels is 8, and that of this run is 9"):
        initial.model(replace(micro_config, model=louder, init_from=str(tmp_path / "plain")))
