from dataclasses import replace

import pytest
import torch

from wavenet.config import TrainConfig
from wavenet.errors import UsageError, WavenetError
from wavenet.training import checkpoint
from wavenet.training.checkpoint import Progress

PROGRESS = Progress(update=3, samples=400, seconds=1.5, best_bits=2.5)


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "checkpoint.pt"
    checkpoint.save(path, TrainConfig(), PROGRESS, {"model": {"w": torch.arange(3.0)}})
    return path


def test_what_is_saved_is_loaded(saved):
    progress, state = checkpoint.load(saved, TrainConfig())
    assert progress == PROGRESS
    assert torch.equal(state["model"]["w"], torch.arange(3.0))


@pytest.mark.parametrize("change", [{"seed": 1}, {"window": 5}, {"updates": 9}, {"precision": "fp32"}])
def test_settings_that_change_the_weights_must_be_the_same(saved, change):
    with pytest.raises(UsageError, match=f"another {next(iter(change))}"):
        checkpoint.load(saved, replace(TrainConfig(), **change))


@pytest.mark.parametrize(
    "change", [{"out": "x"}, {"device": "cpu"}, {"validate_every": 7}, {"checkpoint_minutes": 9.0}]
)
def test_other_settings_may_differ(saved, change):
    assert checkpoint.load(saved, replace(TrainConfig(), **change))[0] == PROGRESS


def test_another_version_is_refused(saved):
    content = torch.load(saved, weights_only=True)
    torch.save({**content, "format_version": 99}, saved)
    with pytest.raises(WavenetError, match="checkpoint version 99, this program reads 1"):
        checkpoint.load(saved, TrainConfig())


@pytest.mark.parametrize("damage", [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b"no checkpoint"])
def test_damage_is_one_line(saved, damage):
    saved.write_bytes(damage(saved.read_bytes()))
    with pytest.raises(WavenetError, match="not a checkpoint, or corrupt"):
        checkpoint.load(saved, TrainConfig())
