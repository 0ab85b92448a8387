"""The engine in numpy: ``step`` and ``block`` of ``reference.py``, for any number of streams, one after the other."""

from collections.abc import Callable, Iterator, Sequence
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from wavenet import outputs
from wavenet.audio import mu_law
from wavenet.config import ModelConfig
from wavenet.config.checks import integer
from wavenet.engine import sampling as random
from wavenet.engine.folder import Tensors
from wavenet.engine.interface import Counts, LocalConditioning, counts, numbers
from wavenet.engine.keywords import resolve
from wavenet.engine.precision import Array, Precision
from wavenet.engine.reference import State, block, check, skip_sums, step
from wavenet.engine.sampling import Sampling, SamplingKeywords
from wavenet.engine.weights import Weights
from wavenet.errors import UsageError

SCORED_AT_ONCE = 4_096
"""samples that are scored at once, which bounds the memory"""


class Stream:
    """One stream of a ``Network``: ``interface.State``."""

    def __init__(
        self, weights: Weights, sampling: Sampling, number: int, bias: Array, features: LocalConditioning | None
    ) -> None:
        self.weights, self.sampling, self.number = weights, sampling, number
        self.state = State(weights, bias, features)
        self.newest = mu_law.silence(weights.model.quantization_channels)
        self.drawn = 0
        """samples drawn so far, each with one of the stream's random numbers"""

    @property
    def time(self) -> int:
        """Network steps taken so far."""
        return self.state.t

    def set_bias(self, bias: NDArray[np.float32] | None) -> None:
        """See ``interface.State``."""
        self.state.bias = _bias(bias, self.state.bias.shape)


def _bias(bias: NDArray[np.float32] | None, shape: tuple[int, ...]) -> Array:
    if bias is None:
        return np.zeros(shape, np.float32)
    if np.shape(bias) != shape:
        raise UsageError(f"bias has the shape {np.shape(bias)}, and must have {shape}")
    return numbers("bias", bias, np.float32, 2)


class Network:
    """A network ready to run: ``interface.Engine``.

    Raises:
        UsageError: int8 is requested, but the model is not calibrated.
    """

    isa = "numpy"

    def __init__(self, model: ModelConfig, tensors: Tensors, precision: Precision = "fp32") -> None:
        self.model = model
        self.precision = precision
        self._weights = Weights(model, tensors, precision)
        self._distribution = outputs.of(model)

    def start(
        self,
        sampling: Sampling | None = None,
        *,
        stream: int = 0,
        bias: NDArray[np.float32] | None = None,
        features: LocalConditioning | None = None,
        **drawn: Unpack[SamplingKeywords],
    ) -> Stream:
        """See ``interface.Engine``."""
        number = integer("stream", stream, 0, 2**64 - 1)
        check(self._weights, features, 0, 1)
        sampling = resolve(Sampling, sampling, drawn)
        self._distribution.check(sampling.top_k, sampling.top_p)
        bias = _bias(bias, (self.model.layers, 2 * self.model.dilation_channels))
        return Stream(self._weights, sampling, number, bias, features)

    def generate(
        self,
        states: Sequence[Stream],
        samples: Counts,
        *,
        threads: int = 1,
        uniforms: Sequence[NDArray[np.float64]] | None = None,
        features: Sequence[LocalConditioning] | None = None,
    ) -> list[NDArray[np.int32]]:
        """See ``interface.Engine``; ``threads`` is ignored, one thread does all the work."""
        wanted = counts(samples, len(states), uniforms=uniforms, features=features)
        integer("threads", threads, 1)
        if len(set(map(id, states))) < len(states):
            raise UsageError("a stream occurs twice")
        rows = list(features) if features is not None else [None] * len(states)
        for state, n, given in zip(states, wanted, rows, strict=True):
            self._check(state, n, given)
        drawn = [self._uniforms(state, n) for state, n in zip(states, wanted, strict=True)]
        if uniforms is not None:
            drawn = [numbers("uniforms", each, np.float64, 1) for each in uniforms]
            if [len(each) for each in drawn] != wanted:
                raise UsageError("uniforms are not one for each sample")
        return [self._drawn(*each) for each in zip(states, drawn, rows, strict=True)]

    def _uniforms(self, stream: Stream, samples: int) -> NDArray[np.float64]:
        return random.uniforms(stream.sampling.seed, stream.number, stream.drawn, samples)

    def _drawn(
        self, stream: Stream, uniforms: NDArray[np.float64], features: LocalConditioning | None
    ) -> NDArray[np.int32]:
        how = stream.sampling
        temperature = 1.0 if how.temperature is None else how.temperature
        out = np.empty(len(uniforms), np.int32)
        for t, uniform in enumerate(uniforms):
            logits = step(self._weights, stream.state, stream.newest, features)
            out[t] = stream.newest = self._distribution.sample(logits, uniform, temperature, how.top_k, how.top_p)
            stream.drawn += 1
        return out

    def log_likelihood(
        self, state: Stream, classes: NDArray[np.integer], features: LocalConditioning | None = None
    ) -> NDArray[np.float32]:
        """See ``interface.Engine``."""
        scores = [self._distribution.log_likelihood(*each) for each in self._taken(block, state, classes, features)]
        return np.concatenate([np.empty(0, np.float32), *scores])

    def logits(
        self, state: Stream, classes: NDArray[np.integer], features: LocalConditioning | None = None
    ) -> NDArray[np.float32]:
        """See ``interface.Engine``."""
        nothing = np.empty((0, self._distribution.channels), np.float32)
        return np.concatenate([nothing, *(logits for logits, _ in self._taken(block, state, classes, features))])

    def skips(
        self, state: Stream, classes: NDArray[np.integer], features: LocalConditioning | None = None
    ) -> NDArray[np.float32]:
        """See ``interface.Engine``."""
        nothing = np.empty((0, self.model.skip_channels), np.float32)
        return np.concatenate([nothing, *(sums for sums, _ in self._taken(skip_sums, state, classes, features))])

    def prime(self, state: Stream, classes: NDArray[np.integer], features: LocalConditioning | None = None) -> None:
        """See ``interface.Engine``."""
        for _ in self._taken(skip_sums, state, classes, features):
            pass

    def _taken(
        self,
        compute: Callable[[Weights, State, NDArray[np.integer], LocalConditioning | None], Array],
        stream: Stream,
        classes: NDArray[np.integer],
        features: LocalConditioning | None,
    ) -> Iterator[tuple[Array, NDArray[np.int32]]]:
        """Yield what is computed (T, …) before the next classes, together with these (T,), in parts.

        Advances the stream.
        """
        targets = numbers("classes", self._distribution.targets(classes), np.int32, 1)
        self._check(stream, len(targets), features)
        for start in range(0, len(targets), SCORED_AT_ONCE):
            part = targets[start : start + SCORED_AT_ONCE]
            computed = compute(self._weights, stream.state, np.append(stream.newest, part)[:-1], features)
            stream.newest = int(part[-1])
            yield computed, part

    def _check(self, stream: Stream, samples: int, features: LocalConditioning | None) -> None:
        if stream.weights is not self._weights:
            raise UsageError("a stream is of another network")
        if samples:
            check(self._weights, features, stream.time, samples)
