"""NVIDIA/nv-wavenet, as its folder ``pytorch`` trains it: an embedding, and one projection conditions all layers."""

import numpy as np

from wavenet.errors import CheckpointError
from wavenet.importers import conditioning
from wavenet.importers.conditioning import Conditioning
from wavenet.importers.layout import (
    ZEROS,
    Given,
    Imported,
    Layout,
    Names,
    plain_layers,
    stacks_of,
    usual_stacks,
)
from wavenet.importers.network import Network
from wavenet.importers.parts import Conv, Parts

NAMES = Names(
    input="embed",
    dilated=("dilate_layers.{}.conv",),
    residual="res_layers.{}.conv",
    skip="skip_layers.{}.conv",
    hidden="conv_out.conv",
    output="conv_end.conv",
)


def fold(parts: Parts, given: Given) -> Imported:
    """The embedding is an input convolution; the projection is cut into layers; upsampling that overlaps is stages."""
    count = parts.count(NAMES.skip)
    deepest = given.number("max_dilation")
    known = given.stacks or (usual_stacks(count, (deepest.bit_length(), count)) if deepest else 0)
    stacks = known or usual_stacks(count, (8, 10))
    layers = plain_layers(parts, NAMES)
    embedding = parts.take("embed.weight", 2).T[:, :, None]
    network = Network(
        Conv(embedding, np.zeros(len(embedding))),
        layers,
        parts.conv(NAMES.hidden),
        parts.conv(NAMES.output),
        stacks_of(layers, stacks),
    )
    projection = parts.conv("cond_layers.conv")
    gates = len(layers[0].dilated.bias)
    if len(projection.bias) != gates * len(layers):
        raise CheckpointError(f"{parts.path}: cond_layers has {len(projection.bias)} outputs, not {gates} a layer")
    for i, layer in enumerate(layers):
        layer.condition = projection.matrix[i * gates : (i + 1) * gates]
        layer.dilated.bias = layer.dilated.bias + projection.bias[i * gates : (i + 1) * gates]
    network.conditioning = _upsampling(parts, given)
    done = Imported(network, differs=[ZEROS, EDGES])
    done.folded += [
        "the embedding is the input convolution, and conditioning is cut into layers, its biases added to theirs",
        "the upsampling, whose windows overlap, is stages of the conditioning network, of both signs",
    ]
    done.supply.append(
        f"features: .npy, {network.conditioning.channels} columns, a row for every {network.conditioning.hop_length} "
        "samples, as its Tacotron 2 computes them"
    )
    if not known:
        done.supply.append(f"--stacks, if the dilations do not start again {stacks} times, as is assumed")
    if not (given.hop_length or given.number("upsamp_stride")):
        done.supply.append(
            f"--hop-length, if it is not a quarter of the window, {network.conditioning.hop_length}, as is assumed"
        )
    return done


EDGES = "frames before the first are the first one again, in the original zeros: the first three frames differ"


def _upsampling(parts: Parts, given: Given) -> Conditioning:
    weight = parts.take("upsample.weight", 3)
    bias = parts.bias("upsample", weight.shape[1])
    stride = given.hop_length or given.number("upsamp_stride") or max(weight.shape[2] // 4, 1)
    convs, stage = conditioning.overlapping(weight, bias, stride)
    return Conditioning(len(weight), stride, convs, [stage])


LAYOUT = Layout(
    "nv-wavenet",
    "NVIDIA/nv-wavenet",
    "its own code, commit 03f6957",
    lambda names: {"embed.weight", "dilate_layers.0.conv.weight", "cond_layers.conv.weight"} <= set(names),
    fold,
    "config.json",
)
