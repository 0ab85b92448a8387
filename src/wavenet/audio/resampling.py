"""Sound at another sample rate, as it comes."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from wavenet.errors import UsageError

RATES = range(4_000, 192_001)
"""in Hz, to which sound can be brought: a telephone has 8,000"""


def check(rate: int) -> None:
    """Raise UsageError if sound cannot be brought to this rate."""
    if rate not in RATES:
        raise UsageError(f"the sample rate is {rate}, and must be from {RATES[0]} to {RATES[-1]} Hz")


def resampled(blocks: Iterable[NDArray[np.float32]], rate: int, to: int) -> Iterator[NDArray[np.float32]]:
    """Blocks (T,) in [-1, 1] of one sound, at another rate: the filter goes on across them.

    The samples do not depend on how the sound is cut into blocks; the first come when the filter has what it looks
    ahead at, a tenth of a second. No block is empty.

    Args:
        blocks: of the sound.
        rate: its samples per second.
        to: those that are wanted.

    Raises:
        UsageError: there is no such rate.
    """
    check(to)
    return iter(blocks) if rate == to else _resampled(blocks, Resampler(rate, to))


def _resampled(blocks: Iterable[NDArray[np.float32]], resampler: "Resampler") -> Iterator[NDArray[np.float32]]:
    for block in blocks:
        if len(made := resampler(block)):
            yield made
    if len(rest := resampler.end()):
        yield rest


class Resampler:
    """The same for whoever is given the blocks; some may be empty."""

    def __init__(self, rate: int, to: int) -> None:
        import soxr

        self._filter = soxr.ResampleStream(rate, to, 1, dtype="float32")

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """What is whole with the next block (T,)."""
        made: NDArray[np.float32] = self._filter.resample_chunk(block)
        return made.clip(-1, 1)

    def end(self) -> NDArray[np.float32]:
        """The rest."""
        rest: NDArray[np.float32] = self._filter.resample_chunk(np.empty(0, np.float32), last=True)
        return rest.clip(-1, 1)
