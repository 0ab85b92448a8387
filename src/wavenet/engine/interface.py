"""What every engine is: a network that draws samples and scores them, for any number of streams.

An engine is a class whose objects are made from a network's shape, its tensors and a precision; ``engines.py`` has all.
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
    """Local conditioning of a call: row r of all rows conditions samples r · hop … (r + 1) · hop - 1 of the stream."""

    rows: NDArray[np.float32]
    """(rows, C): y, see ``engine/conditioning.py``"""
    steps_per_row: int = 1
    """network samples that each row conditions"""
    first_row: int = 0
    """which of all rows the first of these is"""


class State(Protocol):
    """One stream: its past, its settings, its random numbers. ``Engine.start`` alone makes one; the caller owns it."""

    @property
    def time(self) -> int:
        """Samples taken so far."""

    def set_bias(self, bias: NDArray[np.float32] | None) -> None:
        """Another global conditioning (L, 2D) from the next sample on; None: none. Raises UsageError."""


S = TypeVar("S", bound=State)
Counts = int | Sequence[int] | NDArray[np.integer]
"""of samples: of all streams, or of each"""


class Engine(Protocol[S]):
    """A network ready to run. Whatever does not go together is a UsageError, and then no stream has moved."""

    @property
    def precision(self) -> Precision:
        """Of the matrix products (docs/model-folder.md)."""

    @property
    def isa(self) -> str:
        """What it runs on: an instruction set, or numpy."""

    def start(
        self,
        sampling: Sampling | None = None,
        *,
        stream: int = 0,
        bias: NDArray[np.float32] | None = None,
        features: LocalConditioning | None = None,
        **drawn: Unpack[SamplingKeywords],
    ) -> S:
        """A stream at its start: silence for ever before the first sample.

        Args:
            sampling: how its samples are drawn; its seed and ``stream`` key the random numbers (docs/model-folder.md).
            stream: tells streams of one seed apart.
            bias: (L, 2D) added before every gate: global conditioning.
            features: where the network takes them; the first row is what lies before the start too.
            **drawn: the fields of ``sampling``, in its place.
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
        """The next classes of each stream; they do not depend on the other streams, nor on ``threads``.

        Args:
            states: the streams; none may be at work in another call.
            samples: how many, of all or of each.
            threads: 2 may share the work of a single stream, where two cores are free.
            uniforms: (samples,) of each, in [0, 1), instead of the streams' own random numbers.
            features: of each, where the network takes them.
        """

    def log_likelihood(
        self, state: S, classes: NDArray[np.integer], features: LocalConditioning | None = None
    ) -> NDArray[np.float32]:
        """Log p of each class (T,) as the stream's next samples, in nats; the stream then has taken them."""

    def logits(
        self, state: S, classes: NDArray[np.integer], features: LocalConditioning | None = None
    ) -> NDArray[np.float32]:
        """The logits (T, Q) before each class (T,) as the stream's next samples; the stream then has taken them."""

    def prime(self, state: S, classes: NDArray[np.integer], features: LocalConditioning | None = None) -> None:
        """Take classes (T,) as the stream's next samples."""


def counts(samples: Counts, streams: int, **others: Sequence[object] | None) -> list[int]:
    """How many samples each of so many streams shall have; ``others`` are given by stream, too. Raises UsageError."""
    each: list[Any] = list(samples) if np.ndim(samples) else [samples] * streams  # type: ignore[arg-type]
    for name, values in {"samples": each, **others}.items():
        if values is not None and len(values) != streams:
            raise UsageError(f"{name} are given for {len(values)} streams, and there are {streams}")
    return [integer("samples", count, 0, 2**32) for count in each]


Number = TypeVar("Number", np.float32, np.float64, np.int32)


def numbers(name: str, values: ArrayLike, dtype: type[Number], dimensions: int) -> NDArray[Number]:
    """Values that were given, of one type and contiguous; raises UsageError where they are no such numbers."""
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
