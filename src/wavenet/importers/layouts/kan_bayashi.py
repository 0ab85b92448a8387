"""kan-bayashi/PytorchWaveNetVocoder: local conditioning that comes one sample later than ours."""

import numpy as np

from wavenet.errors import UsageError
from wavenet.importers import conditioning
from wavenet.importers.conditioning import Conditioning, Stage
from wavenet.importers.layout import START, Given, Imported, Layout, Names, plain_network, usual_stacks
from wavenet.importers.parts import Parts

NAMES = Names(
    input="causal.conv",
    dilated=("dil_tanh.{}.conv", "dil_sigmoid.{}.conv"),
    residual="res_1x1.{}",
    skip="skip_1x1.{}",
    hidden="conv_post_1",
    output="conv_post_2",
    condition=("aux_1x1_tanh.{}", "aux_1x1_sigmoid.{}"),
)
DECODED = "its μ-law is decoded half a step lower, as (class - 0.5); here as (class), so sound differs by half a step"


def fold(parts: Parts, given: Given) -> Imported:
    """Sigmoid and tanh are stacked; upsampling, linear there, is a stage of both signs, delayed by a sample."""
    known = given.stacks or given.number("dilation_repeat")
    stacks = known or usual_stacks(parts.count(NAMES.skip), (10,))
    network = plain_network(parts, NAMES, stacks)
    channels = len(network.layers[0].condition[0]) if network.layers[0].condition is not None else 0
    stage = _upsampling(parts, given, channels)
    scale = stage.weight.shape[2] // 3
    network.conditioning = Conditioning(channels, scale, upsampling=[conditioning.delayed(stage)])
    done = Imported(network, differs=[START.format("class 128, and zeros after the first layer"), DECODED])
    done.folded += [
        "tanh and sigmoid of each layer are one convolution, to which the biases of conditioning are added",
        "upsampling is a stage of the conditioning network, of both signs, one sample later: a sample is conditioned "
        "by the features of the one before",
    ]
    done.supply += [
        f"features: .npy, {channels} columns, a row for every {scale} samples, scaled by the statistics of its training"
    ]
    if not known:
        done.supply.append(f"--stacks, if the dilations do not start again {stacks} times, as is assumed")
    return done


def _upsampling(parts: Parts, given: Given, channels: int) -> Stage:
    if not parts.has_conv("upsampling.conv"):
        hop = given.hop_length or given.number("upsampling_factor")
        if not hop:
            raise UsageError(
                "this network takes a row of features for each sample; give --hop-length, the samples for which a row "
                "is repeated, or 1"
            )
        return conditioning.repeated(channels, hop)
    weight = parts.weight("upsampling.conv", 4)  # (1, 1, 1, scale)
    bias = parts.bias("upsampling.conv", 1)
    return conditioning.spread(np.reshape(weight, (1, -1)), bias, channels, rectified=False)


LAYOUT = Layout(
    "kan-bayashi",
    "kan-bayashi/PytorchWaveNetVocoder",
    "its own code, commit d071ed3",
    lambda names: {"causal.conv.weight", "dil_tanh.0.conv.weight", "aux_1x1_tanh.0.weight"} <= set(names),
    fold,
    "model.conf",
)
