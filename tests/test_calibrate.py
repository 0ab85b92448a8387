import numpy as np
import pytest

from tests.evaluation import conftest
from tests.evaluation.sources import RATE, write_model
from wavenet.audio import files
from wavenet.calibrate import calibrate
from wavenet.config import AudioConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import calibration, folder
from wavenet.engine.weights import Weights
from wavenet.errors import AudioError, ModelFolderError, UsageError
from wavenet.generator import Generator

model = conftest.model
corpus = conftest.corpus
clips = conftest.clips


def test_a_calibrated_model_runs_in_int8_and_its_weights_are_what_they_were(model, corpus):
    before = folder.read(model)
    done = calibrate(model, corpus)
    after = folder.read(model)
    assert (after.audio, after.model) == (before.audio, before.model)
    assert after.tensors.keys() == before.tensors.keys() | set(folder.CALIBRATION)
    assert all(np.array_equal(after.tensors[name], tensor) for name, tensor in (before.tensors | done.tensors).items())
    Weights(after.model, after.tensors, "int8")


def test_it_is_the_training_split_of_a_corpus_that_counts(model, corpus):
    done = calibrate(model, corpus)
    opened, generator = PreparedCorpus(corpus), Generator.open(model, "fp32")
    train = opened.split("train")
    classes = [generator.encode(opened.waveform(train, i)) for i in range(len(train))]
    expected = calibration.calibrate(generator.model, generator.tensors, classes)
    assert (done.recordings, done.seconds) == (2, 5200 / RATE)
    for name, tensor in expected.items():
        assert np.array_equal(done.tensors[name], tensor)


def test_recordings_may_be_a_file_or_a_folder_and_what_cannot_be_read_is_told(model, clips):
    (clips / "1.wav").write_bytes(b"")
    assert calibrate(model, clips / "0.wav").recordings == 1
    done = calibrate(model, clips)
    assert done.recordings == 4
    assert len(done.skipped) == 1
    assert "1.wav: is empty" in done.skipped[0]


def test_no_more_is_used_than_said(model, clips):
    assert calibrate(model, clips, seconds=0.75).seconds == 0.75


def test_calibrating_again_replaces_and_the_same_data_give_the_same(model, clips):
    first = calibrate(model, clips / "0.wav").tensors
    other = calibrate(model, clips / "4.wav").tensors
    again = calibrate(model, clips / "0.wav").tensors
    assert all(np.array_equal(again[name], first[name]) for name in first)
    assert any(not np.array_equal(other[name], first[name]) for name in first)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_impossible_seconds_are_refused(model, clips, seconds):
    with pytest.raises(UsageError, match="seconds is"):
        calibrate(model, clips, seconds=seconds)


def test_what_cannot_be_used_is_refused_and_the_model_stays_as_it_was(model, corpus, clips, tmp_path):
    before = (model / "model.safetensors").read_bytes()
    slower = write_model(tmp_path / "slower", AudioConfig(RATE // 2))
    files.write(tmp_path / "none.wav", np.zeros(0, np.float32), RATE)
    with pytest.raises(UsageError, match=f"prepared at {RATE} Hz"):
        calibrate(slower, corpus)
    with pytest.raises(UsageError, match="data is empty"):
        calibrate(model, "")
    with pytest.raises(AudioError, match=r"none\.wav"):
        calibrate(model, tmp_path / "none.wav")
    with pytest.raises(ModelFolderError, match="neither a model folder"):
        calibrate(tmp_path / "nowhere", clips)
    assert (model / "model.safetensors").read_bytes() == before
