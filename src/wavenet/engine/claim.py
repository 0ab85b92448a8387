"""Exclusive use of a stream: what a call advances belongs to that call until it has succeeded."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import NoReturn

from wavenet.errors import UsageError


class NotCopied:
    """What holds a network or its past: a copy would share it, and advance with it."""

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Raise what Python raises for what cannot be pickled, or copied, with the way out."""
        kind = type(self).__name__
        raise TypeError(
            f"a {kind} can neither be copied nor sent to another process; open the model there. Threads can share it"
        )


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
