"""Stands in for ``wavenet.engine._core`` in a browser: the same engine as a module of WebAssembly, ``native/web.cpp``.

Python runs there in another module with a memory of its own, so arrays are copied in and out. One thread runs; no
more is here than saying a text needs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

PRECISIONS = ("fp32", "bf16", "int8")
DISTRIBUTIONS = ("softmax", "logistics", "gaussian", "mcgsm")
"""in the order of ``native/types.h``"""
MOST_SAMPLES = 2**26
"""of one call: their memory, and that of what conditions them, has addresses of 32 bits"""

_module: Any = None


def use(module: Any) -> None:
    """Take the instantiated module, an object of JavaScript."""
    global _module  # a module of Python stands for the one of WebAssembly
    _module = module


def instruction_sets() -> list[str]:
    """The one there is."""
    return ["wasm"]


class _Room:
    """Memory of the module for one call."""

    def __init__(self) -> None:
        self._taken: list[int] = []

    def __enter__(self) -> "_Room":
        return self

    def __exit__(self, *_: object) -> None:
        for address in self._taken:
            _module._free(address)

    def take(self, size: int) -> int:
        """The address of so many bytes."""
        address: int = _module._malloc(max(size, 1))
        if not address:
            raise MemoryError
        self._taken.append(address)
        return address

    def put(self, array: Array | None) -> int:
        """The address of a copy; 0 for None."""
        if array is None:
            return 0
        data = np.ascontiguousarray(array)
        address = self.take(data.nbytes)
        if data.nbytes:
            _module.HEAPU8.subarray(address, address + data.nbytes).assign(data.reshape(-1).view(np.uint8))
        return address

    def numbers(self, values: Iterable[int]) -> int:
        """The address of integers of 32 bits; raises ValueError for larger ones."""
        try:
            return self.put(np.array(list(values), np.int32))
        except OverflowError:
            raise ValueError("a setting is no integer of 32 bits") from None

    def text(self, text: str) -> int:
        """The address of a text that ends with 0."""
        return self.put(np.frombuffer(text.encode() + b"\0", np.uint8))

    @contextmanager
    def named(self, tensors: Mapping[str, Array]) -> Iterator[None]:
        """Name them to the module, for the network that is made meanwhile."""
        try:
            for name, tensor in tensors.items():
                _module._tensor(self.text(name), self.put(tensor), self.numbers(tensor.shape), tensor.ndim)
            yield
        finally:
            _module._tensor(0, 0, 0, 0)


def _read(address: int, shape: tuple[int, ...], kind: type[np.generic]) -> Array:
    """A copy of an array of the module."""
    out = np.empty(shape, kind)
    if out.nbytes:
        _module.HEAPU8.subarray(address, address + out.nbytes).assign_to(out.reshape(-1).view(np.uint8))
    return out


def _checked(result: int) -> int:
    if not result:
        raise ValueError(_module.UTF8ToString(_module._failure()))
    return result


def _stack(settings: Mapping[str, Any]) -> list[int]:
    names = ("layers", "kernel_size", "residual_channels", "dilation_channels", "skip_channels")
    dilations = settings["dilations"]
    return [*(settings[name] for name in names), len(dilations), *dilations]


def _numbers(config: Mapping[str, Any]) -> list[int]:
    """The settings in the order in which ``native/web.cpp`` reads them."""
    found = _stack(config)
    found += [config[name] for name in ("input_kernel_size", "head_channels", "quantization_channels")]
    found.append(DISTRIBUTIONS.index(config["distribution"]))
    found += [config[name] for name in ("components", "scales", "output_channels", "local_channels")]
    found.append(len(config["contexts"]))
    for context in config["contexts"]:
        found += [*_stack(context), context["pool"], context["taps"]]
    return found


class Network:
    """A network, packed."""

    isa = "wasm"

    def __init__(
        self, config: Mapping[str, Any], tensors: Mapping[str, NDArray[np.float32]], precision: str, isa: str
    ) -> None:
        """As in ``engine/_core.pyi``; raises ValueError."""
        del isa  # there is one
        self._gates = config["layers"], 2 * config["dilation_channels"]
        self._local_channels = config["local_channels"]
        with _Room() as room, room.named(tensors):
            made = _module._network(room.numbers(_numbers(config)), PRECISIONS.index(precision))
        self.address = _checked(made)

    def __del__(self) -> None:
        if hasattr(self, "address"):
            _module._free_network(self.address)

    def check(self, bias: Array | None, rows: Array | None) -> None:
        """Raise ValueError unless these are what conditions a stream of this network."""
        if bias is not None and bias.shape != self._gates:
            raise ValueError("bias must have the shape (layers, 2 dilation_channels)")
        if rows is not None and rows.shape[1] != self._local_channels:
            told = f"the local conditioning has {rows.shape[1]} channels, and this network takes {self._local_channels}"
            raise ValueError(told)

    def generate(self, requests: "Sequence[Request]", threads: int) -> list[NDArray[np.int32]]:
        """The classes of each request, one after the other: samples do not depend on the batch."""
        del threads  # there is one
        return [request.drawn() for request in requests]


class State:
    """A stream of a network."""

    def __init__(
        self,
        network: Network,
        silence: int,
        seed: int,
        stream: int,
        temperature: float,
        top_k: int,
        top_p: float,
        bias: NDArray[np.float32] | None,
        features: NDArray[np.float32] | None,
    ) -> None:
        """As in ``engine/_core.pyi``; raises ValueError."""
        network.check(bias, features)
        if features is not None and not len(features):
            raise ValueError("features have no row")
        self.network = network
        halves = [half for number in (seed, stream) for half in divmod(number, 2**32)]
        with _Room() as room:
            rows = room.put(features)
            made = _module._state(network.address, silence, *halves, temperature, top_k, top_p, room.put(bias), rows)
        self.address = _checked(made)

    def __del__(self) -> None:
        if hasattr(self, "address"):
            _module._free_state(self.address)

    @property
    def time(self) -> int:
        """Samples taken so far."""
        return int(_module._state_time(self.address))


class Request:
    """So many samples of a stream, with what conditions them."""

    def __init__(
        self,
        state: State,
        count: int,
        uniforms: NDArray[np.float64] | None,
        features: NDArray[np.float32] | None,
        first: int,
        steps_per_row: int,
    ) -> None:
        """As in ``engine/_core.pyi``; raises ValueError."""
        state.network.check(None, features)
        if not 0 <= count <= MOST_SAMPLES:
            raise ValueError("the number of samples is out of range")
        if uniforms is not None and len(uniforms) != count:
            raise ValueError("there must be one uniform a sample")
        self._state, self._count, self._uniforms, self._features = state, count, uniforms, features
        self._first, self._steps_per_row = first, steps_per_row

    def drawn(self) -> NDArray[np.int32]:
        """The classes (count,)."""
        rows = 0 if self._features is None else len(self._features)
        with _Room() as room:
            out = room.take(4 * self._count)
            given = room.put(self._uniforms), room.put(self._features)
            _checked(
                _module._draw(self._state.address, self._count, out, *given, self._first, rows, self._steps_per_row)
            )
            return _read(out, (self._count,), np.int32)


class ResidualNetwork:
    """A network of ``tts/network.py``, packed."""

    def __init__(
        self, tensors: Mapping[str, Array], inputs: int, channels: int, outputs: int, taps: Sequence[int], isa: str
    ) -> None:
        """As in ``engine/_core.pyi``; raises ValueError."""
        del isa  # there is one
        self._inputs, self._outputs = inputs, outputs
        with _Room() as room, room.named(tensors):
            made = _module._residual(inputs, channels, outputs, room.numbers(taps), len(taps))
        self.address = _checked(made)

    def __del__(self) -> None:
        if hasattr(self, "address"):
            _module._free_residual(self.address)

    def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """(T, inputs) to (T, outputs); raises ValueError."""
        if x.shape[1] != self._inputs:
            raise ValueError(f"there are {x.shape[1]} channels, and this network takes {self._inputs}")
        with _Room() as room:
            out = room.take(4 * len(x) * self._outputs)
            _checked(_module._run_residual(self.address, room.put(x), len(x), out))
            return _read(out, (len(x), self._outputs), np.float32)


def synthesise(
    excitation: NDArray[np.float64],
    coefficients: NDArray[np.float64],
    deviations: NDArray[np.float64],
    hop_length: int,
    first: int,
    past: NDArray[np.float64],
) -> NDArray[np.float64]:
    """``Filters.waveform``: the past and the samples behind it (order + T,)."""
    frames, order = coefficients.shape
    if len(deviations) != frames or len(past) != order or frames == 0 or hop_length < 1 or first < 0:
        raise ValueError("coefficients must have the shape (frames, order), of at least one frame")
    with _Room() as room:
        s = room.put(np.concatenate([past, np.empty(len(excitation))]))
        filters = room.put(coefficients), room.put(deviations), frames, order, hop_length
        _checked(_module._synthesised(room.put(excitation), len(excitation), *filters, first, s))
        return _read(s, (order + len(excitation),), np.float64)


def full_band(
    low: NDArray[np.float64],
    taps: NDArray[np.float64],
    gaussian: NDArray[np.float64],
    noise: NDArray[np.float64],
    at: int,
) -> NDArray[np.float64]:
    """``bands.full_band``: (decimation · T,) of the low band (rows - 1 + T,)."""
    rows, decimation = taps.shape
    samples = len(low) - (rows - 1)
    if not rows or not decimation or samples < 0 or (len(gaussian) and len(gaussian) >= rows - 1):
        raise ValueError("the low band must have as many samples as the taps and the Gaussian reach over")
    if not 0 <= at < len(noise):
        raise ValueError("at must be a place in the noise")
    with _Room() as room:
        out = room.take(8 * decimation * samples)
        given = room.put(low), samples, room.put(taps), rows, decimation, room.put(gaussian), len(gaussian)
        _checked(_module._both_bands(*given, room.put(noise), len(noise), at, out))
        return _read(out, (decimation * samples,), np.float64)
