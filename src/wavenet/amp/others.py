"""The architectures ``LSTM``, ``ConvNet`` and ``Linear`` of ``.nam`` files: settings, and the order of the weights."""

import numpy as np

from wavenet.amp.activations import parse as parse_activation
from wavenet.amp.fields import Fields
from wavenet.amp.model import Activation, Cell, ConvNet, Convolution, Lstm
from wavenet.amp.wavenets import MOST_DILATION
from wavenet.amp.weights import MOST_CHANNELS, MOST_LAYERS, MOST_TAPS, Weights
from wavenet.errors import AmpError

_IMPLEMENTATIONS = ("auto", "direct", "fft")


def lstm(config: Fields, weights: Weights) -> Lstm:
    """An LSTM."""
    layers = config.whole("num_layers", 1, MOST_LAYERS)
    inputs = config.whole("input_size", 1, 1)
    hidden = config.whole("hidden_size", 1, MOST_CHANNELS)
    outputs = _outputs(config)
    cells = []
    for _ in range(layers):
        matrix = weights.take(4 * hidden, inputs + hidden)
        cells.append(Cell(matrix, weights.take(4 * hidden), weights.take(hidden), weights.take(hidden)))
        inputs = hidden
    head = weights.convolution(hidden, outputs, bias=True)
    weights.finish()
    config.finish()
    return Lstm(tuple(cells), head)


def convnet(config: Fields, weights: Weights) -> ConvNet:
    """Convolutions of two taps; batch normalisation becomes part of their weights."""
    channels = config.whole("channels", 1, MOST_CHANNELS)
    dilations = config.items("dilations", MOST_LAYERS)
    normalised = config.truth("batchnorm")
    activation = parse_activation(config, "activation", config.get("activation"), channels)
    groups = config.whole("groups", 1, MOST_CHANNELS, 1)
    outputs = _outputs(config)
    inputs, blocks = 1, []
    for one in dilations:
        dilation = config.whole_of("dilations", one, 1, MOST_DILATION)
        block = weights.convolution(inputs, channels, 2, bias=not normalised, dilation=dilation, groups=groups)
        blocks.append((_normalised(block, weights) if normalised else block, activation))
        inputs = channels
    blocks.append((weights.convolution(channels, outputs, bias=True), Activation()))
    weights.finish()
    config.finish()
    return ConvNet(tuple(blocks))


def _normalised(block: Convolution, weights: Weights) -> Convolution:
    """The convolution and the normalisation behind it in one."""
    mean, variance, scale, shift = (np.float64(weights.take(len(block.weight))) for _ in range(4))
    epsilon = np.float64(weights.take(1)[0])
    if not (variance + epsilon > 0).all():
        raise AmpError(f"{weights.path}: a variance in {weights.where} is not positive; export the model again")
    factor = scale / np.sqrt(variance + epsilon)
    weight = (block.weight * factor[:, None, None]).astype(np.float32)
    return Convolution(weight, (shift - factor * mean).astype(np.float32), block.dilation)


def linear(config: Fields, weights: Weights) -> ConvNet:
    """One convolution, an impulse response: its first weight is that of the newest sample."""
    taps = config.whole("receptive_field", 1, MOST_TAPS)
    bias = config.truth("bias")
    config.whole("out_channels", 1, 1, 1)
    config.whole("in_channels", 1, 1, 1)
    if config.has("implementation"):  # how others compute it
        config.choice("implementation", config.get("implementation"), _IMPLEMENTATIONS)
    response = weights.take(taps)[::-1]
    one = Convolution(np.ascontiguousarray(response)[None, None], weights.take(1) if bias else None)
    weights.finish()
    config.finish()
    return ConvNet(((one, Activation()),))


def _outputs(config: Fields) -> int:
    config.whole("in_channels", 1, 1, 1)
    return config.whole("out_channels", 1, MOST_CHANNELS, 1)
