"""The model folder of a PixelCNN."""

import json

import numpy as np
import pytest

import wavenet
from tests.pixelcnn.test_network import CASES, name, network_of
from wavenet.errors import ModelFolderError
from wavenet.pixelcnn import folder
from wavenet.pixelcnn.cached import Network


@pytest.fixture
def home(tmp_path):
    folder.write(tmp_path / "model", Network(CASES[0], network_of(CASES[0]).tensors()))
    return tmp_path / "model"


@pytest.mark.parametrize("model", CASES, ids=name)
def test_what_is_written_is_read(model, tmp_path):
    tensors = network_of(model).tensors()
    folder.write(tmp_path, Network(model, tensors))
    found = folder.read(tmp_path)
    assert found.model == model
    assert found.tensors.keys() == tensors.keys()
    for key, tensor in tensors.items():
        np.testing.assert_array_equal(found.tensors[key], tensor)


def test_a_folder_of_another_shape_or_version_is_refused(home):
    config = json.loads((home / "config.json").read_text())
    for change, message in (
        ({"format_version": 9}, "format_version is 9"),
        ({"format": "wavenet-model"}, "is a model, not a PixelCNN"),
        ({"format": {}}, "does not have the settings of a wavenet-pixelcnn"),
        ({"model": {**config["model"], "channels": 12}}, "has shape"),
        ({"model": {**config["model"], "layers": 3}}, "is missing"),
        ({"model": {**config["model"], "stacks": "two"}}, "is missing"),
        ({"model": {**config["model"], "colors": 1}}, "did you mean"),
    ):
        (home / "config.json").write_text(json.dumps({**config, **change}))
        with pytest.raises(ModelFolderError, match=message):
            folder.read(home)


def test_the_folder_of_a_pixelcnn_is_named_where_a_model_or_a_voice_is_wanted(home):
    for opened in (wavenet.open, wavenet.open_generator, wavenet.open_voice):
        with pytest.raises(ModelFolderError, match="is a PixelCNN, a model of images; use it with wavenet pixelcnn-s"):
            opened(home)


def test_an_unknown_name_is_answered_in_one_line():
    with pytest.raises(ModelFolderError, match="neither a PixelCNN folder nor a shipped PixelCNN"):
        folder.read("no_such_model")


def test_a_folder_has_its_settings_one_a_line_and_says_its_format(home):
    text = (home / "config.json").read_text()
    config = json.loads(text)
    assert (config["format"], config["format_version"]) == ("wavenet-pixelcnn", 1)
    assert text == json.dumps(config, indent=2) + "\n"


def test_a_network_whose_weights_do_not_match_its_settings_is_not_written(tmp_path):
    tensors = dict(network_of(CASES[0]).tensors())
    tensors.popitem()
    with pytest.raises(AssertionError):
        folder.write(tmp_path, Network(CASES[0], tensors))
    assert not list(tmp_path.iterdir())
