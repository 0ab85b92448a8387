"""The training of a PixelCNN."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from wavenet.config import OptimConfig
from wavenet.config.pixelcnn import PixelCNNConfig, TrainPixelCNNConfig
from wavenet.errors import UsageError, WavenetWarning
from wavenet.pixelcnn import baselines, folder, images
from wavenet.training import endings, pixelcnn, state_file
from wavenet.training.optim import MovingAverage


@pytest.fixture
def config(tmp_path):
    random = np.random.default_rng(0)
    bars = {
        split: np.repeat(random.integers(0, 2, (n, 6, 1), np.uint8), 6, axis=2)
        for split, n in (("train", 60), ("validation", 20))
    }
    np.savez(tmp_path / "bars.npz", **bars)
    model = PixelCNNConfig(height=6, width=6, levels=2, layers=2, channels=8, head_channels=8, first_kernel_size=3)
    return TrainPixelCNNConfig(
        data=str(tmp_path / "bars.npz"), out=str(tmp_path / "run"), model=model, updates=6, batch_size=8,
        validate_every=4,
        optim=OptimConfig(lr=1e-2, muon_lr=0, warmup=2, ema_decay=0.9),
    )  # fmt: skip


def files(home: Path) -> dict[str, bytes]:
    return {name: (home / name).read_bytes() for name in ("log.jsonl", "model/model.safetensors", "model/config.json")}


def stopping_after(update):
    """Ask the run to stop after so many updates."""
    calls = []

    class Stop:
        def __enter__(self):
            return lambda: len(calls) >= update or calls.append(0)

        def __exit__(self, *_):
            pass

    return Stop


@pytest.mark.parametrize("update", [1, 4, 5])
def test_a_resumed_run_ends_as_an_uninterrupted_one(config, monkeypatch, update):
    whole = files(pixelcnn.train(replace(config, out=config.out + "-whole")).parent)
    with monkeypatch.context() as patch:
        patch.setattr(pixelcnn.endings, "on_signal", stopping_after(update))
        with pytest.raises(endings.InterruptedRunError, match=f"after update {update}"):
            pixelcnn.train(config)
    assert state_file.load(Path(config.out) / "checkpoint.pt")["update"] == update
    assert files(pixelcnn.train(config).parent) == whole


def test_it_learns_what_neighbours_tell(config):
    found = folder.read(pixelcnn.train(replace(config, updates=150, validate_every=50)))
    held_out = images.read(config.data, "validation").images
    known = images.read(config.data, "train").images
    nats = -found.log_likelihood(held_out).sum(1).mean()
    assert nats < baselines.neighbours(known, held_out, 2).mean()  # 6 ln 2 = 4.2 are random
    last = json.loads((Path(config.out) / "log.jsonl").read_text().splitlines()[-1])
    assert nats == pytest.approx(last["validation_nats"], rel=1e-4)


def test_the_exported_weights_are_the_average(config, monkeypatch):
    averages = []
    monkeypatch.setattr(
        pixelcnn, "MovingAverage", lambda *given: averages.append(MovingAverage(*given)) or averages[-1]
    )
    home = pixelcnn.train(replace(config, validate_every=100))
    expected = pixelcnn.exported(config.model, averages[0].weights)
    for name, weight in folder.read(home).tensors.items():
        np.testing.assert_array_equal(weight, expected[name])


def test_a_run_with_other_settings_or_data_is_refused(config, tmp_path):
    pixelcnn.train(config)
    for change, message in (
        ({"seed": 1}, "another seed"),
        ({"batch_size": 9}, "another batch_size"),
        ({"model": replace(config.model, channels=6)}, "another model"),
        ({"optim": replace(config.optim, ema_decay=0.5)}, "another optim"),
        ({"updates": 5}, "updates is 5"),
    ):
        with pytest.raises(UsageError, match=message):
            pixelcnn.train(replace(config, **change))
    with np.load(config.data) as file:
        np.savez(tmp_path / "other.npz", train=file["train"][1:], validation=file["validation"])
    with pytest.raises(UsageError, match="another data"):
        pixelcnn.train(replace(config, data=str(tmp_path / "other.npz")))
    with pytest.warns(WavenetWarning, match="updates is 8 from update 6 on"):
        pixelcnn.train(replace(config, updates=8))


def test_empty_settings_are_named(config):
    for name in ("data", "out"):
        with pytest.raises(UsageError, match=f"{name} is empty"):
            pixelcnn.train(replace(config, **{name: ""}))


def test_a_loss_that_is_not_finite_ends_the_run(config, monkeypatch):
    monkeypatch.setattr(pixelcnn.PixelCNN, "loss", lambda *_: torch.full((8,), torch.nan, requires_grad=True))
    with pytest.raises(endings.DivergedError, match="the loss is nan at update 0"):
        pixelcnn.train(config)


@pytest.mark.parametrize("name", ["log.jsonl", "model/model.safetensors", "model/config.json", "model"])
def test_files_of_others_are_never_replaced(config, name):
    (path := Path(config.out, name)).parent.mkdir(parents=True)
    path.write_text("mine")
    with pytest.raises(UsageError, match=f"{name} already exists but does not belong to a run"):
        pixelcnn.train(config)
    assert path.read_text() == "mine"
