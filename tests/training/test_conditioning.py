"""Each mode of sections 2.5 and 2.6, from recordings through training to sound."""

import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.training.conftest import SINE_RATE, SINES
from wavenet import recordings
from wavenet.audio import features
from wavenet.config import AudioConfig, ContextConfig, FeatureConfig, ModelConfig, OptimConfig, TrainConfig
from wavenet.corpora.prepare import prepare
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError
from wavenet.generator import Generator
from wavenet.model import fused
from wavenet.outputs.softmax import Softmax
from wavenet.training.excerpts import Excerpts
from wavenet.training.loop import train
from wavenet.training.windows import Windows

SPEAKERS = ("high", "low", "middle")
TONES = dict(zip(("low", "middle", "high"), SINES, strict=True))
HOP = 50
"""samples: 25 ms"""


def corpus_of(folder: Path, recordings: dict[str, tuple[str, np.ndarray]]) -> Path:
    """Prepare recordings, given as speaker and waveform by name; those whose name begins with v are for validation."""
    source = folder / "source"
    source.mkdir()
    with open(source / "manifest.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "speaker", "split"])
        for name, (speaker, waveform) in recordings.items():
            soundfile.write(source / f"{name}.wav", waveform, SINE_RATE, subtype="PCM_16")
            rows.writerow([f"{name}.wav", speaker, "validation" if name.startswith("v") else "train"])
    prepare(source / "manifest.csv", folder / "prepared", sample_rate=SINE_RATE, workers=0, progress=False)
    return folder / "prepared"


def tone(frequency, samples, rng):
    return 0.5 * np.sin(2 * np.pi * (frequency * np.arange(samples) / SINE_RATE + rng.random()))


def switching(rng, spans=6):
    """A recording whose tone changes from frame to frame, and its features: which tone a frame has."""
    frames = np.repeat(rng.integers(3, size=spans), rng.integers(8, 16, size=spans))
    frequency = np.repeat(np.array(SINES)[frames], HOP)
    waveform = 0.5 * np.sin(2 * np.pi * np.cumsum(frequency) / SINE_RATE)
    return waveform, np.eye(3, dtype=np.float32)[frames]


def config_for(corpus: Path, out: Path, model: ModelConfig, **changes) -> TrainConfig:
    return replace(
        TrainConfig(
            data=str(corpus),
            out=str(out),
            audio=AudioConfig(sample_rate=SINE_RATE),
            model=replace(
                model, layers=12, stacks=2, residual_channels=16, dilation_channels=16, skip_channels=32,
                head_channels=32, quantization_channels=64,
            ),
            optim=OptimConfig(warmup=20),
            updates=300,
            window=1000,
            validate_every=300,
            listen_seconds=0.1,
            precision="fp32",
        ),
        **changes,
    )  # fmt: skip


def powers(waveform):
    """Of each tone, around its frequency."""
    power = np.abs(np.fft.rfft(waveform * np.hanning(len(waveform)), 4096)) ** 2
    frequency = np.fft.rfftfreq(4096, 1 / SINE_RATE)
    return np.array([power[np.abs(frequency - f) < 8].sum() for f in SINES])


def is_clearly(waveform, index):
    found = powers(waveform)
    return found[index] >= 10 * np.delete(found, index).max()


def test_the_chosen_speaker_is_heard_and_no_other(tmp_path):
    rng = np.random.default_rng(0)
    recordings = {
        f"{split}{name}{i}": (name, tone(frequency, 2000, rng))
        for split, count in (("t", 4), ("v", 1))
        for name, frequency in TONES.items()
        for i in range(count)
    }
    config = config_for(
        corpus_of(tmp_path, recordings), tmp_path / "run", ModelConfig(speakers=("all",), speaker_channels=4)
    )
    train(config)
    generator = Generator.open(tmp_path / "run" / "model")
    assert generator.speakers == SPEAKERS
    for index, name in enumerate(TONES):
        assert is_clearly(generator.generate(2000, speaker=name, seed=3), index), name
    stream = generator.start(speaker="low", seed=4)
    assert is_clearly(generator.advance([stream], 1000)[0], 0)
    generator.switch(stream, speaker="high")
    generator.advance([stream], 500)
    assert is_clearly(generator.advance([stream], 1000)[0], 2)


@pytest.mark.slow
@pytest.mark.parametrize("scales", [(), (5, 10)])
def test_the_tone_follows_its_features_within_one_frame(tmp_path, scales):
    rng = np.random.default_rng(0)
    recordings = {}
    (tmp_path / "features").mkdir()
    for name in [*(f"t{i}" for i in range(12)), "v0"]:
        waveform, frames = switching(rng)
        recordings[name] = ("", waveform)
        np.save(tmp_path / "features" / f"{name}.wav.npy", frames)
    model = ModelConfig(
        features=FeatureConfig(kinds=("file",), file_channels=3, hop_length=HOP),
        condition_channels=8,
        condition_layers=1,
        upsample_scales=scales,
    )
    corpus = corpus_of(tmp_path, recordings)
    train(config_for(corpus, tmp_path / "run", model, features_from=str(tmp_path / "features"), updates=500))
    generator = Generator.open(tmp_path / "run" / "model")
    frames = np.repeat(np.eye(3, dtype=np.float32)[[0, 2]], 10, axis=0)
    generated = generator.generate(features=frames, seed=5)
    assert len(generated) == 20 * HOP
    switch = 10 * HOP
    assert is_clearly(generated[switch - 300 : switch], 0)
    assert is_clearly(generated[switch + HOP : switch + HOP + 300], 2)


def test_a_context_stack_hears_what_the_main_stack_cannot_see(tmp_path):
    """Noise of three levels: two samples tell little about the level, forty tell all."""
    rng = np.random.default_rng(0)
    names = [*(f"t{i}" for i in range(12)), *(f"v{i}" for i in range(3))]
    recordings = {name: ("", rng.normal(0, 0.02 * 3 ** (i % 3), 2000)) for i, name in enumerate(names)}
    corpus = corpus_of(tmp_path, recordings)
    context = ContextConfig(pool=10, taps=1, layers=3, residual_channels=8, dilation_channels=8, skip_channels=8)
    bits = {}
    for contexts in ((), (context,)):
        out = tmp_path / f"with{len(contexts)}"
        config = config_for(corpus, out, ModelConfig(contexts=contexts), validate_every=100)
        bits[len(contexts)] = train(replace(config, model=replace(config.model, layers=1, stacks=1))).best_bits
    assert bits[1] < bits[0] - 0.05


@pytest.fixture
def features_corpus(tmp_path):
    rng = np.random.default_rng(1)
    recordings = {name: ("ann", rng.normal(0, 0.1, n)) for name, n in (("t0", 950), ("t1", 2300), ("v0", 700))}
    return corpus_of(tmp_path, recordings)


LOG_MEL = ModelConfig(
    features=FeatureConfig(kinds=("log_mel",), hop_length=HOP, n_fft=128, win_length=100, n_mels=6, f_max=900.0),
    contexts=(ContextConfig(pool=20, taps=4, layers=2),),
)


def test_training_sees_the_features_that_run_time_computes(features_corpus, tmp_path):
    config = config_for(features_corpus, tmp_path / "run", LOG_MEL)
    corpus = PreparedCorpus(features_corpus)
    excerpts = Excerpts(corpus, "train", config)
    settings, model = config.model.features, config.model
    for utterance in range(2):
        whole = features.extract(excerpts.waveform(utterance), SINE_RATE, settings)
        for start in range(0, len(whole) * HOP, model.alignment):
            batch = excerpts.batch(utterance, start, 300)
            first = start // HOP - features.count(model.conditioned_past, HOP)
            at = np.arange(first, start // HOP + 300 // HOP)
            ahead = model.look_ahead
            assert np.array_equal(batch.features[0, ahead:-ahead], whole[at.clip(0, len(whole) - 1)])
            assert batch.before[0] == max(-first, 0)


def test_stretches_predict_what_the_whole_recording_does(features_corpus, tmp_path):
    """So windows keep the phase of frames and of pooling, and see all the past that counts."""
    import torch

    from tests.networks import random_model

    config = config_for(features_corpus, tmp_path / "run", replace(LOG_MEL, speakers=("ann",)))
    excerpts = Excerpts(PreparedCorpus(features_corpus), "train", config)
    model = random_model(config.model)

    def logits(start, samples):
        batch = excerpts.batch(1, start, samples)
        with torch.no_grad():
            return fused.logits(
                model, torch.from_numpy(batch.past), torch.float32, batch.conditioning(torch.device("cpu"))
            )[0]

    whole = logits(0, 2300)
    for start in range(0, 2300, 3 * config.model.alignment):
        n = min(170, 2300 - start)
        torch.testing.assert_close(logits(start, n), whole[start : start + n], atol=1e-4, rtol=1e-4)


def test_what_lies_behind_a_recording_does_not_count(features_corpus, tmp_path):
    config = config_for(features_corpus, tmp_path / "run", LOG_MEL)
    batch = Excerpts(PreparedCorpus(features_corpus), "train", config).batch(0, 900, 300)
    assert (batch.targets[0, :50] != Softmax.no_sample).all()
    assert (batch.targets[0, 50:] == Softmax.no_sample).all()


@pytest.mark.parametrize(
    ("model", "changes", "message"),
    [
        (ModelConfig(speakers=("anne",)), {}, "t0.wav: unknown speaker 'ann'; did you mean 'anne'"),
        (ModelConfig(tags=("loud",)), {"tags_from": "nowhere"}, "nowhere: tags cannot be read"),
        (ModelConfig(features=FeatureConfig(kinds=("file",), file_channels=2)), {}, "features_from is empty"),
        (
            ModelConfig(features=FeatureConfig(kinds=("file",), file_channels=2)),
            {"features_from": "nowhere"},
            "no such file of features",
        ),
        (
            ModelConfig(features=FeatureConfig(kinds=("log_mel",))),
            {},
            "f_max is 8000 Hz, more than half the sample rate",
        ),
        (ModelConfig(), {"speaker": "an"}, "speaker 'an' is unknown; did you mean 'ann'"),
    ],
)
def test_what_the_corpus_does_not_have_is_told(features_corpus, tmp_path, model, changes, message):
    with pytest.raises(UsageError, match=message):
        train(config_for(features_corpus, tmp_path / "run", model, **changes))


def test_tags_are_those_of_the_file_beside_the_speaker(features_corpus, tmp_path):
    model = ModelConfig(speakers=("ann", "bob"), tags=("loud", "far"))
    config = config_for(features_corpus, tmp_path / "run", model, tags_from=str(tmp_path / "tags.json"))
    (tmp_path / "tags.json").write_text('{"t0.wav": ["far"], "t1.wav": {"loud": 0.5}}')
    excerpts = Excerpts(PreparedCorpus(features_corpus), "train", config)
    weights = [excerpts.batch(utterance, 0, 10).global_weights[0].tolist() for utterance in range(2)]
    assert weights == [[1, 0, 0, 1], [1, 0, 0.5, 0]]
    assert Excerpts(PreparedCorpus(features_corpus), "validation", config).batch(0, 0, 10).global_weights.sum() == 1
    train(replace(config, updates=2))
    for wrong, message in (
        ('{"t0.wav": ["fat"]}', "t0.wav: unknown tag 'fat'; did you mean 'far'"),
        ("[]", "cannot be read"),
    ):
        (tmp_path / "tags.json").write_text(wrong)
        with pytest.raises(UsageError, match=message):
            Excerpts(PreparedCorpus(features_corpus), "train", config)


@pytest.fixture
def tagged_corpus(tmp_path):
    rng = np.random.default_rng(1)
    rows = ["path,tags,split", "t0.wav,loud,train", "t1.wav,far=0.5;loud;new,train", "v0.wav,,validation"]
    for name in ("t0", "t1", "v0"):
        soundfile.write(tmp_path / f"{name}.wav", rng.normal(0, 0.1, 700), SINE_RATE, subtype="PCM_16")
    (tmp_path / "list.csv").write_text("\n".join(rows))
    prepare(tmp_path / "list.csv", tmp_path / "prepared", sample_rate=SINE_RATE, workers=0, progress=False)
    return tmp_path / "prepared"


def test_tags_are_those_of_the_corpus_and_a_file_replaces_them_all(tagged_corpus, tmp_path):
    corpus = PreparedCorpus(tagged_corpus)

    def weights(split, model, **changes):
        excerpts = Excerpts(corpus, split, config_for(tagged_corpus, tmp_path / "run", model, **changes))
        return [excerpts.batch(i, 0, 10).global_weights[0].tolist() for i in range(len(excerpts.utterances))]

    some = ModelConfig(tags=("loud", "far"))
    assert weights("train", some) == [[1, 0], [1, 0.5]]
    assert weights("validation", some) == [[0, 0]]
    (tmp_path / "tags.json").write_text('{"t0.wav": ["far"]}')
    assert weights("train", some, tags_from=str(tmp_path / "tags.json")) == [[0, 1], [0, 0]]


def test_all_tags_of_the_corpus_are_in_the_model_and_in_its_scores(tagged_corpus, tmp_path):
    config = config_for(tagged_corpus, tmp_path / "run", ModelConfig(tags=("all",)))
    train(replace(config, updates=2))
    generator = Generator.open(tmp_path / "run" / "model", "fp32")
    assert generator.model.tags == ("far", "loud", "new")
    corpus = PreparedCorpus(tagged_corpus)
    first, second = recordings.from_corpus(corpus, "train")
    for recording, tags in ((first, ["loud"]), (second, {"loud": 1, "far": 0.5, "new": 1})):
        classes = np.concatenate(list(recordings.classes(generator, recording)))
        given = generator.network.logits(recordings.start(generator, recording).state, classes)
        asked = generator.network.logits(generator.start(tags=tags).state, classes)
        np.testing.assert_array_equal(given, asked)


@pytest.mark.parametrize("dropout", [0.0, 0.4, 1.0])
def test_tags_are_dropped_in_training_alone_and_the_speaker_stays(features_corpus, tmp_path, dropout):
    model = ModelConfig(speakers=("ann", "bob"), tags=("loud", "far"))
    (tmp_path / "tags.json").write_text('{"t0.wav": ["far"], "t1.wav": ["far"], "v0.wav": ["far"]}')
    config = config_for(
        features_corpus, tmp_path / "run", model, tags_from=str(tmp_path / "tags.json"), tag_dropout=dropout, window=50
    )
    windows = Windows(PreparedCorpus(features_corpus), config)
    seen = [windows.batch(update, range(1)).global_weights[0].tolist() for update in range(200)]
    assert {tuple(weights[:3]) for weights in seen} == {(1, 0, 0)}
    assert sum(weights[3] == 0 for weights in seen) / 200 == pytest.approx(dropout, abs=0.1)
    assert windows.batch(7, range(1)).global_weights[0].tolist() == seen[7]
    held_out = Excerpts(PreparedCorpus(features_corpus), "validation", config)
    assert held_out.batch(0, 0, 10).global_weights[0].tolist() == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("corpus", "tags", "message"),
    [
        ("tagged_corpus", ("lout",), "no recording has the tag 'lout', .*; did you mean 'loud'"),
        ("features_corpus", ("loud",), "has no tags, but model.tags names 'loud'; prepare a manifest"),
        ("features_corpus", ("all",), "has no tags, but model.tags asks for all of them"),
    ],
)
def test_tags_that_the_corpus_does_not_have_are_told(request, tmp_path, corpus, tags, message):
    with pytest.raises(UsageError, match=message):
        train(config_for(request.getfixturevalue(corpus), tmp_path / "run", ModelConfig(tags=tags)))


def test_a_run_goes_on_elsewhere_only_with_the_same_tags(tagged_corpus, tmp_path):
    def digest(tags):
        return Windows(
            PreparedCorpus(tagged_corpus), config_for(tagged_corpus, tmp_path, ModelConfig(tags=tags))
        ).digest

    whole = digest(("loud", "far"))
    assert digest(("loud", "far")) == whole
    assert digest(()) != whole
    with closing(sqlite3.connect(tagged_corpus / "index.sqlite")) as index:
        index.execute("UPDATE tags SET value = 2 WHERE tag = 'far'")
        index.commit()
    assert digest(("loud", "far")) != whole


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (np.zeros((3, 2)), "has 3 frames, but 19 are needed; is its hop_length that of the model"),
        (np.zeros((40, 3)), r"shape \(40, 3\)"),
        (np.full((40, 2), np.inf), "frame 0 holds a value that is not finite"),
    ],
)
def test_files_of_features_are_checked_before_training(features_corpus, tmp_path, frames, message):
    for name in ("t0", "t1", "v0"):
        np.save(tmp_path / f"{name}.wav.npy", frames)
    model = ModelConfig(features=FeatureConfig(kinds=("file",), file_channels=2, hop_length=HOP))
    with pytest.raises(UsageError, match=message):
        train(config_for(features_corpus, tmp_path / "run", model, features_from=str(tmp_path)))


def test_given_features_stand_for_those_of_the_recordings(features_corpus, tmp_path):
    """Files with the recordings' own log-mel change nothing; others condition it, and the filters follow from them."""
    config = config_for(features_corpus, tmp_path / "run", LOG_MEL)
    config = replace(config, audio=replace(config.audio, lpc_order=4, gain=0.1))
    corpus = PreparedCorpus(features_corpus)
    utterances = corpus.split("train")
    for i, name in enumerate(utterances.ids):
        frames = features.extract(corpus.waveform(utterances, i), SINE_RATE, config.model.features)
        np.save(tmp_path / f"{name}.npy", frames)
    own = Excerpts(corpus, "train", config).batch(0, 100, 300)
    given_config = replace(config, features_from=str(tmp_path))
    given = Excerpts(corpus, "train", given_config).batch(0, 100, 300)
    np.testing.assert_array_equal(given.past, own.past)
    np.testing.assert_allclose(given.features, own.features, atol=1e-6)
    path = tmp_path / f"{utterances.ids[0]}.npy"
    np.save(path, np.load(path) + 1)
    louder = Excerpts(corpus, "train", given_config).batch(0, 100, 300)
    np.testing.assert_allclose(louder.features, own.features + 1, atol=1e-6)
    assert (louder.past != own.past).mean() > 0.5


def test_recordings_without_given_features_are_left_out_and_counted(features_corpus, tmp_path, capsys):
    np.save(tmp_path / "t1.wav.npy", np.zeros((60, 2), np.float32))
    model = ModelConfig(features=FeatureConfig(kinds=("file",), file_channels=2, hop_length=HOP))
    config = config_for(features_corpus, tmp_path / "run", model, features_from=str(tmp_path))
    assert Excerpts(PreparedCorpus(features_corpus), "train", config).utterances.ids == ("t1.wav",)
    assert "1 of 2 recordings have no features" in capsys.readouterr().err
