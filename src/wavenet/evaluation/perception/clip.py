"""What is judged, and what every metric hears of it: 16 kHz and one loudness, so that neither decides a comparison."""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import soxr
from numpy.typing import NDArray

from wavenet.audio.waveforms import checked

RATE = 16_000
"""what all metrics hear; sound of a lower rate misses its upper band, and is judged so"""
LEVEL = -26.0
"""dB of the root mean square below full scale"""

Waveform = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Clip:
    """A recording to judge."""

    name: str
    waveform: Waveform
    """(T,), full scale 1"""
    sample_rate: int
    text: str = ""
    """what it should say; empty: unknown"""
    reference: Waveform | None = None
    """(T',), at the same rate: the natural recording that it should be like"""
    speaker: str = ""

    @property
    def seconds(self) -> float:
        """Of the waveform."""
        return len(self.waveform) / self.sample_rate

    def standard(self) -> "Clip":
        """As the metrics hear it: see ``standard``."""
        reference = None if self.reference is None else standard(self.reference, self.sample_rate)
        return replace(self, waveform=standard(self.waveform, self.sample_rate), sample_rate=RATE, reference=reference)


class Score(NamedTuple):
    """What one metric says of one clip."""

    value: float
    """NaN where the metric has no answer"""
    weight: float = 1.0
    """in a mean over clips"""
    note: str = ""
    """why there is no answer; of intelligibility: the words that were heard"""


def standard(waveform: NDArray[np.floating], sample_rate: int = RATE) -> Waveform:
    """At ``RATE`` and ``LEVEL``, or as loud as goes without clipping; silence stays silence. Twice is once.

    Raises:
        UsageError: it is no waveform: see ``audio.waveforms.checked``.
    """
    x = np.asarray(checked(waveform), np.float32)
    if sample_rate != RATE:
        x = np.asarray(soxr.resample(x, sample_rate, RATE), np.float32)
    peak = float(np.abs(x).max(initial=0))
    if peak == 0:
        return x
    rms = peak * math.sqrt(float(np.mean((x / peak) ** 2, dtype=np.float64)))
    return np.asarray(x * np.float32(min(10 ** (LEVEL / 20) / rms, 1 / peak)), np.float32)


def silent(waveform: Waveform) -> bool:
    """Whether there is nothing to hear, or nothing at all."""
    return not np.any(waveform)
