"""What labels tell of sequences of phones: how frequent each is, how long it lasts, which one follows.

All are natural logarithms of probabilities, with ``SMOOTHING`` added to every count, so that nothing is impossible.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wavenet.engine.folder import Tensors
from wavenet.tts.labels import Labelled

SMOOTHING = 0.5


def of(rows: Sequence[Labelled], phones: Sequence[str]) -> Tensors:
    """Count labelled recordings.

    Returns:
        ``prior`` (P,) of a frame's phone; ``stay`` and ``leave`` (P,): whether the next frame belongs to the same
        phone; ``next`` (P, P): which phone follows a phone, in rows.
    """
    number = {phone: i for i, phone in enumerate(phones)}
    frames, spans = np.full(len(phones), SMOOTHING), np.full(len(phones), SMOOTHING)
    pairs = np.full((len(phones), len(phones)), SMOOTHING)
    for row in rows:
        said = [(number[s.phone], n) for s, n in zip(row.segments, row.durations, strict=True) if n]
        for phone, n in said:
            frames[phone] += n
            spans[phone] += 1
        for (a, _), (b, _) in pairwise(said):
            pairs[a, b] += 1
    leave = np.clip(spans / frames, 1e-3, 0.999)
    found: dict[str, NDArray[np.float64]] = {
        "prior": np.log(frames / frames.sum()),
        "stay": np.log(1 - leave),
        "leave": np.log(leave),
        "next": np.log(pairs / pairs.sum(1, keepdims=True)),
    }
    return {name: values.astype(np.float32) for name, values in found.items()}
