"""The interface of all engines: a network that draws samples and scores them, for any number of streams.

An engine is a class whose objects are constructed from the shape of a network, its tensors and a precision;
``engines.py`` lists all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wavenet.config.checks import integer
from wavenet.engine.precision import Precision
from wavenet.engine.sampling import Sampling, SamplingKeywords
from wavenet.errors import UsageError


@dataclass(frozen=True)
class LocalConditioning:
    """Local conditioning of one call: row r of the stream conditions steps r · s … (r + 1) · s - 1, s steps per row."""

    rows: NDArray[np.float32]
    """(rows, C): y, see ``engine/conditioning.py``"""
    steps_per_row: int = 1
    """network steps that each row conditions"""
    first_row: int = 0
    """index of the first of these rows, counted from the start of the stream"""


class State(Protocol):
    """One stream: its past, its settings, its random numbers. Only ``Engine.start`` creates one; the caller owns it."""

    @property
    def time(self) -> int:
        """Network steps taken so far."""

    def set_bias(self, bias: NDArray[np.float32] | None) -> None:
        """Replace the global conditioning (L, 2D) from the next step on; None: no conditioning. Raises UsageError."""


S = TypeVar("S", bound=State)
Counts = int | Sequence[int] | NDArray[np.integer]
"""numbers of samples: one for all streams, or one for each"""


class Engine(Protocol[S]):
    """A network ready to run. Arguments that do not fit raise UsageError, and then no stream has advanced."""

    @property
    def precision(self) -> Precision:
        """The precision of the matrix products (docs/model-folder.md)."""

    @property
    def isa(self) -> str:
        """What the engine runs on: an instruction set, or ``numpy``."""

    def start(
        self,
        sampling: Sampling | None = None,
        *,
        stream: int = 0,
        bias: NDArray[np.float32] | None = None,
        features: LocalConditioning | None = None,
        **drawn: Unpack[SamplingKeywords],
    ) -> S:
        """Start a stream; before its first sample, its past is silence.

        Args:
            sampling: how its samples are drawn; its seed and ``stream`` are the key of the random numbers
                (docs/model-folder.md).
            stream: distinguishes streams that have the same seed.
            bias: (L, 2D), added before every gate: global conditioning.
            features: the local conditioning, if the network takes any; its first row also conditions the silent past.
            **drawn: the fields of ``sampling`` as keywords.
        """

    def generate(
        self,
        states: Sequence[S],
        samples: Counts,
        *,
        threads: int = 1,
        uniforms: Sequence[NDArray[np.float64]] | None = None,
        features: Sequence[LocalConditioning] | None = None,
    ) -> list[NDArray[np.int32]]:
        """Draw the next classes of each stream, which depend neither on the other streams nor on ``threads``.

        Args:
            states: the streams; none may be in use by another call.
            samples: how many, for all or for each.
            threads: so many share the streams, and 2 the work of a single one, if as many cores are free.
            uniforms: (samples,) for each stream, in [0, 1), instead of the streams' own random numbers.
            features: the local conditioning of each stream, if the network takes any.
        """

    def log_likelihood(
        self, state: S, classes: NDArray[np.integer], features: LocalConditioning | None = None
    ) -> NDArray[np.float32]:
        """Log p of each class (T,) as the next samples of the stream, in nats; advances the stream."""

    def logits(
        self, state: S, classes: NDArray[np.integer], features: LocalConditioning | None = None
    ) -> NDArray[np.float32]:
        """The logits (T, Q) before each class (T,) as the next samples of the stream; advances the stream."""

    def skips(
        self, state: S, classes: NDArray[np.integer], features: LocalConditioning | None = None
    ) -> NDArray[np.float32]:
        """The sums of the skips (T, S) before each class (T,), from which the head would compute its logits.

        Advances the stream as ``logits`` does.
        """

    def prime(self, state: S, classes: NDArray[np.integer], features: LocalConditioning | None = None) -> None:
        """Take classes (T,) as the next samples of the stream."""


def counts(samples: Counts, streams: int, **others: Sequence[object] | None) -> list[int]:
    """How many samples each stream is to take; ``others`` must have one entry per stream, too. Raises UsageError."""
    each: list[Any] = list(samples) if np.ndim(samples) else [samples] * streams  # type: ignore[arg-type]
    for name, values in {"samples": each, **others}.items():
        if values is not None and len(values) != streams:
            raise UsageError(f"{name} are given for {len(values)} streams, and there are {streams}")
    return [integer("samples", count, 0, 2**32) for count in each]


Number = TypeVar("Number", np.float32, np.float64, np.int32)


def numbers(name: str, values: ArrayLike, dtype: type[Number], dimensions: int) -> NDArray[Number]:
    """Convert given values to one type and a contiguous array; raises UsageError if they are not finite numbers."""
    array = np.asarray(values)
    if array.ndim != dimensions or array.dtype.kind not in "iuf":
        raise UsageError(
            f"{name}: an array of {array.dtype} with shape {array.shape}, not numbers in {dimensions} dimensions"
        )
    with np.errstate(over="ignore"):
        converted = np.ascontiguousarray(array, dtype)
    if not np.isfinite(converted).all():
        raise UsageError(f"{name}: hold a value that is not finite in {converted.dtype}")
    return converted
