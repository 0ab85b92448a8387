"""Names of files in which other programs keep networks, so that a message can say what was given."""

import re
from pathlib import Path

_KINDS = (
    (r"\.nam$", "an amplifier of Neural Amp Modeler, which wavenet amp plays"),
    (r"\.onnx$", "an ONNX graph"),
    (r"\.(pth|pt|pkl|bin)$", "a file of PyTorch or pickle, which may run code when it is read"),
    (r"\.ckpt(-\d+)?(\.(index|meta|data-\d+-of-\d+))?$", "a checkpoint of TensorFlow or PyTorch Lightning"),
    (r"\.(h5|hdf5|keras|tflite|pb)$", "a file of Keras or TensorFlow"),
    (r"\.(npz|npy)$", "a file of arrays"),
    (r"\.safetensors$", "weights without their settings"),
    (r"\.gguf$", "a file of llama.cpp"),
    (r"\.(json|ya?ml)$", "a file of settings"),
    (r"\.(wav|flac|ogg|mp3)$", "a recording"),
    (r"\.(zip|tar|tgz|gz|xz)$", "an archive, to be unpacked first"),
)
ACCEPTED = (
    "only a folder is opened, with config.json and model.safetensors as docs/model-folder.md describes them, or a "
    "shipped model by its name"
)


def told(path: Path) -> str:
    """One line about a file that was given in place of a model folder, with the way out."""
    if path.name in ("config.json", "model.safetensors") and (path.parent / "config.json").exists():
        return f"{path}: is a file of a model folder; name the folder, {path.parent}"
    run = path.parent / "model"
    if path.name == "checkpoint.pt" and (run / "config.json").exists():
        return f"{path}: is the state of a training run; its model is {run}"
    kind = next((kind for pattern, kind in _KINDS if re.search(pattern, path.name.lower())), "")
    return f"{path}: is {kind or 'a file'}, and {ACCEPTED}"
