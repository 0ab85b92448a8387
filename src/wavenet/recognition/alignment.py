"""Forced alignment: the likeliest times of the phones of a text, given the probabilities of phones in frames.

A text is a graph of states, each of one phone. Every state on a path lasts at least one frame; a pause may be left out,
and a word may have several pronunciations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wavenet.errors import UsageError
from wavenet.tts.segments import SIL

Array = NDArray[np.float32]
Pronunciation = tuple[str, ...]
START = -1
"""in place of a state before: a path may begin here"""


@dataclass(frozen=True)
class State:
    """A phone of a text, or a pause."""

    phone: str
    before: tuple[int, ...]
    """the states that may come before it; ``START``: none"""
    word: int = -1
    """number of its word; -1: a pause"""
    first: bool = False
    """whether it is the first phone of the word"""


@dataclass(frozen=True)
class Graph:
    """The states of a text; those before a state have lower numbers."""

    states: tuple[State, ...]
    ends: tuple[int, ...]
    """the states in which a path may end"""

    @classmethod
    def of(cls, words: Sequence[Sequence[Pronunciation]]) -> "Graph":
        """Words, each with its pronunciations, with pauses that may be made before, between and after them."""
        states: list[State] = []
        ends: tuple[int, ...] = (START,)
        for number in range(len(words) + 1):
            states.append(State(SIL, ends))
            ends = (*ends, len(states) - 1)
            if number == len(words):
                break
            found: list[int] = []
            for phones in words[number]:
                before = ends
                for i, phone in enumerate(phones):
                    states.append(State(phone, before, number, i == 0))
                    before = (len(states) - 1,)
                found += before
            ends = tuple(found)
        return cls(tuple(states), tuple(end for end in ends if end != START))

    @classmethod
    def of_segments(cls, phones: Sequence[str]) -> "Graph":
        """Phones in their order, in which every pause may be left out."""
        states: list[State] = []
        ends: tuple[int, ...] = (START,)
        for i, phone in enumerate(phones):
            states.append(State(phone, ends, -1 if phone == SIL else i))
            ends = (*ends, len(states) - 1) if phone == SIL else (len(states) - 1,)
        return cls(tuple(states), tuple(end for end in ends if end != START))


@dataclass(frozen=True)
class Path:
    """The likeliest path."""

    states: tuple[int, ...]
    """those that it passes, in order"""
    frames: tuple[int, ...]
    """the frames of each"""
    score: float
    """mean over the frames of ln p of the path's phone, less that of the likeliest phone: 0 if the text is what would
    be recognised without it"""


def best(graph: Graph, logs: Array, numbers: Mapping[str, int]) -> Path:
    """The likeliest path through all frames, by their log probabilities (F, P).

    Raises:
        UsageError: there are fewer frames than any path has states, or a phone is unknown.
    """
    unknown = sorted({state.phone for state in graph.states} - numbers.keys())
    if unknown:
        raise UsageError(f"the recogniser does not know the phone {unknown[0]!r}; it knows {', '.join(numbers)}")
    S, F = len(graph.states), len(logs)
    width = max((len(state.before) for state in graph.states), default=1)
    before = np.full((S, width + 1), S)  # S stands for what no path passes
    for s, state in enumerate(graph.states):
        before[s, 0] = s
        real = [b for b in state.before if b != START]
        before[s, 1 : 1 + len(real)] = real
    phones = np.array([numbers[state.phone] for state in graph.states])
    score = np.full(S + 1, -np.inf)
    back = np.zeros((F, S), np.int32)
    for t, row in enumerate(logs.astype(np.float64)):
        if t == 0:
            starts = [s for s, state in enumerate(graph.states) if START in state.before]
            score[starts] = row[phones[starts]]
            continue
        came = score[before]  # (S, width + 1)
        choice = came.argmax(1)
        back[t] = before[np.arange(S), choice]
        score[:S] = came[np.arange(S), choice] + row[phones]
    end = max(graph.ends, key=lambda s: score[s], default=S)
    if not F or not np.isfinite(score[end]):
        raise UsageError(f"its {F} frames are fewer than its phones")
    path = [int(end)]
    for t in range(F - 1, 0, -1):
        path.append(int(back[t, path[-1]]))
    path.reverse()
    said = logs[np.arange(F), phones[path]].astype(np.float64)
    return _counted(path, float((said - logs.max(1)).mean()))


def _counted(path: Sequence[int], score: float) -> Path:
    """A path of a state for each frame, as states and their frames."""
    starts = [t for t in range(len(path)) if t == 0 or path[t] != path[t - 1]]
    frames = np.diff([*starts, len(path)])
    return Path(tuple(path[t] for t in starts), tuple(frames.tolist()), score)
