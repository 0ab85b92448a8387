import math
import re
from dataclasses import replace

import pytest
import torch

from experiments import fewer_bytes
from tests.networks import MICRO, calibrated, random_model
from tests.training.conftest import make_corpus, sines
from tests.training.test_surgery import excerpts
from wavenet.engine import folder
from wavenet.errors import UsageError
from wavenet.training import pruning, surgery

EVEN = replace(MICRO, residual_channels=32, dilation_channels=32, skip_channels=32, head_channels=32)


def statistics(network):
    return surgery.statistics(network, excerpts(network.config), pruning.MATRICES)


def trained(way, network):
    """After something like an update."""
    with torch.no_grad():
        for weight in network.parameters():
            weight.grad = torch.ones_like(weight)
        way.mask_gradients()
        for weight in network.parameters():
            weight.add_(0.1 * torch.randn_like(weight))
        way.mask_weights()
    return network


def test_skips_stay_of_their_rank_and_are_exact_where_it_is_full():
    network = random_model(EVEN)
    way = fewer_bytes.Skips(
        trained(fewer_bytes.Skips(network, statistics(network), 5), network), statistics(network), 5
    )
    whole = torch.cat([w[:, :, 0] for w in way._skips(network)], 1)
    assert int(torch.linalg.matrix_rank(whole.double(), rtol=1e-4)) == 5
    assert 0 < way.bytes < 1
    other = random_model(EVEN)
    before = [w.clone() for w in way._skips(other)]
    fewer_bytes.Skips(other, statistics(other), 32)
    for weight, exact in zip(way._skips(other), before, strict=True):
        torch.testing.assert_close(weight, exact, atol=1e-3, rtol=1e-3)


def test_four_bits_have_at_most_sixteen_values_and_the_optimiser_moves_the_exact_ones():
    network = random_model(EVEN)
    exact = {name: w.clone() for name, w in network.named_parameters()}
    way = fewer_bytes.Four(network)
    for name, weight in network.named_parameters():
        if re.fullmatch(pruning.MATRICES, name):
            scaled = weight / weight.abs().amax((1, 2), keepdim=True)
            assert (weight - exact[name]).abs().max() < 0.3 * exact[name].abs().max()
            for row in scaled:
                assert len(torch.unique(row)) <= fewer_bytes.VALUES
    way.mask_gradients()
    assert all(torch.equal(weight, exact[name]) for name, weight in network.named_parameters())


def test_blocks_say_how_much_is_left():
    network = random_model(EVEN)
    way = fewer_bytes.Blocks(network, statistics(network), 0.5)
    assert way.bytes == pytest.approx(0.5, abs=0.07)


@pytest.mark.parametrize("way", ["", "blocks", "blocks:1.5", "skips:0", "four:3", "eight"])
def test_what_is_no_way_is_refused(way):
    with pytest.raises(UsageError, match="is no way"):
        fewer_bytes.made(way, random_model(MICRO), {})


@pytest.mark.parametrize("plain", [[], ["--plain"]])
def test_every_way_has_bits_before_and_after_its_training(tmp_path, capfd, plain):
    corpus = make_corpus(tmp_path, {"train": [sines(0.5)], "validation": [sines(0.3)]}, 2000)
    opened = calibrated(random_model(EVEN))
    folder.write(tmp_path / "model", replace(opened.audio, sample_rate=2000), opened.model, opened.tensors)
    ways = ["blocks:0.5", "skips:8", "four"]
    fewer_bytes.main([str(tmp_path / "model"), str(corpus), "--updates", "2", *plain, "--ways", *ways])
    rows = [line.strip("|").split("|") for line in capfd.readouterr().out.splitlines() if line.startswith("|")][2:]
    assert [row[0].strip() for row in rows] == ways
    assert all(math.isfinite(float(cell)) for row in rows for cell in row[2:])
