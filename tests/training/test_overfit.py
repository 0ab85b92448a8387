import json
import math
from dataclasses import fields, replace

import numpy as np
import pytest

from tests.training.conftest import SINE_RATE, make_corpus, sines
from wavenet.audio import mu_law
from wavenet.config import PRESETS, AudioConfig, FeatureConfig, OptimConfig, TrainConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError
from wavenet.training import given, overfit
from wavenet.training.excerpts import Excerpts

OF_RUNS = {
    "out", "updates", "batch_size", "window", "accumulate", "validate_every", "validation_seconds", "listen_seconds",
    "checkpoint_minutes",
}  # fmt: skip
"""settings of windows, updates and what is written, which do not matter to one clip"""
CHANGED = {
    "tag_dropout": 0.1, "input_noise": 0.5, "own_inputs": 0.25, "sparsity": 0.3, "teacher": "vocoder", "compile": True,
}  # fmt: skip


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
def test_a_clip_is_overfit(config, capsys):
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
    monkeypatch.setattr(overfit, "PATIENCE", 200)
    with pytest.raises(overfit.OverfitError, match=message):
        overfit.overfit_one(replace(config, **changes))


@pytest.mark.parametrize(
    ("losses", "message"),
    [
        ([7.9] * 700, "one clip of 4000 samples is still at 7.900 bits after 700 updates, above 0.15: that is log2"),
        (np.linspace(7, 1.5, 700), "but falling"),
        (np.linspace(1.5, 4, 700), "and rising"),
        ([3.0] * 700, "the network is too small"),
    ],
)
def test_the_verdict_follows_the_losses(losses, message):
    assert message in overfit.verdict(list(losses), TrainConfig().model, 4000)


def test_a_check_that_leads_nowhere_ends_early(config, monkeypatch):
    monkeypatch.setattr(overfit, "PATIENCE", 150)
    hopeless = replace(config, model=PRESETS["tiny"], optim=OptimConfig(lr=1e-9, muon_lr=1e-9))
    with pytest.raises(overfit.OverfitError, match=r"after 200 updates, above 0\.15: that is log2"):
        overfit.overfit_one(hopeless)


def test_the_smallest_preset_memorises_as_much_as_it_has_weights_for(config, capsys):
    assert overfit.overfit_one(replace(config, model=PRESETS["tiny"])) < overfit.GOAL
    assert "memorised 1192 samples in " in (told := capsys.readouterr().out)
    assert "bits per sample, the goal is 0.15" in told


def test_a_corpus_at_another_rate_is_refused(config):
    with pytest.raises(UsageError, match=r"has 2000 Hz, but audio\.sample_rate is 16000"):
        overfit.overfit_one(replace(config, audio=AudioConfig()))


def test_a_constant_clip_is_named_as_such(tmp_path):
    constant = np.full(4000, 0.25)
    corpus = make_corpus(tmp_path, {"train": [constant], "validation": [constant]}, SINE_RATE)
    with pytest.raises(overfit.OverfitError, match="the loudest clip is constant"):
        overfit.overfit_one(TrainConfig(data=str(corpus), audio=AudioConfig(sample_rate=SINE_RATE)))


def test_the_loudest_part_is_chosen(tmp_path):
    quiet_then_loud = np.concatenate([0.01 * sines(4.0), sines(4.0)])
    corpus = make_corpus(tmp_path, {"train": [quiet_then_loud], "validation": [sines(0.2)]}, SINE_RATE)
    config = TrainConfig(data=str(corpus), audio=AudioConfig(sample_rate=SINE_RATE))
    clip = overfit.loudest_clip(Excerpts(PreparedCorpus(corpus), "train", config), config.model)
    assert clip.targets.shape == (1, overfit.MOST_SAMPLES)
    assert np.sqrt(np.mean(mu_law.decode(clip.targets) ** 2)) > 0.3


@pytest.mark.parametrize("before", [5, 8])
@pytest.mark.parametrize("decimation", [1, 4])
def test_the_loudest_part_is_found_in_the_network_s_own_time(tmp_path, monkeypatch, decimation, before):
    recording = np.concatenate([0.01 * sines(before), sines(2.0), 0.01 * sines(8.0 - before)])
    corpus = make_corpus(tmp_path, {"train": [recording], "validation": [sines(0.2)]}, SINE_RATE)
    features = FeatureConfig(("log_mel",), hop_length=40, n_fft=128, win_length=100, n_mels=8, f_max=1000.0)
    config = TrainConfig(
        data=str(corpus),
        audio=AudioConfig(sample_rate=SINE_RATE, lpc_order=8, gain=0.1),
        model=replace(PRESETS["tiny"], features=features, decimation=decimation, condition_channels=8),
    )
    excerpts, places = Excerpts(PreparedCorpus(corpus), "train", config), []
    batch = excerpts.batch
    monkeypatch.setattr(excerpts, "batch", lambda *place: places.append(place) or batch(*place))
    clip = overfit.loudest_clip(excerpts, config.model)
    ((_, start, T),) = places
    assert T == clip.targets.shape[1] > 1000
    assert (clip.targets >= 0).all()  # it does not stick out
    seconds = SINE_RATE / decimation
    overlap = min((start + T) / seconds, before + 2) - max(start / seconds, before)
    assert overlap > 0.7 * min(T / seconds, 2)


@pytest.mark.parametrize("name", given.LEFT_OUT)
def test_a_setting_of_what_is_learnt_that_would_be_left_out_is_refused(name):
    option = f"--{name.replace('_', '-')}"
    with pytest.raises(UsageError, match=f"^{option} is left out by --overfit-one, .*; remove one of the two$"):
        overfit.overfit_one(TrainConfig(data="nowhere", **{name: CHANGED[name]}))


def test_every_other_setting_is_followed_or_does_not_matter(config, tmp_path, monkeypatch):
    (tmp_path / "tags.json").write_text(json.dumps({}))
    config = replace(config, model=replace(PRESETS["tiny"], tags=("a",)), tags_from=str(tmp_path / "tags.json"))
    followed = set()

    def read(self, name):
        followed.add(name)
        return object.__getattribute__(self, name)

    monkeypatch.setattr(overfit, "GOAL", math.inf)  # reached by the first update
    monkeypatch.setattr(given, "one_clip", lambda _: None)  # which reads what it refuses
    monkeypatch.setattr(TrainConfig, "__getattribute__", read)
    overfit.overfit_one(config)
    every = {f.name for f in fields(TrainConfig)}
    assert every - followed == OF_RUNS | set(given.LEFT_OUT)
