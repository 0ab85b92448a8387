"""The loop that trains a stage: it learns, it resumes exactly, it refuses another run's state."""

import os
import signal
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.training.voice.test_networks import INPUTS, SMALL, example
from wavenet.config import OptimConfig, StageTraining
from wavenet.errors import UsageError, WavenetError, WavenetWarning
from wavenet.training.endings import DivergedError, InterruptedRunError
from wavenet.training.tracking import read_log
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
    assert (tmp_path / "whole/durations.jsonl").read_text() == (tmp_path / "parts/durations.jsonl").read_text()


def test_ctrl_c_saves_the_state_and_the_stage_goes_on_to_the_same_end(tmp_path, monkeypatch):
    whole = stage.train("durations", durations(), EXAMPLES, EXAMPLES[:2], SETTINGS, tmp_path / "whole")
    step = stage._Run.step

    def interrupted(run, batch):
        step(run, batch)
        if run.update == 7:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(stage._Run, "step", interrupted)
    with pytest.raises(InterruptedRunError, match="stopped after update 7 of durations; the same command resumes"):
        stage.train("durations", durations(), EXAMPLES, EXAMPLES[:2], SETTINGS, tmp_path / "parts")
    monkeypatch.undo()
    parts = stage.train("durations", durations(), EXAMPLES, EXAMPLES[:2], SETTINGS, tmp_path / "parts")
    assert all(np.array_equal(whole[name], parts[name]) for name in whole)


def test_a_finished_stage_takes_more_updates(tmp_path):
    stage.train("durations", durations(), EXAMPLES, EXAMPLES, SETTINGS, tmp_path)
    with pytest.warns(WavenetWarning, match=r"durations\.pt: updates is 60 from update 40 on, and was 40"):
        stage.train("durations", durations(), EXAMPLES, EXAMPLES, replace(SETTINGS, updates=60), tmp_path)
    assert [row["update"] for row in read_log(tmp_path / "durations.jsonl")] == [40, 60]
    with pytest.raises(UsageError, match="has done 60 of 60 updates, but updates is 50"):
        stage.train("durations", durations(), EXAMPLES, EXAMPLES, replace(SETTINGS, updates=50), tmp_path)


def test_a_loss_that_is_no_number_stops_the_stage_with_the_way_out(tmp_path):
    network = durations()
    torch.nn.init.constant_(network.encoder.output.bias, torch.nan)
    with pytest.raises(DivergedError, match=r"the loss of durations is nan at update 0; lower optim\.lr"):
        stage.train("durations", network, EXAMPLES, EXAMPLES, SETTINGS, tmp_path)


@pytest.mark.parametrize(
    "damage", [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b[:900] + b"?" + b[901:], lambda b: b"no state"]
)
def test_a_damaged_state_is_one_line_and_never_gone_on_with(damage, tmp_path):
    stage.train("durations", durations(), EXAMPLES, EXAMPLES, replace(SETTINGS, updates=3), tmp_path)
    path = tmp_path / "durations.pt"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(WavenetError, match=r"durations\.pt: not a checkpoint, or corrupt .*; remove it to start again"):
        stage.train("durations", durations(), EXAMPLES, EXAMPLES, replace(SETTINGS, updates=3), tmp_path)


@pytest.mark.parametrize("lost", ["settings", "seed", "update", "best", "chosen", "network", "optimiser", "average"])
def test_a_state_that_lacks_something_is_one_line(lost, tmp_path):
    stage.train("durations", durations(), EXAMPLES, EXAMPLES, replace(SETTINGS, updates=3), tmp_path)
    state = torch.load(tmp_path / "durations.pt", weights_only=True)
    del state[lost]
    torch.save(state, tmp_path / "durations.pt")
    with pytest.raises(UsageError, match=r"durations\.pt: belongs to a network of another shape, or is damaged"):
        stage.train("durations", durations(), EXAMPLES, EXAMPLES, replace(SETTINGS, updates=3), tmp_path)


def test_a_finished_stage_is_not_trained_again(tmp_path):
    first = stage.train("durations", durations(), EXAMPLES, EXAMPLES, SETTINGS, tmp_path)
    again = stage.train("durations", durations(), EXAMPLES[:1], EXAMPLES, SETTINGS, tmp_path)
    for name in first:
        np.testing.assert_array_equal(first[name], again[name])


def test_the_state_of_another_run_is_refused(tmp_path):
    stage.train("durations", durations(), EXAMPLES, EXAMPLES, SETTINGS, tmp_path)
    with pytest.raises(UsageError, match=r"durations\.pt: belongs to a run with other settings"):
        stage.train("durations", durations(), EXAMPLES, EXAMPLES, replace(SETTINGS, batch_frames=81), tmp_path)
    other = networks.Durations(replace(SMALL, channels=9), INPUTS, 0.1)
    with pytest.raises(UsageError, match="another shape"):
        stage.train("durations", other, EXAMPLES, EXAMPLES, SETTINGS, tmp_path)


def test_every_sentence_is_in_a_round_once_and_batches_are_not_too_large():
    groups = batches(EXAMPLES, 80, np.random.default_rng(0))
    assert sorted(id(e) for group in groups for e in group) == sorted(map(id, EXAMPLES))
    for group in groups:
        assert len(group) == 1 or len(group) * max(len(e.mel) for e in group) <= 80
