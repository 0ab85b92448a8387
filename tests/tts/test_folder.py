import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import wavenet
from tests import voices
from tests.networks import as_folder, random_model
from wavenet.engine import folder as model_folder
from wavenet.engine.eight_bits import dequantised
from wavenet.errors import ModelFolderError
from wavenet.generator import Generator
from wavenet.tts import folder
from wavenet.tts.voice import Voice


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return voices.write(tmp_path_factory.mktemp("voices") / "whole")


@pytest.fixture
def home(tmp_path: Path, whole: Path) -> Path:
    for file in (path for path in whole.rglob("*") if path.is_file()):
        copy = tmp_path / file.relative_to(whole)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes())
    return tmp_path


def refused(home: Path, message: str) -> None:
    with pytest.raises(ModelFolderError, match=message) as error:
        wavenet.open(home)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("conditions", voices.CONDITIONS)
def test_what_is_written_is_read_back(tmp_path: Path, conditions: str) -> None:
    opened, written = folder.read(voices.write(tmp_path, conditions)), voices.tiny(conditions)
    assert opened.voice == written.voice
    tensors = dequantised(opened.tensors)
    assert tensors.keys() == written.tensors.keys()
    for name, tensor in tensors.items():
        np.testing.assert_allclose(tensor, written.tensors[name], rtol=1e-6)
    assert opened.wavenet.model == written.wavenet.model


def test_opening_gives_what_the_folder_holds(whole: Path) -> None:
    assert isinstance(wavenet.open(whole), Voice)
    assert isinstance(wavenet.open(str(whole / folder.WAVENET)), Generator)
    assert isinstance(wavenet.open("vocoder"), Generator)


def test_a_shipped_voice_is_found_by_its_bare_name(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_folder, "SHIPPED", whole.parent)
    assert model_folder.shipped(folder.FORMAT) == ["whole"]
    assert isinstance(wavenet.open("whole"), Voice)
    assert isinstance(Voice.open("whole"), Voice)
    with pytest.raises(
        ModelFolderError, match="wohle: is neither a voice folder nor a shipped voice; did you mean 'whole'"
    ):
        Voice.open("wohle")
    with pytest.raises(ModelFolderError, match="whole: is a voice; use it with wavenet say --voice"):
        Generator.open("whole")


def test_where_no_voice_is_shipped_none_is_suggested(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_folder, "SHIPPED", whole / "nothing")
    with pytest.raises(ModelFolderError, match=r"english: is neither .* shipped voice; name the folder of a voice"):
        Voice.open("english")


def test_a_model_is_no_voice_and_a_run_points_to_its_voice(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match="vocoder: is a model, not a voice; use it with wavenet generate or"):
        Voice.open("vocoder")
    (tmp_path / "run" / "voice").mkdir(parents=True)
    (tmp_path / "run" / "voice" / "config.json").write_text("{}")
    refused(tmp_path / "run", "is a training run, not a voice folder; its voice is .*run/voice")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.update(format_version=2), "format_version is 2, but this program reads 1; update wavenet-audio"),
        (lambda c: c.update(format_version="1"), "does not have the settings of a wavenet-voice"),
        (lambda c: c.update(format="wavenet-vioce"), "does not have the settings of a wavenet-model"),
        (lambda c: c["voice"].update(phones=[]), "phones is empty"),
        (lambda c: c["voice"]["phones"].remove("SIL"), "phones lacks SIL"),
        (lambda c: c["voice"].update(condtions="mel"), "unknown setting 'condtions'; did you mean 'conditions'"),
        (lambda c: c["voice"].update(conditions="mels"), "'mels', and must be one of 'mel.pitch', 'mel', 'linguistic"),
        (lambda c: c["voice"].update(conditions="linguistic"), r"takes 22 features of kinds \['log_mel', 'pitch'\]"),
        (lambda c: c["voice"]["pitch"].update(channels=9), r"has shape \(8, .*config.json says \(9, "),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_are_refused(home: Path, change: Callable[[dict], None], message: str) -> None:
    settings = json.loads((home / "config.json").read_text())
    change(settings)
    (home / "config.json").write_text(json.dumps(settings))
    refused(home, message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("mel.encoder.input.weight"), "tensor 'mel.encoder.input.weight' is missing"),
        (lambda t: t.pop("mel.encoder.input.weight.scale"), "weight.scale' is missing"),
        (
            lambda t: t.update({"mel.encoder.input.weight.scale": np.ones(3, np.float32)}),
            r"weight.scale' has shape \(3,\)",
        ),
        (lambda t: t["mel.encoder.input.weight.scale"].fill(np.nan), "weight.scale' contains values"),
        (lambda t: t.update({"pitch.decoder.output.bias": np.ones(2, np.int8)}), "is int8, and must be float32"),
        (lambda t: t["pitch.decoder.output.bias"].fill(np.inf), "'pitch.decoder.output.bias' contains values"),
        (lambda t: t.update({"mel.x.bias": np.ones(3, np.float32)}), "unknown tensor 'mel.x.bias'"),
        (lambda t: t.update({"pitch.decoder.output.bias": np.ones(3, np.float32)}), r"has shape \(3,\)"),
        (lambda t: t.update({"pitch.decoder.output.bias": np.ones(2)}), "is F64, and must be F32 or I8"),
    ],
)  # fmt: skip
def test_weights_that_do_not_fit_are_refused(home: Path, change: Callable[[dict], None], message: str) -> None:
    tensors = load_file(home / folder.WEIGHTS)
    change(tensors)
    save_file(tensors, home / folder.WEIGHTS)
    refused(home, f"{folder.WEIGHTS}.*{message}")


@pytest.mark.parametrize("name", ["config.json", folder.WEIGHTS, "wavenet/config.json", "wavenet/model.safetensors"])
@pytest.mark.parametrize("damage", [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b"\xff" * 40, None])
def test_damaged_files_are_named(home: Path, name: str, damage: Callable[[bytes], bytes] | None) -> None:
    if damage is None:
        (home / name).unlink()
    else:
        (home / name).write_bytes(damage((home / name).read_bytes()))
    refused(home, name)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_mels": 21}, r"has shape \(20, 8\), but config.json says \(21, 8\)"),
        ({"kinds": ("log_mel",)}, r"takes 20 features of kinds \['log_mel'\], but this voice has 22 of kinds"),
        ({"kinds": ("pitch", "log_mel")}, r"22 features of kinds \['pitch', 'log_mel'\], but this"),
        ({"kinds": ("file",), "file_channels": 22}, r"takes 22 features of kinds \['file'\], but this voice has 22"),
        ({"speakers": ("ann", "bob")}, "and no speaker; use the model that was trained for it"),
    ],
)  # fmt: skip
def test_a_wavenet_that_takes_something_else_is_refused(home: Path, changes: dict, message: str) -> None:
    model = voices.wavenet().model
    features = replace(model.features, **{name: value for name, value in changes.items() if name != "speakers"})
    model = replace(model, features=features, decimation=1, speakers=changes.get("speakers", ()))
    opened = as_folder(random_model(model))
    model_folder.write(home / folder.WAVENET, opened.audio, opened.model, opened.tensors)
    refused(home, message)
