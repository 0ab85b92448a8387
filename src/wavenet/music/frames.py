"""What the WaveNet that plays is told of each frame: which key, whether it is down, and since when."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wavenet.music.notes import HIGHEST, LOWEST, Played

KEYS = HIGHEST - LOWEST + 1
AGES = (0.03, 0.3, 2.0)
"""time constants in seconds: of the attack, of what follows it, and of how a string dies away"""
CHANNELS = KEYS + 1 + len(AGES)
"""a column per key, one for a key that is down, and how new the note is"""


def frames(notes: Sequence[Played], count: int, frame_rate: float) -> NDArray[np.float32]:
    """The first ``count`` frames (count, CHANNELS) of played notes, which are in order.

    A note stays the note of a frame after its key went up, until the next one: its sound dies away.
    """
    found = np.zeros((count, CHANNELS), np.float32)
    for i, (down, up, key) in enumerate(notes):
        end = notes[i + 1].down if i + 1 < len(notes) else count
        found[down:end, key - LOWEST] = 1
        found[down : min(up, end), KEYS] = 1
        age = np.arange(max(min(end, count) - down, 0)) / frame_rate
        for j, constant in enumerate(AGES):
            found[down:end, KEYS + 1 + j] = np.exp(-age / constant)
    return found
