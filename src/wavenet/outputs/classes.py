"""What all distributions of classes share."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wavenet.errors import UsageError

COLDEST = 1e-3
"""temperatures below it are 0: the likeliest alone has a probability that matters, and logits would overflow"""
HOTTEST = 100
"""the highest temperature: at it all classes are nearly as likely"""
NO_SAMPLE = -100
"""the target of a position that has no sample"""


def checked(values: ArrayLike, classes: int) -> NDArray[np.int32]:
    """Classes (T,) as 32-bit integers; raises UsageError if one is outside 0 … classes - 1, or no integer."""
    array, most = np.asarray(values), classes - 1
    if array.size and not (array.dtype.kind in "iu" and 0 <= array.min() <= array.max() <= most):
        raise UsageError(f"a class is outside 0 … {most}, or no integer")
    return array.astype(np.int32, copy=False)
