"""Where speech begins and ends in a clip: what is judged is this and 80 ms on either side, whatever lies around it.

DistillMOS hears silence around speech as a property of the speech: zeros before or behind a natural recording move its
score by up to a point (docs/evaluation.md). How long a clip is silent before and after is a matter of its cutting.
"""

import numpy as np
from numpy.typing import NDArray

from wavenet.evaluation.perception.clip import RATE, Waveform, silent, standard

MARGIN = RATE * 80 // 1000
"""samples that are kept on either side; what a clip lacks of them is zeros"""
WINDOW = RATE * 20 // 1000
"""samples that energy is a mean of"""
THRESHOLD = -40.0
"""dB of a window below the loudest: speech is above"""
LEAST = RATE * 30 // 1000
"""samples in a row whose windows must be above: what is loud for less than 10 ms is a click"""

_RISE = (0.5 - 0.5 * np.cos(np.pi * (np.arange(MARGIN) + 0.5) / MARGIN)).astype(np.float32)


def cut(waveform: Waveform) -> Waveform:
    """A clip (T,) at ``RATE`` from 80 ms before its speech to 80 ms behind it, at ``LEVEL``; silence as it is.

    A sample belongs to speech where the mean square of the 20 ms around it lies above a threshold, -40 dB of the
    loudest such mean of the clip, for at least 30 ms in a row; so a click before speech does not count. Speech goes
    from the first such sample to the last, pauses within it included. A clip without such a run is a click, and goes
    from the first loud sample to the last. Zeros stand where the clip has less than the 80 ms, in which what it has is
    faded. So neither zeros nor noise below the threshold at a clip's ends change what is heard: natural prompts with
    2 s of noise of -80 dBFS before them lose 0.00 of their opinion score, and 0.03 where the margins are not faded.
    """
    if silent(waveform):
        return waveform
    # the 20 ms around a sample reach beyond the clip
    padded = np.pad(waveform, MARGIN + WINDOW)
    begin, end = speech(padded)
    kept = padded[begin - MARGIN : end + MARGIN]
    kept[:MARGIN] *= _RISE
    kept[-MARGIN:] *= _RISE[::-1]
    return standard(kept)


def speech(waveform: Waveform) -> tuple[int, int]:
    """The samples of a clip (T,) at ``RATE`` that speech begins with and ends before, by the rule of ``cut``.

    The clip is not silent.
    """
    loud = _energy(waveform)
    edges = np.flatnonzero(np.diff(loud > loud.max() * 10 ** (THRESHOLD / 10), prepend=False, append=False))
    runs = edges.reshape(-1, 2)
    lasting = runs[runs[:, 1] - runs[:, 0] >= LEAST]
    chosen = lasting if len(lasting) else runs
    return int(chosen[0, 0]), int(chosen[-1, 1])


def _energy(waveform: Waveform) -> NDArray[np.float64]:
    """(T,): the mean square of the window around each sample; beyond the ends there is nothing."""
    squares = np.pad(np.square(waveform, dtype=np.float64), (WINDOW // 2, WINDOW // 2))
    total = np.cumsum(np.concatenate([[0.0], squares]))
    energy: NDArray[np.float64] = (total[WINDOW:] - total[:-WINDOW])[: len(waveform)] / WINDOW
    return energy
