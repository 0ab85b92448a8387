import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from safetensors.numpy import load, load_file, save_file

from tests.networks import MICRO, as_folder, calibrated, random_model, shapes
from wavenet.config import AudioConfig
from wavenet.engine import folder
from wavenet.errors import ModelFolderError, WavenetError

AUDIO = AudioConfig(sample_rate=8000, gain=1.5, pre_emphasis=0.5)


@pytest.fixture
def model_folder(tmp_path):
    opened = as_folder(random_model(MICRO), AUDIO)
    folder.write(tmp_path / "model", opened.audio, opened.model, opened.tensors)
    return tmp_path / "model"


def change_config(path, change):
    config = json.loads((path / "config.json").read_text())
    change(config)
    (path / "config.json").write_text(json.dumps(config))


def change_tensors(path, change):
    tensors = load_file(path / "model.safetensors")
    change(tensors)
    save_file(tensors, path / "model.safetensors")


def test_what_is_written_is_read_back(model_folder):
    opened = folder.read(model_folder)
    assert (opened.audio, opened.model) == (AUDIO, MICRO)
    for name, tensor in as_folder(random_model(MICRO)).tensors.items():
        assert np.array_equal(opened.tensors[name], tensor)


@pytest.mark.parametrize("name", folder.shipped(folder.VOICE_FORMAT))
def test_shipped_voices_hear_the_pitch_that_they_learned_from(name):
    config = json.loads((folder.SHIPPED / name / "wavenet" / "config.json").read_text())
    method = config["model"]["features"].get("pitch_method", "harvest")
    assert folder.read(folder.SHIPPED / name / "wavenet").model.features.pitch_method == method


@given(shapes())
def test_the_documented_tensors_are_those_of_the_network(config):
    state = random_model(config).state_dict()
    assert {name: tuple(tensor.shape) for name, tensor in state.items()} == folder.tensor_shapes(config)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.update(format_version=2), "format_version is 2, but this program reads 1; update wavenet-audio"),
        (lambda c: c.update(format_version=0), "format_version is 0, but this program reads 1; export the model again"),
        (lambda c: c.pop("format"), "does not have the settings of a wavenet-model"),
        (lambda c: c.update(format={}), "does not have the settings of a wavenet-model"),
        (lambda c: c.update(format_version="1"), "does not have the settings of a wavenet-model"),
        (lambda c: c["audio"].update(lpc_order=8, pre_emphasis=0), "lacks log_mel"),
        (lambda c: c["model"].update(layerz=1), "unknown setting 'layerz'; did you mean 'layers'"),
        (lambda c: c["model"].update(layers=5), "layers is 5, and must be a multiple of stacks"),
        (lambda c: c["model"].update(layers="4"), "layers is '4', and must be of type int"),
        (lambda c: c.pop("audio"), "setting 'audio' is missing"),
        (lambda c: c["audio"].update(gain=-1), "gain is -1"),
        (
            lambda c: c["model"].update(residual_channels=7),
            r"'input.weight' has shape \(6, 16, 1\), but config.json says \(7, 16, 1\)",
        ),
    ],
)
def test_settings_that_do_not_fit_are_refused(model_folder, change, message):
    change_config(model_folder, change)
    with pytest.raises(ModelFolderError, match=message):
        folder.read(model_folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("head.output.bias"), "tensor 'head.output.bias' is missing"),
        (
            lambda t: t.update({"head.outputs": t["input.bias"]}),
            "unknown tensor 'head.outputs'; did you mean 'head.output",
        ),
        (
            lambda t: t.update({"input.bias": t["input.bias"].astype(np.float16)}),
            "tensor 'input.bias' is F16, and must be F32",
        ),
        (lambda t: t["input.bias"].fill(np.nan), "tensor 'input.bias' contains values that are not finite"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(model_folder, change, message):
    change_tensors(model_folder, change)
    with pytest.raises(ModelFolderError, match=message):
        folder.read(model_folder)


def test_a_calibration_is_written_and_read_back(tmp_path):
    opened = calibrated(random_model(MICRO), AUDIO)
    folder.write(tmp_path, opened.audio, opened.model, opened.tensors)
    again = folder.read(tmp_path).tensors
    assert again.keys() == opened.tensors.keys() >= set(folder.CALIBRATION)
    assert all(np.array_equal(again[name], opened.tensors[name]) for name in again)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("calibration.skip"), "tensor 'calibration.skip' is missing"),
        (lambda t: t.pop("calibration.inputs"), "tensor 'calibration.inputs' is missing"),
        (
            lambda t: t.update({"calibration.inputs": t["calibration.inputs"][:3]}),
            r"'calibration.inputs' has shape \(3,\), but config.json says \(4,\)",
        ),
        (
            lambda t: t["calibration.inputs"].__setitem__(1, 0),
            "'calibration.inputs' contains a step that is not positive",
        ),
        (lambda t: t["calibration.skip"].fill(-1), "'calibration.skip' contains a step that is not positive"),
        (lambda t: t["calibration.skip"].fill(1e-40), "'calibration.skip' contains a step that is not positive"),
        (lambda t: t["calibration.skip"].fill(np.nan), "'calibration.skip' contains values that are not finite"),
        (
            lambda t: t.update({"calibration.hiden": t["calibration.skip"]}),
            "unknown tensor 'calibration.hiden'; did you mean 'calibration.hidden'",
        ),
    ],
)
def test_calibrations_that_do_not_fit_are_refused(tmp_path, change, message):
    opened = calibrated(random_model(MICRO), AUDIO)
    folder.write(tmp_path, opened.audio, opened.model, opened.tensors)
    change_tensors(tmp_path, change)
    with pytest.raises(ModelFolderError, match=message):
        folder.read(tmp_path)


CONTEXT = {"pool": 1, "taps": 1, "layers": 1}
LONG_CONTEXT = CONTEXT | {"layers": 22, "residual_channels": 15}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["model"].update(contexts=[CONTEXT] * 100_000), "contexts has 100000 entries, .* at most 1024"),
        (lambda c: c["model"].update(contexts=[CONTEXT] * 17), "contexts has 17 entries, .* at most 16"),
        (lambda c: c["model"].update(upsample_scales=[1] * 70_000), "has 70000 entries, .* at most 65536"),
        (lambda c: c["model"].update(tags=[str(i) for i in range(1025)]), "tags has 1025 entries, .* at most 1024"),
        (
            lambda c: c["model"].update(layers=21, stacks=1, residual_channels=200),
            "a stream would remember 419430400 values",
        ),
        (lambda c: c["model"].update(contexts=[LONG_CONTEXT] * 16), "a stream would remember"),
        (lambda c: c["model"]["features"].update(n_fft=65_536, n_mels=14_000), "n_fft is 65536; times n_mels, 14000"),
        (lambda c: c["model"]["features"].update(hop_length=1, n_fft=2048), "at most 1024 times hop_length"),
        (lambda c: c["model"]["features"].update(pitch_min=1e-3), "pitch_min is 0.001"),
        (lambda c: c["model"]["features"].update(pitch_max=1e9), "pitch_max 1000000000.0"),
        (lambda c: c.update(x="y" * 5_000_000), "bytes, more than 4194304"),
    ],
)
def test_settings_that_would_take_all_memory_or_time_are_refused(model_folder, change, message):
    change_config(model_folder, change)
    with pytest.raises(ModelFolderError, match=message) as error:
        folder.read(model_folder)
    assert len(str(error.value)) < 3_000


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_pipe_in_the_place_of_a_file_is_refused(model_folder, name):
    (model_folder / name).unlink()
    os.mkfifo(model_folder / name)
    with pytest.raises(ModelFolderError, match="not a regular file"):
        folder.read(model_folder)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "the name of the model is empty; known: .*, or name a folder"),
        ("x" * 5_000, "cannot be read: File name too long"),
        ("a\0b", r"a\\x00b: cannot be read: embedded null byte"),
        ("\x1b[31m\u202e", r"^\\x1b\[31m\\u202e: is neither"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_one_line(name, message):
    with pytest.raises(ModelFolderError, match=message) as error:
        folder.find(name)
    assert str(error.value).isprintable()


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
@pytest.mark.parametrize("damage", [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b"\xff" * 40, None])
def test_damaged_files_are_named(model_folder, name, damage):
    path = model_folder / name
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ModelFolderError, match=name):
        folder.read(model_folder)


def test_json_that_is_no_object_is_refused(model_folder):
    (model_folder / "config.json").write_text("[1]")
    with pytest.raises(ModelFolderError, match="not a JSON object"):
        folder.read(model_folder)


def test_writing_again_keeps_the_card(model_folder):
    (model_folder / "README.md").write_text("card")
    opened = folder.read(model_folder)
    folder.write(model_folder, replace(AUDIO, gain=2.0), opened.model, opened.tensors)
    assert (model_folder / "README.md").read_text() == "card"
    assert folder.read(model_folder).audio.gain == 2.0


def test_weights_that_cannot_be_written_leave_the_old_model(model_folder, monkeypatch):
    before = {path.name: path.read_bytes() for path in model_folder.iterdir()}
    opened = folder.read(model_folder)

    def full(path, data):
        path.write_text("half of it")
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(WavenetError, match="no space left"):
        folder.write(model_folder, replace(AUDIO, gain=2.0), opened.model, opened.tensors)
    assert {path.name: path.read_bytes() for path in model_folder.iterdir()} == before


@pytest.mark.parametrize("order", ["C", "F"])
def test_values_are_kept_in_whatever_order_their_memory_is(order):
    tensors = {
        "transposed": np.asarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4), order=order).transpose(2, 1, 0),
        "integers": np.asarray(np.arange(-3, 3, dtype=np.int8).reshape(2, 3), order=order),
        "one": np.array(1.5, np.float32),
        "every second": np.arange(8, dtype=np.float32)[::2],
    }
    found = load(folder.tensor_file(tensors, {"a": "b"}))
    assert {name: each.tolist() for name, each in found.items()} == {
        name: each.tolist() for name, each in tensors.items()
    }
