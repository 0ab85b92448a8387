"""Wyoming, by which Home Assistant has things said: JSON lines and samples over TCP.

A client asks ``describe``, then has a text said by ``synthesize``, or by ``synthesize-start``, ``synthesize-chunk`` …
and ``synthesize-stop`` while it is still being written. It gets ``audio-start``, ``audio-chunk`` …, ``audio-stop``, and
of a text in pieces ``synthesize-stopped``; or ``error``, whose text it shows. Events that are not known are ignored.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from socket import socket
from typing import Any

from wavenet import __version__
from wavenet.config.checks import shortened
from wavenet.serving import formats, requests
from wavenet.serving.errors import RequestError
from wavenet.serving.listening import STALLED, Listening, Service
from wavenet.tts.voice import Voice

IDLE = 300.0
"""seconds for which a client may send nothing while nothing is said"""
WRITING = 60.0
"""seconds for which it may send nothing of a text that it is writing, which has a place"""
CONNECTIONS = 500
"""open at a time; Home Assistant has one for each text"""
LANGUAGES = {"en": "en_US", "ru": "ru_RU"}
"""as other Wyoming programs name them"""
FORM = {"width": 2, "channels": 1}
"""of samples"""


@dataclass(frozen=True)
class Event:
    """A message. (The protocol's library reads messages of any length, and needs what Python 3.13 no longer has.)"""

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)
    payload: bytes = b""

    def __bytes__(self) -> bytes:
        """A line with the type and the lengths, then the data, then the payload."""
        data = json.dumps(self.data).encode() if self.data else b""
        lengths = {"data_length": len(data), "payload_length": len(self.payload)}
        head = {"type": self.type, **{name: length for name, length in lengths.items() if length}}
        return json.dumps(head).encode() + b"\n" + data + self.payload


class Wyoming:
    """A server on a socket."""

    def __init__(self, service: Service, listening: socket) -> None:
        self._service, self._socket = service, listening
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.Task[None], Connection] = {}

    async def start(self) -> None:
        """Take clients."""
        limit = self._service.limits.max_bytes
        self._server = await asyncio.start_server(self._serve, sock=self._socket, limit=limit)

    async def close(self, seconds: float) -> None:
        """Take no more; what is being said may end within so many seconds."""
        if self._server:
            self._server.close()
        if saying := [each.saying for each in self._open.values() if each.saying]:
            await asyncio.wait(saying, timeout=seconds)
        for task in list(self._open):
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        if len(self._open) >= CONNECTIONS:
            writer.close()
            return
        self._open[task] = connection = Connection(self._service, reader, writer)
        try:
            await connection.run()
        except asyncio.CancelledError:  # by close
            pass
        finally:
            del self._open[task]


class Connection:
    """One client: what it says, and what is said to it."""

    def __init__(self, service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._service, self._reader, self._writer = service, reader, writer
        self._listening: Listening | None = None
        """of the text that is being said"""
        self.saying: asyncio.Task[None] | None = None
        """says it"""
        self._fed = False
        """that text is still being written"""
        self._characters = 0

    async def run(self) -> None:
        """Serve until the client leaves, or sends what is no event."""
        try:
            while (event := await self._next()) is not None:
                try:
                    await self._take(event)
                except RequestError as error:
                    await self._refuse(error)
        except (ConnectionError, asyncio.IncompleteReadError):  # it left
            pass
        except (ValueError, RecursionError):  # it speaks another language
            pass
        finally:
            if self._listening:
                self._listening.leave()
            if self.saying:
                await asyncio.wait([self.saying])
            self._writer.close()
            with suppress(ConnectionError):
                await self._writer.wait_closed()

    async def _next(self) -> Event | None:
        idle = self.saying is None or self.saying.done()
        try:
            async with asyncio.timeout(WRITING if self._fed else IDLE if idle else None):
                return await read(self._reader, self._service.limits.max_bytes)
        except TimeoutError:
            if self._fed:
                await self._refuse(RequestError(f"no text came for {WRITING:.0f} s", status=408, code="too_slow"))
            return None

    async def _take(self, event: Event) -> None:
        if event.type == "describe":
            await self._send(info(self._service.voices))
        elif event.type == "synthesize" and not self._fed:  # inside a stream it repeats the whole text
            await self._synthesize(event.data)
        elif event.type == "synthesize-start" and not self._fed:
            await self._begin(self._request(event.data, fed=True), fed=True)
        elif event.type == "synthesize-chunk" and self._fed and self._listening:
            text = str(event.data.get("text", ""))
            self._characters += len(text)
            if self._characters > self._service.limits.max_characters:
                self._listening.leave()
                raise requests.too_long(self._characters, self._service.limits, "text")
            self._listening.feed(text)
        elif event.type == "synthesize-stop" and self._fed and self._listening:
            self._fed = False
            self._listening.utterance.finish()

    async def _synthesize(self, data: Mapping[str, Any]) -> None:
        if any(map(str.isalnum, str(data.get("text", "")))):
            await self._begin(self._request(data), fed=False)
        else:
            await self._send(Event("audio-stop"))

    def _request(self, data: Mapping[str, Any], *, fed: bool = False) -> requests.Request:
        name = voice_name(data.get("voice") or {}, self._service.voices)
        rate = self._service.voices[name].sample_rate
        given = {"input": data.get("text"), "voice": name, "response_format": "pcm"}
        given |= {"sample_rate": rate if rate in formats.RATES else None}
        given |= {"ssml": True} if data.get("text_format") == "ssml" else {}
        return requests.checked(given, self._service.voices, self._service.limits, fed=fed)

    async def _begin(self, request: requests.Request, *, fed: bool) -> None:
        if self.saying:  # one after the other
            await asyncio.wait([self.saying])
        self._listening = Listening(self._service, request, fed=fed)
        self._fed, self._characters = fed, 0
        self.saying = asyncio.create_task(self._say(self._listening, fed))

    async def _say(self, listening: Listening, fed: bool) -> None:
        rate, begun = listening.request.rate, False
        try:
            async with aclosing(listening.pieces()) as pieces:
                async for piece in pieces:
                    if not begun:
                        await self._send(Event("audio-start", FORM | {"rate": rate}))
                        begun = True
                    await self._send(Event("audio-chunk", FORM | {"rate": rate}, piece))
            if begun:
                await self._send(Event("audio-stop"))
        except RequestError as error:
            if error.code != "cannot_say" or not fed:  # a text in pieces may have no words
                await self._refuse(error)
        except ConnectionError:
            return
        finally:
            self._fed = False
            listening.close()
        if fed:
            with suppress(ConnectionError):
                await self._send(Event("synthesize-stopped"))

    async def _refuse(self, error: RequestError) -> None:
        self._service.metrics.errors.labels(error.code or str(error.status)).inc()
        with suppress(ConnectionError):
            await self._send(Event("error", {"text": str(error), "code": error.code}))

    async def _send(self, event: Event) -> None:
        self._writer.write(bytes(event))
        try:
            async with asyncio.timeout(STALLED):
                await self._writer.drain()
        except TimeoutError:
            self._writer.transport.abort()
            raise ConnectionAbortedError from None


async def read(reader: asyncio.StreamReader, most: int) -> Event | None:
    """The next event; None at the end. Raises ValueError if it is none, or has more than so many bytes."""
    line = await reader.readline()
    if not line.strip():
        return None
    head = json.loads(line)
    if not isinstance(head, dict) or not isinstance(head.get("type"), str):
        raise ValueError("an event must be an object with a type")
    lengths = [head.get(name) or 0 for name in ("data_length", "payload_length")]
    if not all(type(each) is int and 0 <= each <= most for each in lengths):
        raise ValueError("an event is too long")
    more = json.loads(await reader.readexactly(lengths[0])) if lengths[0] else {}
    data = head.get("data") or {}
    if not isinstance(data, dict) or not isinstance(more, dict):
        raise ValueError("the data of an event must be an object")
    payload = await reader.readexactly(lengths[1])
    return Event(head["type"], data | more, payload)


def voice_name(wanted: object, voices: Mapping[str, Voice]) -> str:
    """The voice that a client names, or the first of its language; without either, the first. Raises RequestError."""
    given = wanted if isinstance(wanted, dict) else {"name": wanted}
    language = given.get("language")
    if given.get("name") is None and isinstance(language, str):
        short = language.replace("-", "_").split("_")[0].lower()
        found = [name for name, voice in voices.items() if voice.settings.language == short]
        if not found:
            raise RequestError(f"no voice here speaks {shortened(language)}", param="voice", code="unknown_voice")
        return found[0]
    return requests.voice_name(given.get("name"), voices)


def info(voices: Mapping[str, Voice]) -> Event:
    """What Home Assistant asks for first. Every field is needed, though some may be null."""
    ours = {
        "attribution": {"name": "wavenet", "url": "https://arxiv.org/abs/1609.03499"},
        "installed": True,
        "version": __version__,
    }
    listed = [
        {"name": name, "description": name, "languages": [LANGUAGES[voice.settings.language]], "speakers": None, **ours}
        for name, voice in voices.items()
    ]
    program = {"name": "wavenet", "description": "WaveNet", **ours, "voices": listed}
    return Event("info", {"tts": [program | {"supports_synthesize_streaming": True}]})
