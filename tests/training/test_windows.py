from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio import features, mu_law
from wavenet.audio.front_end import FrontEnd
from wavenet.config import AudioConfig, FeatureConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.outputs.softmax import Softmax
from wavenet.training.excerpts import Excerpts
from wavenet.training.windows import Windows

LOG_MEL = FeatureConfig(kinds=("log_mel",), n_fft=64, win_length=40, n_mels=6, hop_length=20, f_max=500.0)


def recordings(config):
    corpus = PreparedCorpus(config.data)
    utterances = corpus.split("train")
    waveforms = [corpus.waveform(utterances, i) for i in range(len(utterances))]
    return [encoded(x, config) for x in waveforms]


def encoded(x, config):
    settings = config.model.features
    frames = features.extract(x, 1000, settings) if settings.kinds else None
    return FrontEnd(config.audio, config.model).encode(x, frames)


@pytest.mark.parametrize(
    ("changes", "decimation"),
    [({}, 1), ({"pre_emphasis": 0.85}, 1), ({"lpc_order": 7, "gain": 0.1}, 1), ({"lpc_order": 7, "gain": 0.1}, 4)],
)
@pytest.mark.parametrize("window", [60, 1000])
def test_each_window_is_a_stretch_of_a_recording_behind_its_real_past_or_silence(
    micro_config, window, changes, decimation
):
    audio = AudioConfig(sample_rate=1000, **changes)
    config = replace(micro_config, window=window)
    if audio.lpc_order:
        model = replace(config.model, features=LOG_MEL, decimation=decimation)
        config = replace(config, model=model, audio=audio)
    config = replace(config, audio=audio)
    reach = config.model.receptive_field
    silence = int(mu_law.encode(0.0, 32))
    padded = [np.concatenate([np.full(reach, silence), x]) for x in recordings(config)]
    windows = Windows(PreparedCorpus(config.data), config)
    for update in range(60):
        batch = windows.batch(update, range(2))
        for past, targets in zip(batch.past, batch.targets, strict=True):
            n = int((targets != Softmax.no_sample).sum())
            assert (targets[n:] == Softmax.no_sample).all()
            excerpt = np.concatenate([past[:reach], targets[:n]])
            assert np.array_equal(excerpt[1:-1], past[1 : reach + n - 1])
            assert any(
                np.array_equal(excerpt, x[i : i + reach + n])
                for x in padded
                for i in range(len(x) - reach - n + 1)
                if n == window or (i == 0 and n == len(x) - reach)
            )


def test_a_recording_shorter_than_a_window_counts_whole(micro_config):
    config = replace(micro_config, window=5000)
    windows = Windows(PreparedCorpus(config.data), config)
    counted = {int((windows.batch(update, range(1)).targets != Softmax.no_sample).sum()) for update in range(200)}
    assert counted <= {37, 150, 900, 2500}
    assert {900, 2500} <= counted


def test_every_sample_is_seen_about_equally_often(micro_config):
    config = replace(micro_config, window=200)
    windows = Windows(PreparedCorpus(config.data), config)
    seen = np.zeros(2500)
    for update in range(6000):
        utterance, start = windows._place(update, 0)
        if windows._excerpts.lengths[utterance] == 2500:
            seen[start : start + 200] += 1
    assert seen.min() > 0.4 * seen.mean()
    assert seen.max() < 1.6 * seen.mean()


@given(st.integers(0, 2**31), st.integers(0, 1000))
def test_a_batch_depends_on_seed_update_and_row_alone(noise_corpus, seed, update):
    from wavenet.config import ModelConfig, TrainConfig

    config = TrainConfig(
        data=str(noise_corpus), seed=seed, window=50, audio=AudioConfig(sample_rate=1000), model=ModelConfig(layers=2)
    )
    corpus = PreparedCorpus(noise_corpus)
    whole = Windows(corpus, config).batch(update, range(4))
    fresh = Windows(corpus, config)
    fresh.batch(update + 1, range(2))
    half = fresh.batch(update, range(2, 4))
    assert np.array_equal(whole.past[2:], half.past)
    assert np.array_equal(whole.targets[2:], half.targets)


def test_the_seed_moves_the_places_of_the_windows(micro_config):
    corpus = PreparedCorpus(micro_config.data)
    seeds = [Windows(corpus, replace(micro_config, seed=seed)) for seed in (0, 1, 0)]
    places = [[windows._place(update, 0) for update in range(50)] for windows in seeds]
    assert places[0] == places[2]
    assert sum(a == b for a, b in zip(places[0], places[1], strict=True)) < 25


def test_input_noise_is_on_the_past_alone_and_the_same_for_the_same_update(micro_config):
    corpus = PreparedCorpus(micro_config.data)
    clean, noisy = (Windows(corpus, replace(micro_config, input_noise=noise)) for noise in (0.0, 3.0))
    reach = micro_config.model.receptive_field
    silence = int(mu_law.encode(0.0, 32))
    moved = []
    for update in range(40):
        a, b = (windows.batch(update, range(2)) for windows in (clean, noisy))
        assert np.array_equal(a.targets, b.targets)
        assert np.array_equal(b.past, noisy.batch(update, range(2)).past)
        assert 0 <= b.past.min() <= b.past.max() < 32
        moved.append((a.past != b.past).mean())
        _, start = noisy._place(update, 0)
        before = max(reach - start, 0)
        assert (b.past[0, :before] == silence).all()
    assert min(moved) > 0
    assert min(moved) < 0.3 < 0.6 < max(moved)  # each window has a deviation of its own


def test_of_less_training_audio_there_are_fewer_samples_and_validation_stays(micro_config):
    corpus = PreparedCorpus(micro_config.data)
    whole = Windows(corpus, micro_config).samples
    seconds = whole / corpus.sample_rate
    less = replace(micro_config, train_seconds=0.8 * seconds)
    assert 0 < Windows(corpus, less).samples <= 0.8 * whole
    assert Windows(corpus, replace(micro_config, train_seconds=2 * seconds)).samples == whole
    assert len(Excerpts(corpus, "validation", less).lengths) == len(corpus.split("validation"))
