"""Models in numpy, readable and slow: what the native code is compared with.

All arrays are (channels, T), float64.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wavenet import blas
from wavenet.amp.activations import apply
from wavenet.amp.model import ConvNet, Convolution, Film, Layer, Lstm, Model, Network, WaveNet

Signal = NDArray[np.float64]


def play(model: Model, samples: ArrayLike) -> Signal:
    """What comes out (T,) for samples (T,): as after silence for as long as the network looks back."""
    silence = np.zeros(model.silence)
    return run(model.network, np.concatenate([silence, np.asarray(samples, np.float64)])[None])[0, len(silence) :]


def run(network: Network, x: Signal) -> Signal:
    """A network from its initial state."""
    if isinstance(network, WaveNet):
        return _wavenet(network, x)
    if isinstance(network, Lstm):
        return _lstm(network, x)
    return _convnet(network, x)


@blas.one_thread()
def convolve(one: Convolution, x: Signal) -> Signal:
    """A causal convolution, behind zeros."""
    taps, total = one.weight.shape[2], x.shape[1]
    padded = np.pad(x, ((0, 0), (one.past, 0)))
    y = (
        np.zeros((len(one.weight), total))
        if one.bias is None
        else np.repeat(np.asarray(one.bias, np.float64)[:, None], total, 1)
    )
    for tap in range(taps):
        start = tap * one.dilation
        y += one.weight[:, :, tap].astype(np.float64) @ padded[:, start : start + total]
    return y


def _wavenet(network: WaveNet, x: Signal) -> Signal:
    condition = run(network.condition, x) if network.condition else x
    head: Signal | None = None
    for array in network.arrays:
        x = convolve(array.rechannel, x)
        for layer in array.layers:
            x, term = _layer(layer, x, condition)
            head = term if head is None else head + term
        assert head is not None
        head = convolve(array.head, head)
    assert head is not None
    y = network.head_scale * head
    for activation, one in network.post:
        y = convolve(one, apply(activation, y))
    return y


def _layer(layer: Layer, x: Signal, condition: Signal) -> tuple[Signal, Signal]:
    """What goes on to the next layer, and what to the head."""

    def film(name: str, value: Signal) -> Signal:
        return _film(layer.films[name], value, condition) if name in layer.films else value

    sums = film("conv_post_film", convolve(layer.convolution, film("conv_pre_film", x)))
    sums = sums + film("input_mixin_post_film", convolve(layer.mixin, film("input_mixin_pre_film", condition)))
    z = film("activation_post_film", _gate(layer, film("activation_pre_film", sums)))
    head = film("head1x1_post_film", convolve(layer.head, z)) if layer.head else z
    if layer.residual:
        added = convolve(layer.residual, z)
        x = x + (film("layer1x1_post_film", added) if layer.mode == "blended" else added)
    return x, head


def _gate(layer: Layer, sums: Signal) -> Signal:
    if layer.mode == "none":
        return apply(layer.activation, sums)
    first, second = np.split(sums, 2)
    gate = apply(layer.secondary, second)
    if layer.mode == "gated":
        return apply(layer.activation, first) * gate
    return gate * apply(layer.activation, first) + (1 - gate) * first


def _film(film: Film, value: Signal, condition: Signal) -> Signal:
    scaled = value * convolve(film.scale, condition)
    return scaled + convolve(film.shift, condition) if film.shift else scaled


def _convnet(network: ConvNet, x: Signal) -> Signal:
    for one, activation in network.blocks:
        x = apply(activation, convolve(one, x))
    return x


@blas.one_thread()
def _lstm(network: Lstm, x: Signal) -> Signal:
    for cell in network.cells:
        weight, hidden, state = (np.asarray(part, np.float64) for part in (cell.weight, cell.hidden, cell.cell))
        size, inputs = len(hidden), len(x)
        given = weight[:, :inputs] @ x + np.asarray(cell.bias, np.float64)[:, None]
        y = np.empty((size, x.shape[1]))
        for t in range(x.shape[1]):
            gates = given[:, t] + weight[:, inputs:] @ hidden
            i, f, o = (0.5 + 0.5 * np.tanh(0.5 * gates[part * size : (part + 1) * size]) for part in (0, 1, 3))
            state = f * state + i * np.tanh(gates[2 * size : 3 * size])
            hidden = o * np.tanh(state)
            y[:, t] = hidden
        x = y
    return convolve(network.head, x)
