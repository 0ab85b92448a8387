"""Runs of recognisers, and how they are scored."""

import json
from dataclasses import replace

import numpy as np
import pytest

from experiments import recognisers
from experiments.recognisers import Recipe
from tests.recognition import tones
from wavenet.errors import UsageError


def test_errors_count_case_and_no_pauses():
    assert recognisers.errors(["SIL", "s", "S", "SIL", "t"], ["s", "s", "t", "SIL"]) == 1
    assert recognisers.errors(["a", "b"], ["SIL"]) == 2
    assert recognisers.errors(["a"], ["a", "b", "b"]) == 2


def test_boundaries_of_a_sure_recogniser_are_those_of_the_labels():
    said, durations = ["SIL", "a", "a", "SIL", "i", "SIL"], [3, 2, 2, 0, 4, 2]
    frames = np.repeat([tones.PHONES.index(phone) for phone in said], durations)
    logs = np.log(np.where(np.eye(4)[frames] > 0, 0.97, 0.01)).astype(np.float32)
    found = recognisers.distances(said, durations, logs, tones.PHONES)
    assert found[0] == 0
    assert found[2:] == [0, 0, 0]
    assert found[1] <= 1  # two equal phones have no boundary that can be heard


def test_runs_are_done_once_and_tabulated(tmp_path, monkeypatch):
    data, labels = tones.corpus(tmp_path, 20)
    config = tones.training(data, labels, tmp_path / "out", updates=2, validate_every=2)
    variants = {"two": config, "one": replace(config, next_sample=0.0)}
    runs = tuple(
        (name, seed, replace(each, seed=seed, out=f"{each.out}-{name}-{seed}"))
        for seed in (0, 1)
        for name, each in variants.items()
    )
    recipe = Recipe(tmp_path, runs, "two")
    recognisers.run(recipe)
    rows = [json.loads(line) for line in recipe.results.read_text().splitlines()]
    assert [(row["variant"], row["seed"]) for row in rows] == [(name, seed) for name, seed, _ in runs]
    assert all(0 <= row["frame_accuracy"] <= 1 and 0 <= row["boundaries_20ms"] <= 1 for row in rows)
    monkeypatch.setattr(recognisers.train, "train", None)
    recognisers.run(recipe)
    lines = recognisers.table(recipe).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| two", "| one"]
    with pytest.raises(UsageError, match="no finished run of the variant 'three'"):
        recognisers.table(replace(recipe, full="three"))
