"""What is pruned is what training prunes; the tables have a line for each case."""

import numpy as np
import pytest
import torch

from benchmarks import pruning as benchmark
from tests.networks import MICRO, calibrated, random_model
from tests.training.conftest import make_corpus, sines
from wavenet.training import pruning


def zeros(tensor, halves):
    return float((pruning.blocks(torch.from_numpy(tensor), halves).norm(dim=(2, 4)) == 0).float().mean())


def test_only_the_kind_that_is_named_loses_blocks():
    opened = calibrated(random_model(MICRO))
    pruned = benchmark.pruned(opened, {"skip": 0.5})
    for name, tensor in opened.tensors.items():
        changed = not np.array_equal(tensor, pruned.tensors[name])
        assert changed == (name.endswith("skip.weight")), name
    assert zeros(pruned.tensors["layers.0.skip.weight"], 1) == 0.5


def test_each_sparsity_has_a_speed_and_its_ratio_to_the_dense_model(monkeypatch, capfd):
    monkeypatch.setattr(benchmark, "SAMPLES", {1: 50, 16: 5})
    rows = [line.strip("|").split("|") for line in benchmark.speed(calibrated(random_model(MICRO)), 2)]
    assert [float(row[0]) for row in rows[2:]] == list(benchmark.SPARSITIES)
    assert [float(rows[2][column]) for column in (2, 4)] == [1.0, 1.0]


@pytest.fixture
def corpus(tmp_path):
    return make_corpus(tmp_path, {"train": [sines(0.2)], "validation": [sines(0.3)]}, 2000)


def test_pruning_nothing_costs_nothing_and_more_costs_bits(corpus, capfd):
    home = benchmark.bits(calibrated(random_model(MICRO)), str(corpus), 60)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in home]
    assert [row[0] for row in rows[2:]] == ["nothing", *pruning.PART]
    assert len(set(rows[2][1:])) == 1
    assert all(float(cell) > 0 for row in rows[3:] for cell in row[1:])
