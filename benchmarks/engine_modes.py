"""The cost of conditioning in the compiled engine: every mode against the same network without, for ``engine.py
--modes``.

One stream, one thread, in calls of 0.1 s of audio. The local conditioning y is given; the time of the conditioning
network that computes it is a separate value.
"""

import math
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from tqdm import tqdm

from wavenet.bench.speed import random_model
from wavenet.config import ContextConfig, FeatureConfig, ModelConfig
from wavenet.engine.conditioning import ConditioningNetwork
from wavenet.engine.folder import ModelFolder, Tensors, tensor_shapes
from wavenet.engine.interface import LocalConditioning
from wavenet.engine.native import Network, State
from wavenet.engine.precision import PRECISIONS, Precision

CALL_SECONDS = 0.1
SAMPLE_RATE = 16_000
FRAMES = FeatureConfig(kinds=("log_mel",), hop_length=160)
SCALES = (10, 16)


def modes(model: ModelConfig) -> dict[str, ModelConfig]:
    """A network conditioned in each way, the unconditional one first."""
    speakers = replace(model, speakers=("ann", "bob"))
    context = (ContextConfig(),)
    upsampled = {
        channels: replace(model, features=FRAMES, condition_channels=channels, upsample_scales=SCALES)
        for channels in (16, 32, 64)
    }
    return {
        "none": model,
        "global": speakers,
        "local, 128 channels, a row a frame": replace(model, features=FRAMES, condition_channels=128),
        **{f"local, {channels} channels, learned upsampling": each for channels, each in upsampled.items()},
        "a context stack": replace(model, contexts=context),
        "global, local (32, learned) and context": replace(upsampled[32], speakers=speakers.speakers, contexts=context),
    }


@dataclass
class Found:
    """The measurements of one mode in one precision."""

    mode: str
    model: ModelConfig
    precision: Precision
    isa: str = ""
    rates: list[float] = field(default_factory=list)
    """samples per second, in every round"""
    ratios: list[float] = field(default_factory=list)
    """relative to the unconditional network in the same round"""
    network_seconds: float = 0.0
    """seconds to compute y for a second of audio, if there is any"""

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``json.dumps``."""
        return {
            "what": "modes",
            "mode": self.mode,
            "precision": self.precision,
            "isa": self.isa,
            "samples_per_second": statistics.median(self.rates),
            "ratio": statistics.median(self.ratios),
            "ratio_range": [min(self.ratios), max(self.ratios)],
            "rounds": len(self.rates),
            "conditioning_network_seconds_per_second": self.network_seconds,
        }


def measured(model: ModelConfig, rounds: int, seconds: float) -> list[Found]:
    """Measure every mode and precision once per round, so that disturbances of the machine affect all of them."""
    plain = random_model(model)
    opened = {name: _conditioned(plain, each) for name, each in modes(model).items()}
    table = [Found(name, each.model, precision) for precision in PRECISIONS[::-1] for name, each in opened.items()]
    with tqdm(total=rounds * len(table), desc="modes", unit=" runs", file=sys.stderr) as bar:
        for _ in range(rounds):
            for found in table:
                network = Network(found.model, opened[found.mode].tensors, found.precision)
                found.isa = network.isa
                found.rates.append(_samples_per_second(network, seconds))
                bar.update()
    for found in table:
        base = next(each for each in table if each.mode == "none" and each.precision == found.precision)
        found.ratios = [rate / other for rate, other in zip(found.rates, base.rates, strict=True)]
        found.network_seconds = _network_seconds(opened[found.mode])
    return table


def _conditioned(plain: ModelFolder, model: ModelConfig) -> ModelFolder:
    """The unconditional network with its calibration, and random tensors for the conditioning."""
    rng = np.random.default_rng(1)
    tensors: Tensors = dict(plain.tensors)
    for name, shape in tensor_shapes(model).items():
        scale = 0.1 if name.endswith(".bias") else math.prod(shape[1:]) ** -0.5
        if name not in tensors:
            tensors[name] = rng.normal(0.0, scale, shape).astype(np.float32)
    return ModelFolder(plain.audio, model, tensors)


def _samples_per_second(network: Network, seconds: float) -> float:
    """The speed of one stream, after a first call that warms it up."""
    model, call = network.model, round(CALL_SECONDS * SAMPLE_RATE)
    calls = max(2, 1 + round(seconds / CALL_SECONDS))
    rng = np.random.default_rng(2)
    bias = rng.normal(0.0, 0.3, (model.layers, 2 * model.dilation_channels)).astype(np.float32)
    channels, hop = model.local_channels, 1 if model.upsample_scales else FRAMES.hop_length
    rows = np.maximum(rng.normal(0.0, 1.0, (calls * call // hop, channels)), 0).astype(np.float32)
    pieces = [LocalConditioning(part, hop, k * call // hop) for k, part in enumerate(np.split(rows, calls))]
    state = network.start(bias=bias if model.global_channels else None, features=pieces[0] if channels else None)
    began = time.perf_counter()
    for k, piece in enumerate(pieces):
        if k == 1:
            began = time.perf_counter()
        _advance(network, state, call, piece if channels else None)
    return (calls - 1) * call / (time.perf_counter() - began)


def _advance(network: Network, state: State, samples: int, features: LocalConditioning | None) -> None:
    network.generate([state], samples, features=None if features is None else [features])


def _network_seconds(opened: ModelFolder, blocks: int = 50) -> float:
    """Seconds that the conditioning network takes for a second of audio."""
    if not opened.model.takes_features:
        return 0.0
    network = ConditioningNetwork(opened.model, opened.tensors)
    frames = np.random.default_rng(3).normal(size=(8 + 2 * network.look_ahead, FRAMES.channels)).astype(np.float32)
    took = []
    for _ in range(blocks):
        began = time.perf_counter()
        network.rows(frames)
        took.append(time.perf_counter() - began)
    return statistics.median(took) / (8 * FRAMES.hop_length / SAMPLE_RATE)


def markdown(table: Sequence[Found]) -> str:
    """For the documentation: samples per second, and the ratio to no conditioning, in each precision."""
    precisions = list(dict.fromkeys(found.precision for found in table))
    lines = [
        f"| conditioning | {' | '.join(precisions)} | y = f(h), ms for 1 s |",
        "|---" * (len(precisions) + 2) + "|",
    ]
    for mode in dict.fromkeys(found.mode for found in table):
        row = [found for found in table if found.mode == mode]
        cells = [f"{statistics.median(f.rates):,.0f} ({statistics.median(f.ratios):.0%})" for f in row]
        took = f"{1e3 * row[0].network_seconds:.1f}" if row[0].network_seconds else ""
        lines.append(f"| {mode} | {' | '.join(cells)} | {took} |")
    return "\n".join(lines)
