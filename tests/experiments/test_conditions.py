"""Linguistic features of recordings as files."""

import numpy as np
import pytest

from experiments import conditions
from tests.training.conftest import make_corpus
from tests.training.voice.said import SEGMENTS
from wavenet.audio import feature_files
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.tts import linguistics
from wavenet.tts.english.phones import PHONES
from wavenet.tts.labels import Labelled, Labels

RATE = 16_000
DURATIONS = [2, 15, 3]


@pytest.fixture
def corpus(tmp_path):
    t = np.arange(20 * 160) / RATE
    buzz = 0.3 * np.sign(np.sin(2 * np.pi * 150 * t))
    return make_corpus(tmp_path, {"train": [buzz, buzz], "validation": [buzz]}, RATE)


def test_each_labelled_recording_gets_the_features_of_its_own_durations(corpus, tmp_path, capsys):
    known = ("train0.wav", "validation0.wav")
    Labels(PHONES, 160, RATE, [Labelled(name, SEGMENTS, DURATIONS) for name in known]).write(tmp_path / "labels.jsonl")
    wanted = linguistics.frames(linguistics.features(SEGMENTS, PHONES), np.array(DURATIONS))
    for flags, extra in (([], 0), (["--pitch"], 2)):
        out = tmp_path / f"out{extra}"
        conditions.main([str(corpus), str(tmp_path / "labels.jsonl"), str(out), *flags])
        assert f"{wanted.shape[1] + extra} channels" in capsys.readouterr().out
        assert sorted(path.name for path in out.iterdir()) == [
            "train0.wav.json", "train0.wav.npy", "validation0.wav.json", "validation0.wav.npy",
        ]  # fmt: skip
        frames = np.load(out / "train0.wav.npy")
        np.testing.assert_array_equal(frames[:, : wanted.shape[1]], wanted)
        assert frames.shape == (20, wanted.shape[1] + extra)
    assert frames[:, -1].mean() > 0.5  # voiced
    assert len(PreparedCorpus(corpus).split("train")) == 2


def test_it_replaces_what_it_made_and_nothing_else(corpus, tmp_path, capsys):
    known = ("train0.wav", "validation0.wav")
    Labels(PHONES, 160, RATE, [Labelled(name, SEGMENTS, DURATIONS) for name in known]).write(tmp_path / "labels.jsonl")
    (tmp_path / "out").mkdir()
    arguments = [str(corpus), str(tmp_path / "labels.jsonl"), str(tmp_path / "out")]
    for name in ("train0.wav.npy", "train0.wav.json"):
        (tmp_path / "out" / name).write_bytes(b"mine")
        with pytest.raises(SystemExit, match="2"):
            conditions.main(arguments)
        assert f"{name} already exists" in capsys.readouterr().err
        assert (tmp_path / "out" / name).read_bytes() == b"mine"
        (tmp_path / "out" / name).unlink()
    (tmp_path / "out" / "train0.wav.npy").write_bytes(b"mine")
    conditions.main([*arguments, "--overwrite"])
    conditions.main([*arguments, "--pitch"])
    told = feature_files.read_metadata(tmp_path / "out" / "train0.wav.npy")
    width = np.load(tmp_path / "out" / "train0.wav.npy").shape[1]
    assert (told["sample_rate"], told["hop_length"], told["file_channels"]) == (RATE, 160, width)


@pytest.mark.parametrize(
    ("hop_length", "durations", "message"),
    [
        (80, DURATIONS, "has 40 frames, but its labels have 20"),
        (160, [2, 15, 4], "has 20 frames, but its labels have 21"),
    ],
)
def test_labels_of_other_frames_are_refused_in_a_line(corpus, tmp_path, capsys, hop_length, durations, message):
    Labels(PHONES, hop_length, RATE, [Labelled("train0.wav", SEGMENTS, durations)]).write(tmp_path / "labels.jsonl")
    with pytest.raises(SystemExit):
        conditions.main([str(corpus), str(tmp_path / "labels.jsonl"), str(tmp_path / "out")])
    assert message in capsys.readouterr().err
