"""The state of one stream of audio during generation."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wavenet.engine.claim import Claim, NotCopied, claimed
from wavenet.engine.conditioning import ConditioningStream
from wavenet.engine.decoder import Decoder
from wavenet.engine.interface import LocalConditioning, State
from wavenet.errors import UsageError


class Stream(NotCopied):
    """The past of the network, the random numbers and the decoder of one stream. ``Generator.start`` creates it.

    If the model takes features, ``feed`` receives frames as they arrive, and ``finish`` declares that there are no
    more.
    """

    def __init__(
        self,
        begin: Callable[[LocalConditioning | None], State],
        decoder: Decoder,
        conditioner: ConditioningStream | None,
        bias: NDArray[np.float32] | None,
        decimation: int = 1,
    ) -> None:
        self.bias = bias
        """(L, 2D) global conditioning at the start; None without"""
        self._begin = begin
        self._state: State | None = None
        self._conditioner = conditioner
        self.decoder = decoder
        self._decimation = decimation
        self.claim = Claim()

    def __repr__(self) -> str:
        ready = "" if self.ready is None else f", {self.ready} more are ready"
        return f"<Stream: {self.time} samples generated{ready}>"

    @property
    def state(self) -> State:
        """The engine's state, created when first needed because its silent past is conditioned on the first frame."""
        if self._state is None:
            self._state = self._begin(self._rows(0, 1) if self._conditioner else None)
        return self._state

    @property
    def ready(self) -> int | None:
        """How many more samples the frames so far suffice for; None: any number, as the model takes no features."""
        return None if self._conditioner is None else self._decimation * self._conditioner.samples - self.time

    @property
    def time(self) -> int:
        """Samples generated so far."""
        return self._decimation * self._steps - self.decoder.left

    @property
    def _steps(self) -> int:
        """Network steps taken so far."""
        return 0 if self._state is None else self._state.time

    def feed(self, frames: NDArray[np.floating]) -> None:
        """Take the next frames of features (F, channels).

        Raises:
            UsageError: they are not features of this model, or it takes none, or they were finished; or the stream is
                in use, or was interrupted.
        """
        frames = np.asarray(frames)
        with claimed([self.claim]):
            self._needs_features().feed(frames)
            self.decoder.feed(frames)

    def finish(self) -> None:
        """Declare that no more frames will come; the last one is repeated where the model looks ahead."""
        self._needs_features().finish()

    def features(self, samples: int) -> LocalConditioning | None:
        """Y of the network's next samples, for the engine; None if the model takes no features."""
        return self._rows(self._steps, samples) if self._conditioner and samples else None

    def _needs_features(self) -> ConditioningStream:
        if self._conditioner is None:
            raise UsageError("this model takes no features")
        return self._conditioner

    def _rows(self, first: int, samples: int) -> LocalConditioning:
        conditioner = self._needs_features()
        rows, first_row = conditioner.rows(first, samples)
        return LocalConditioning(rows, conditioner.steps_per_row, first_row)
