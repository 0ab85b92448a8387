"""The model folder of a PixelCNN: ``config.json``, ``model.safetensors``, ``README.md``."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from wavenet import atomic
from wavenet.config.pixelcnn import PixelCNNConfig
from wavenet.engine import folder
from wavenet.pixelcnn.cached import Network

FORMAT = folder.PIXELCNN_FORMAT
FORMAT_VERSION = 1


@dataclass(frozen=True)
class _Settings:
    model: PixelCNNConfig


def read(model: str | Path) -> Network:
    """Open the folder of a PixelCNN, or a shipped one by its name.

    Raises:
        ModelFolderError: there is none; or a file is missing or corrupt, has another version, or does not match the
            other.
    """
    path = folder.find(model, FORMAT)
    settings = folder.read_settings(path / "config.json", FORMAT, FORMAT_VERSION, _Settings).model
    weights = path / "model.safetensors"
    tensors = folder.load_tensors(weights)
    folder.check_tensors(weights, tensors, shapes(settings))
    return Network(settings, tensors)


def write(path: Path, network: Network) -> None:
    """Write the settings and the weights, each atomically; other files stay."""
    atomic.make_folder(path)
    expected = shapes(network.model)
    assert {name: tensor.shape for name, tensor in network.tensors.items()} == expected
    with atomic.writing(path / "model.safetensors") as temporary:
        temporary.write_bytes(folder.tensor_file({name: network.tensors[name] for name in expected}))
    settings = {"format": FORMAT, "format_version": FORMAT_VERSION, "model": asdict(network.model)}
    with atomic.writing(path / "config.json") as temporary:
        temporary.write_text(json.dumps(settings, indent=2) + "\n", "utf-8")


def shapes(m: PixelCNNConfig) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor."""
    P = m.channels
    found = _conv("hidden", m.head_channels, P) | _conv("output", m.colours * m.levels, m.head_channels)
    for i, K in enumerate(m.kernel_sizes):
        name, inputs, half = f"layers.{i}", P if i else m.colours, K // 2
        if m.stacks == "two":
            found |= _conv(f"{name}.vertical", 2 * P, inputs, half + 1, K) | _conv(f"{name}.link", 2 * P, 2 * P)
            found[f"{name}.horizontal.weight"] = 2 * P, inputs, 1, half + 1
        else:
            found |= _conv(f"{name}.conv", P, inputs, K, K)
        found |= _conv(f"{name}.residual", P, P) | _conv(f"{name}.skip", P, P)
        if m.classes:
            found[f"{name}.classes"] = m.classes, 4 * P if m.stacks == "two" else P
    return found


def _conv(name: str, outputs: int, inputs: int, height: int = 1, width: int = 1) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs, height, width), f"{name}.bias": (outputs,)}
