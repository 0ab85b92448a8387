"""The tables have a line for each sparsity, and its zeros are where pruning made them."""

from dataclasses import replace

import pytest

from benchmarks import pruning as benchmark
from tests.networks import MICRO, calibrated, random_model
from tests.training.conftest import make_corpus, sines

EVEN = replace(MICRO, residual_channels=32, dilation_channels=32, skip_channels=32, head_channels=32)


@pytest.fixture
def rows(tmp_path, monkeypatch, capfd):
    corpus = make_corpus(tmp_path, {"train": [sines(0.5)], "validation": [sines(0.3)]}, 2000)
    monkeypatch.setattr(benchmark, "SAMPLES", {1: 50, 16: 5})
    table = benchmark.table(calibrated(random_model(EVEN)), str(corpus), 60, 2)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_each_sparsity_has_bits_and_its_speed_beside_the_dense_model(rows):
    assert [float(row[0]) for row in rows] == [0, *benchmark.SPARSITIES]
    assert all(0 < float(row[1]) < 20 for row in rows)
    assert [float(rows[0][column]) for column in (3, 5)] == [1.0, 1.0]


def test_the_more_is_pruned_the_more_of_the_matrices_is_zero(rows):
    sums = [sum(float(cell.rstrip("%")) for cell in row[6:]) for row in rows]
    assert sums[0] == 0
    assert sums == sorted(sums)
    assert sums[-1] > sums[1] > 0
