"""Exclusive use of a stream: what a call advances belongs to that call until it has succeeded."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from wavenet.errors import UsageError


class Claim:
    """The claim on a stream. The call that holds it may advance the stream, and releases it on success or if nothing
    moved.
    """

    def __init__(self) -> None:
        self._lock = Lock()

    def take(self) -> None:
        """Raise UsageError if another call holds it, or held it and was interrupted."""
        if not self._lock.acquire(blocking=False):
            raise UsageError(
                "this stream is in use by another call, or was interrupted in an earlier one, whose audio is lost: "
                "start another"
            )

    def give_back(self) -> None:
        """Release it for the next call."""
        self._lock.release()


@contextmanager
def claimed(claims: Sequence[Claim]) -> Iterator[None]:
    """Hold claims inside the block. A UsageError is raised before anything moves; other exceptions leave them taken.

    So a stream whose call was interrupted, by Ctrl-C at any point, cannot continue: its audio would have a gap.
    """
    if len(set(map(id, claims))) < len(claims):
        raise UsageError("a stream occurs twice in one call")
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
