"""Variants of a run with equal processor time, on a micro network."""

import json
import sys

import pytest

from benchmarks import equal_clock
from tests.training import conftest
from wavenet.config import TrainConfig
from wavenet.errors import UsageError
from wavenet.training.checkpoint import Progress

noise_corpus = conftest.noise_corpus
micro_config = conftest.micro_config
RECIPE = "recipes/english_prompts/train.yaml"


def test_a_variant_changes_the_settings_that_it_names_and_no_other():
    plain = equal_clock.varied(RECIPE, "")
    changed = equal_clock.varied(RECIPE, "batch_size=2 optim.lr=0.005")
    assert (changed.batch_size, changed.optim.lr) == (2, 0.005)
    assert (changed.model, changed.window, changed.data) == (plain.model, plain.window, plain.data)
    with pytest.raises(UsageError):
        equal_clock.varied(RECIPE, "batch_size=0")


def test_the_schedule_fits_into_the_minutes(monkeypatch):
    def train(config):
        runs.append(config)
        return Progress(update=config.updates, samples=600, best_bits=3.14159)

    runs = []
    monkeypatch.setattr(equal_clock, "processor_seconds_of_update", lambda config: 2.0)
    monkeypatch.setattr(equal_clock.loop, "train", train)
    found = equal_clock.measure(TrainConfig(updates=5, out="elsewhere"), 0.25)
    assert (found["updates"], found["samples"], found["validation_bits"]) == (7, 600, 3.1416)
    assert 0 <= found["processor_minutes"] < 1
    (run,) = runs
    assert (run.updates, run.validate_every, run.listen_seconds) == (7, 7, 0.0)
    assert run.out != "elsewhere"


def test_an_update_takes_some_processor_time_and_is_the_mean_of_several(micro_config):
    assert 0 < equal_clock.processor_seconds_of_update(micro_config, updates=2) < 60


def test_each_variant_has_a_line_and_the_best_is_named_last(monkeypatch, capsys):
    bits = {1: 3.5, 2: 3.25, 3: 3.75}
    asked = []
    monkeypatch.setattr(equal_clock, "varied", lambda file, changes: asked.append((file, changes)) or len(asked))
    monkeypatch.setattr(
        equal_clock, "measure", lambda config, minutes: {"validation_bits": bits[config], "minutes": minutes}
    )
    monkeypatch.setattr(sys, "argv", ["equal_clock.py", "--minutes", "0.5", "", "batch_size=2", "optim.lr=0.1"])
    equal_clock.main()
    *lines, last = capsys.readouterr().out.splitlines()
    assert asked == [(RECIPE, ""), (RECIPE, "batch_size=2"), (RECIPE, "optim.lr=0.1")]
    assert [json.loads(line) for line in lines] == [
        {"variant": name, "validation_bits": bits[i], "minutes": 0.5}
        for i, name in enumerate(("as configured", "batch_size=2", "optim.lr=0.1"), 1)
    ]
    assert last == "best: batch_size=2"
