"""An amplifier that takes blocks of samples in real time."""

import os
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wavenet.amp import file
from wavenet.amp.model import Model
from wavenet.amp.program import Program
from wavenet.engine import native
from wavenet.errors import UsageError

Samples = NDArray[np.float32]


class Amp:
    """A model at its start, after silence.

    Blocks may be of any lengths, and the samples that come out do not depend on them, bit for bit. ``process`` with an
    array to write into allocates nothing and takes no lock; it costs the same whatever it has heard before. One
    thread at a time may call it.

    Args:
        model: what ``file.read`` found.

    Attributes:
        model: the same.

    Raises:
        AmpError: the model's past needs too much memory.
        WavenetError: the compiled engine is not there.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        signals, operations = Program(model).native()
        self._core: Any = native.core().Amp(signals, operations, native.chosen_instruction_set())
        self.reset()

    @classmethod
    def open(cls, path: str | os.PathLike[str], quality: float | None = None) -> Self:
        """The amplifier in a ``.nam`` file, with the arguments and errors of ``file.read``."""
        return cls(file.read(path, quality))

    @property
    def sample_rate(self) -> float | None:
        """Samples a second that it was trained for; None: its file does not say."""
        return self.model.sample_rate

    @property
    def isa(self) -> str:
        """The instruction set it runs with."""
        return str(self._core.isa)

    @property
    def bytes(self) -> int:
        """Memory of its weights and its past."""
        return int(self._core.bytes)

    def reset(self) -> None:
        """Forget everything heard, as if there had been silence; this is not for the time in between two blocks."""
        self._core.reset(self.model.silence)

    def process(self, block: Samples, out: Samples | None = None) -> Samples:
        """The next samples (T,), float32.

        Args:
            block: what goes in.
            out: where to write them, perhaps the same array; None: a new one.

        Raises:
            UsageError: an array is not float32, (T,) and contiguous, or the two are of different lengths.
        """
        if out is None:
            out = np.empty_like(block)
        try:
            self._core.process(block, out)
        except TypeError:
            raise UsageError(
                "a block must be an array (T,) of float32, contiguous; see numpy.ascontiguousarray"
            ) from None
        except ValueError as error:
            raise UsageError(str(error)) from None
        return out

    def seconds(self, samples: Samples, block: int) -> NDArray[np.float64]:
        """How long each block of the samples takes, for benchmarks."""
        measured: NDArray[np.float64] = self._core.measure(samples, block)
        return measured
