"""The compiled engine (``native/``): the same network as ``reference``, much faster.

``Network`` holds weights packed for one instruction set and one precision; a ``State`` is one stream's past and its
random numbers, and belongs to whoever made it. Calls release the GIL, and Ctrl-C stops them between two samples.
"""

import os
from collections.abc import Sequence
from dataclasses import asdict
from types import ModuleType
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from wavenet import outputs
from wavenet.audio import mu_law
from wavenet.audio.prediction import Array, Filters
from wavenet.config import ModelConfig
from wavenet.config.checks import integer
from wavenet.engine.claim import Claim, claimed
from wavenet.engine.folder import Tensors
from wavenet.engine.interface import Counts, LocalConditioning, counts, numbers
from wavenet.engine.keywords import resolve
from wavenet.engine.precision import Precision, need_calibration
from wavenet.engine.sampling import Sampling, SamplingKeywords
from wavenet.errors import UsageError, WavenetError, suggestion

_absent = ""  # why there is no engine
try:
    import wavenet.engine._core as _core
except ImportError as error:  # a source tree that was never built, as where only training runs, or built for elsewhere
    _core, _absent = None, str(error)  # type: ignore[assignment]

VARIABLE = "WAVENET_ISA"
"""the environment variable that forces an instruction set"""
MOST_THREADS = 1_024
"""more do the same: the engine starts no more than there are cores, streams and work for"""


def available() -> bool:
    """Whether the engine is there; where it is not, ``Network`` refuses, and ``reference`` runs networks, slowly."""
    return _core is not None


def core() -> ModuleType:
    """The compiled module.

    Raises:
        WavenetError: it is not there.

    """
    if _core is None:
        raise WavenetError(
            f"the compiled engine, which runs models, cannot be loaded: {_absent}; pip install . builds it, in the "
            "folder of the sources; Generator.open(…, engine='reference') does without, slowly"
        )
    return _core


def instruction_sets() -> list[str]:
    """Those that this build has kernels for and this processor can run, the fastest last.

    Raises:
        WavenetError: the engine is not there.

    """
    names: list[str] = core().instruction_sets()
    return names


def chosen_instruction_set() -> str:
    """The fastest, or the one that ``WAVENET_ISA`` names.

    Raises:
        UsageError: it names one that is not available.
        WavenetError: the engine is not there.

    """
    names = instruction_sets()
    forced = os.environ.get(VARIABLE, "")
    if forced and forced not in names:
        hint = suggestion(forced, names)
        raise UsageError(f"{VARIABLE} is {forced!r}{hint}; this processor and build have {', '.join(names)}")
    return forced or names[-1]


def synthesise(filters: Filters, excitation: Array, first: int, past: Array) -> Array:
    """``Filters.waveform``, compiled; only where the engine is ``available``."""
    return _core.synthesise(excitation, filters.coefficients, filters.deviations, filters.hop_length, first, past)


def full_band(low: Array, rows: Array, gaussian: Array, noise: Array, at: int) -> Array:
    """``bands.full_band``, compiled; only where the engine is ``available``."""
    return _core.full_band(low, rows, gaussian, noise, at)


class State:
    """One stream of a ``Network``: ``interface.State``."""

    def __init__(self, core: "_core.State") -> None:
        self.core = core
        """of the compiled module"""
        self.claim = Claim()

    @property
    def time(self) -> int:
        """Samples taken so far."""
        return self.core.time

    @property
    def bytes(self) -> int:
        """Memory that the stream holds, however long it runs."""
        return self.core.bytes

    def set_bias(self, bias: NDArray[np.float32] | None) -> None:
        """See ``interface.State``; refused while the stream is at work."""
        bias = None if bias is None else numbers("bias", bias, np.float32, 2)
        try:
            self.core.set_bias(bias)
        except ValueError as error:
            raise UsageError(f"cannot condition: {error}") from None


class Network:
    """A network ready to run: ``interface.Engine``."""

    def __init__(self, model: ModelConfig, tensors: Tensors, precision: Precision = "fp32") -> None:
        """Pack the tensors of a model folder.

        Args:
            model: the network's shape.
            tensors: named as in docs/model-folder.md. Those of the speakers and the conditioning network are not
                used: what comes of them is given as bias and features, see ``engine/conditioning.py``.
            precision: of the products, see docs/model-folder.md.

        Raises:
            UsageError: the precision needs calibration that the tensors do not hold; ``WAVENET_ISA`` is unknown; the
                tensors are not those of the shape, or it is more than the engine can run.
            WavenetError: the engine is not there.

        """
        isa = chosen_instruction_set()
        if precision == "int8":
            need_calibration(tensors)
        self.model = model
        self.precision = precision
        self._distribution = outputs.of(model)
        settings = {
            "layers": model.layers,
            "kernel_size": model.kernel_size,
            "input_kernel_size": model.input_kernel_size,
            "residual_channels": model.residual_channels,
            "dilation_channels": model.dilation_channels,
            "skip_channels": model.skip_channels,
            "head_channels": model.head_channels,
            "quantization_channels": model.quantization_channels,
            "distribution": self._distribution.name,
            "output_channels": self._distribution.channels,
            "components": model.components,
            "scales": model.scales,
            "local_channels": model.local_channels,
            "dilations": list(model.dilations),
            "contexts": [{**asdict(context), "dilations": list(context.dilations)} for context in model.contexts],
        }
        try:
            self.core = _core.Network(settings, dict(tensors), precision, isa)
        except (ValueError, TypeError) as error:
            raise UsageError(f"the engine cannot run this network: {error}") from None

    @property
    def isa(self) -> str:
        """The instruction set that runs it."""
        return self.core.isa

    @property
    def weight_bytes(self) -> int:
        """Bytes of weights that one step of one stream reads."""
        return self.core.weight_bytes

    def start(
        self,
        sampling: Sampling | None = None,
        *,
        stream: int = 0,
        bias: NDArray[np.float32] | None = None,
        features: LocalConditioning | None = None,
        **drawn: Unpack[SamplingKeywords],
    ) -> State:
        """See ``interface.Engine``."""
        sampling = resolve(Sampling, sampling, drawn)
        self._distribution.check(sampling.top_k, sampling.top_p)
        stream = integer("stream", stream, 0, 2**64 - 1)
        silence = mu_law.silence(self.model.quantization_channels)
        rows = None if features is None else numbers("features", features.rows, np.float32, 2)[:1]
        bias = None if bias is None else numbers("bias", bias, np.float32, 2)
        top_k = min(sampling.top_k, self.model.quantization_channels)
        temperature = 1.0 if sampling.temperature is None else sampling.temperature
        try:
            core = _core.State(
                self.core, silence, sampling.seed, stream, temperature, top_k, sampling.top_p, bias, rows
            )
        except (ValueError, TypeError) as error:
            raise UsageError(f"a stream of this network cannot start so: {error}") from None
        return State(core)

    def generate(
        self,
        states: Sequence[State],
        samples: Counts,
        *,
        threads: int = 1,
        uniforms: Sequence[NDArray[np.float64]] | None = None,
        features: Sequence[LocalConditioning] | None = None,
    ) -> list[NDArray[np.int32]]:
        """See ``interface.Engine``."""
        wanted = counts(samples, len(states), uniforms=uniforms, features=features)
        threads = min(integer("threads", threads, 1), MOST_THREADS)
        requests = [
            _core.Request(
                state.core,
                count,
                None if uniforms is None else numbers("uniforms", uniforms[i], np.float64, 1),
                *_unpacked(None if features is None else features[i]),
            )
            for i, (state, count) in enumerate(zip(states, wanted, strict=True))
        ]
        with claimed([state.claim for state in states]):
            try:
                return self.core.generate(requests, threads)
            except ValueError as error:
                raise UsageError(f"cannot generate: {error}") from None

    def log_likelihood(
        self, state: State, classes: NDArray[np.integer], features: LocalConditioning | None = None
    ) -> NDArray[np.float32]:
        """See ``interface.Engine``."""
        return self._score(state, classes, features, False, True)

    def logits(
        self, state: State, classes: NDArray[np.integer], features: LocalConditioning | None = None
    ) -> NDArray[np.float32]:
        """See ``interface.Engine``."""
        return self._score(state, classes, features, True, False)

    def skips(
        self, state: State, classes: NDArray[np.integer], features: LocalConditioning | None = None
    ) -> NDArray[np.float32]:
        """See ``interface.Engine``."""
        classes, rows = numbers("classes", self._distribution.targets(classes), np.int32, 1), _unpacked(features)
        with claimed([state.claim]):
            try:
                return state.core.skips(classes, *rows)
            except ValueError as error:
                raise UsageError(f"cannot compute the skips: {error}") from None

    def prime(self, state: State, classes: NDArray[np.integer], features: LocalConditioning | None = None) -> None:
        """See ``interface.Engine``."""
        self._score(state, classes, features, False, False)

    def _score(
        self, state: State, classes: NDArray[np.integer], features: LocalConditioning | None, logits: bool, log_p: bool
    ) -> NDArray[np.float32]:
        targets = self._distribution.targets(classes)
        classes, rows = numbers("classes", targets, np.int32, 1), _unpacked(features)
        with claimed([state.claim]):
            try:
                return state.core.score(classes, logits, log_p, *rows)  # type: ignore[return-value]
            except ValueError as error:
                raise UsageError(f"cannot score: {error}") from None


def _unpacked(features: LocalConditioning | None) -> tuple[NDArray[np.float32] | None, int, int]:
    if features is None:
        return None, 0, 1
    rows = numbers("features", features.rows, np.float32, 2)
    return rows, integer("first_row", features.first_row, 0), integer("steps_per_row", features.steps_per_row, 1)
