from dataclasses import fields, replace

import pytest
import torch

from tests.cli.test_settings_file import OPTIM, RUN
from wavenet.config import AudioConfig, ModelConfig, OptimConfig, TrainConfig
from wavenet.errors import UsageError, WavenetError, WavenetWarning
from wavenet.training import checkpoint
from wavenet.training.checkpoint import Progress

PROGRESS = Progress(update=3, samples=400, seconds=1.5, best_bits=2.5, loss_sum=7.5, loss_count=2)
READS = {"data": "a digest", "tags_from": "another", "corpus": "a third", "content": "a fourth"}
OTHER = {f.name: getattr(RUN, f.name) for f in fields(TrainConfig)} | {
    "audio": AudioConfig(gain=2.0),
    "model": ModelConfig(layers=4),
    "batch_size": 3,
    "listen_seconds": 1.0,
    "tag_dropout": 0.5,
}
"""a value of every setting that is not that of ``BASE``, and goes with the others of it"""
BASE = TrainConfig(batch_size=6)
MAY_DIFFER = (
    "out", "device", "validate_every", "validation_seconds", "listen_seconds", "checkpoint_minutes", "init_from",
    "features_from",
)  # fmt: skip


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "run" / "checkpoint.pt"
    path.parent.mkdir()
    checkpoint.save(path, BASE, PROGRESS, READS, {"model": {"w": torch.arange(3.0)}})
    return path


def test_what_is_saved_is_loaded(saved):
    progress, state = checkpoint.load(saved, BASE, READS)
    assert progress == PROGRESS
    assert torch.equal(state["model"]["w"], torch.arange(3.0))


def test_a_checkpoint_of_before_the_newest_fields_is_loaded(saved):
    content = torch.load(saved, weights_only=True)
    del content["inputs"], content["progress"]["loss_sum"], content["progress"]["loss_count"]
    torch.save(content, saved)
    assert checkpoint.load(saved, BASE, READS)[0] == replace(PROGRESS, loss_sum=0.0, loss_count=0)
    with pytest.raises(UsageError, match="another data;"):
        checkpoint.load(saved, replace(BASE, data="elsewhere"), READS)


@pytest.mark.parametrize("name", [f.name for f in fields(TrainConfig) if f.name not in (*MAY_DIFFER, "updates")])
def test_every_setting_that_changes_the_weights_must_be_the_same(saved, name):
    changed = replace(BASE, **{name: OTHER[name]})
    assert changed != BASE
    with pytest.raises(UsageError, match=f"contains a run with another {name}; pass its settings to resume it"):
        checkpoint.load(saved, changed, {})


@pytest.mark.parametrize("name", [f.name for f in fields(OptimConfig) if f.name not in ("lr", "muon_lr")])
def test_every_setting_of_the_optimiser_but_its_rates_must_be_the_same(saved, name):
    changed = replace(BASE, optim=replace(OptimConfig(), **{name: getattr(OPTIM, name)}))
    with pytest.raises(UsageError, match="another optim;"):
        checkpoint.load(saved, changed, READS)


@pytest.mark.parametrize("name", MAY_DIFFER)
def test_other_settings_may_differ(saved, name):
    assert checkpoint.load(saved, replace(BASE, **{name: OTHER[name]}), READS)[0] == PROGRESS


def test_what_a_run_reads_may_be_moved_but_not_exchanged(saved):
    moved = replace(BASE, data="elsewhere", tags_from="elsewhere.json")
    assert checkpoint.load(saved, moved, READS)[0] == PROGRESS
    with pytest.raises(UsageError, match="another data;"):
        checkpoint.load(saved, moved, READS | {"data": "other recordings"})
    with pytest.raises(UsageError, match="another tags_from;"):
        checkpoint.load(saved, moved, READS | {"tags_from": "other tags"})


@pytest.mark.parametrize("name", ["corpus", "content"])
def test_a_corpus_exchanged_in_its_place_is_refused_with_the_way_out(saved, name):
    message = r"trained on other recordings than \S+ holds now.*; restore that corpus to resume, or name another out"
    with pytest.raises(UsageError, match=message):
        checkpoint.load(saved, replace(BASE, data="here"), READS | {name: "exchanged"})
    content = torch.load(saved, weights_only=True)
    del content["inputs"][name]  # as earlier versions stored none
    torch.save(content, saved)
    assert checkpoint.load(saved, BASE, READS)[0] == PROGRESS


def test_a_corpus_of_which_less_is_known_now_is_compared_by_what_is_known(saved):
    known = {name: digest for name, digest in READS.items() if name != "content"}
    assert checkpoint.load(saved, BASE, known)[0] == PROGRESS


@pytest.mark.parametrize(("updates", "when"), [(30_000, "later"), (4, "sooner")])
def test_a_run_may_become_longer_or_end_sooner(saved, updates, when):
    told = rf"updates is {updates} from update 3 on, and was 20000: the learning rate falls to zero {when}"
    with pytest.warns(WavenetWarning, match=told):
        assert checkpoint.load(saved, replace(BASE, updates=updates), READS)[0] == PROGRESS


@pytest.mark.parametrize("updates", [1, 3])
def test_a_run_does_not_go_back(saved, updates):
    with pytest.raises(
        UsageError, match=f"has done 3 of 20000 updates, but updates is {updates}; raise it to continue"
    ):
        checkpoint.load(saved, replace(BASE, updates=updates), READS)


def test_lower_rates_go_on_with_a_run_that_diverged_and_are_told(saved):
    lower = replace(BASE, optim=OptimConfig(lr=1e-3, muon_lr=5e-3))
    with pytest.warns(WavenetWarning) as told:
        assert checkpoint.load(saved, lower, READS)[0] == PROGRESS
    assert [str(each.message).split(": ")[1] for each in told] == [
        "optim.lr is 0.001 from update 3 on, and was 0.002",
        "optim.muon_lr is 0.005 from update 3 on, and was 0.01",
    ]
    with pytest.raises(UsageError, match="another optim;"):  # there is no Muon without a rate, nor does one appear
        checkpoint.load(saved, replace(BASE, optim=OptimConfig(muon_lr=0.0)), READS)


def test_another_version_is_refused(saved):
    content = torch.load(saved, weights_only=True)
    torch.save({**content, "format_version": 99}, saved)
    with pytest.raises(WavenetError, match="has checkpoint version 99, but this program reads 1"):
        checkpoint.load(saved, BASE, READS)


@pytest.mark.parametrize(
    "damage",
    [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b"no checkpoint", lambda b: b[:700] + b"?" + b[701:]],
)
def test_damage_is_one_line(saved, damage):
    saved.write_bytes(damage(saved.read_bytes()))
    with pytest.raises(WavenetError, match="not a checkpoint, or corrupt"):
        checkpoint.load(saved, BASE, READS)


@pytest.mark.parametrize("content", [{}, {"format_version": 1}, {"format_version": 1, "config": 3, "progress": {}}])
def test_a_file_of_something_else_is_told(saved, content):
    torch.save(content, saved)
    with pytest.raises(WavenetError, match=r"checkpoint\.pt: not a checkpoint"):
        checkpoint.load(saved, BASE, READS)
