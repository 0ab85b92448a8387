from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments import untuned
from tests.training.voice.test_train import config  # noqa: F401 (a fixture)
from wavenet.config import FeatureConfig
from wavenet.engine import folder
from wavenet.errors import UsageError
from wavenet.training import initial
from wavenet.tts.voice import Voice


def begun(config):  # noqa: F811
    """The settings with a model of log-mel alone to begin at, which is written."""
    start = Path(config.out).with_name("start")
    fresh = initial.model(config.wavenet)
    folder.write(start, config.wavenet.audio, config.wavenet.model, initial.tensors(fresh))
    return replace(config, wavenet=replace(config.wavenet, init_from=str(start))), folder.read(start)


def test_the_wavenet_of_the_voice_is_the_model_it_begins_at_and_is_deaf_to_what_that_did_not_know(config):  # noqa: F811
    config, start = begun(config)
    home = untuned.make(config)
    made = folder.read(home / "wavenet")
    assert made.model.features == replace(start.model.features, kinds=("log_mel", "pitch"))
    first, mels = "conditioning.convs.0.weight", FeatureConfig().n_mels
    for name, weight in start.tensors.items():
        found = made.tensors[name][:, :mels] if name == first else made.tensors[name]
        assert np.array_equal(found, weight)
    assert not made.tensors[first][:, mels:].any()
    assert set(folder.CALIBRATION) <= set(made.tensors)
    assert np.concatenate(list(Voice.open(home).say("Ah."))).size > 0


def test_without_a_model_to_begin_at_it_says_so_before_any_work(config):  # noqa: F811
    with pytest.raises(UsageError, match="init_from"):
        untuned.make(config)
    assert not Path(config.out).exists()
