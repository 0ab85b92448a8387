"""The whole training of a voice, from labelled recordings to sound."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.conftest import make_corpus
from tests.training.voice.said import SEGMENTS
from wavenet.audio.features import log_mel
from wavenet.config import FeatureConfig, ModelConfig, StageConfig, StageTraining, TrainConfig
from wavenet.config.voice import VoiceConfig
from wavenet.config.voice_training import TrainVoiceConfig
from wavenet.errors import UsageError, WavenetWarning
from wavenet.training import endings, run_folder
from wavenet.training.voice import train
from wavenet.tts import examples, folder
from wavenet.tts.english.phones import PHONES
from wavenet.tts.labels import Labelled, Labels
from wavenet.tts.voice import Voice

STAGES = ("durations", "pitch", "mel")
RATE, HOP = 16_000, 160
DURATIONS = [5, 20, 5]


@pytest.fixture
def config(tmp_path):
    t = np.arange(30 * HOP) / RATE
    buzz = np.where((t > 0.05) & (t < 0.25), 0.3 * np.sign(np.sin(2 * np.pi * 150 * t)), 0)
    data = make_corpus(tmp_path, {"train": [buzz, buzz, buzz], "validation": [buzz]}, RATE)
    names = ["train0.wav", "train1.wav", "train2.wav", "validation0.wav"]
    Labels(PHONES, HOP, RATE, [Labelled(n, SEGMENTS, DURATIONS) for n in names]).write(tmp_path / "labels.jsonl")
    small, brief = StageConfig(encoder_blocks=1, decoder_blocks=1, channels=8), StageTraining(updates=2)
    model = ModelConfig(
        layers=3, stacks=1, residual_channels=8, dilation_channels=8, skip_channels=8, head_channels=8,
        quantization_channels=32, condition_channels=8, features=FeatureConfig(kinds=("log_mel",), hop_length=HOP),
    )  # fmt: skip
    wavenet = TrainConfig(
        data=str(data), model=model, updates=3, window=400, validate_every=2, listen_seconds=0, checkpoint_minutes=0
    )
    return TrainVoiceConfig(
        labels=str(tmp_path / "labels.jsonl"),
        out=str(tmp_path / "run"),
        voice=VoiceConfig(durations=small, pitch=small, mel=small),
        durations=brief,
        pitch=brief,
        mel=brief,
        wavenet=wavenet,
    )


def files(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


@pytest.mark.parametrize("conditions", ["mel+pitch", "linguistic+pitch", "linguistic"])
def test_the_voice_says_a_text_and_a_finished_run_is_not_made_again(config, conditions):
    config = replace(config, voice=replace(config.voice, conditions=conditions))
    home = train.train(config)
    voice = Voice.open(home)
    assert voice.settings.conditions == conditions
    assert np.concatenate(list(voice.say("Ah."))).size > 0
    before = files(home)
    assert train.train(config) == home
    assert files(home) == before


def test_when_the_time_is_over_there_is_a_voice_and_the_run_goes_on_to_the_same_end(config):
    with pytest.raises(endings.InterruptedRunError):
        train.train(config, seconds=0)
    whole = replace(config, out=config.out + "-whole")
    assert files(train.train(config)) == files(train.train(whole))


def test_of_less_training_audio_all_stages_and_the_wavenet_see_less(config):
    less = replace(config, wavenet=replace(config.wavenet, train_seconds=0.7))
    train.train(less)
    conditions = {path.name for path in (Path(less.out) / "conditions").glob("*.npy")}
    assert len(conditions) == 3  # two of three to train on, and all of the validation split
    assert "validation0.wav.npy" in conditions


def test_conditions_of_the_first_recordings_are_enough_where_few_seconds_are_wanted(config):
    train.make_conditions(config, most_seconds=0.01)
    conditions = {path.name for path in (Path(config.out) / "conditions").glob("*.npy")}
    assert conditions == {"train0.wav.npy", "validation0.wav.npy"}


def test_what_earlier_labels_left_is_not_trained_on(config):
    conditions = Path(config.out) / "conditions"
    train.make_conditions(config)
    np.save(conditions / "own.npy", np.zeros(3))
    labels = Labels.read(Path(config.labels))
    replace(labels, rows=[row for row in labels.rows if row.id != "train1.wav"]).write(Path(config.labels))
    train.make_conditions(config)
    names = sorted(path.name for path in conditions.glob("*.npy"))
    assert names == ["own.npy", "train0.wav.npy", "train2.wav.npy", "validation0.wav.npy"]
    assert not (conditions / "train1.wav.json").exists()


def test_the_stages_do_not_go_on_with_a_corpus_of_other_splits(config):
    train.make_conditions(config)
    with sqlite3.connect(Path(config.wavenet.data) / "index.sqlite") as index:
        index.execute("UPDATE utterances SET split = 'validation' WHERE id = 'train1.wav'")
        index.execute("UPDATE utterances SET split = 'train' WHERE id = 'validation0.wav'")
    index.close()
    with pytest.raises(UsageError, match=r"durations\.pt: was trained on other recordings than \S+ holds now"):
        train.make_conditions(config)


def test_the_stages_do_not_go_on_with_other_recordings_of_the_same_names(config):
    train.make_conditions(config)
    with sqlite3.connect(Path(config.wavenet.data) / "index.sqlite") as index:
        index.execute("UPDATE originals SET digest = x'00' WHERE id = 'train1.wav'")
    index.close()
    with pytest.raises(UsageError, match=r"durations\.pt: was trained on other recordings than \S+ holds now"):
        train.make_conditions(config)


def without(config, split):
    """The same corpus without one of its splits, and the same labels."""
    corpus = Path(config.wavenet.data)
    with sqlite3.connect(corpus / "index.sqlite") as index:
        index.execute("DELETE FROM utterances WHERE split = ?", (split,))
    index.close()
    return config


@pytest.mark.parametrize("split", ["validation", "train"])
def test_a_corpus_that_lacks_a_split_is_told_before_any_work(config, split):
    with pytest.raises(
        UsageError, match=f"split '{split}' is empty; it holds .*; add recordings and run wavenet prepare"
    ):
        train.train(without(config, split))
    assert not (Path(config.out) / "stages").exists()


def test_a_test_split_without_labels_is_left_out(config, tmp_path):
    corpus = Path(config.wavenet.data)
    with sqlite3.connect(corpus / "index.sqlite") as index:
        index.execute("UPDATE utterances SET split = 'test' WHERE id = 'train1.wav'")
    index.close()
    labels = Labels.read(Path(config.labels))
    replace(labels, rows=[row for row in labels.rows if row.id != "train1.wav"]).write(Path(config.labels))
    assert Voice.open(train.train(config))


def test_conditions_are_computed_again_only_where_something_changed(config, monkeypatch):
    made = []
    conditions = train.Stages.conditions
    monkeypatch.setattr(train.Stages, "conditions", lambda *args: made.append(1) or conditions(*args))
    monkeypatch.setattr(examples.features, "log_mel", lambda *args: made.append("mel") or log_mel(*args))
    train.make_conditions(config)
    folder = Path(config.out) / "conditions"
    before = files(folder)
    assert made.count(1) == 4
    assert made.count("mel") == 4
    made.clear()
    train.make_conditions(config)
    assert not made
    (folder / "train0.wav.npy").write_bytes(b"damaged")
    (folder / "train1.wav.json").unlink()
    train.make_conditions(config)
    assert made == [1, 1]
    assert files(folder) == before
    labels = Labels.read(Path(config.labels))
    moved = [replace(row, durations=[4, 21, 5]) if row.id == "train2.wav" else row for row in labels.rows]
    replace(labels, rows=moved).write(Path(config.labels))
    made.clear()
    train.make_conditions(config)
    assert made == [1]
    with pytest.warns(WavenetWarning, match="updates is 4"):
        train.make_conditions(replace(config, mel=replace(config.mel, updates=4)))
    assert made.count(1) == 1 + 4


def test_a_moved_voice_goes_on_to_the_same_end(config, tmp_path):
    with pytest.raises(endings.InterruptedRunError):
        train.train(config, seconds=0)
    whole = replace(config, out=str(tmp_path / "whole"))
    deep = tmp_path / "deep"
    deep.mkdir()
    moved = replace(
        config,
        out=str(deep / "run"),
        labels=str(deep / "l.jsonl"),
        wavenet=replace(config.wavenet, data=str(deep / "d")),
    )
    train.train(whole)
    for old, new in ((config.out, moved.out), (config.labels, moved.labels), (config.wavenet.data, moved.wavenet.data)):
        Path(old).rename(new)
    assert files(train.train(moved)) == files(Path(whole.out) / "voice")


def test_two_trainings_of_one_voice_do_not_both_write(config):
    with run_folder.held(Path(config.out)), pytest.raises(UsageError, match="another process trains into it"):
        train.train(config)


@pytest.mark.parametrize(
    "name",
    [
        "voice/config.json",
        "voice/voice.safetensors",
        "voice/wavenet/config.json",
        "voice/wavenet/model.safetensors",
        "stages/mel.jsonl",
        "wavenet/log.jsonl",
        "wavenet/curve.png",
    ],
)
def test_what_is_no_voice_of_this_run_is_not_replaced_and_told_before_any_work(config, name, monkeypatch):
    monkeypatch.setattr(train, "make_conditions", lambda config: pytest.fail("worked"))
    path = Path(config.out) / name
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    with pytest.raises(UsageError, match=f"{name} already exists but does not belong to a run; move it away"):
        train.train(config)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("setting", ["out", "labels"])
def test_a_setting_without_which_nothing_can_be_done_is_named(config, setting):
    with pytest.raises(UsageError, match=f"{setting} is empty"):
        train.train(replace(config, **{setting: ""}))


def test_stages_start_from_those_of_another_voice(config):
    first = train.train(config)
    again = replace(
        config, out=config.out + "-again", init_from=str(first), **dict.fromkeys(STAGES, StageTraining(updates=0))
    )
    assert folder.read(train.train(again)).tensors.keys() == folder.read(first).tensors.keys()
    for name, weight in folder.read(Path(again.out) / "voice").tensors.items():
        np.testing.assert_array_equal(weight, folder.read(first).tensors[name])


def test_a_voice_with_other_settings_starts_no_stages(config):
    first = train.train(config)
    wider = replace(config.voice, mel=replace(config.voice.mel, channels=9), language="ru")
    with pytest.raises(UsageError, match=f"init_from {first}: its language, mel differ from those of this run"):
        train.train(replace(config, out=config.out + "-again", init_from=str(first), voice=wider))
