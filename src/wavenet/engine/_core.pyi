"""What ``native/module.cpp`` offers; ``native.py`` is its face."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

class Network:
    def __init__(
        self, config: Mapping[str, object], tensors: dict[str, NDArray[np.float32]], precision: str, isa: str
    ) -> None: ...
    @property
    def isa(self) -> str: ...
    @property
    def weight_bytes(self) -> int: ...
    def generate(self, requests: Sequence[Request], threads: int) -> list[NDArray[np.int32]]: ...

class State:
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
    ) -> None: ...
    @property
    def time(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    def set_bias(self, bias: NDArray[np.float32] | None) -> None: ...
    def score(
        self,
        targets: NDArray[np.int32],
        logits: bool,
        log_probabilities: bool,
        features: NDArray[np.float32] | None,
        first: int,
        steps_per_row: int,
    ) -> NDArray[np.float32] | None: ...
    def skips(
        self, classes: NDArray[np.int32], features: NDArray[np.float32] | None, first: int, steps_per_row: int
    ) -> NDArray[np.float32]: ...
    def encode(self, encoder: Encoder, classes: NDArray[np.int32], positions: NDArray[np.int32]) -> None: ...
    def decode(self, decoder: Decoder, count: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]: ...

class Request:
    def __init__(
        self,
        state: State,
        count: int,
        uniforms: NDArray[np.float64] | None,
        features: NDArray[np.float32] | None,
        first: int,
        steps_per_row: int,
    ) -> None: ...

def synthesise(
    excitation: NDArray[np.float64],
    coefficients: NDArray[np.float64],
    deviations: NDArray[np.float64],
    hop_length: int,
    first: int,
    past: NDArray[np.float64],
) -> NDArray[np.float64]: ...
def full_band(
    low: NDArray[np.float64],
    taps: NDArray[np.float64],
    gaussian: NDArray[np.float64],
    noise: NDArray[np.float64],
    at: int,
) -> NDArray[np.float64]: ...
def instruction_sets() -> list[str]: ...
def gate(isa: str, precision: str, a: NDArray[np.float32]) -> NDArray[np.float32]: ...
def gates(isa: str, units: NDArray[np.int16], z: NDArray[np.int16]) -> None: ...
def gate_gradients(
    isa: str, units: NDArray[np.int16], d_z: NDArray[np.int16], d_units: NDArray[np.int16], z: NDArray[np.int16]
) -> None: ...
def layer(
    x: NDArray[np.int16],
    dilated: NDArray[np.int16],
    bias: NDArray[np.int16],
    residual: NDArray[np.int16],
    units: NDArray[np.int16],
    conditioned: bool,
    zs: NDArray[np.int16],
    next: NDArray[np.int16],
    dilation: int,
    threads: int,
) -> None: ...
def layer_gradients(
    x: NDArray[np.int16],
    units: NDArray[np.int16],
    d_next: NDArray[np.int16],
    d_skips: NDArray[np.int16],
    residual: NDArray[np.int16],
    skip: NDArray[np.int16],
    dilated: NDArray[np.int16],
    d_units: NDArray[np.int16],
    d_x: NDArray[np.int16],
    d_dilated: NDArray[np.float32],
    d_bias: NDArray[np.float32],
    d_residual: NDArray[np.float32],
    dilation: int,
    threads: int,
) -> None: ...
def read_bandwidth(isa: str, bytes: int, rounds: int) -> float: ...
def peak(isa: str, precision: str, rounds: int) -> float: ...
def round_trip(rounds: int) -> float: ...

class Encoder:
    def __init__(
        self,
        network: Network,
        weights: NDArray[np.uint32],
        widths: NDArray[np.uint32],
        below: NDArray[np.uint32],
        inverse_scales: NDArray[np.float64],
    ) -> None: ...
    def finish(self) -> bytes: ...

class Decoder:
    def __init__(
        self,
        network: Network,
        weights: NDArray[np.uint32],
        widths: NDArray[np.uint32],
        below: NDArray[np.uint32],
        inverse_scales: NDArray[np.float64],
        bytes: bytes,
    ) -> None: ...

class ResidualNetwork:
    def __init__(
        self,
        tensors: dict[str, NDArray[np.float32] | NDArray[np.int8]],
        inputs: int,
        channels: int,
        outputs: int,
        taps: Sequence[int],
        isa: str,
    ) -> None: ...
    def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]: ...

class Amp:
    def __init__(
        self, signals: Sequence[tuple[int, int]], operations: Sequence[dict[str, object]], isa: str
    ) -> None: ...
    @property
    def isa(self) -> str: ...
    @property
    def bytes(self) -> int: ...
    def process(self, samples: NDArray[np.float32], out: NDArray[np.float32]) -> None: ...
    def reset(self, silence: int) -> None: ...
    def measure(self, samples: NDArray[np.float32], block: int) -> NDArray[np.float64]: ...

def activate(
    isa: str, curve: tuple[int, float, float, float, list[float]], values: NDArray[np.float32]
) -> NDArray[np.float32]: ...
