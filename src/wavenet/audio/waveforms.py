"""What can be a waveform: floats (T,) around [-1, 1]."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wavenet.errors import UsageError

LARGEST = 8.0
"""Full scale is 1. Peaks up to this value (18 dB above) are clipped; a waveform with larger ones has another scale."""


def checked(waveform: ArrayLike) -> NDArray[np.floating]:
    """A waveform (T,) as an array of floats.

    Raises:
        UsageError: it is none: it holds integers, which say nothing of their full scale, or values that are NaN,
            infinite or beyond ``LARGEST``, or it has other dimensions.
    """
    x = np.asarray(waveform)
    if x.dtype.kind in "iu":
        most = 2 ** (8 * x.dtype.itemsize - 1)
        raise UsageError(f"the waveform holds {x.dtype}, and must hold floats in [-1, 1]; divide it by {most}")
    if x.dtype.kind != "f" or x.ndim != 1:
        mono = "; average its channels" if x.ndim == 2 else ""
        raise UsageError(f"the waveform is an array of {x.dtype} with shape {x.shape}, and must be floats (T,){mono}")
    if not (np.abs(x) <= LARGEST).all():  # NaN is not, either
        at = int((~(np.abs(x) <= LARGEST)).argmax())
        raise UsageError(f"sample {at} of the waveform is {x[at]:g}, and full scale is 1; scale or repair it")
    return x
