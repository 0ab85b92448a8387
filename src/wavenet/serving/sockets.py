"""A text in pieces through a WebSocket, as a language model writes it; sound out as soon as a phrase is whole.

The client sends ``{"type": "session.config", …}`` with the fields of a request, then ``{"type": "input.text", "text":
…}`` any number of times, then ``{"type": "input.done"}``. It receives ``audio.start``, the sound in binary frames,
``audio.done`` and ``session.done``; with ``word_timestamps``, also ``words``; or ``error``, and the connection ends.
"""

import asyncio
from contextlib import aclosing, suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from wavenet.serving import requests
from wavenet.serving.errors import RequestError
from wavenet.serving.listening import STALLED, Listening, Service

IDLE = 60.0
"""seconds for which a client may keep its place without sending text"""
WRONG, FAILED = 1008, 1011
"""why a WebSocket is closed: the client's fault, the server's"""


async def stream(socket: WebSocket, service: Service) -> None:
    """Serve one connection."""
    await socket.accept()
    try:
        with suppress(WebSocketDisconnect):
            await _session(socket, service)
            await socket.close()
    except RequestError as error:
        service.metrics.errors.labels(error.code or str(error.status)).inc()
        with suppress(WebSocketDisconnect, RuntimeError):  # it is closed
            await _send(socket, {"type": "error", **error.body})
            await socket.close(FAILED if error.status >= 500 else WRONG)


async def _session(socket: WebSocket, service: Service) -> None:
    given = await _message(socket)
    if given.pop("type", None) != "session.config":
        raise RequestError("the first message must have the type session.config", param="type", code="invalid_value")
    listening = Listening(service, requests.checked(given, service.voices, service.limits, fed=True), fed=True)
    reading = asyncio.create_task(_read(socket, listening, service.limits))
    try:
        await _write(socket, listening)
        if not listening.complete:
            await reading  # it tells what was wrong
    finally:
        reading.cancel()
        listening.close()


async def _message(socket: WebSocket, seconds: float | None = IDLE) -> dict[str, Any]:
    """The next message of the client."""
    try:
        async with asyncio.timeout(seconds):
            message = await socket.receive()
    except TimeoutError:
        raise RequestError(f"nothing came for {IDLE:.0f} s", status=408, code="too_slow") from None
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect
    return requests.read((message.get("text") or "").encode())


async def _read(socket: WebSocket, listening: Listening, limits: requests.Limits) -> None:
    """Feed what the client sends until it is done, and wait until it leaves. Whatever is wrong ends the sound."""
    characters, done = 0, False
    try:
        while True:
            given = await _message(socket, None if done else IDLE)
            text = given.get("text")
            if given.get("type") == "input.done" and not done:
                done = True
                listening.utterance.finish()
            elif given.get("type") == "input.text" and isinstance(text, str) and not done:
                characters += len(text)
                if characters > limits.max_characters:
                    raise requests.too_long(characters, limits)
                listening.feed(text)
            else:
                message = "a message must be input.text, with a text, or input.done, which is the last one"
                raise RequestError(message, param="type", code="invalid_value")
    finally:
        listening.leave()


async def _write(socket: WebSocket, listening: Listening) -> None:
    request, begun = listening.request, False
    async with aclosing(listening.pieces()) as pieces:
        async for piece in pieces:
            if not begun:
                begun = True
                await _send(socket, {"type": "audio.start", "format": request.format, "sample_rate": request.rate})
            if request.words and (words := listening.planned()[0]):
                await _send(socket, {"type": "words", "timestamps": words})
            await _send(socket, piece)
    if begun and listening.complete:
        await _send(socket, {"type": "audio.done"})
        await _send(socket, {"type": "session.done", "seconds": listening.seconds})


async def _send(socket: WebSocket, message: bytes | dict[str, Any]) -> None:
    """Send a message; a client that reads nothing counts as gone, though pings do not end it while buffers are full."""
    try:
        async with asyncio.timeout(STALLED):
            await (socket.send_bytes(message) if isinstance(message, bytes) else socket.send_json(message))
    except TimeoutError:
        raise WebSocketDisconnect from None
