"""The ``WaveNet`` architecture of ``.nam`` files: its settings, and the order of its weights."""

from collections.abc import Callable
from dataclasses import dataclass

from wavenet.amp.activations import parse as parse_activation
from wavenet.amp.fields import Fields
from wavenet.amp.model import Activation, Array, Convolution, Film, Layer, LayerArray, Network, WaveNet
from wavenet.amp.weights import MOST_CHANNELS, MOST_LAYERS, MOST_TAPS, Weights

MOST_DILATION = 2**20
LARGEST = 1e6
FILMS = (
    "conv_pre_film", "conv_post_film", "input_mixin_pre_film", "input_mixin_post_film", "activation_pre_film",
    "activation_post_film", "layer1x1_post_film", "head1x1_post_film",
)  # fmt: skip
"""in the order of their weights"""
MODES = ("none", "gated", "blended")
_SLIMMING = "slice_channels_uniform"


@dataclass(frozen=True)
class LayerShape:
    """What one layer of an array does for itself."""

    taps: int
    dilation: int
    activation: Activation
    mode: str
    secondary: Activation


@dataclass(frozen=True)
class ArrayShape:
    """The sizes of one layer array. ``films`` has (shift, groups) of those that are active.

    ``widths`` are the numbers of channels it may be cut to, the last its own; empty: it is of one size.
    """

    inputs: int
    condition: int
    channels: int
    bottleneck: int
    layers: tuple[LayerShape, ...]
    head_outputs: int
    head_taps: int
    head_dilation: int
    head_bias: bool
    groups: int
    mixin_groups: int
    residual_groups: int
    """0: nothing is added to what goes on"""
    head1x1: tuple[int, int]
    """outputs and groups of what each layer gives the head; (0, 0): z itself"""
    films: dict[str, tuple[bool, int]]
    widths: tuple[int, ...]

    @property
    def head_inputs(self) -> int:
        """Channels of the head's sum."""
        return self.head1x1[0] or self.bottleneck


def parse(
    config: Fields, weights: Weights, condition: Callable[[object, str], Network]
) -> tuple[WaveNet, list[ArrayShape]]:
    """A WaveNet of full size, and the sizes of its arrays; ``condition`` parses a model inside this one."""
    config.whole("in_channels", 1, 1, 1)
    within = (
        condition(config.get("condition_dsp"), config.place("condition_dsp")) if config.has("condition_dsp") else None
    )
    listed = config.items("layers", MOST_LAYERS)
    shapes = [_shape(Fields(one, config.path, config.place(f"layers[{i}]"))) for i, one in enumerate(listed)]
    _check(config, shapes, within)
    config.number("head_scale", -LARGEST, LARGEST)
    arrays = tuple(_array(shape, weights) for shape in shapes)
    post = _post(config.below("head"), shapes[-1].head_outputs, weights) if config.has("head") else ()
    scale = float(weights.take(1)[0])  # the one that counts, whatever the config says
    weights.finish()
    config.finish()
    return WaveNet(arrays, scale, post, within), shapes


def _check(config: Fields, shapes: list[ArrayShape], within: Network | None) -> None:
    """That what comes out of each part is what goes into the next."""
    inputs = 1
    for i, shape in enumerate(shapes):
        if shape.inputs != inputs:
            raise config.error(f"layers[{i}].input_size", shape.inputs, f"{inputs}, the channels before it")
        given = within.outputs if within else 1
        if shape.condition != given:
            raise config.error(
                f"layers[{i}].condition_size", shape.condition, f"{given}, the channels of the condition"
            )
        if i and shape.head_inputs != shapes[i - 1].head_outputs:
            wanted = f"{shape.head_inputs}, the channels that the next array's head sums"
            raise config.error(f"layers[{i - 1}] head size", shapes[i - 1].head_outputs, wanted)
        inputs = shape.channels


def _shape(layer: Fields) -> ArrayShape:
    """The sizes of one array, before any of its weights is looked at."""
    channels = layer.whole("channels", 1, MOST_CHANNELS)
    bottleneck = layer.whole("bottleneck", 1, MOST_CHANNELS, channels)
    dilations = layer.items("dilations", MOST_LAYERS)
    head = _head(layer)
    residual_groups = _residual(layer)
    if not residual_groups and bottleneck != channels:
        raise layer.error("bottleneck", bottleneck, f"{channels} as channels is, as layer1x1 is not active")
    head1x1 = _head1x1(layer)
    films = {name: found for name in FILMS if (found := _film(layer, name))}
    for film, active in (("layer1x1_post_film", residual_groups), ("head1x1_post_film", head1x1[0])):
        if film in films and not active:
            raise layer.error(film, "active", f"left out, as {film.removesuffix('_post_film')} is not active")
    shape = ArrayShape(
        inputs=layer.whole("input_size", 1, MOST_CHANNELS),
        condition=layer.whole("condition_size", 1, MOST_CHANNELS),
        channels=channels,
        bottleneck=bottleneck,
        layers=_layers(layer, [layer.whole_of("dilations", one, 1, MOST_DILATION) for one in dilations], bottleneck),
        head_outputs=head[0],
        head_taps=head[1],
        head_dilation=head[2],
        head_bias=head[3],
        groups=layer.whole("groups_input", 1, MOST_CHANNELS, 1),
        mixin_groups=layer.whole("groups_input_mixin", 1, MOST_CHANNELS, 1),
        residual_groups=residual_groups,
        head1x1=head1x1,
        films=films,
        widths=_widths(layer, channels),
    )
    layer.finish()
    return shape


def _layers(layer: Fields, dilations: list[int], bottleneck: int) -> tuple[LayerShape, ...]:
    if layer.has("kernel_size") and layer.has("kernel_sizes"):
        raise layer.error("kernel_size", layer.get("kernel_size"), "left out, as kernel_sizes is there")
    kernels = layer.each("kernel_sizes" if layer.has("kernel_sizes") else "kernel_size", len(dilations))
    activations = layer.each("activation", len(dilations))
    if layer.has("gating_mode"):
        modes = [layer.choice(key, mode, MODES) for key, mode in layer.each("gating_mode", len(dilations))]
        layer.ignore("gated")
    else:
        modes = [MODES[layer.truth("gated", False)]] * len(dilations)
    has_secondary = layer.has("secondary_activation")
    seconds = layer.each("secondary_activation", len(dilations)) if has_secondary else []
    found = []
    for i, dilation in enumerate(dilations):
        second = Activation("Sigmoid")
        if modes[i] != "none" and has_secondary and layer.has("gating_mode"):
            second = parse_activation(layer, *seconds[i], bottleneck)
        taps = layer.whole_of(kernels[i][0], kernels[i][1], 1, MOST_TAPS)
        found.append(LayerShape(taps, dilation, parse_activation(layer, *activations[i], bottleneck), modes[i], second))
    return tuple(found)


def _head(layer: Fields) -> tuple[int, int, int, bool]:
    """Outputs, taps, dilation and bias of an array's head: the older spelling has no object of its own."""
    if not layer.has("head"):
        return layer.whole("head_size", 1, MOST_CHANNELS), 1, 1, layer.truth("head_bias")
    layer.ignore("head_size", "head_bias")
    head = layer.below("head")
    found = (
        head.whole("out_channels", 1, MOST_CHANNELS),
        head.whole("kernel_size", 1, MOST_TAPS),
        head.whole("head_dilation", 1, MOST_DILATION, 1),
        head.truth("bias"),
    )
    head.finish()
    return found


def _residual(layer: Fields) -> int:
    if not layer.has("layer1x1"):
        return 1
    own = layer.below("layer1x1")
    active, groups = own.truth("active"), own.whole("groups", 1, MOST_CHANNELS)
    own.finish()
    return groups if active else 0


def _head1x1(layer: Fields) -> tuple[int, int]:
    if not layer.has("head1x1"):
        return 0, 0
    own = layer.below("head1x1")
    active = own.truth("active")
    found = own.whole("out_channels", 1, MOST_CHANNELS), own.whole("groups", 1, MOST_CHANNELS)
    own.finish()
    return found if active else (0, 0)


def _film(layer: Fields, name: str) -> tuple[bool, int] | None:
    if not layer.has(name) or layer.get(name) is False:
        return None
    own = layer.below(name)
    active, shift = own.truth("active", True), own.truth("shift", True)
    groups = own.whole("groups", 1, MOST_CHANNELS, 1)
    own.finish()
    return (shift, groups) if active else None


def _widths(layer: Fields, channels: int) -> tuple[int, ...]:
    if not layer.has("slimmable"):
        return ()
    own = layer.below("slimmable")
    own.choice("method", own.get("method"), [_SLIMMING])
    widths = list(range(1, channels + 1))
    if own.has("kwargs"):
        kwargs = own.below("kwargs")
        if kwargs.has("allowed_channels"):
            given = kwargs.items("allowed_channels", MOST_CHANNELS)
            widths = [kwargs.whole_of("allowed_channels", one, 1, channels) for one in given]
            if widths != sorted(set(widths)) or widths[-1] != channels:
                raise kwargs.error("allowed_channels", given, f"ascending, up to {channels}, the array's channels")
        kwargs.finish()
    own.finish()
    return tuple(widths)


def _array(shape: ArrayShape, weights: Weights) -> LayerArray:
    """One array's tensors, in the order of the file."""
    rechannel = weights.convolution(shape.inputs, shape.channels)
    layers = tuple(_layer(shape, one, weights) for one in shape.layers)
    head = weights.convolution(
        shape.head_inputs, shape.head_outputs, shape.head_taps, bias=shape.head_bias, dilation=shape.head_dilation
    )
    return LayerArray(rechannel, layers, head)


def _layer(shape: ArrayShape, one: LayerShape, weights: Weights) -> Layer:
    inner = shape.bottleneck * (1 if one.mode == "none" else 2)
    convolution = weights.convolution(
        shape.channels, inner, one.taps, bias=True, dilation=one.dilation, groups=shape.groups
    )
    mixin = weights.convolution(shape.condition, inner, groups=shape.mixin_groups)
    residual = head = None
    if shape.residual_groups:
        residual = weights.convolution(shape.bottleneck, shape.channels, bias=True, groups=shape.residual_groups)
    if shape.head1x1[0]:
        outputs, groups = shape.head1x1
        head = weights.convolution(shape.bottleneck, outputs, bias=True, groups=groups)
    films = {}
    for name, channels in film_channels(shape, inner).items():
        if name in shape.films:
            shift, groups = shape.films[name]
            both = weights.convolution(shape.condition, channels * (2 if shift else 1), bias=True, groups=groups)
            films[name] = halves(both.weight, both.bias, channels)
    return Layer(convolution, mixin, one.activation, one.mode, one.secondary, residual, head, films)


def film_channels(shape: ArrayShape, inner: int) -> dict[str, int]:
    """How many channels each FiLM of a layer scales, in the order of their weights."""
    head = shape.head1x1[0]
    return dict(
        zip(
            FILMS,
            (shape.channels, inner, shape.condition, inner, inner, shape.bottleneck, shape.channels, head),
            strict=True,
        )
    )


def halves(weight: Array, bias: Array | None, channels: int) -> Film:
    """Scales in the first rows, shifts, if any, in the others."""
    assert bias is not None
    scale = Convolution(weight[:channels], bias[:channels])
    return Film(scale, Convolution(weight[channels:], bias[channels:]) if len(weight) > channels else None)


def _post(head: Fields, inputs: int, weights: Weights) -> tuple[tuple[Activation, Convolution], ...]:
    """The convolutions after the last array, each behind an activation."""
    head.whole("in_channels", inputs, inputs, inputs)
    channels, outputs = head.whole("channels", 1, MOST_CHANNELS), head.whole("out_channels", 1, MOST_CHANNELS)
    taps = [head.whole_of("kernel_sizes", one, 1, MOST_TAPS) for one in head.items("kernel_sizes", MOST_LAYERS)]
    given = head.get("activation")
    found = []
    for i, one in enumerate(taps):
        last = i + 1 == len(taps)
        activation = parse_activation(head, "activation", given, inputs)
        found.append((activation, weights.convolution(inputs, outputs if last else channels, one, bias=True)))
        inputs = channels
    head.finish()
    return tuple(found)
