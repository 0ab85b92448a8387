"""The input of all metrics: every clip at 16 kHz and the same loudness, so that neither decides a comparison."""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import soxr
from numpy.typing import NDArray

from wavenet.audio.waveforms import checked

RATE = 16_000
"""Hz that all metrics use; audio with a lower sample rate has no upper band, and its scores reflect that"""
LEVEL = -26.0
"""root mean square in dB relative to full scale"""

Waveform = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Clip:
    """A recording to be scored."""

    name: str
    waveform: Waveform
    """(T,), full scale 1"""
    sample_rate: int
    text: str = ""
    """the text that it should contain; empty: unknown"""
    reference: Waveform | None = None
    """(T',), at the same sample rate: the natural recording that it should resemble"""
    speaker: str = ""

    @property
    def seconds(self) -> float:
        """Duration of the waveform."""
        return len(self.waveform) / self.sample_rate

    def standard(self) -> "Clip":
        """The clip as the metrics use it: see ``standard``."""
        reference = None if self.reference is None else standard(self.reference, self.sample_rate)
        return replace(self, waveform=standard(self.waveform, self.sample_rate), sample_rate=RATE, reference=reference)


class Score(NamedTuple):
    """The score of one clip by one metric."""

    value: float
    """NaN if the metric cannot score the clip"""
    weight: float = 1.0
    """weight in a mean over clips"""
    note: str = ""
    """why there is no score; for intelligibility: the recognised words"""


def standard(waveform: NDArray[np.floating], sample_rate: int = RATE) -> Waveform:
    """Resample to ``RATE`` and scale to ``LEVEL``, or less where that would clip; silence stays silent. Idempotent.

    Raises:
        UsageError: it is not a waveform: see ``audio.waveforms.checked``.
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
    """Whether all samples are 0, or there are none."""
    return not np.any(waveform)
