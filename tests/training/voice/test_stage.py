"""The loop that trains a stage: it learns, it resumes exactly, it refuses another run's state."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.training.voice.test_networks import INPUTS, SMALL, example
from wavenet.config import OptimConfig, StageTraining
from wavenet.errors import UsageError
from wavenet.training.voice import networks, stage
from wavenet.training.voice.batches import batches

EXAMPLES = [example(seed, 12) for seed in range(6)]
SETTINGS = StageTraining(updates=40, batch_frames=80, dropout=0.1, optim=OptimConfig(lr=1e-2, muon_lr=2e-2, warmup=5))


def durations() -> networks.Durations:
    torch.manual_seed(0)
    return networks.Durations(SMALL, INPUTS, SETTINGS.dropout)


def test_a_stage_learns_its_sentences(tmp_path):
    batch_loss = float(durations().eval().loss(stage.Batch.of(EXAMPLES)).detach())
    network = durations()
    tensors = stage.train("durations", network, EXAMPLES, EXAMPLES, replace(SETTINGS, updates=200), tmp_path)
    network.load_state_dict({name.removeprefix("durations."): torch.from_numpy(t) for name, t in tensors.items()})
    assert float(network.eval().loss(stage.Batch.of(EXAMPLES)).detach()) < 0.5 * batch_loss


def test_resumed_is_uninterrupted(tmp_path, monkeypatch):
    monkeypatch.setattr(stage, "VALIDATE_EVERY", 10)
    whole = stage.train("durations", durations(), EXAMPLES, EXAMPLES[:2], SETTINGS, tmp_path / "whole")
    run = stage._Run("durations", durations(), SETTINGS, tmp_path / "parts", 0)
    for update, batch in enumerate(run.batches(EXAMPLES)):
        run.step(batch)
        if (update + 1) % 10 == 0:
            run.validate(EXAMPLES[:2])
        if update == 24:  # five updates are lost
            break
    parts = stage.train("durations", durations(), EXAMPLES, EXAMPLES[:2], SETTINGS, tmp_path / "parts")
    assert whole.keys() == parts.keys()
    for name in whole:
        np.testing.assert_array_equal(whole[name], parts[name])


def test_a_finished_stage_is_not_trained_again(tmp_path):
    first = stage.train("durations", durations(), EXAMPLES, EXAMPLES, SETTINGS, tmp_path)
    again = stage.train("durations", durations(), EXAMPLES[:1], EXAMPLES, SETTINGS, tmp_path)
    for name in first:
        np.testing.assert_array_equal(first[name], again[name])


def test_the_state_of_another_run_is_refused(tmp_path):
    stage.train("durations", durations(), EXAMPLES, EXAMPLES, SETTINGS, tmp_path)
    with pytest.raises(UsageError, match=r"durations\.pt: is of a run with other settings"):
        stage.train("durations", durations(), EXAMPLES, EXAMPLES, replace(SETTINGS, updates=41), tmp_path)
    other = networks.Durations(replace(SMALL, channels=9), INPUTS, 0.1)
    with pytest.raises(UsageError, match="another shape"):
        stage.train("durations", other, EXAMPLES, EXAMPLES, SETTINGS, tmp_path)


def test_every_sentence_is_in_a_round_once_and_batches_are_not_too_large():
    groups = batches(EXAMPLES, 80, np.random.default_rng(0))
    assert sorted(id(e) for group in groups for e in group) == sorted(map(id, EXAMPLES))
    for group in groups:
        assert len(group) == 1 or len(group) * max(len(e.mel) for e in group) <= 80
