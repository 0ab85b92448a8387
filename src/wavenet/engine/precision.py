"""The precisions of matrix products; docs/model-folder.md defines them."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from wavenet.engine.folder import CALIBRATION, Tensors
from wavenet.errors import UsageError

Array = NDArray[np.float32]

Precision = Literal["fp32", "bf16", "int8"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


def resolved(precision: Precision | Literal["auto"], tensors: Tensors) -> Precision:
    """The precision itself; for ``auto``, int8 if the tensors hold a calibration, else fp32. Raises UsageError."""
    if precision != "auto":
        if precision not in PRECISIONS:
            raise UsageError(f"precision is {precision!r}, and must be one of auto, {', '.join(PRECISIONS)}")
        return precision
    return "int8" if CALIBRATION[0] in tensors else "fp32"


def need_calibration(tensors: Tensors) -> None:
    """Raise UsageError unless a model has what int8 needs in addition to its weights."""
    if not tensors.keys() >= set(CALIBRATION):
        raise UsageError(
            f"int8 needs the tensors {', '.join(CALIBRATION)}, which the model does not have; add them with "
            "wavenet calibrate --model MODEL RECORDINGS, or choose another precision"
        )
