"""PocketSphinx in several processes: recordings are aligned in their order, with the results of one process."""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from wavenet import workers
from wavenet.arithmetic import ceil_div
from wavenet.training.voice.sphinx import Aligned, Aligner, Way
from wavenet.workers import Died

Words = list[tuple[Way, ...]]
"""of a recording: each as the list of its pronunciations"""

ENOUGH = 200
"""recordings for each process at least: one takes two seconds to start, in which it could align forty"""


def processes(recordings: int, wanted: int | None = None) -> int:
    """How many processes align so many recordings, where 0 is this process; wanted is None or that number.

    None takes as many as pay, at most one for each core.
    """
    if wanted is not None:
        return wanted
    found = min(workers.cores(), ceil_div(recordings, ENOUGH))
    return 0 if found < 2 else found


def align_each(
    items: Iterable[tuple[NDArray[np.float32], Words]], words: Iterable[tuple[Way, ...]], number: int
) -> Iterator[Aligned | Died | None]:
    """Align recordings (T,) at ``RATE`` to their words.

    Args:
        items: the recordings, read as needed.
        words: all that occur in them.
        number: of processes; 0 is this one.

    Yields:
        For each recording what was found in it; None if its words cannot be aligned; ``Died`` if a process ended on it.

    Raises:
        MissingExtraError: PocketSphinx is not installed.
    """
    if not number:
        aligner = Aligner(words)
        yield from (aligner.align(waveform, said) for waveform, said in items)
        return
    with ExitStack() as stack:
        file = Path(stack.enter_context(TemporaryDirectory())) / "words.json"
        file.write_text(json.dumps(list(dict.fromkeys(words))), "utf-8")
        for _, result in workers.in_order(partial(_align, str(file)), items, number):
            yield result


def _align(file: str, item: tuple[NDArray[np.float32], Words]) -> Aligned | None:
    return _aligner(file).align(*item)


@lru_cache(maxsize=1)
def _aligner(file: str) -> Aligner:
    words = json.loads(Path(file).read_text("utf-8"))
    return Aligner(tuple(tuple(way) for way in word) for word in words)
