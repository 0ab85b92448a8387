"""How fast the compiled engine runs a network, compared with the machine's limits, all measured in one run."""

import math
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from wavenet import bars
from wavenet.bench.report import Run, Speed, Work
from wavenet.config import PRESETS, AudioConfig, ModelConfig
from wavenet.config.checks import integer
from wavenet.engine import calibration, folder, native
from wavenet.engine.folder import ModelFolder
from wavenet.engine.precision import Precision
from wavenet.errors import UsageError, suggestion
from wavenet.generator import Generator
from wavenet.stream import Stream

DEFAULT_SHAPE = "medium"
FIRST_BLOCK_SECONDS = 0.01
CALIBRATION_SAMPLES = 500
ATTEMPTS = 5
"""attempts at each of the machine's limits in each run; they are short"""
BANDWIDTH_BYTES = 200_000_000
"""bytes read in one attempt, which takes about 2 ms"""
MOST_RUNS = 10_000
PEAK_ROUNDS = 200_000
"""dot products in one attempt, which takes about 1 ms"""


def random_model(model: ModelConfig) -> ModelFolder:
    """A network of this shape with noise as input and output: no gate saturates, and int8 is calibrated on noise.

    Every weight has a variance that preserves that of its inputs. The same shape gives the same network.
    """
    rng = np.random.default_rng(0)
    tensors = {}
    for name, shape in folder.tensor_shapes(model).items():
        if name.endswith(".bias"):
            scale = 0.1
        else:
            scale = (_inputs(name, shape) * (model.layers if ".skip." in name else 1)) ** -0.5
        tensors[name] = rng.normal(0.0, scale, shape).astype(np.float32)
    plain = ModelFolder(AudioConfig(), model, tensors)
    noise = rng.integers(model.quantization_channels, size=CALIBRATION_SAMPLES)
    stream = _stream(Generator(plain, "fp32"), 0, CALIBRATION_SAMPLES)
    heard = calibration.CalibrationInput(noise, stream.bias, stream.features(CALIBRATION_SAMPLES))
    return replace(plain, tensors=tensors | calibration.calibrate(model, tensors, [heard]))


def _inputs(name: str, shape: tuple[int, ...]) -> int:
    """The number of products that are summed with a weight."""
    if name == "input.weight":
        return shape[2]  # one of Q classes at each tap
    if name == "speakers.weight":
        return 1
    return 3 * shape[0] if ".upsampling." in name else math.prod(shape[1:])


def bench(
    model: str | Path = "",
    *,
    shape: str = "",
    precision: Precision | Literal["auto"] = "auto",
    work: Work | None = None,
    runs: int = 5,
    progress: bool = False,
) -> Speed:
    """Measure a model, or random weights in the shape of a preset.

    Args:
        model: a folder, or the name of a shipped model.
        shape: a name in ``PRESETS``; ``medium`` if neither is given.
        precision: of the products; ``auto`` is int8 if the folder is calibrated for it, else fp32.
        work: the work of one run.
        runs: number of runs.
        progress: show a progress bar.

    Raises:
        UsageError: both are given, the preset is unknown, or the model is not calibrated for int8.
        ModelFolderError: there is no such model, or it is broken.
    """
    if str(model) and shape:
        raise UsageError(f"model {str(model)!r} and shape {shape!r} are both given; leave one out")
    if str(model):
        home = folder.find(model)
        return measure(str(model), lambda: folder.read(home), precision, work or Work(), runs, progress=progress)
    name = shape or DEFAULT_SHAPE
    if name not in PRESETS:
        raise UsageError(f"unknown shape {name!r}{suggestion(name, PRESETS)}")
    opened = random_model(PRESETS[name])
    return measure(name, lambda: opened, precision, work or Work(), runs, progress=progress)


def measure(
    name: str,
    opened: Callable[[], ModelFolder],
    precision: Precision | Literal["auto"],
    work: Work,
    runs: int,
    *,
    progress: bool = False,
) -> Speed:
    """Measure the model that ``opened`` returns; every run calls it and builds its network anew."""
    runs = integer("runs", runs, 1, MOST_RUNS)
    generator = Generator(opened(), precision)
    model, rate, precision = generator.model, generator.sample_rate, generator.precision
    network = _network(generator)
    isa, weight_bytes = network.isa, network.weight_bytes
    del generator, network  # a run holds one of its own
    bar = bars.bar(range(runs), desc=f"{name}, {precision}", unit=" runs", delay=2, disable=not progress)
    measured = tuple(_run(opened, precision, work) for _ in bar)
    return Speed(name, model, rate, precision, isa, weight_bytes, work, measured, _peak_rss_bytes())


def _run(opened: Callable[[], ModelFolder], precision: Precision, work: Work) -> Run:
    from wavenet.engine import _core  # what is not built has stopped before

    began = time.perf_counter()
    generator = Generator(opened(), precision)
    load_seconds = time.perf_counter() - began
    began = time.perf_counter()
    samples, first = work.samples(generator.sample_rate), math.ceil(FIRST_BLOCK_SECONDS * generator.sample_rate)
    streams = [_stream(generator, seed, first + samples) for seed in range(work.batch)]
    generator.advance(streams, first, threads=work.threads)
    first_block_seconds = time.perf_counter() - began
    seconds = (_seconds_of_scoring if work.score else _seconds_of_generating)(generator, streams, work, samples)
    isa, share = _network(generator).isa, _network(generator).weight_bytes // work.threads
    return Run(
        load_seconds,
        first_block_seconds,
        samples * work.batch / seconds,
        _together(
            work.threads, statistics.median, lambda: _core.read_bandwidth(isa, share, 1 + BANDWIDTH_BYTES // share)
        ),
        _together(work.threads, max, lambda: _core.peak(isa, precision, PEAK_ROUNDS)),
    )


def _network(generator: Generator) -> native.Network:
    assert isinstance(generator.network, native.Network)
    return generator.network


def _stream(generator: Generator, seed: int, samples: int) -> Stream:
    """A stream; if the model is conditioned, with the first speaker and noise as features."""
    model, frames = generator.model, None
    if model.takes_features:
        shape = generator.front_end.frames(samples), model.features.channels
        frames = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    return generator.start(seed=seed, speaker=0 if model.speakers else None, features=frames)


def _together(threads: int, typical: Callable[[list[float]], float], rate: Callable[[], float]) -> float:
    """The sum of a rate over the threads, each of which makes several attempts while the others do the same.

    Bandwidth is a median, because it depends on the memory pages of an attempt, and a floor should be what one usually
    gets. Arithmetic depends on nothing, so the best attempt is the machine's limit.
    """
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(lambda _: typical([rate() for _ in range(ATTEMPTS)]), range(threads)))


def _seconds_of_generating(generator: Generator, streams: Sequence[Stream], work: Work, samples: int) -> float:
    began = time.perf_counter()
    generator.advance(streams, samples, threads=work.threads)
    return time.perf_counter() - began


def _seconds_of_scoring(generator: Generator, streams: Sequence[Stream], work: Work, samples: int) -> float:
    steps = samples // generator.model.decimation
    classes = np.random.default_rng(0).integers(generator.model.quantization_channels, size=steps)
    began = time.perf_counter()
    generator.class_log_likelihood(classes, streams[0])
    return time.perf_counter() - began


def _peak_rss_bytes() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most
