"""Which of the caller's characters the words of a sentence are written with, as its forms are read.

A *written word* is what stands between two blanks, or the finest part of it that is read by itself: "well-known," is
one, "yes—no" two, and "5 p.m." one, as it is read as one form. The marks around it are its own. Written words are in
order and do not overlap.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from wavenet.tts.traced import Place

_OPENING = frozenset("([{<«“„‘")
_SILENT = frozenset("*_`~|")
"""marks of emphasis, which are no part of a word"""


class Written(NamedTuple):
    """A written word."""

    start: int
    """its first character, of all that were given"""
    end: int
    """the one behind its last"""
    spoken: int
    """of how many spoken words it is"""


def of_pieces(spoken: Iterable[Place], pieces: Sequence[Place]) -> list[Written]:
    """The written words of spoken ones, of which each place is known, in a text that is cut into pieces.

    A written word is of whole pieces: of as many as its spoken words are in.
    """
    found: list[Written] = []
    first = 0
    for start, end in spoken:
        while first + 1 < len(pieces) and pieces[first][1] <= start:
            first += 1
        start = min(start, pieces[first][0])
        end = max([end, *(piece[1] for piece in pieces[first:] if piece[0] < end)])
        if found and start < found[-1].end:
            last = found.pop()
            found.append(Written(last.start, max(last.end, end), last.spoken + 1))
        else:
            found.append(Written(start, end, 1))
    return found


class Places:
    """The written words of the sentence in progress."""

    def __init__(self) -> None:
        self._words: list[tuple[int, int, int]] = []
        """start, end, and the number of what is said first for it"""
        self._floor = 0
        """where the last word of the sentence before ended"""
        self._reached = 0
        self._goes_on = False
        """whether what is said next belongs to the last word"""
        self._form: Place | None = None
        """the last one; None where nothing is known of it"""
        self._lead: Place = (0, 0)
        """marks before a word"""

    def form(self, place: Place, text: str, *, glued: bool, apart: bool, silent: bool) -> None:
        """A form is read.

        Args:
            place: of its characters.
            text: as it is read.
            glued: no blank is before it.
            apart: it is punctuation, which parts words.
            silent: no word is said for it.
        """
        start, end = max(place[0], self._floor), max(place[1], self._floor)
        last = self._words[-1][1] if self._words else -1
        if start < last:  # of one character several words are said
            self._goes_on = True
        elif apart or not (glued or start <= self._reached):
            self._goes_on = False
        self._form = start, end
        if silent and not _SILENT.issuperset(text):
            if start <= last and text[-1:] not in _OPENING:
                self._extend(end)
            else:
                self._lead = (self._lead[0] if self._lead[1] == start else start), end
        self._reached = max(self._reached, end)

    def word(self, number: int) -> None:
        """A word is said for the form, as the sentence's token of this number."""
        if self._form is None:
            return
        start, end = self._form
        if self._goes_on and self._words:
            self._extend(end)
        else:
            self._words.append((self._lead[0] if self._lead[0] <= start <= self._lead[1] else start, end, number))
            self._goes_on = True

    def _extend(self, end: int) -> None:
        start, before, number = self._words[-1]
        self._words[-1] = start, max(before, end), number

    def taken(self) -> list[tuple[int, int, int]]:
        """The words of the sentence, which ends: the start and the end of each, and the number of its first token."""
        words, self._words = self._words, []
        self._floor = words[-1][1] if words else self._floor
        self._goes_on = False
        return words
