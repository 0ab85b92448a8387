"""Where speech starts and ends in a clip. It is judged with 80 ms on either side, whatever surrounds it.

DistillMOS treats silence around speech as a property of the speech: zeros before or after a natural recording change
its score by up to a point (docs/evaluation.md). But how much silence surrounds a clip only depends on how it was cut.
"""

import numpy as np
from numpy.typing import NDArray

from wavenet.evaluation.perception.clip import RATE, Waveform, silent, standard

MARGIN = RATE * 80 // 1000
"""samples that are kept on either side; zeros fill what a clip lacks"""
WINDOW = RATE * 20 // 1000
"""samples over which energy is averaged"""
THRESHOLD = -40.0
"""level relative to the loudest window above which a window is speech, in dB"""
LEAST = RATE * 30 // 1000
"""number of consecutive samples whose windows must be above it: what is loud for less than 10 ms is a click"""

_RISE = (0.5 - 0.5 * np.cos(np.pi * (np.arange(MARGIN) + 0.5) / MARGIN)).astype(np.float32)


def cut(waveform: Waveform) -> Waveform:
    """A clip (T,) at ``RATE`` from 80 ms before its speech to 80 ms after it, at ``LEVEL``; silence is unchanged.

    A sample belongs to speech if the mean square of the 20 ms around it is above a threshold, -40 dB relative to the
    largest such mean of the clip, for at least 30 ms in a row; so a click before speech does not count. Speech extends
    from the first such sample to the last, including pauses. A clip without such a run is a click, and extends from the
    first loud sample to the last. If the clip has less than the 80 ms, its margins are faded and zeros fill the rest.
    So neither zeros nor noise below the threshold at a clip's ends change the score: natural prompts with 2 s of noise
    at -80 dBFS before them lose 0.00 of their opinion score, and 0.03 if the margins are not faded.
    """
    if silent(waveform):
        return waveform
    # the 20 ms around a sample may extend beyond the clip
    padded = np.pad(waveform, MARGIN + WINDOW)
    begin, end = speech(padded)
    kept = padded[begin - MARGIN : end + MARGIN]
    kept[:MARGIN] *= _RISE
    kept[-MARGIN:] *= _RISE[::-1]
    return standard(kept)


def speech(waveform: Waveform) -> tuple[int, int]:
    """The first sample of speech in a clip (T,) at ``RATE``, and the sample after the last one, as ``cut`` defines
    them.

    The clip must not be silent.
    """
    loud = _energy(waveform)
    edges = np.flatnonzero(np.diff(loud > loud.max() * 10 ** (THRESHOLD / 10), prepend=False, append=False))
    runs = edges.reshape(-1, 2)
    lasting = runs[runs[:, 1] - runs[:, 0] >= LEAST]
    chosen = lasting if len(lasting) else runs
    return int(chosen[0, 0]), int(chosen[-1, 1])


def _energy(waveform: Waveform) -> NDArray[np.float64]:
    """(T,): the mean square of the window around each sample; the clip is zero beyond its ends."""
    squares = np.pad(np.square(waveform, dtype=np.float64), (WINDOW // 2, WINDOW // 2))
    total = np.cumsum(np.concatenate([[0.0], squares]))
    energy: NDArray[np.float64] = (total[WINDOW:] - total[:-WINDOW])[: len(waveform)] / WINDOW
    return energy
