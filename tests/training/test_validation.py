import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from wavenet.audio import mu_law
from wavenet.config import FeatureConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.generator import Generator
from wavenet.model.wavenet import WaveNet
from wavenet.training import loop, validation
from wavenet.training.validation import Validator


@pytest.fixture
def corpus(noise_corpus):
    return PreparedCorpus(noise_corpus)


def test_a_new_network_costs_the_logarithm_of_the_classes(micro_config, corpus):
    bits = Validator(corpus, micro_config).bits_per_sample(WaveNet(micro_config.model), torch.float32)
    assert bits == pytest.approx(math.log2(micro_config.model.quantization_channels), abs=1e-4)


def test_the_baselines_of_a_curve_are_bits_of_the_same_samples(micro_config, corpus, monkeypatch):
    monkeypatch.setattr(validation, "BLOCK", 33)
    Q = micro_config.model.quantization_channels
    found = Validator(corpus, replace(micro_config, validation_seconds=1e9)).baselines
    utterances = corpus.split("validation")
    waveforms = [corpus.waveform(utterances, i) for i in range(len(utterances.ids))]
    counts = np.bincount(np.concatenate([mu_law.encode(each, Q) for each in waveforms]), minlength=Q)
    p = counts[counts > 0] / counts.sum()
    assert found == pytest.approx({"uniform": math.log2(Q), "histogram": -(p * np.log2(p)).sum()})


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


@pytest.mark.parametrize("decimation", [1, 4])
def test_what_training_scores_of_an_excitation_is_what_the_exported_model_does(
    micro_config, corpus, tmp_path, decimation
):
    features = FeatureConfig(kinds=("log_mel",), n_fft=64, win_length=40, n_mels=6, hop_length=20, f_max=500.0)
    network = replace(micro_config.model, features=features, decimation=decimation, condition_channels=8)
    audio = replace(micro_config.audio, lpc_order=7, gain=0.1)
    config = replace(micro_config, model=network, audio=audio, updates=6, validate_every=6, listen_seconds=0.05)
    progress = loop.train(config)
    generator = Generator.open(tmp_path / "run" / "model")
    utterances = corpus.split("validation")
    scores = [generator.log_likelihood(corpus.waveform(utterances, i)) for i in range(len(utterances))]
    assert [len(score) for score in scores] == [-(-n // decimation) for n in utterances.lengths]
    bits = -sum(float(score.sum()) for score in scores) / sum(map(len, scores)) / math.log(2)
    assert bits == pytest.approx(progress.best_bits, abs=0.01)  # training computes in bf16
    copy = generator.generate(features=generator.features(corpus.waveform(utterances, 0)))
    assert len(copy) == -(-int(utterances.lengths[0]) // 20) * 20
