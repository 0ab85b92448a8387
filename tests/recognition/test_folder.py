"""The model folder of a recogniser."""

import json
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import wavenet
from tests.recognition import tones
from wavenet.config import ModelConfig
from wavenet.errors import ModelFolderError
from wavenet.recognition import folder


@pytest.fixture
def home(tmp_path):
    folder.write(tmp_path / "model", tones.opened()[0])
    return tmp_path / "model"


@pytest.mark.parametrize("kind", ["waveform", "log_mel"])
def test_what_is_written_is_read(kind, tmp_path):
    opened, _ = tones.opened(replace(tones.SETTINGS, input=kind))
    folder.write(tmp_path / "random", opened)
    found = folder.read(tmp_path / "random")
    assert replace(found, tensors={}) == replace(opened, tensors={})
    assert found.tensors.keys() == opened.tensors.keys()
    for name, tensor in opened.tensors.items():
        np.testing.assert_array_equal(found.tensors[name], tensor)


def test_a_folder_of_another_shape_or_version_is_refused(home):
    config = json.loads((home / "config.json").read_text())
    speakers = {**config["model"], "speakers": ["ann"]}
    for change, message in (
        ({"format_version": 9}, "format_version is 9"),
        ({"format": "wavenet-model"}, "is a model, not a recogniser"),
        ({"recogniser": {**config["recogniser"], "channels": 12}}, "has shape"),
        ({"recogniser": {**config["recogniser"], "phones": []}}, "phones is empty"),
        ({"recogniser": {**config["recogniser"], "phones": ["a", "i", "u", "y"]}}, "phones lacks SIL"),
        ({"recogniser": {**config["recogniser"], "kernel_size": 4}}, "kernel_size is 4, and must be odd"),
        ({"model": speakers}, "conditioned on nothing but the past"),
        ({"extra": 1}, "unknown setting 'extra'"),
    ):
        (home / "config.json").write_text(json.dumps(config | change))
        with pytest.raises(ModelFolderError, match=message):
            folder.read(home)


def test_a_damaged_tensor_is_refused(home):
    weights = home / "model.safetensors"
    tensors = load_file(weights)
    for change, message in (
        ({"frames.output.bias": np.full(4, np.nan, np.float32)}, "not finite"),
        ({"frames.extra": np.zeros(1, np.float32)}, "unknown tensor 'frames.extra'"),
        ({"phones.next": np.zeros((4, 3), np.float32)}, "has shape"),
    ):
        save_file(tensors | change, weights)
        with pytest.raises(ModelFolderError, match=message):
            folder.read(home)


def test_other_readers_say_what_it_is(home, tmp_path):
    with pytest.raises(ModelFolderError, match="is a recogniser of phones; use it with wavenet recognise"):
        wavenet.open_generator(home)
    with pytest.raises(ModelFolderError, match="is a voice"):
        folder.read("english")
    with pytest.raises(ModelFolderError, match="is neither a recogniser folder nor a shipped recogniser"):
        folder.read(tmp_path / "nothing")


def test_log_mel_needs_no_stack():
    assert not [name for name in folder.shapes(ModelConfig(), replace(tones.SETTINGS, input="log_mel", phones=("SIL",)))
                if name.startswith("layers")]  # fmt: skip
