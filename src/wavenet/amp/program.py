"""Lays a network out as the program that the native code runs: signals, and operations upon them, in order.

An operation writes one signal. ``affine`` is a sum of matrices times signals of the past, through an activation, with
what else a layer needs in the same pass: something to start from (the residual), and a second sum (the head).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from wavenet.amp.activations import KINDS
from wavenet.amp.model import (
    BLOCK,
    Activation,
    Array,
    ConvNet,
    Convolution,
    Film,
    Layer,
    LayerArray,
    Lstm,
    Model,
    Network,
    WaveNet,
)
from wavenet.errors import AmpError

MOST_ROOM = 2**28
"""bytes of all signals"""
MOST_WORK = 2**36
"""products of weights and samples of the silence before the first sample: ten seconds of work"""
_NOTHING = np.zeros(0, np.float32)


@dataclass(frozen=True)
class Total:
    """A signal that operations add to; None: nothing is added. ``first``: the sum starts here."""

    signal: int | None = None
    first: bool = False


_NONE = Total()
_SAME = Activation()


@dataclass
class Signal:
    """Channels, and how many samples before the present one are looked back on."""

    channels: int
    past: int = 0


@dataclass(frozen=True)
class Operation:
    """One operation, as ``native/amp.h`` describes it; -1 is no signal."""

    kind: str
    out: int
    terms: list[tuple[int, int]]
    start: int = -1
    sum: int = -1
    first: bool = False
    weights: Array = field(default_factory=lambda: _NOTHING)
    bias: Array = field(default_factory=lambda: _NOTHING)
    hidden: Array = field(default_factory=lambda: _NOTHING)
    state: Array = field(default_factory=lambda: _NOTHING)
    curve: tuple[int, float, float, float, list[float]] = (0, 0.0, 0.0, 0.0, [])
    gate_curve: tuple[int, float, float, float, list[float]] = (0, 0.0, 0.0, 0.0, [])


def curve(one: Activation, channels: int) -> tuple[int, float, float, float, list[float]]:
    """An activation as numbers; the slopes are of each channel."""
    slopes = list(one.slopes) * (channels if len(one.slopes) == 1 else 1)
    return KINDS.index(one.kind), one.low, one.high, one.high_slope, slopes


class Program:
    """The signals and operations of a model; the first signal is its input, the last its output.

    Raises:
        AmpError: the signals would need more than ``MOST_ROOM`` bytes, or the silence more than ``MOST_WORK``.
    """

    def __init__(self, model: Model) -> None:
        self.signals = [Signal(1)]
        self.operations: list[Operation] = []
        self._network(model.network, 0)
        self._share()
        room = sum(4 * one.channels * (one.past + 3 * BLOCK) for one in self.signals)
        work = model.silence * sum(one.weights.size for one in self.operations)
        for what, needed, most in (("bytes", room, MOST_ROOM), ("products", work, MOST_WORK)):
            if needed > most:
                raise AmpError(
                    f"{model.name}: its past takes {needed:,} {what}, and wavenet plays at most {most:,}; train a "
                    "smaller model"
                )

    def native(self) -> tuple[list[tuple[int, int]], list[dict[str, Any]]]:
        """What ``_core.Amp`` is made of."""
        signals = [(one.channels, one.past) for one in self.signals]
        return signals, [{**asdict(one), "terms": one.terms} for one in self.operations]

    def _share(self) -> None:
        """Let signals that nothing looks back on use one place one after the other, which stays in the cache."""
        first: dict[int, int] = {}
        last: dict[int, int] = {}
        for i, one in enumerate(self.operations):
            for signal in (one.out, one.sum, one.start, *(signal for signal, _ in one.terms)):
                first.setdefault(signal, i)
                last[signal] = i
        kept, places = [self.signals[0]], {-1: -1, 0: 0}
        free: dict[int, list[int]] = {}
        for i, one in enumerate(self.operations):
            for signal in (one.out, one.sum):
                if signal in places:
                    continue
                own, final = self.signals[signal], signal == len(self.signals) - 1
                reusable = free.get(own.channels, [])
                if own.past or final or not reusable:
                    places[signal] = len(kept)
                    kept.append(own)
                else:
                    places[signal] = reusable.pop()
            for signal in {one.out, one.sum, *(signal for signal, _ in one.terms)} - {-1, 0}:
                if last[signal] == i and not self.signals[signal].past:
                    free.setdefault(self.signals[signal].channels, []).append(places[signal])
        self.signals = kept
        self.operations = [
            replace(
                one,
                out=places[one.out],
                start=places[one.start],
                sum=places[one.sum],
                terms=[(places[signal], delay) for signal, delay in one.terms],
            )
            for one in self.operations
        ]

    def _signal(self, channels: int) -> int:
        self.signals.append(Signal(channels))
        return len(self.signals) - 1

    def _affine(
        self,
        parts: Sequence[tuple[Convolution, int]],
        *,
        out: int | None = None,
        start: int | None = None,
        total: Total = _NONE,
        activation: Activation = _SAME,
    ) -> int:
        """Convolutions of signals, added; the newest inputs last, so that a step waits for them only at its end."""
        outputs = len(parts[0][0].weight)
        terms, weights = [], []
        bias = np.zeros(outputs, np.float32)
        for one, signal in parts:
            taps = one.weight.shape[2]
            for tap in range(taps):
                terms.append((signal, (taps - 1 - tap) * one.dilation))
                weights.append(one.weight[:, :, tap].T)
            self.signals[signal].past = max(self.signals[signal].past, one.past)
            bias = bias if one.bias is None else one.bias
        out = self._signal(outputs) if out is None else out
        return self._add(
            Operation(
                "affine",
                out,
                terms,
                -1 if start is None else start,
                weights=np.concatenate(weights).ravel(),
                bias=bias,
                curve=curve(activation, outputs),
            ),
            total,
        )

    def _add(self, operation: Operation, total: Total) -> int:
        if total.signal is not None:
            operation = replace(operation, sum=total.signal, first=total.first)
        self.operations.append(operation)
        return operation.out

    def _network(self, network: Network, x: int) -> int:
        if isinstance(network, WaveNet):
            return self._wavenet(network, x)
        if isinstance(network, Lstm):
            return self._lstm(network, x)
        return self._convnet(network, x)

    def _convnet(self, network: ConvNet, x: int) -> int:
        for one, activation in network.blocks:
            x = self._affine([(one, x)], activation=activation)
        return x

    def _lstm(self, network: Lstm, x: int) -> int:
        for cell in network.cells:
            out = self._signal(len(cell.hidden))
            one = Operation(
                "cell", out, [(x, 0)], weights=cell.weight.ravel(), bias=cell.bias, hidden=cell.hidden, state=cell.cell
            )
            self._add(one, _NONE)
            x = out
        return self._affine([(network.head, x)])

    def _wavenet(self, network: WaveNet, x: int) -> int:
        condition = self._network(network.condition, x) if network.condition else x
        total = Total()
        for array in network.arrays:
            last = array is network.arrays[-1]
            x, total = self._array(array, x, condition, total, last)
            if not last:
                total = Total(self._affine([(array.head, _known(total))]))
        scaled = _scaled(network.arrays[-1].head, network.head_scale)
        activations = [activation for activation, _ in network.post]
        y = self._affine([(scaled, _known(total))], activation=activations[0] if activations else Activation())
        for (_, one), activation in zip(network.post, [*activations[1:], Activation()], strict=False):
            y = self._affine([(one, y)], activation=activation)
        return y

    def _array(self, array: LayerArray, x: int, condition: int, total: Total, last: bool) -> tuple[int, Total]:
        """The signals behind an array's layers: what goes on, and the head's sum."""
        x = self._affine([(array.rechannel, x)])
        if total.signal is None:
            total = Total(self._signal(array.head.weight.shape[1]), first=True)
        for layer in array.layers:
            unheard = last and layer is array.layers[-1]
            x = self._layer(layer, x, condition, total, unheard)
            total = Total(total.signal)
        return x, total

    def _layer(self, layer: Layer, x: int, condition: int, total: Total, unheard: bool) -> int:
        """What goes on; nothing is computed for that where nothing hears it."""
        z = self._gated(layer, x, condition, Total() if layer.head else total)
        if layer.head:
            self._head(layer, z, condition, total)
        if layer.residual is None or unheard:
            return x
        if layer.mode == "blended" and "layer1x1_post_film" in layer.films:
            added = self._affine([(layer.residual, z)])
            return self._film(layer.films["layer1x1_post_film"], added, condition, start=x)
        return self._affine([(layer.residual, z)], start=x)

    def _head(self, layer: Layer, z: int, condition: int, total: Total) -> None:
        assert layer.head
        signal = _known(total)
        if "head1x1_post_film" in layer.films:
            term = self._affine([(layer.head, z)])
            self._film(layer.films["head1x1_post_film"], term, condition, total=total)
        else:
            self._affine([(layer.head, z)], out=signal, start=None if total.first else signal)

    def _gated(self, layer: Layer, x: int, condition: int, total: Total) -> int:
        """z, which is also added to the total."""
        films, plain = layer.films, layer.mode == "none"
        after, before = "activation_post_film" in films, "activation_pre_film" in films
        own = Total() if after else total
        whole = plain and not before  # the sums become z at once
        sums = self._sums(layer, x, condition, own if whole else Total(), layer.activation if whole else Activation())
        if before:
            activation = layer.activation if plain else Activation()
            sums = self._film(
                films["activation_pre_film"], sums, condition, activation=activation, total=own if plain else Total()
            )
        if not plain:
            sums = self._gate(layer, sums, own)
        return self._film(films["activation_post_film"], sums, condition, total=total) if after else sums

    def _gate(self, layer: Layer, sums: int, total: Total) -> int:
        out = self._signal(self.signals[sums].channels // 2)
        channels = self.signals[out].channels
        shape, gate = curve(layer.activation, channels), curve(layer.secondary, channels)
        kind = "gate" if layer.mode == "gated" else "blend"
        return self._add(Operation(kind, out, [(sums, 0)], curve=shape, gate_curve=gate), total)

    def _sums(self, layer: Layer, x: int, condition: int, total: Total, activation: Activation) -> int:
        """The activation of convolution and mixin; where no FiLM stands between, they are one operation."""
        films = layer.films
        if "conv_pre_film" in films:
            x = self._film(films["conv_pre_film"], x, condition)
        mixed = (
            self._film(films["input_mixin_pre_film"], condition, condition)
            if "input_mixin_pre_film" in films
            else condition
        )
        if not {"conv_post_film", "input_mixin_post_film"} & films.keys():
            return self._affine([(layer.mixin, mixed), (layer.convolution, x)], total=total, activation=activation)
        mixed = self._affine([(layer.mixin, mixed)])
        if "input_mixin_post_film" in films:
            mixed = self._film(films["input_mixin_post_film"], mixed, condition)
        if "conv_post_film" not in films:
            return self._affine([(layer.convolution, x)], start=mixed, total=total, activation=activation)
        convolved = self._affine([(layer.convolution, x)])
        return self._film(
            films["conv_post_film"], convolved, condition, start=mixed, total=total, activation=activation
        )

    def _film(
        self,
        film: Film,
        x: int,
        condition: int,
        *,
        start: int | None = None,
        total: Total = _NONE,
        activation: Activation = _SAME,
    ) -> int:
        terms = [(x, 0), (self._affine([(film.scale, condition)]), 0)]
        if film.shift:
            terms.append((self._affine([(film.shift, condition)]), 0))
        out = self._signal(self.signals[x].channels)
        shape = curve(activation, self.signals[x].channels)
        return self._add(Operation("modulate", out, terms, -1 if start is None else start, curve=shape), total)


def _known(total: Total) -> int:
    assert total.signal is not None
    return total.signal


def _scaled(one: Convolution, scale: float) -> Convolution:
    """A convolution whose outputs are multiplied: one rounding more, and one operation less."""
    factor = np.float32(scale)
    return Convolution(one.weight * factor, None if one.bias is None else one.bias * factor, one.dilation)
