"""Melodies as a signal: one class per sixteenth note, which the WaveNet that writes melodies models.

A class says that a key goes down, that it goes up, or that nothing changes. The silent past of every network is class
⌊classes / 2⌋, so that is the one for nothing.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

CLASSES = 128
HOLD, UP = CLASSES // 2, CLASSES // 2 - 1
"""nothing changes; the key goes up, and a rest begins"""
LOWEST, HIGHEST = 36, 96
"""keys as in MIDI, C2 to C7: what lies outside is moved by octaves"""
FIRST = HOLD + 1
"""the class of ``LOWEST``"""
TONICS = tuple(f"tonic-{pitch}" for pitch in range(12))
"""tags of melodies: in which key they are, C to B"""
STEPS = 4
"""steps per quarter note"""
SOUNDING = 0.94
"""the part of a note's length for which its key is held"""


class Note(NamedTuple):
    """A note of a melody, in steps."""

    start: int
    length: int
    key: int


class Played(NamedTuple):
    """A note in time: the frames at which its key goes down and up."""

    down: int
    up: int
    key: int


def within(key: int) -> int:
    """The key, or the nearest one of the same name that the instruments have."""
    if key < LOWEST:
        return key + -(-(LOWEST - key) // 12) * 12
    return key - -(-max(key - HIGHEST, 0) // 12) * 12


def classes(notes: Iterable[Note], keys: int = 0) -> list[int]:
    """One class per step, of a melody that is moved up by so many keys.

    Notes are in order and do not overlap.
    """
    found: list[int] = []
    for start, length, key in notes:
        found += [UP] * (start > len(found)) + [HOLD] * (start - len(found) - 1)
        found += [FIRST + within(key + keys) - LOWEST] + [HOLD] * (length - 1)
    return found


def melody(drawn: Sequence[int]) -> list[Note]:
    """The notes of a signal of classes, the inverse of ``classes``; classes that mean no key change nothing."""
    notes: list[Note] = []
    sounding = False
    for step, value in enumerate(drawn):
        if FIRST <= value <= FIRST + HIGHEST - LOWEST:
            notes.append(Note(step, 1, value - FIRST + LOWEST))
            sounding = True
        elif value == UP:
            sounding = False
        elif sounding:
            notes[-1] = notes[-1]._replace(length=notes[-1].length + 1)
    return notes


def timed(notes: Iterable[Note], beats: float, frame_rate: float) -> list[Played]:
    """The notes in frames, at ``beats`` quarter notes a minute and ``frame_rate`` frames a second."""
    step = 60 / beats / STEPS * frame_rate
    found = []
    for start, length, key in notes:
        down, up = round(start * step), round((start + length * SOUNDING) * step)
        found.append(Played(down, max(up, down + 1), key))
    return found
