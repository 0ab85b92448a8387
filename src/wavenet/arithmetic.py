"""Integer arithmetic that Python has no name for."""

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:  # settings and texts are read without numpy
    import numpy as np
    from numpy.typing import NDArray

Count = TypeVar("Count", int, "NDArray[np.int64]")


def ceil_div(dividend: Count, divisor: int) -> Count:
    """⌈dividend / divisor⌉, exact for integers of any size and sign."""
    return -(-dividend // divisor)
