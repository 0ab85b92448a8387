import math
from dataclasses import replace

import pytest
import torch

from wavenet.corpora.prepared import PreparedCorpus
from wavenet.model.wavenet import WaveNet
from wavenet.training import validation
from wavenet.training.validation import Validator


@pytest.fixture
def corpus(noise_corpus):
    return PreparedCorpus(noise_corpus)


def test_a_new_network_costs_the_logarithm_of_the_classes(micro_config, corpus):
    bits = Validator(corpus, micro_config).bits_per_sample(WaveNet(micro_config.model), torch.float32)
    assert bits == pytest.approx(math.log2(micro_config.model.quantization_channels), abs=1e-4)


def test_blocks_of_any_size_give_the_same_bits(micro_config, corpus, monkeypatch):
    torch.manual_seed(0)
    model = WaveNet(micro_config.model)
    torch.nn.init.normal_(model.head.output.weight)
    whole = Validator(corpus, micro_config).bits_per_sample(model, torch.float32)
    monkeypatch.setattr(validation, "BLOCK", 33)
    assert Validator(corpus, micro_config).bits_per_sample(model, torch.float32) == pytest.approx(whole, abs=1e-5)


def test_the_budget_bounds_what_is_scored_and_never_to_nothing(micro_config, corpus):
    def scored(seconds):
        return sum(length for _, length in Validator(corpus, replace(micro_config, validation_seconds=seconds))._chosen)

    assert scored(120.0) == scored(0.7) == 700
    assert scored(0.5) == 500
    assert scored(0.1) == 100
    assert scored(0.0) == 1
