"""Worker processes that may crash: a crash costs the item being processed and nothing else.

A worker is a Python interpreter that imports the function it is asked to call, and exits when its parent does. Unlike
with ``multiprocessing`` pools, the parent knows which item a worker crashed on, the main module is not imported again,
and Ctrl-C does not reach the workers.
"""

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from queue import SimpleQueue
from typing import Any, Generic, TypeVar
from weakref import finalize

from wavenet.errors import WavenetError

TRIES = 2
"""how often the same item may end a process; once may be an accident, such as a lack of memory"""

Item = TypeVar("Item")
Result = TypeVar("Result")

_SERVE = "import sys; sys.path[:] = {path!r}; from wavenet.workers import serve; serve({descriptor})"
_READY = b"ready"


def cores() -> int:
    """The cores of this process, where the system tells; else of the machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Died:
    """Returned instead of a result: the process ended while it worked on the item."""

    def __init__(self, code: int) -> None:
        self.code = code
        """exit code; negative for signals, as in ``subprocess``"""

    def __str__(self) -> str:
        with suppress(ValueError):
            return f"died of {signal.Signals(-self.code).name}"
        return f"ended with exit code {self.code}"


def in_order(
    function: Callable[[Item], Result], items: Iterable[Item], workers: int, ahead: int = 16
) -> Generator[tuple[Item, Result | Died]]:
    """Map a function over items in their order, in several processes.

    Args:
        function: defined in a module, so that other processes can import it; or a ``partial`` of such a function.
        items: consumed as needed.
        workers: number of processes.
        ahead: maximum number of items in progress per process.

    Yields:
        Each item and its result, which is ``Died`` if a process ended on it.

    Raises:
        Exception: whatever the function raised.
        WavenetError: no process could be started.
    """
    crew = [_Worker(function) for _ in range(workers)]
    waiting: deque[_Task[Item, Result]] = deque()
    tasks = (_Task[Item, Result](item) for item in items)
    try:
        while True:
            while len(waiting) < ahead * workers and (task := next(tasks, None)):
                waiting.append(task)
                min(crew, key=lambda worker: len(worker.tasks)).give(task)
            if not waiting:
                return
            while waiting[0].result is None:
                _take(crew)
            done = waiting.popleft()
            yield done.item, done.outcome()
    finally:
        for worker in crew:
            worker.end()


class Aside(Generic[Item, Result]):
    """One process that calls a function, restarted if that ends it. It ends with this object."""

    def __init__(self, function: Callable[[Item], Result]) -> None:
        self._worker, self._lock = _Worker(function), threading.Lock()
        self.end = finalize(self, self._worker.end)
        """ends the process now"""

    def __call__(self, item: Item) -> Result | Died:
        """The result for an item; ``Died`` if the process ended on it.

        Raises:
            Exception: whatever the function raised.
            WavenetError: no process could be started.
        """
        task = _Task[Item, Result](item)
        with self._lock:
            self._worker.give(task)
            while task.result is None:
                self._worker.take()
        return task.outcome()


class _Task(Generic[Item, Result]):
    def __init__(self, item: Item) -> None:
        self.item, self.tries = item, 0
        self.result: tuple[bool, Any] | None = None
        """whether the function succeeded, and its result or exception"""

    def outcome(self) -> Result | Died:
        assert self.result
        succeeded, value = self.result
        if not succeeded:
            raise value
        outcome: Result | Died = value
        return outcome


class _Worker:
    """A process, started when needed, and the tasks that it has not answered yet."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False
        self.connection: Connection[Any, Any] | None = None
        self.tasks: deque[_Task[Any, Any]] = deque()

    def give(self, task: "_Task[Any, Any]") -> None:
        if not self._process:
            self._start()
        self.tasks.append(task)
        self._send(task)

    def take(self) -> None:
        """Wait for the next answer, or for the end of the process."""
        assert self.connection
        try:
            answer = self.connection.recv_bytes()
        except (EOFError, OSError):
            self._restart()
            return
        if self._ready:
            self.tasks.popleft().result = pickle.loads(answer)
        self._ready = True

    def end(self) -> None:
        if self._process and self.connection:
            self.connection.close()
            self._process.kill()
            self._process.wait()
        self._process, self.connection = None, None

    def _start(self) -> None:
        ours, theirs = Pipe()
        code = _SERVE.format(path=sys.path, descriptor=theirs.fileno())
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # libraries may print
                pass_fds=[theirs.fileno()],
                process_group=0,  # the parent handles Ctrl-C
            )
        self.connection, self._ready = ours, False

    def _send(self, task: "_Task[Any, Any]") -> None:
        assert self.connection
        with suppress(
            BrokenPipeError, ConnectionResetError
        ):  # the end of the process is noticed when its answer is awaited
            self.connection.send_bytes(pickle.dumps((self._function, task.item)))

    def _restart(self) -> None:
        """Start another process for the unanswered tasks. The first of them ended this one."""
        assert self._process
        died, was_ready = Died(self._process.wait()), self._ready
        self.end()
        if not was_ready:
            raise WavenetError(f"a worker process could not be started: {sys.executable} {died}")
        if self.tasks:
            self.tasks[0].tries += 1
            if self.tasks[0].tries == TRIES:
                self.tasks.popleft().result = True, died
        if self.tasks:
            self._start()
            for task in self.tasks:
                self._send(task)


def _take(crew: Iterable[_Worker]) -> None:
    """Wait for answers, and take one from each worker that has one."""
    busy = {worker.connection: worker for worker in crew if worker.connection and worker.tasks}
    for connection in wait(list(busy)):
        busy[connection].take()  # type: ignore[index]


def serve(descriptor: int) -> None:
    """The main loop of a worker process, until the parent closes the pipe."""
    connection: Connection[Any, Any] = Connection(descriptor)
    jobs: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(connection, jobs), daemon=True).start()
    connection.send_bytes(_READY)
    while True:
        connection.send_bytes(_answer(jobs.get()))


def _listen(connection: "Connection[Any, Any]", jobs: "SimpleQueue[bytes]") -> None:
    """Receive jobs immediately, so that neither end blocks on the other; exit when the parent does."""
    try:
        while True:
            jobs.put(connection.recv_bytes())
    except (EOFError, OSError):
        os._exit(0)


def _answer(job: bytes) -> bytes:
    try:
        function, item = pickle.loads(job)
        return pickle.dumps((True, function(item)))
    except Exception as error:
        with suppress(Exception):
            answer = pickle.dumps((False, error))
            pickle.loads(answer)  # some exceptions cannot be unpickled
            return answer
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
