"""A server that runs: uvicorn, the application, and what both need from start to end."""

import asyncio
import logging
import signal
import socket
import threading
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import uvicorn

from wavenet.errors import WavenetError, WavenetWarning
from wavenet.serving.app import build
from wavenet.serving.listening import Service
from wavenet.serving.metrics import Metrics
from wavenet.serving.patience import Protocol
from wavenet.serving.requests import Limits
from wavenet.serving.scheduler import Scheduler
from wavenet.serving.wyoming import Wyoming
from wavenet.tts.voice import Voice
from wavenet.workers import cores

GRACE = 30
"""seconds in which running texts may end when the server is told to"""
STREAMS = 20
"""texts said at a time for each worker, unless told otherwise: of the 28 that the voice english has in real time on one
core with AVX-512, without planning"""
CONNECTIONS = 1_000
"""open at a time, beside those that are heard"""
WARM = "Hello, this is a test."
"""said before the first request, which would otherwise wait for modules to be loaded"""


class Server:
    """Voices behind a socket."""

    def __init__(
        self,
        voices: Mapping[str, Voice],
        *,
        workers: int = 0,
        max_streams: int = 0,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        api_key: str = "",
    ) -> None:
        """Start the threads.

        Args:
            voices: by the names that requests call them; the first is that of requests without one.
            workers: threads of the engine; 0: one for each core.
            max_streams: texts said at a time, and as many may wait; 0: ``STREAMS`` for each worker.
            limits: of a request.
            api_key: that clients must send; empty: none.
        """
        workers = workers or cores()
        streams = max_streams or STREAMS * workers
        for voice in voices.values():
            warm(voice)
        self.scheduler = Scheduler(workers=workers, max_streams=streams, max_waiting=streams)
        metrics = Metrics(lambda: self.scheduler.streams, lambda: self.scheduler.waiting)
        self._coders = ThreadPoolExecutor(workers, "wavenet_coder")
        self.service = Service(dict(voices), self.scheduler, metrics, self._coders, limits, api_key)

    def run(self, listening: socket.socket, wyoming: socket.socket | None = None) -> None:
        """Serve on sockets until a signal ends it; running texts have ``GRACE`` seconds then."""
        self.uvicorn(wyoming).run(sockets=[listening])

    def uvicorn(self, wyoming: socket.socket | None = None) -> uvicorn.Server:
        """The server of the application, and on another socket of Wyoming."""
        logging.getLogger("uvicorn.error").addFilter(_is_fault)
        config = uvicorn.Config(
            build(self.service),
            http=Protocol,
            ws="websockets-sansio",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws_max_size=self.service.limits.max_bytes,
            limit_concurrency=CONNECTIONS + self.scheduler.max_streams + self.scheduler.max_waiting,
            timeout_graceful_shutdown=GRACE,
        )
        if wyoming is None:
            return _Server(config)
        return _Both(config, Wyoming(self.service, wyoming))

    def close(self, seconds: float = 0.0) -> int:
        """End the threads; returns how many texts were cut off."""
        left = self.scheduler.close(seconds)
        self._coders.shutdown(cancel_futures=True)
        return left


class _Server(uvicorn.Server):
    """HTTP, which a terminal that is closed ends as SIGTERM does, and not in the midst of a text."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGHUP too, unless it is ignored, as by nohup."""
        with super().capture_signals():
            if (
                threading.current_thread() is not threading.main_thread()
                or signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
            ):
                yield
                return
            before = signal.signal(signal.SIGHUP, self.handle_exit)
            try:
                yield
            finally:
                signal.signal(signal.SIGHUP, before)


class _Both(_Server):
    """HTTP, and in the same loop Wyoming."""

    def __init__(self, config: uvicorn.Config, wyoming: Wyoming) -> None:
        super().__init__(config)
        self._wyoming = wyoming

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take clients."""
        await self._wyoming.start()
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more, and let texts that are being said come to their end."""
        await asyncio.gather(super().shutdown(sockets), self._wyoming.close(GRACE))


def _is_fault(record: logging.LogRecord) -> bool:
    """Whether a line of the log is to be written; that the end of the server cut a text off is no fault of it."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def warm(voice: Voice) -> None:
    """Load what the first sentence would load; a voice whose language is another one says nothing of it."""
    try:
        for _ in voice.say(WARM, block=1_600):
            pass
    except WavenetError:
        pass


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens on an address; port 0: any free one. Raises WavenetError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2_048)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WavenetError(f"cannot listen on {host}, port {port}: {reason}; choose another --host or --port") from None


@contextmanager
def without_warnings() -> Iterator[None]:
    """Words that are left out are told by nobody: what is said is no business of a log."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WavenetWarning)
        yield
