"""The sound of an utterance for a coroutine: as bytes of the format that was asked for."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from wavenet.errors import UsageError
from wavenet.serving import formats
from wavenet.serving.captions import Captions, Told
from wavenet.serving.errors import RequestError
from wavenet.serving.metrics import Metrics
from wavenet.serving.requests import Limits, Request
from wavenet.serving.scheduler import Scheduler
from wavenet.tts.voice import Voice

LOG = logging.getLogger("wavenet.serving")
STALLED = 60.0
"""seconds after which a client that reads nothing is given up"""


@dataclass(frozen=True)
class Service:
    """What every request of a server uses."""

    voices: dict[str, Voice]
    scheduler: Scheduler
    metrics: Metrics
    coders: Executor
    """threads for formats that take long"""
    limits: Limits
    api_key: str
    """that clients have to send; empty: none"""


class Listening:
    """One listener: bytes come out, and its end is counted and logged."""

    def __init__(self, service: Service, request: Request, *, fed: bool = False) -> None:
        """Take a place; raises BusyError and ClosingError."""
        self._service, self.request = service, request
        self._told, loop = asyncio.Event(), asyncio.get_running_loop()

        def tell() -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(self._told.set)

        self._captions = Captions(request.voice.hop_length / request.voice.sample_rate)
        begin = request.begin(self._captions, fed=fed)
        self._coder = formats.coder(request.format, request.voice.sample_rate, request.rate)
        self._heard: float | None = None
        self._ended = ""
        self._characters = len(request.text)
        self.utterance = service.scheduler.start(request.voice, begin, whole=not fed, tell=tell)

    async def pieces(self) -> AsyncGenerator[bytes]:
        """The bytes as they come.

        Raises:
            RequestError: the text cannot be said, or the server failed.
        """
        while True:
            self._told.clear()
            try:
                sound = self.utterance.take()
            except Exception as error:
                raise self._failed(error) from error
            if sound is None:
                break
            if len(sound):
                if data := await self._coded(sound):
                    self._heard = self._heard or time.monotonic()
                    yield data
            else:
                await self._told.wait()
        if self._ended:  # by leave
            return
        if data := await self._coded(None):
            yield data
        self._ended = "complete"

    async def _coded(self, sound: "np.ndarray[tuple[int], np.dtype[np.float32]] | None") -> bytes:
        if not formats.FORMATS[self.request.format].heavy:
            return self._coder.end() if sound is None else self._coder(sound)
        work = self._coder.end if sound is None else lambda: self._coder(sound)
        return await asyncio.get_running_loop().run_in_executor(self._service.coders, work)

    @property
    def frames(self) -> int:
        """Frames of features that were said so far."""
        return self.utterance.made // self.request.voice.hop_length

    @property
    def seconds(self) -> float:
        """Of sound made so far."""
        return self.utterance.made / self.request.voice.sample_rate

    @property
    def complete(self) -> bool:
        """Whether all bytes came out."""
        return self._ended == "complete"

    def feed(self, text: str) -> None:
        """The next piece of a text that is given in pieces."""
        self._characters += len(text)
        self.utterance.feed(text)

    def leave(self) -> None:
        """The listener is gone: give up the place."""
        self._ended = self._ended or "left"
        self.utterance.cancel()

    def planned(self) -> tuple[list[Told], list[Told]]:
        """The words that were planned since the last call, and the phones and F0 of their sentences."""
        return self._captions.taken()

    def _failed(self, error: Exception) -> RequestError:
        if isinstance(error, RequestError):
            found = error
        elif isinstance(error, UsageError):
            found = RequestError(str(error), param="input", code="cannot_say")
        else:
            LOG.error("event=failure", exc_info=error)
            found = RequestError("the server failed to say this text; its log tells why", status=500, code="failure")
        self._ended = found.code or "failure"
        return found

    def close(self) -> None:
        """Give up the place, and count what was heard."""
        utterance, metrics = self.utterance, self._service.metrics
        utterance.cancel()
        utterance.tell = None  # which holds this listener: memory is free now, and not at some later time
        took = time.monotonic() - utterance.asked
        seconds = self.seconds
        first = None if self._heard is None else self._heard - utterance.asked
        ended = self._ended or "left"
        metrics.requests.labels(ended).inc()
        metrics.audio.labels(self.request.name).inc(seconds)
        if first is not None:
            metrics.first_audio.observe(first)
        if ended == "complete" and seconds:
            metrics.real_time_factor.observe(took / seconds)
        told = "-" if first is None else f"{1000 * first:.0f}"
        LOG.info(
            f"event=speech ended={ended} voice={self.request.name} format={self.request.format} "
            f"rate={self.request.rate} characters={self._characters} first_audio_ms={told} "
            f"audio_s={seconds:.2f} took_s={took:.2f}"
        )
