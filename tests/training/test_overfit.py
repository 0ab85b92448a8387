from dataclasses import replace

import numpy as np
import pytest

from tests.training.conftest import SINE_RATE, make_corpus, sines
from wavenet.audio import mu_law
from wavenet.config import PRESETS, AudioConfig, OptimConfig, TrainConfig
from wavenet.training import overfit
from wavenet.training.excerpts import Excerpts


@pytest.fixture
def config(tmp_path):
    corpus = make_corpus(tmp_path, {"train": [sines(2.0)], "validation": [sines(0.5)]}, SINE_RATE)
    return TrainConfig(
        data=str(corpus),
        audio=AudioConfig(sample_rate=SINE_RATE),
        model=replace(PRESETS["small"], layers=16),
        optim=OptimConfig(warmup=20),
        precision="fp32",
    )


@pytest.mark.slow
def test_a_clip_is_learnt_by_heart(config, capsys):
    assert overfit.overfit_one(config) < overfit.GOAL
    assert "memorised" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"optim": OptimConfig(lr=1e-9, muon_lr=1e-9), "model": PRESETS["tiny"]},
            "nothing is learnt; raise --optim.lr",
        ),
        (
            {"model": replace(PRESETS["tiny"], residual_channels=1, dilation_channels=1)},
            "no longer falling|learns slowly",
        ),
    ],
)
def test_what_is_not_learnt_is_said_with_the_reason(config, changes, message, monkeypatch):
    monkeypatch.setattr(overfit, "UPDATES", 320)
    with pytest.raises(overfit.OverfitError, match=message):
        overfit.overfit_one(replace(config, **changes))


@pytest.mark.parametrize(
    ("losses", "message"),
    [
        ([5.5] * 400, "nothing is learnt"),
        (np.linspace(5, 1, 400), "but falling"),
        (np.linspace(1, 3, 400), "and rising"),
        ([2.0] * 400, "the network is too small"),
    ],
)
def test_the_verdict_follows_the_losses(losses, message):
    assert message in overfit.verdict(list(losses), TrainConfig())


def test_a_constant_clip_is_named_as_such(tmp_path):
    constant = np.full(4000, 0.25)
    corpus = make_corpus(tmp_path, {"train": [constant], "validation": [constant]}, SINE_RATE)
    with pytest.raises(overfit.OverfitError, match="the loudest clip is constant"):
        overfit.overfit_one(TrainConfig(data=str(corpus), audio=AudioConfig(sample_rate=SINE_RATE)))


def test_the_loudest_part_is_chosen(tmp_path):
    quiet_then_loud = np.concatenate([0.01 * sines(4.0), sines(4.0)])
    corpus = make_corpus(tmp_path, {"train": [quiet_then_loud], "validation": [sines(0.2)]}, SINE_RATE)
    config = TrainConfig(data=str(corpus), audio=AudioConfig(sample_rate=SINE_RATE))
    clip = overfit.loudest_clip(Excerpts(overfit.PreparedCorpus(corpus), "train", config))
    assert clip.targets.shape == (1, overfit.SAMPLES)
    assert np.sqrt(np.mean(mu_law.decode(clip.targets) ** 2)) > 0.3
