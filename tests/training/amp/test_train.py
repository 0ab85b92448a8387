"""The training of an amplifier."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.test_pixelcnn import stopping_after
from wavenet.amp import file
from wavenet.amp.amp import Amp
from wavenet.config import OptimConfig
from wavenet.config.amp import AmpShape, TrainAmpConfig
from wavenet.errors import UsageError, WavenetWarning
from wavenet.training import endings, state_file
from wavenet.training.amp import network, recordings, train
from wavenet.training.optim import MovingAverage

N = 6_000
SHAPE = AmpShape((4, 3), ((1, 2, 4), (8, 1)))


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setitem(train.SHAPES, "nano", SHAPE)


@pytest.fixture
def found():
    x = np.random.default_rng(0).normal(0, 0.3, N).astype(np.float32)
    y = np.tanh(3 * np.convolve(x, np.float32([0.5, 0.3, -0.2]))[:N] + 0.2).astype(np.float32)
    return recordings.Recordings(x, y, 8_000, 0, 5_000)


@pytest.fixture
def config():
    optim = OptimConfig(lr=1e-2, warmup=2, ema_decay=0.9)
    return TrainAmpConfig(shape="nano", updates=6, batch_size=2, window=200, validate_every=4, optim=optim)


def files(home):
    return {name: (home / name).read_bytes() for name in ("log.jsonl", "curve.png", "model.nam")}


@pytest.mark.parametrize("update", [1, 4, 5])
def test_a_resumed_run_ends_as_an_uninterrupted_one(found, config, tmp_path, monkeypatch, update):
    ratio = train.train(found, tmp_path / "a/run", config)
    with monkeypatch.context() as patch:
        patch.setattr(train.endings, "on_signal", stopping_after(update))
        kept = ".*model.nam is the best so far" if update >= 4 else ""
        with pytest.raises(
            endings.InterruptedRunError, match=f"after update {update} of 6{kept}; the same command resumes"
        ):
            train.train(found, tmp_path / "b/run", config)
    assert state_file.load(tmp_path / "b/run/checkpoint.pt")["update"] == update
    assert train.train(found, tmp_path / "b/run", config) == ratio
    assert files(tmp_path / "a/run") == files(tmp_path / "b/run")
    states = [state_file.load(tmp_path / run / "run/checkpoint.pt") for run in "ab"]
    for name in ("network", "average"):
        assert all(torch.equal(a, b) for a, b in zip(*(each[name].values() for each in states), strict=True))


def test_it_learns_an_amplifier_and_writes_what_it_is_told_of(found, config, tmp_path):
    out = tmp_path / "My amp"
    ratio = train.train(found, out, replace(config, updates=300, validate_every=100, window=1_000))
    assert ratio < 0.02
    heard = Amp.open(out / "model.nam").process(found.dry)[found.cut :]
    wet = found.wet[found.cut :]
    assert np.square(heard - wet).sum() / np.square(wet).sum() == pytest.approx(ratio, rel=1e-3)
    said = json.loads((out / "model.nam").read_text())
    assert said["sample_rate"] == 8_000
    assert said["metadata"]["training"]["validation_esr"] == ratio
    model = file.read(out / "model.nam")
    assert model.name == "My amp"
    assert model.loudness == pytest.approx(10 * np.log10(np.square(heard).mean()), abs=0.01)
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert [row["update"] for row in rows] == [100, 200, 300]
    assert min(row["validation_esr"] for row in rows) == ratio


def test_the_exported_weights_are_the_average(found, config, tmp_path, monkeypatch):
    averages = []
    monkeypatch.setattr(train, "MovingAverage", lambda *given: averages.append(MovingAverage(*given)) or averages[-1])
    train.train(found, tmp_path / "run", replace(config, validate_every=100))
    wanted = network.exported(network.AmpNetwork(SHAPE), averages[0].weights)
    written = file.read(tmp_path / "run/model.nam").network
    np.testing.assert_array_equal(
        written.arrays[1].layers[0].convolution.weight, wanted.arrays[1].layers[0].convolution.weight
    )


def test_a_worse_network_does_not_replace_a_better_one(found, config, tmp_path, monkeypatch):
    ratios = iter([0.5, 0.7, 0.4])
    monkeypatch.setattr(train.Run, "_held_out", lambda _: (next(ratios), -20.0))
    assert train.train(found, tmp_path / "run", replace(config, updates=8)) == 0.5
    assert json.loads((tmp_path / "run/model.nam").read_text())["metadata"]["training"]["settings"]["update"] == 4
    with pytest.warns(WavenetWarning, match="updates is 12 from update 8 on"):
        assert train.train(found, tmp_path / "run", replace(config, updates=12)) == 0.4


def test_a_run_with_other_settings_or_recordings_is_refused(found, config, tmp_path):
    train.train(found, tmp_path / "run", config)
    for change, message in (
        ({"seed": 1}, "another seed"),
        ({"window": 100}, "another window"),
        ({"pre_emphasis": 0.0}, "another pre_emphasis"),
        ({"updates": 5}, "updates is 5"),
    ):
        with pytest.raises(UsageError, match=message):
            train.train(found, tmp_path / "run", replace(config, **change))
    with pytest.raises(UsageError, match="another pair of recordings"):
        train.train(replace(found, wet=-found.wet), tmp_path / "run", config)


def test_minutes_say_how_many_updates_there_are_and_a_resumed_run_has_as_many(found, config, tmp_path, monkeypatch):
    monkeypatch.setattr(train, "TIMED", 0.05)
    limited = replace(config, minutes=0.005)
    with monkeypatch.context() as patch:
        patch.setattr(train.endings, "on_signal", stopping_after(1))
        with pytest.raises(endings.InterruptedRunError):
            train.train(found, tmp_path / "run", limited)
    planned = json.loads(state_file.load(tmp_path / "run/checkpoint.pt")["config"])["updates"]
    train.train(found, tmp_path / "run", limited)
    assert state_file.load(tmp_path / "run/checkpoint.pt")["update"] == planned
    with pytest.warns(WavenetWarning, match=f"updates is {2 * planned} from"):
        train.train(found, tmp_path / "run", replace(limited, minutes=0.01))


def test_a_loss_that_is_not_finite_ends_the_run(found, config, tmp_path):
    found.wet[:4_000] = np.nan
    with pytest.raises(endings.DivergedError, match="the loss is nan at update 0"):
        train.train(found, tmp_path / "run", config)


@pytest.mark.parametrize("name", ["log.jsonl", "model.nam", "curve.png"])
def test_files_of_others_are_never_replaced(found, config, tmp_path, name):
    (path := Path(tmp_path, "run", name)).parent.mkdir(parents=True)
    path.write_text("mine")
    with pytest.raises(UsageError, match=f"{name} already exists but does not belong to a run"):
        train.train(found, tmp_path / "run", config)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("part", ["_export", "save"])
def test_a_run_that_is_killed_at_its_first_validation_starts_again(found, config, tmp_path, monkeypatch, part):
    wanted = train.train(found, tmp_path / "a/run", config)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(train.Run, part, killed)
        with pytest.raises(KeyboardInterrupt):
            train.train(found, tmp_path / "b/run", config)
    assert train.train(found, tmp_path / "b/run", config) == wanted
    assert files(tmp_path / "a/run") == files(tmp_path / "b/run")


def test_a_damaged_state_is_refused(found, config, tmp_path):
    train.train(found, tmp_path / "run", config)
    state = state_file.load(tmp_path / "run/checkpoint.pt")
    for lost in ("config", "network", "optimiser", "update"):
        state_file.save(tmp_path / "run/checkpoint.pt", {name: each for name, each in state.items() if name != lost})
        with pytest.raises(UsageError, match="is damaged"):
            train.train(found, tmp_path / "run", config)
