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
    done = calibrate(model, corpus, least_seconds=0)
    after = folder.read(model)
    assert (after.audio, after.model) == (before.audio, before.model)
    assert after.tensors.keys() == before.tensors.keys() | set(folder.CALIBRATION)
    assert all(np.array_equal(after.tensors[name], tensor) for name, tensor in (before.tensors | done.tensors).items())
    Weights(after.model, after.tensors, "int8")


def test_it_is_the_training_split_of_a_corpus_that_counts(model, corpus):
    done = calibrate(model, corpus, least_seconds=0)
    opened, generator = PreparedCorpus(corpus), Generator.open(model, "fp32")
    train = opened.split("train")
    classes = [generator.encode(opened.waveform(train, i)) for i in range(len(train))]
    expected = calibration.calibrate(generator.model, generator.tensors, classes)
    assert (done.recordings, done.seconds) == (2, 5200 / RATE)
    for name, tensor in expected.items():
        assert np.array_equal(done.tensors[name], tensor)


def test_recordings_may_be_a_file_or_a_folder_and_what_cannot_be_read_is_told(model, clips):
    (clips / "1.wav").write_bytes(b"")
    assert calibrate(model, clips / "0.wav", least_seconds=0).recordings == 1
    done = calibrate(model, clips, least_seconds=0)
    assert done.recordings == 4
    assert len(done.skipped) == 1
    assert "1.wav: is empty" in done.skipped[0]


def test_no_more_is_used_than_said(model, clips):
    assert calibrate(model, clips, seconds=0.75, least_seconds=0).seconds == 0.75


def test_too_little_audio_is_refused_and_the_model_stays_as_it_was(model, corpus, clips):
    before = (model / "model.safetensors").read_bytes()
    for data, seconds in ((corpus, "1.3"), (clips, "2.5"), (clips / "0.wav", "0.3")):
        with pytest.raises(UsageError, match=f"contains {seconds} s of recordings, but a calibration needs 5 s of the"):
            calibrate(model, data)
    with pytest.raises(UsageError, match="seconds is 3, and must be at least 5"):
        calibrate(model, clips, seconds=3)
    assert (model / "model.safetensors").read_bytes() == before


def test_a_copy_is_calibrated_in_the_place_of_its_model_and_has_all_that_it_has(model, clips, tmp_path):
    (model / "README.md").write_text("card")
    before = {path.name: path.read_bytes() for path in model.iterdir()}
    done = calibrate(model, clips, out=tmp_path / "copy", least_seconds=0)
    assert done.path == tmp_path / "copy"
    assert {path.name: path.read_bytes() for path in model.iterdir()} == before
    assert (tmp_path / "copy" / "README.md").read_text() == "card"
    here = calibrate(model, clips, least_seconds=0)
    assert folder.read(tmp_path / "copy").tensors.keys() == folder.read(model).tensors.keys()
    assert all(np.array_equal(here.tensors[name], done.tensors[name]) for name in done.tensors)
    calibrate(model, clips / "4.wav", out=tmp_path / "copy", least_seconds=0)  # what it made it makes again


def test_weights_that_a_training_writes_meanwhile_are_not_replaced_by_those_of_before(model, clips, monkeypatch):
    opened, real = folder.read(model), calibration.calibrate
    newer = {name: tensor + 1 for name, tensor in opened.tensors.items()}

    def meanwhile(*args):
        folder.write(model, opened.audio, opened.model, newer)
        return real(*args)

    monkeypatch.setattr(calibration, "calibrate", meanwhile)
    with pytest.raises(UsageError, match="another program changed the model while it was calibrated; calibrate it ag"):
        calibrate(model, clips, least_seconds=0)
    there = folder.read(model).tensors
    assert there.keys() == newer.keys()
    assert all(np.array_equal(there[name], tensor) for name, tensor in newer.items())


def test_a_folder_of_another_model_is_not_replaced(model, clips, tmp_path):
    other = write_model(tmp_path / "other", AudioConfig(RATE, gain=0.7))
    before = (other / "config.json").read_bytes()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "README.md").write_text("mine")
    for out in (other, tmp_path / "notes", clips / "0.wav"):
        with pytest.raises(UsageError, match="already exists and contains something else; name another folder"):
            calibrate(model, clips, out=out, least_seconds=0)
    assert (other / "config.json").read_bytes() == before
    assert [path.name for path in (tmp_path / "notes").iterdir()] == ["README.md"]


def test_calibrating_again_replaces_and_the_same_data_give_the_same(model, clips):
    first = calibrate(model, clips / "0.wav", least_seconds=0).tensors
    other = calibrate(model, clips / "4.wav", least_seconds=0).tensors
    again = calibrate(model, clips / "0.wav", least_seconds=0).tensors
    assert all(np.array_equal(again[name], first[name]) for name in first)
    assert any(not np.array_equal(other[name], first[name]) for name in first)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_impossible_seconds_are_refused(model, clips, seconds):
    with pytest.raises(UsageError, match="seconds is"):
        calibrate(model, clips, seconds=seconds, least_seconds=0)


def test_what_cannot_be_used_is_refused_and_the_model_stays_as_it_was(model, corpus, clips, tmp_path):
    before = (model / "model.safetensors").read_bytes()
    slower = write_model(tmp_path / "slower", AudioConfig(RATE // 2))
    files.write(tmp_path / "none.wav", np.zeros(0, np.float32), RATE)
    with pytest.raises(UsageError, match=f"prepared at {RATE} Hz"):
        calibrate(slower, corpus, least_seconds=0)
    with pytest.raises(UsageError, match="data is empty"):
        calibrate(model, "", least_seconds=0)
    with pytest.raises(AudioError, match=r"none\.wav"):
        calibrate(model, tmp_path / "none.wav", least_seconds=0)
    with pytest.raises(ModelFolderError, match="neither a model folder"):
        calibrate(tmp_path / "nowhere", clips, least_seconds=0)
    assert (model / "model.safetensors").read_bytes() == before
