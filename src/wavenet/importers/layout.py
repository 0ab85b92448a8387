"""What a layout is: names that tell it, and a function that folds its tensors into the plain network."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wavenet.config import ModelConfig
from wavenet.errors import CheckpointError, UsageError
from wavenet.importers.network import Layer, Network
from wavenet.importers.parts import Conv, Parts


@dataclass(frozen=True)
class Given:
    """What the tensors do not tell: said by the user, by a file beside the checkpoint, or by a network saved whole."""

    stacks: int = 0
    """how often the dilations start again; 0: unknown"""
    hop_length: int = 0
    """samples per frame of the features; 0: unknown"""
    beside: Mapping[str, Any] = field(default_factory=dict)
    """the settings in the file beside the checkpoint"""
    attributes: Mapping[str, int] = field(default_factory=dict)
    """integers of a network that was saved whole"""

    def number(self, *names: str) -> int:
        """The first of these settings that is there and is a positive integer, else 0."""
        for name in names:
            for settings in (self.beside, self.attributes):
                value = settings.get(name)
                if type(value) is int and 0 < value < 2**31:
                    return value
        return 0


@dataclass
class Imported:
    """A folded network, and what the report says of it."""

    network: Network
    folded: list[str] = field(default_factory=list)
    """what was folded into the weights"""
    supply: list[str] = field(default_factory=list)
    """what the user still has to know or to give"""
    differs: list[str] = field(default_factory=list)
    """in what the result differs from the original"""
    gain: float = 1.0
    """see ``AudioConfig``, as is the next"""
    pre_emphasis: float = 0.0


@dataclass(frozen=True)
class Layout:
    """A layout of tensors."""

    name: str
    """as ``--layout`` takes it"""
    project: str
    """the repository whose checkpoints have it"""
    proof: str
    """what computed the logits that folded ones were compared with"""
    fits: Callable[[Collection[str]], bool]
    """whether tensors of these names have this layout, so far as names tell"""
    fold: Callable[[Parts, Given], Imported]
    """raises CheckpointError, or UsageError where the user has to give something"""
    beside: str = ""
    """the name of the file of settings beside its checkpoints"""
    renamed: Callable[[Mapping[str, Any]], dict[str, Any]] = dict
    """gives tensors the names of PyTorch, and the order of their axes"""


START = (
    "before the first sample comes silence for ever, in the original {}: the first samples differ, for one receptive "
    "field"
)
"""the difference that all layouts have"""
ZEROS = START.format("zeros after the first layer")


@dataclass(frozen=True)
class Names:
    """The names of the convolutions; those of layers have a ``{}`` for their number."""

    input: str
    dilated: tuple[str, ...]
    """with both halves, or the tanh half and the sigmoid half"""
    residual: str
    skip: str
    hidden: str
    output: str
    condition: tuple[str, ...] = ()
    """the same of local conditioning"""
    global_condition: tuple[str, ...] = ()


def plain_layers(parts: Parts, names: Names) -> list[Layer]:
    """All layers; biases of what conditions become part of the dilated bias. The last residual goes nowhere."""
    count = parts.count(names.skip)
    layers = []
    for i in range(count):
        dilated = parts.stacked(*(name.format(i) for name in names.dilated))
        local, everywhere = (_projection(parts, each, i, dilated) for each in (names.condition, names.global_condition))
        residual = parts.conv(names.residual.format(i)) if parts.has_conv(names.residual.format(i)) else None
        if residual is None and i < count - 1:
            raise CheckpointError(f"{parts.path}: layer {i} has no residual, {names.residual.format(i)}")
        layers.append(
            Layer(
                dilated,
                residual,
                parts.conv(names.skip.format(i)),
                local.matrix if local else None,
                everywhere.matrix if everywhere else None,
            )
        )
    for kind in ("condition", "global_condition"):
        if len({getattr(layer, kind) is None for layer in layers}) > 1:
            raise CheckpointError(f"{parts.path}: only some layers are conditioned, by {getattr(names, kind)[0]}")
    if not layers:
        raise CheckpointError(f"{parts.path}: there is no layer, {names.skip.format(0)}")
    return layers


def _projection(parts: Parts, names: tuple[str, ...], layer: int, dilated: Conv) -> Conv | None:
    wanted = [name.format(layer) for name in names]
    if not wanted or not parts.has_conv(wanted[0]):
        return None
    found = parts.stacked(*wanted)
    if found.bias.shape != dilated.bias.shape:
        raise CheckpointError(f"{parts.path}: {wanted[0]} has {len(found.bias)} outputs, not {len(dilated.bias)}")
    dilated.bias = dilated.bias + found.bias
    return found


def plain_network(parts: Parts, names: Names, stacks: int) -> Network:
    """The network of a layout whose names are in a table."""
    layers = plain_layers(parts, names)
    return Network(
        parts.conv(names.input), layers, parts.conv(names.hidden), parts.conv(names.output), stacks_of(layers, stacks)
    )


def stacks_of(layers: list[Layer], stacks: int) -> int:
    """The number of stacks, where it divides that of the layers; raises UsageError."""
    if not stacks or len(layers) % stacks:
        said = f"{stacks} stacks do not divide" if stacks else "the checkpoint does not tell the dilations of"
        raise UsageError(f"{said} its {len(layers)} layers; give --stacks, how often 1, 2, 4 … starts again")
    return stacks


def stacks_from(dilations: object, path: Path) -> int:
    """How often a list of dilations starts again, 0 if there is none; raises CheckpointError if they do not double."""
    if not isinstance(dilations, list) or not dilations:
        return 0
    stacks = dilations.count(1)
    depth = len(dilations) // max(stacks, 1)
    if dilations != [2**i for i in range(min(depth, 32))] * stacks:
        raise CheckpointError(f"{path}: the dilations do not double from 1 in every stack, which is not supported")
    return stacks


def usual_stacks(layers: int, per_stack: tuple[int, ...]) -> int:
    """The stacks of the first usual depth that divides the layers, else 0."""
    return next((layers // depth for depth in per_stack if layers % depth == 0), 0)


def summary(model: ModelConfig) -> str:
    """The shape of a network in a line."""
    return (
        f"{model.layers} layers in {model.stacks} stacks, kernel {model.kernel_size}, channels: residual "
        f"{model.residual_channels}, dilation {model.dilation_channels}, skip {model.skip_channels}, head "
        f"{model.head_channels}; receptive field {model.receptive_field} samples"
    )
