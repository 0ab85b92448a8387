"""All utterances of all requests, advanced together: planners and workers share what is to be done.

There is one worker for each core, which advances its share of the utterances as one batch; the engine leaves Python to
others meanwhile. Planning has threads of its own, so a new text or a long one delays no sound.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar

from wavenet.config.checks import integer
from wavenet.serving import turns, worker
from wavenet.serving.errors import BusyError, ClosingError
from wavenet.serving.utterance import Begin, State, Utterance
from wavenet.tts.voice import Voice

PLANNERS = 2
"""threads that plan, at most: a long text in one leaves the other to the others; a third only waits for Python"""

Found = TypeVar("Found")


class Scheduler:
    """The threads that make sound, and the utterances that they make."""

    def __init__(self, *, workers: int = 1, max_streams: int = 20, max_waiting: int = 20) -> None:
        """Start the threads.

        Args:
            workers: threads of the engine; one for each core.
            max_streams: utterances that are said at a time.
            max_waiting: utterances that wait for a place; further ones are refused.

        Raises:
            UsageError: a number is too small.
        """
        self.workers = integer("workers", workers, 1)
        self.max_streams = integer("max_streams", max_streams, 1)
        self.max_waiting = integer("max_waiting", max_waiting, 0)
        self.lock = threading.Lock()
        """guards all that follows"""
        self._wanted = {state: threading.Condition(self.lock) for state in (State.UNPLANNED, State.READY, State.ENDED)}
        """notified when an utterance has come to this state: planners, workers and ``close`` wait for one each"""
        self._places: list[Utterance] = []
        self._queue: deque[Utterance] = deque()
        self._closing = self._closed = False
        self._held = 1.0
        """seconds that an utterance holds its place, of those lately"""
        loops = [self._work] * self.workers + [self._plan] * min(PLANNERS, self.workers)
        self._threads = [threading.Thread(target=loop, name=f"wavenet{loop.__name__}", daemon=True) for loop in loops]
        for thread in self._threads:
            thread.start()

    @property
    def streams(self) -> int:
        """Utterances that have a place."""
        return len(self._places)

    @property
    def waiting(self) -> int:
        """Utterances that wait for one."""
        return len(self._queue)

    @property
    def closing(self) -> bool:
        """Whether new utterances are refused."""
        return self._closing

    def start(
        self, voice: Voice, begin: Begin, *, whole: bool = True, tell: Callable[[], object] | None = None
    ) -> Utterance:
        """Say a text as soon as there is a place.

        Args:
            voice: which says it; utterances of one voice share its batches.
            begin: returns what ``voice.start`` does; called in another thread, so what it raises ends the utterance.
            whole: the text is given whole, and not to ``Utterance.feed``.
            tell: see ``Utterance``.

        Raises:
            BusyError: all places are taken, and the queue is full.
            ClosingError: after ``close``.
        """
        with self.lock:
            if self._closing:
                raise ClosingError
            if self.streams >= self.max_streams and self.waiting >= self.max_waiting:
                seconds = math.ceil(self._held * (self.waiting + 1) / self.max_streams)
                raise BusyError(self.streams, self.waiting, min(max(seconds, 1), 60))
            utterance = Utterance(self.lock, self._wake, self.end, voice, begin, whole, tell)
            self._queue.append(utterance)
            self._admit()
        return utterance

    def end(self, utterance: Utterance, error: Exception | None = None) -> None:
        """Take an utterance out; the lock is held. A thread that is at work on it finds that out afterwards."""
        held = utterance.state in (State.PLANNING, State.ADVANCING)
        utterance.error, utterance.state = error, State.ENDED
        if not held:
            utterance.speech = None  # a thread that holds it does so itself
        if utterance in self._places:
            self._places.remove(utterance)
            self._held += 0.1 * (time.monotonic() - utterance.asked - self._held)
        else:
            self._queue.remove(utterance)
        self._admit()
        self._wake(utterance)
        utterance.told()

    def _wake(self, utterance: Utterance) -> None:
        """Wake a thread that waits for an utterance in this state; the lock is held."""
        if utterance.state in self._wanted:
            self._wanted[utterance.state].notify()

    def _admit(self) -> None:
        while self._queue and self.streams < self.max_streams:
            utterance = self._queue.popleft()
            utterance.state = State.UNPLANNED
            self._places.append(utterance)
            self._wake(utterance)

    def _plan(self) -> None:
        """What a planner does until the scheduler closes."""
        while utterance := self._next(
            State.UNPLANNED, lambda: turns.plan_next(self._places, time.monotonic()), _planned
        ):
            error: Exception | None = None
            try:
                worker.plan(utterance)
            except Exception as raised:
                error = raised
            with self.lock:
                self._continue(utterance, error, planned=True)

    def _work(self) -> None:
        """What a worker does until the scheduler closes."""
        while batch := self._next(
            State.READY, lambda: turns.turn(self._places, self.workers, time.monotonic()), _advanced
        ):
            results = worker.advance(batch)
            with self.lock:
                for utterance, result in zip(batch, results, strict=True):
                    error = result if isinstance(result, Exception) else None
                    if not (isinstance(result, Exception) or utterance.ended):
                        utterance.add(result)
                    self._continue(utterance, error, planned=False)
            for utterance in batch:  # where the others need not wait for it
                utterance.told()

    def _next(self, wanted: State, find: Callable[[], Found | None], claim: Callable[[Found], None]) -> Found | None:
        """What ``find`` finds, as soon as it does, claimed for this thread; None when the scheduler closes.

        It is asked again when an utterance comes to the wanted state.
        """
        with self.lock:
            while not self._closed:
                if found := find():
                    claim(found)
                    return found
                self._wanted[wanted].wait()
        return None

    def _continue(self, utterance: Utterance, error: Exception | None, planned: bool) -> None:
        """Say what is next for an utterance that a thread is done with; the lock is held."""
        state = State.ENDED if error or utterance.ended else worker.after(utterance, planned)
        if state is State.ENDED:
            if not utterance.ended:  # by its listener, meanwhile
                self.end(utterance, error)
            utterance.speech = None
            return
        utterance.state = state
        self._wake(utterance)

    def close(self, seconds: float = 0.0) -> int:
        """Refuse new utterances, let the others end within some seconds, and end the threads.

        Returns:
            how many were cut off.
        """
        with self.lock:
            self._closing = True
            self._wanted[State.ENDED].wait_for(lambda: not self._places, seconds)
            left = [*self._queue, *self._places]
            for utterance in left:
                self.end(utterance, ClosingError())
            self._closed = True
            for condition in self._wanted.values():
                condition.notify_all()
        for thread in self._threads:
            thread.join()
        return len(left)


def _planned(utterance: Utterance) -> None:
    utterance.state = State.PLANNING


def _advanced(batch: Iterable[Utterance]) -> None:
    for utterance in batch:
        utterance.state = State.ADVANCING
