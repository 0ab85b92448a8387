"""The steps of the int8 grids, from what a model sees in recordings and in its own output.

A step is the ``PERCENTILE`` of a layer's input, by absolute value over all channels, divided by the largest integer.
The fp32 network takes every recording in blocks of ``BLOCK`` samples. After each block it continues freely for ``FREE``
times as many samples at temperature 1, and these count like the recorded ones: generation sees its own mistakes, and
recordings have none.
"""

import math
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wavenet import outputs
from wavenet.audio import mu_law
from wavenet.config import ModelConfig
from wavenet.engine import sampling
from wavenet.engine.folder import CALIBRATION, Tensors
from wavenet.engine.interface import LocalConditioning
from wavenet.engine.precision import Array
from wavenet.engine.reference import State, block, step
from wavenet.engine.weights import Weights
from wavenet.errors import UsageError

PERCENTILE = 99.99
"""of all values, zeros included: the best of 99.9, 99.99, 99.999 and 100 (docs/decisions/0005)"""
BLOCK = 16_384
"""recorded samples between two excerpts that the model generates"""
FREE = 0.1
"""generated samples per recorded sample"""


@dataclass(frozen=True)
class CalibrationInput:
    """A recording, and its conditioning, on which a network is calibrated."""

    classes: NDArray[np.integer]
    """(T,)"""
    bias: Array | None = None
    """(L, 2D): global conditioning"""
    features: LocalConditioning | None = None
    """local conditioning of the T samples; samples generated after the last one use the last row"""

    def lengthened(self, free: float) -> LocalConditioning | None:
        """The local conditioning, with its last row repeated for as long as the model continues after the last
        sample.
        """
        if self.features is None or not len(self.classes):
            return None
        last = (len(self.classes) + math.ceil(free * BLOCK)) // self.features.steps_per_row - self.features.first_row
        more = max(last + 1 - len(self.features.rows), 0)
        return replace(self.features, rows=np.pad(self.features.rows, ((0, more), (0, 0)), "edge"))


class Histogram:
    """Counts of absolute values in 128 bins per octave, the upper half of the bits of a float32."""

    def __init__(self) -> None:
        self.counts = np.zeros(1 << 15, np.int64)

    def take(self, x: Array) -> Array:
        """Count, and return the input unchanged: this replaces ``Linear.take`` in fp32."""
        bits = np.abs(x, dtype=np.float32).view(np.uint32) >> np.uint32(16)
        self.counts += np.bincount(bits.ravel(), minlength=len(self.counts))
        return x

    def percentile(self, q: float) -> np.float32:
        """The lower edge of the first bin above q % of the values: at most 1/128 above the percentile."""
        rank = math.ceil(q / 100 * int(self.counts.sum()))
        end = int(np.searchsorted(np.cumsum(self.counts), rank)) + 1
        return np.uint32(end << 16).view(np.float32)


def calibrate(
    model: ModelConfig,
    tensors: Tensors,
    recordings: Iterable[CalibrationInput | NDArray[np.integer]],
    advance: Callable[[int], object] = lambda samples: None,
    *,
    free: float = FREE,
) -> Tensors:
    """The calibration tensors of a model; the same recordings give the same tensors.

    Args:
        model: the network's shape.
        tensors: its weights.
        recordings: taken one by one; only the classes (T,) if nothing conditions the network.
        advance: called with the number of recorded samples that were taken since the last call.
        free: generated samples per recorded sample; 0 for a network that only hears.

    Raises:
        UsageError: there are no samples, or the network exceeds the range of float32.
    """
    weights = Weights(model, tensors)
    watched, layers, skips, hidden = _watched(model, tensors)
    stream = 0
    for each in recordings:
        recording = each if isinstance(each, CalibrationInput) else CalibrationInput(each)
        classes, features = recording.classes, recording.lengthened(free)
        if not len(classes):
            continue
        state = State(weights, recording.bias, features)
        newest = mu_law.silence(model.quantization_channels)
        for start in range(0, len(classes), BLOCK):
            part = classes[start : start + BLOCK]
            block(watched, state, np.append(newest, part)[:-1], features)
            newest = int(part[-1])
            if free:
                own = _continued(weights, deepcopy(state), newest, features, math.ceil(free * len(part)), stream)
                block(watched, deepcopy(state), np.append(newest, own)[:-1], features)
            stream += 1
            advance(len(part))
    if not stream:
        raise UsageError("there is no sample to calibrate with; name a recording that is not empty")
    steps = [_step(h, 127) for h in layers], [_step(skips, 255)], [_step(hidden, 255)]
    return {name: np.array(values, np.float32) for name, values in zip(CALIBRATION, steps, strict=True)}


def _watched(model: ModelConfig, tensors: Tensors) -> tuple[Weights, list[Histogram], Histogram, Histogram]:
    """The network in fp32, with histograms of the inputs of each layer and of the two in the head."""
    watched = Weights(model, tensors)
    layers, skips, hidden = [Histogram() for _ in watched.main.layers], Histogram(), Histogram()
    counted = [
        replace(layer, dilated=replace(layer.dilated, take=histogram.take))
        for layer, histogram in zip(watched.main.layers, layers, strict=True)
    ]
    watched.main = replace(watched.main, layers=counted)
    watched.hidden = replace(watched.hidden, take=skips.take)
    watched.output = replace(watched.output, take=hidden.take)
    return watched, layers, skips, hidden


def _continued(
    weights: Weights, state: State, newest: int, features: LocalConditioning | None, samples: int, stream: int
) -> NDArray[np.int64]:
    """Classes (samples,) that the model generates after ``newest``, with seed 0 and temperature 1."""
    out, distribution = np.empty(samples, np.int64), outputs.of(weights.model)
    for t, uniform in enumerate(sampling.uniforms(0, stream, 0, samples)):
        newest = out[t] = distribution.sample(step(weights, state, newest, features), uniform)
    return out


def _step(histogram: Histogram, integers: int) -> np.float32:
    """The step of a grid that ends at the percentile; 1 if there were only zeros."""
    top = histogram.percentile(PERCENTILE)
    if not np.isfinite(top):
        raise UsageError("the network's values exceed the range of float32, so its weights are broken; train it again")
    size = top / np.float32(integers)
    return size if size >= np.finfo(np.float32).tiny else np.float32(1)
