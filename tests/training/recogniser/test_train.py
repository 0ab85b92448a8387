"""The training of a recogniser of phones."""

import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.networks import as_folder
from tests.recognition import tones
from tests.training.test_pixelcnn import stopping_after
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder as models
from wavenet.errors import UsageError, WavenetWarning
from wavenet.model.wavenet import WaveNet
from wavenet.recognition import folder
from wavenet.recognition.recogniser import Recogniser
from wavenet.training import endings, state_file
from wavenet.training.recogniser import train
from wavenet.training.recogniser.examples import NO_PHONE, Examples
from wavenet.tts.labels import Labelled, Labels

MEL = replace(tones.SETTINGS, input="log_mel")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return tones.corpus(tmp_path_factory.mktemp("tones"))


@pytest.fixture
def config(made, tmp_path):
    return tones.training(*made, tmp_path / "run")


def files(home: Path) -> dict[str, bytes]:
    return {name: (home / name).read_bytes() for name in ("log.jsonl", "model/model.safetensors", "model/config.json")}


@pytest.mark.parametrize("update", [1, 4, 5])
@pytest.mark.parametrize("recogniser", [tones.SETTINGS, MEL], ids=["waveform", "log_mel"])
def test_a_resumed_run_ends_as_an_uninterrupted_one(config, monkeypatch, recogniser, update):
    config = replace(config, recogniser=recogniser)
    whole = files(train.train(replace(config, out=config.out + "-whole")).parent)
    with monkeypatch.context() as patch:
        patch.setattr(train.endings, "on_signal", stopping_after(update))
        with pytest.raises(endings.InterruptedRunError, match=f"after update {update}"):
            train.train(config)
    assert state_file.load(Path(config.out) / "checkpoint.pt")["update"] == update
    assert files(train.train(config).parent) == whole


def accuracy(home: Path, config) -> float:
    """Of the run time on the test split."""
    recogniser, corpus = Recogniser.open(home), PreparedCorpus(config.data)
    labels = Labels.read(Path(config.labels))
    examples = Examples(corpus, "test", replace(config, recogniser=recogniser.opened.recogniser), labels)
    right = [recogniser.log_probabilities(examples.waveform(i)).argmax(1) == examples.phones(i)
             for i in range(len(examples))]  # fmt: skip
    return float(np.concatenate(right).mean())


@pytest.mark.parametrize(
    "changes", [{}, {"next_sample": 0.0}, {"recogniser": MEL}], ids=["two losses", "label loss", "log-mel"]
)
def test_it_learns_which_tone_is_when(config, changes):
    config = replace(config, updates=200, validate_every=100, batch_size=4, window=40, **changes)
    home = train.train(config)
    assert accuracy(home, config) > 0.75
    rows = [json.loads(line) for line in (home.parent / "log.jsonl").read_text().splitlines()]
    assert rows[-1]["validation_nats"] < 0.6 < np.log(4)
    assert ("train_bits" in rows[-1]) == (not changes)


def test_a_frozen_stack_keeps_its_weights_and_its_classifier_learns(config, tmp_path):
    torch.manual_seed(3)
    model = as_folder(WaveNet(tones.MODEL))
    models.write(tmp_path / "generative", tones.AUDIO, tones.MODEL, model.tensors)
    config = replace(config, init_from=str(tmp_path / "generative"), frozen=True, updates=40, validate_every=40)
    found = folder.read(train.train(config))
    for name, tensor in model.tensors.items():
        np.testing.assert_array_equal(found.tensors[name], tensor)
    assert np.abs(found.tensors["frames.output.weight"]).max() > 0


def test_a_stack_may_start_from_a_model_and_change(config, tmp_path):
    torch.manual_seed(3)
    model = as_folder(WaveNet(tones.MODEL))
    models.write(tmp_path / "generative", tones.AUDIO, tones.MODEL, model.tensors)
    found = folder.read(train.train(replace(config, init_from=str(tmp_path / "generative"))))
    assert not np.array_equal(found.tensors["layers.0.dilated.weight"], model.tensors["layers.0.dilated.weight"])


def test_frames_near_a_cut_do_not_count(config):
    """They depend on what the window does not have; at the ends of a recording there is nothing to have."""
    labels = Labels.read(Path(config.labels))
    examples = Examples(PreparedCorpus(config.data), "train", config, labels)
    whole, radius = examples.phones(0), config.recogniser.radius
    for first in (0, 3, len(whole) - 20):
        (found,) = examples.window(0, first, 20).phones
        expected = whole[first : first + 20].copy()
        if first > 0:
            expected[:radius] = NO_PHONE
        if first + 20 < len(whole):
            expected[-radius:] = NO_PHONE
        assert found.tolist() == expected.tolist()
    long = examples.window(0, 0, len(whole) + 7)
    assert long.phones[0, len(whole) :].tolist() == [NO_PHONE] * 7
    assert long.inside.sum() == len(whole)


def test_it_is_calibrated_and_int8_hears_nearly_what_fp32_does(config):
    home = train.train(replace(config, updates=40, validate_every=40))
    heard = tones.sentence(99)[0]
    auto, int8, fp32 = (Recogniser.open(home, each).log_probabilities(heard) for each in ("auto", "int8", "fp32"))
    np.testing.assert_array_equal(auto, int8)
    assert 0 < np.abs(int8 - fp32).mean() < 0.02


@pytest.mark.parametrize("recogniser", [tones.SETTINGS, MEL], ids=["waveform", "log_mel"])
def test_a_window_gives_the_frames_that_count_as_the_whole_recording_does(config, recogniser):
    config = replace(config, recogniser=replace(recogniser, phones=tones.PHONES), dropout=0.0)
    opened, network = tones.opened(recogniser)
    labels = Labels.read(Path(config.labels))
    examples = Examples(PreparedCorpus(config.data), "train", config, labels)
    objective = train.Objective(config, torch.float32)
    whole = Recogniser(opened).log_probabilities(examples.waveform(0))
    np.testing.assert_allclose(train.log_probabilities(objective, network, examples, 0), whole, atol=3e-4)
    batch = examples.window(0, 6, 20)
    with torch.no_grad():
        frames, _ = objective.frames(network, batch)
        logs = torch.log_softmax(network.frames(frames, torch.from_numpy(batch.inside)[:, None])[0], 0).t().numpy()
    counted = np.flatnonzero(batch.phones[0] != NO_PHONE)
    np.testing.assert_allclose(logs[counted], whole[6 + counted], atol=3e-4)


def test_a_run_with_other_settings_or_data_is_refused(config, tmp_path):
    train.train(config)
    for change, message in (
        ({"seed": 1}, "another seed"),
        ({"batch_size": 3}, "another batch_size"),
        ({"next_sample": 0.5}, "another next_sample"),
        ({"recogniser": replace(config.recogniser, channels=6)}, "another recogniser"),
        ({"updates": 5}, "updates is 5"),
    ):
        with pytest.raises(UsageError, match=message):
            train.train(replace(config, **change))
    labels = Labels.read(Path(config.labels))
    labels.rows[0] = Labelled(labels.rows[0].id, labels.rows[0].segments[::-1], labels.rows[0].durations[::-1])
    labels.rows[1] = Labelled(labels.rows[1].id, labels.rows[1].segments[::-1], labels.rows[1].durations[::-1])
    labels.write(tmp_path / "other.jsonl")
    with pytest.raises(UsageError, match="another data"):
        train.train(replace(config, labels=str(tmp_path / "other.jsonl")))
    with pytest.warns(WavenetWarning, match="updates is 8 from update 6 on"):
        train.train(replace(config, updates=8))


def test_a_run_does_not_go_on_with_other_recordings_of_the_same_names(config, tmp_path):
    train.train(config)
    shutil.copytree(config.data, tmp_path / "other")
    with sqlite3.connect(tmp_path / "other" / "index.sqlite") as index:
        index.execute("UPDATE originals SET digest = x'00' WHERE id = (SELECT MIN(id) FROM originals)")
    index.close()
    with pytest.raises(UsageError, match=r"was trained on other recordings than \S+ holds now"):
        train.train(replace(config, data=str(tmp_path / "other")))
    state = torch.load(Path(config.out) / "checkpoint.pt", weights_only=True)
    del state["content"]  # as versions before stored none
    torch.save(state, Path(config.out) / "checkpoint.pt")
    train.train(replace(config, data=str(tmp_path / "other")))


def test_what_is_missing_or_does_not_fit_is_named(config, tmp_path):
    for name in ("data", "labels", "out"):
        with pytest.raises(UsageError, match=f"{name} is empty"):
            train.train(replace(config, **{name: ""}))
    labels = Labels.read(Path(config.labels))
    first = labels.rows[0]
    for changed, message in (
        (replace(labels, hop_length=40), "has frames of 40 samples at 8000 Hz, but"),
        (replace(labels, rows=[Labelled("nobody", first.segments, first.durations)]), "labels no recording of"),
        (
            replace(labels, rows=[replace(r, durations=[1 + r.durations[0], *r.durations[1:]]) for r in labels.rows]),
            "label the corpus again",
        ),
    ):
        changed.write(tmp_path / "changed.jsonl")
        with pytest.raises(UsageError, match=message):
            train.train(replace(config, labels=str(tmp_path / "changed.jsonl")))


def test_a_loss_that_is_not_finite_ends_the_run(config, monkeypatch):
    monkeypatch.setattr(train.Objective, "total", lambda *_: torch.tensor(torch.nan, requires_grad=True))
    with pytest.raises(endings.DivergedError, match="the loss is nan at update 0"):
        train.train(config)


def test_a_held_out_loss_that_is_not_finite_ends_the_run(config, monkeypatch):
    monkeypatch.setattr(train.Run, "_held_out", lambda _: (float("nan"), 0.0, 0.5))
    with pytest.raises(endings.DivergedError, match="the held-out loss is nan at update 3"):
        train.train(replace(config, validate_every=3))
    assert not Path(config.out, "model").exists()


@pytest.mark.parametrize("name", ["log.jsonl", "model/model.safetensors", "model/config.json", "model"])
def test_files_of_others_are_never_replaced(config, name):
    (path := Path(config.out, name)).parent.mkdir(parents=True)
    path.write_text("mine")
    with pytest.raises(UsageError, match=f"{name} already exists but does not belong to a run"):
        train.train(config)
