"""r9y9/wavenet_vocoder, its last version and versions to 0.1: weight norm, scaled residuals and skips, upsampling."""

import math
from collections.abc import Collection

from wavenet.errors import CheckpointError, UsageError
from wavenet.importers import conditioning
from wavenet.importers.conditioning import Conditioning, Stage
from wavenet.importers.layout import ZEROS, Given, Imported, Layout, Names, plain_network, usual_stacks
from wavenet.importers.network import Network, scaled_residuals, scaled_skips
from wavenet.importers.parts import Conv, Parts

NAMES = Names(
    input="first_conv",
    dilated=("conv_layers.{}.conv",),
    residual="conv_layers.{}.conv1x1_out",
    skip="conv_layers.{}.conv1x1_skip",
    hidden="last_conv_layers.1",
    output="last_conv_layers.3",
    condition=("conv_layers.{}.conv1x1c",),
    global_condition=("conv_layers.{}.conv1x1g",),
)
HALF = math.sqrt(0.5)
PRE_EMPHASIS = 0.85
"""which its settings do not tell"""
UNIT = 32.0
"""our means are in units of 1 / 32"""


def fold(parts: Parts, given: Given) -> Imported:
    """The last version: the sum of skips times √(1 / layers)."""
    done = _folded(parts, given)
    layers = done.network.layers
    scaled_skips(layers, [math.sqrt(1 / len(layers))] * len(layers))
    done.folded.append("the sum of the skips times √(1 / layers): into the skips")
    return done


def fold_legacy(parts: Parts, given: Given) -> Imported:
    """Versions to 0.1: the skips so far times √½ after each layer but the first, unless ``legacy`` is false."""
    done = _folded(parts, given)
    count = len(done.network.layers)
    if given.beside.get("legacy", True):
        scaled_skips(done.network.layers, [HALF ** (count - max(layer, 1)) for layer in range(count)])
        done.folded.append("the running sum of the skips times √½ in each layer: into the skips")
    return done


def _folded(parts: Parts, given: Given) -> Imported:
    known = given.stacks or given.number("stacks")
    count = parts.count(NAMES.skip)
    stacks = known or {20: 2, 24: 4, 30: 3}.get(count, 0) or usual_stacks(count, (10,))
    network = plain_network(parts, NAMES, stacks)
    done = Imported(network, differs=[ZEROS])
    scaled_residuals(network.layers, HALF)
    done.folded.append(
        "the residual times √½: layer l takes the power l of it into its inputs, and out of its residual"
    )
    if parts.has("embed_speakers.weight"):
        network.speakers = parts.take("embed_speakers.weight", 2)
    if network.layers[0].condition is not None:
        _condition(parts, given, done)
    _distribution(parts, given, done)
    _levels(given, done)
    if parts.weight_norm:
        done.folded.append("weight norm is multiplied out")
    if not known:
        done.supply.append(f"--stacks, if the dilations do not start again {stacks} times, as is assumed")
    return done


def _distribution(parts: Parts, given: Given, done: Imported) -> None:
    """Classes, or densities of the samples' values: the means become multiples of 1 / 32."""
    network, outputs = done.network, len(done.network.output.weight)
    if network.input.weight.shape[1] != 1:
        classes = network.input.weight.shape[1]
        done.differs.append(f"generation begins with class {classes // 2}, silence; there with 127")
        return
    if given.beside.get("input_type", "raw") != "raw":
        raise CheckpointError(
            f"{parts.path}: input_type is {given.beside['input_type']}, densities of companded values, which is not "
            "supported; raw and mulaw-quantize are"
        )
    named = given.beside.get("output_distribution", "Normal" if outputs == 2 else "Logistic")
    components = outputs // 3
    if (named, outputs) == ("Normal", 2):
        network.distribution, means = "gaussian", slice(0, 1)
    elif named == "Logistic" and outputs % 3 == 0:
        network.distribution, means = "logistics", slice(components, 2 * components)
    else:
        raise CheckpointError(
            f"{parts.path}: {outputs} outputs of the distribution {named}: only mixtures of logistics and one normal "
            "distribution are supported"
        )
    weight, bias = network.output.weight.copy(), network.output.bias.copy()
    weight[means] *= UNIT
    bias[means] *= UNIT
    network.output = Conv(weight, bias)
    done.folded.append("the means are in units of 1 / 32")
    done.differs.append("generated values are rounded to 16 bits, and log scales are at least -13.4")


def _levels(given: Given, done: Imported) -> None:
    """Gain and pre-emphasis, which the file beside the checkpoint tells."""
    if not given.beside:
        done.supply.append("gain and pre_emphasis in config.json, if its preset had them; the published had 0.55, 0.85")
    scale = given.beside.get("global_gain_scale")
    if isinstance(scale, int | float) and scale > 0:
        done.gain = float(scale)
    if given.beside.get("preprocess") == "preemphasis":
        done.pre_emphasis = PRE_EMPHASIS


def _condition(parts: Parts, given: Given, done: Imported) -> None:
    network: Network = done.network
    first = network.layers[0].condition
    assert first is not None
    channels = first.shape[1]
    convs: list[Stage] = []
    if parts.has_conv("upsample_net.conv_in"):
        conv = parts.conv("upsample_net.conv_in")
        if conv.weight.shape[:2] != (channels, channels) or conv.weight.shape[2] % 2 == 0:
            raise CheckpointError(f"{parts.path}: upsample_net.conv_in has the shape {conv.weight.shape}")
        convs = [Stage(conv.weight, conv.bias, False)]
    settings = given.beside.get("upsample_params")
    activation = settings.get("upsample_activation") if isinstance(settings, dict) else None
    stages = _smoothed(parts, channels, activation) or _transposed(parts, channels)
    hop = math.prod(stage.weight.shape[2] // 3 for stage in stages)
    if not stages:
        hop = given.hop_length or given.number("hop_size")
        if not hop:
            raise UsageError(
                "this network takes a row of features for each sample; give --hop-length, the samples for which a row "
                "is repeated, or 1"
            )
    network.conditioning = Conditioning(channels, hop, convs, stages)
    if stages:
        done.folded.append("upsampling is stages of the conditioning network, of both signs where it is linear")
        done.differs.append("beyond the ends the features repeat, there zeros follow: the first and last frames differ")
    done.supply.append(
        f"features: .npy, {channels} columns, a row for every {hop} samples, normalised by the statistics beside the "
        "checkpoint"
    )


def _smoothed(parts: Parts, channels: int, activation: object) -> list[Stage]:
    """The last version's upsampling: nearest neighbours, then a convolution 2 · scale + 1 wide."""
    prefix = next((p for p in ("upsample_net.upsample.up_layers", "upsample_net.up_layers")
                   if parts.has_conv(f"{p}.1")), "")  # fmt: skip
    stages, place = [], 1
    while prefix and parts.has_conv(f"{prefix}.{place}"):
        weight = parts.weight(f"{prefix}.{place}", 4)
        if weight.shape[:2] != (1, 1) or weight.shape[2] % 2 == 0 or weight.shape[3] < 3 or weight.shape[3] % 2 == 0:
            raise CheckpointError(f"{parts.path}: {prefix}.{place} has the shape {weight.shape}")
        stages.append(conditioning.smoothed(weight[0, 0], weight.shape[3] // 2, channels))
        place += 2
    if prefix and (parts.has_conv(f"{prefix}.4") or activation not in (None, "none")):
        raise CheckpointError(
            f"{parts.path}: a nonlinearity lies between the layers of {prefix} (upsample_activation), which is not "
            "supported; none is"
        )
    return stages


def _transposed(parts: Parts, channels: int) -> list[Stage]:
    """The older upsampling: transposed convolutions as wide as their stride, each behind it a ReLU."""
    stages, place = [], 0
    while parts.has_conv(f"upsample_conv.{place}"):
        weight = parts.weight(f"upsample_conv.{place}", 4)
        if weight.shape[:2] != (1, 1) or weight.shape[2] % 2 == 0:
            raise CheckpointError(f"{parts.path}: upsample_conv.{place} has the shape {weight.shape}")
        bias = parts.bias(f"upsample_conv.{place}", 1)
        stages.append(conditioning.spread(weight[0, 0], bias, channels, rectified=True))
        place += 2
    return stages


def _begins(names: Collection[str], *beginnings: str) -> bool:
    return all(any(name.startswith(beginning) for name in names) for beginning in beginnings)


def _old(names: Collection[str]) -> bool:
    """What only older versions have."""
    return _begins(names, "upsample_conv.") or any(f"conv_layers.0.conv1x1{kind}.bias" in names for kind in ("c", "g"))


def _fits(names: Collection[str]) -> bool:
    return _begins(names, "first_conv.", "conv_layers.0.conv1x1_skip.") and not _old(names)


def _fits_legacy(names: Collection[str]) -> bool:
    """Without conditioning the names are those of both versions."""
    plain = not any(f".conv1x1{kind}." in name for name in names for kind in ("c", "g"))
    return _begins(names, "first_conv.", "conv_layers.0.conv1x1_skip.") and (_old(names) or plain)


LAYOUT = Layout("r9y9", "r9y9/wavenet_vocoder", "its own code, commit a35fff7", _fits, fold, "hparams.json")
LEGACY = Layout(
    "r9y9-legacy",
    "r9y9/wavenet_vocoder, to version 0.1",
    "its own code, version 0.1.1",
    _fits_legacy,
    fold_legacy,
    "hparams.json",
)
