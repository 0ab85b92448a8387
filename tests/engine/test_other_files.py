import pytest

from tests.cli.test_main import failing
from tests.networks import MICRO, as_folder, random_model
from wavenet.engine import folder
from wavenet.errors import ModelFolderError

WAY_OUT = "only a folder is opened, with config.json and model.safetensors"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("checkpoint.pth", "a file of PyTorch or pickle, which may run code"),
        ("Model.PT", "a file of PyTorch or pickle"),
        ("amp.nam", "an amplifier of Neural Amp Modeler, which wavenet amp plays"),
        ("last.ckpt", "a checkpoint of TensorFlow or PyTorch Lightning"),
        ("model.ckpt-14999", "a checkpoint of TensorFlow or PyTorch Lightning"),
        ("model.ckpt-14999.data-00000-of-00001", "a checkpoint of TensorFlow or PyTorch Lightning"),
        ("graph.onnx", "an ONNX graph"),
        ("net.h5", "a file of Keras or TensorFlow"),
        ("net.npz", "a file of arrays"),
        ("weights.safetensors", "weights without their settings"),
        ("sound.wav", "a recording"),
        ("noidea", "a file"),
    ],
)
@pytest.mark.parametrize("command", ["generate", "vocode", "info", "say"])
def test_a_file_of_another_program_is_named_for_what_it_is(tmp_path, capsys, name, kind, command):
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04")
    given = {"generate": ["--model", path], "vocode": ["x.npy", "--model", path], "info": [path]}
    given["say"] = ["Hello.", "-o", tmp_path / "said.wav", "--voice", path]
    out = [] if command in ("info", "say") else ["-o", tmp_path / "out.wav"]
    code, line = failing(capsys, command, *map(str, [*given[command], *out]))
    assert code == 2
    assert line.startswith(f"wavenet: {path}: is {kind}")
    assert WAY_OUT in line


def test_files_of_our_own_folders_lead_to_them(tmp_path):
    model = tmp_path / "run" / "model"
    plain = as_folder(random_model(MICRO))
    folder.write(model, plain.audio, plain.model, plain.tensors)
    (tmp_path / "run" / "checkpoint.pt").write_bytes(b"state")
    for given, told in (
        (model / "model.safetensors", f"name the folder, {model}"),
        (model / "config.json", f"name the folder, {model}"),
        (tmp_path / "run" / "checkpoint.pt", f"is the state of a training run; its model is {model}"),
    ):
        with pytest.raises(ModelFolderError, match=told):
            folder.find(given)
