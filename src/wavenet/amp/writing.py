"""Writes networks as ``.nam`` files, in the spelling of the first trainers, which every player knows."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from wavenet import atomic
from wavenet.amp.model import Array, Layer, LayerArray, WaveNet
from wavenet.errors import UsageError

VERSION = "0.5.4"


def write(
    path: str | os.PathLike[str], network: WaveNet, sample_rate: int, metadata: Mapping[str, Any] | None = None
) -> None:
    """Write a network atomically; ``file.read`` gives it back, bit for bit.

    Args:
        path: the file.
        network: plain layer arrays of one kernel size: no gates, FiLM, groups, nor layers behind the arrays.
        sample_rate: in Hz.
        metadata: entries such as ``name`` and ``loudness``.

    Raises:
        UsageError: the network has something else, or a weight that is NaN or infinite.
        WavenetError: the operating system refused to write.
    """
    text = json.dumps(document(network, sample_rate, metadata or {}), allow_nan=False)
    with atomic.writing(path) as temporary:
        temporary.write_text(text, "utf-8")


def document(network: WaveNet, sample_rate: int, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a file; raises UsageError."""
    if network.post or network.condition:
        raise _other("a condition_dsp, or layers behind its arrays")
    layers = [_array(array) for array in network.arrays]
    weights = np.concatenate([part.ravel() for array in network.arrays for part in _weights(array)])
    if not np.isfinite(weights).all():
        raise UsageError("a weight of the amplifier is NaN or infinite; train it again at lower learning rates")
    return {
        "version": VERSION,
        "metadata": dict(metadata),
        "architecture": "WaveNet",
        "config": {"layers": layers, "head": None, "head_scale": network.head_scale},
        "weights": [*map(float, weights), network.head_scale],
        "sample_rate": sample_rate,
    }


def _array(array: LayerArray) -> dict[str, Any]:
    """The settings of an array."""
    kinds = {(layer.activation.kind, layer.mode, layer.convolution.weight.shape) for layer in array.layers}
    if len(kinds) != 1 or any(layer.head or layer.films or not layer.residual for layer in array.layers):
        raise _other("layers of several kinds, FiLM, or no residual")
    ((activation, mode, (_, channels, taps)),) = kinds
    if mode != "none" or array.head.past:
        raise _other("gates, or a head of several taps")
    return {
        "input_size": array.rechannel.weight.shape[1],
        "condition_size": array.layers[0].mixin.weight.shape[1],
        "head_size": len(array.head.weight),
        "channels": channels,
        "kernel_size": taps,
        "dilations": [layer.convolution.dilation for layer in array.layers],
        "activation": activation,
        "gated": False,
        "head_bias": array.head.bias is not None,
    }


def _weights(array: LayerArray) -> Iterator[Array]:
    """All weights of an array, in the order of the file."""
    yield array.rechannel.weight
    for layer in array.layers:
        yield from _of_layer(layer)
    yield array.head.weight
    if array.head.bias is not None:
        yield array.head.bias


def _of_layer(layer: Layer) -> Iterator[Array]:
    assert layer.convolution.bias is not None
    assert layer.residual is not None
    assert layer.residual.bias is not None
    yield from (layer.convolution.weight, layer.convolution.bias, layer.mixin.weight)
    yield from (layer.residual.weight, layer.residual.bias)


def _other(what: str) -> UsageError:
    return UsageError(f"the amplifier has {what}, which cannot be written; give one of plain layer arrays")
