"""What every layout is folded into: the paper's plain network, as arrays; then settings and tensors of a model folder.

The functions here are the linear habits of other implementations, each folded exactly up to rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet.config import FeatureConfig, ModelConfig
from wavenet.config.model import OutputName
from wavenet.engine.folder import Tensors, tensor_shapes
from wavenet.errors import CheckpointError
from wavenet.importers.conditioning import Conditioning
from wavenet.importers.parts import Array, Conv


@dataclass
class Layer:
    """One residual layer; in ``dilated`` the tanh half comes first."""

    dilated: Conv
    residual: Conv | None
    skip: Conv
    condition: Array | None = None
    """(2D, channels) of what conditions locally; its bias is part of the dilated one"""
    global_condition: Array | None = None
    """(2D, channels) of what conditions globally"""


@dataclass
class Network:
    """The plain network."""

    input: Conv
    layers: list[Layer]
    hidden: Conv
    output: Conv
    stacks: int
    conditioning: Conditioning | None = None
    speakers: Array | None = None
    """(speakers, channels): embeddings"""
    distribution: OutputName = "softmax"


def scaled_residuals(layers: Sequence[Layer], scale: float) -> None:
    """Fold x ← (x + residual) · scale: layer l from 0 takes scale^l into its inputs, and out of its residual.

    What is then passed on is x / scale^l.
    """
    for power, layer in enumerate(layers):
        layer.dilated.weight = layer.dilated.weight * scale**power
        if layer.residual:
            layer.residual = Conv(layer.residual.weight / scale**power, layer.residual.bias / scale**power)


def scaled_skips(layers: Sequence[Layer], factors: Sequence[float]) -> None:
    """Fold a factor of each layer's skip."""
    for layer, factor in zip(layers, factors, strict=True):
        layer.skip = Conv(layer.skip.weight * factor, layer.skip.bias * factor)


def model_of(network: Network, path: Path) -> tuple[ModelConfig, Tensors]:
    """The settings and the tensors of a network.

    Raises:
        CheckpointError: tensors do not fit together; the first is named.
        UsageError: a setting is out of bounds.
    """
    first, conditioning = network.layers[0], network.conditioning
    widths = {len(layer.global_condition[0]) for layer in network.layers if layer.global_condition is not None}
    outside = min(widths, default=0) if network.speakers is None else 0
    scalar = network.distribution != "softmax"
    features = FeatureConfig()
    if conditioning:
        features = FeatureConfig(
            kinds=("file",), file_channels=conditioning.channels, hop_length=conditioning.hop_length
        )
    model = ModelConfig(
        layers=len(network.layers),
        stacks=network.stacks,
        kernel_size=first.dilated.weight.shape[2],
        input_kernel_size=network.input.weight.shape[2],
        residual_channels=len(network.input.weight),
        dilation_channels=len(first.dilated.weight) // 2,
        skip_channels=len(first.skip.weight),
        head_channels=len(network.hidden.weight),
        quantization_channels=65_536 if scalar else network.input.weight.shape[1],
        output=network.distribution,
        components=max(len(network.output.weight) // 3, 1) if network.distribution == "logistics" else 10,
        speakers=tuple(map(str, range(0 if network.speakers is None else len(network.speakers)))),
        speaker_channels=1 if network.speakers is None else network.speakers.shape[1],
        tags=tuple(f"global_{i}" for i in range(outside)),
        features=features,
        condition_channels=conditioning.width if conditioning else 64,
        condition_layers=len(conditioning.convs) if conditioning else 2,
        condition_kernel_size=conditioning.kernel_size if conditioning else 3,
        upsample_scales=conditioning.scales if conditioning else (),
    )
    tensors = {name: np.ascontiguousarray(tensor, np.float32) for name, tensor in _tensors(network).items()}
    _check(path, tensors, tensor_shapes(model))
    return model, tensors


def _tensors(network: Network) -> dict[str, Array]:
    tensors = _conv("input", network.input) | _conv("head.hidden", network.hidden)
    tensors |= _conv("head.output", network.output)
    conditioning = network.conditioning
    for i, layer in enumerate(network.layers):
        tensors |= _conv(f"layers.{i}.dilated", layer.dilated) | _conv(f"layers.{i}.skip", layer.skip)
        if layer.residual and i < len(network.layers) - 1:
            tensors |= _conv(f"layers.{i}.residual", layer.residual)
        if layer.global_condition is not None:
            tensors[f"layers.{i}.global_condition.weight"] = layer.global_condition[:, :, None]
        if layer.condition is not None and conditioning:
            tensors[f"layers.{i}.condition.weight"] = conditioning.projection(layer.condition)[:, :, None]
    if network.speakers is not None:
        tensors["speakers.weight"] = network.speakers
    return tensors | (conditioning.tensors() if conditioning else {})


def _conv(name: str, conv: Conv) -> dict[str, Array]:
    return {f"{name}.weight": conv.weight, f"{name}.bias": conv.bias}


def _check(path: Path, tensors: Tensors, expected: dict[str, tuple[int, ...]]) -> None:
    for name in expected.keys() ^ tensors.keys():
        fault = "is missing" if name in expected else "has no place"
        raise CheckpointError(f"{path}: folded, the tensor {name!r} {fault}")
    for name, shape in expected.items():
        found: NDArray[np.float32] = tensors[name]
        if found.shape != shape:
            raise CheckpointError(f"{path}: folded, the tensor {name!r} has the shape {found.shape}, and needs {shape}")
        if not np.isfinite(found).all():
            raise CheckpointError(f"{path}: folded, the tensor {name!r} has values beyond the range of float32")
