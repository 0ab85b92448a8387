"""Whose turn it is: what a call moves on belongs to that call until it has succeeded."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from wavenet.errors import UsageError


class Claim:
    """Of a stream: the call that holds it may move the stream, and gives it back if it succeeded or moved nothing."""

    def __init__(self) -> None:
        self._lock = Lock()

    def take(self) -> None:
        """Raise UsageError where another call has it, or had it and was interrupted."""
        if not self._lock.acquire(blocking=False):
            raise UsageError(
                "this stream is at work in another call, or was interrupted in an earlier one, whose sound is lost: "
                "start another"
            )

    def give_back(self) -> None:
        """For the next call."""
        self._lock.release()


@contextmanager
def claimed(claims: Sequence[Claim]) -> Iterator[None]:
    """Hold claims inside. A UsageError is raised before anything moves; after another exception they stay taken.

    So a stream whose call was interrupted, by Ctrl-C at any point, refuses to go on: its sound would have a gap.
    """
    if len(set(map(id, claims))) < len(claims):
        raise UsageError("a stream is named twice in one call")
    taken: list[Claim] = []
    try:
        for claim in claims:
            claim.take()
            taken.append(claim)
        yield
    except UsageError:
        for claim in taken:
            claim.give_back()
        raise
    for claim in taken:
        claim.give_back()
