"""Cuts a WaveNet of several widths to a narrower one.

The first channels of everything stay, as the engine of the format's authors does it. So where a FiLM scales and shifts,
or a layer is gated, the rows that remain are the first of both halves together.
"""

from dataclasses import replace

import numpy as np

from wavenet.amp.model import Convolution, Film, Layer, LayerArray, WaveNet
from wavenet.amp.wavenets import ArrayShape, film_channels, halves
from wavenet.errors import AmpError


def slimmed(network: WaveNet, shapes: list[ArrayShape], quality: float, path: str) -> WaveNet:
    """The network at a quality from 0 to 1; each array has its own widths.

    Raises:
        AmpError: the network has groups or a longer head, for which no cut is defined.
    """
    widths = [_width(shape, quality) for shape in shapes]
    if widths == [shape.channels for shape in shapes]:
        return network
    arrays = []
    for i, (array, shape) in enumerate(zip(network.arrays, shapes, strict=True)):
        if _grouped(shape) or shape.head_taps != 1 or network.post:
            raise AmpError(
                f"{path}: a network with groups, a head of several taps or layers behind its arrays cannot be cut to "
                "a lower quality; give --quality 1"
            )
        last = i + 1 == len(shapes)
        arrays.append(_cut(array, shape, widths[i - 1] if i else shape.inputs, widths[i], 0 if last else widths[i + 1]))
    return replace(network, arrays=tuple(arrays))


def _width(shape: ArrayShape, quality: float) -> int:
    if not shape.widths:
        return shape.channels
    return shape.widths[min(int(quality * len(shape.widths)), len(shape.widths) - 1)]


def _grouped(shape: ArrayShape) -> bool:
    return max(shape.groups, shape.mixin_groups, shape.residual_groups, shape.head1x1[1]) > 1


def _cut(array: LayerArray, shape: ArrayShape, inputs: int, channels: int, head_outputs: int) -> LayerArray:
    """One array; head_outputs 0: as they were."""
    bottleneck = max(1, shape.bottleneck * channels // shape.channels) if shape.residual_groups else channels
    layers = tuple(_layer(layer, shape, channels, bottleneck) for layer in array.layers)
    head_inputs = shape.head1x1[0] or bottleneck
    head = first(array.head, head_inputs, head_outputs or shape.head_outputs)
    return LayerArray(first(array.rechannel, inputs, channels), layers, head)


def _layer(layer: Layer, shape: ArrayShape, channels: int, bottleneck: int) -> Layer:
    inner = bottleneck * (1 if layer.mode == "none" else 2)
    cut = replace(shape, channels=channels, bottleneck=bottleneck)
    films = {
        name: _film(layer.films[name], count)
        for name, count in film_channels(cut, inner).items()
        if name in layer.films
    }
    activation, secondary = (
        replace(one, slopes=one.slopes[:bottleneck]) for one in (layer.activation, layer.secondary)
    )  # fmt: skip
    return Layer(
        first(layer.convolution, channels, inner),
        first(layer.mixin, shape.condition, inner),
        activation,
        layer.mode,
        secondary,
        layer.residual and first(layer.residual, bottleneck, channels),
        layer.head and first(layer.head, bottleneck, shape.head1x1[0]),
        films,
    )


def first(one: Convolution, inputs: int, outputs: int) -> Convolution:
    """A convolution from its first inputs to its first outputs."""
    bias = None if one.bias is None else one.bias[:outputs]
    return Convolution(np.ascontiguousarray(one.weight[:outputs, :inputs]), bias, one.dilation)


def _film(film: Film, channels: int) -> Film:
    parts = [film.scale, film.shift] if film.shift else [film.scale]
    weight = np.concatenate([part.weight for part in parts])
    bias = np.concatenate([part.bias for part in parts if part.bias is not None])
    rows = channels * len(parts)
    return halves(weight[:rows], bias[:rows], channels)
