"""As many blocks are zero as after training; the tables have a line for each case."""

from dataclasses import replace

import pytest
import torch

from benchmarks import pruning as benchmark
from tests.networks import MICRO, calibrated, random_model
from tests.training.conftest import make_corpus, sines
from wavenet.training import pruning

EVEN = replace(MICRO, residual_channels=32, dilation_channels=32, skip_channels=32, head_channels=32)


def test_each_matrix_has_the_zeros_of_a_sparsity():
    sparse = benchmark.with_zeros(calibrated(random_model(EVEN)), 0.75)
    for name, tensor in sparse.tensors.items():
        if benchmark.re.fullmatch(pruning.MATRICES, name):
            blocks = pruning.blocks(torch.from_numpy(tensor), pruning.halves(name))
            zeros = (blocks.abs().amax(dim=(2, 4)) == 0).sum(1)
            assert (zeros == round(8 * 0.75 * pruning.PART[pruning.kind(name)])).all(), name


def test_each_sparsity_has_a_speed_and_its_ratio_to_the_dense_model(monkeypatch, capfd):
    monkeypatch.setattr(benchmark, "SAMPLES", {1: 50, 16: 5})
    rows = [line.strip("|").split("|") for line in benchmark.speed(calibrated(random_model(MICRO)), 2)]
    assert [float(row[0]) for row in rows[2:]] == list(benchmark.SPARSITIES)
    assert [float(rows[2][column]) for column in (2, 4)] == [1.0, 1.0]


@pytest.fixture
def corpus(tmp_path):
    return make_corpus(tmp_path, {"train": [sines(0.5)], "validation": [sines(0.3)]}, 2000)


def test_each_kind_of_matrix_has_bits_at_every_fraction(corpus, capfd):
    table = benchmark.bits(calibrated(random_model(EVEN)), str(corpus), 60)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    assert [row[0] for row in rows[2:]] == ["nothing", *pruning.PART]
    assert len(set(rows[2][1:])) == 1
    assert all(0 < float(cell) < 20 for row in rows[3:] for cell in row[1:])
