"""How a request for speech is answered: by bytes of sound, by server-sent events, or by JSON with captions."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.types import Receive, Scope, Send

from wavenet.serving.errors import RequestError
from wavenet.serving.formats import FORMATS
from wavenet.serving.listening import STALLED, Listening


class Answer:
    """An answer whose parts come as they are made. Errors before the first part have a status of their own."""

    def __init__(self, listening: Listening, media_type: str, parts: AsyncGenerator[bytes]) -> None:
        self._listening, self._parts = listening, parts
        self._gone = False
        request = listening.request
        headers = {
            "content-type": media_type,
            "cache-control": "no-store",
            "wavenet-voice": request.name,
            "wavenet-sample-rate": str(request.rate),
        }
        if request.ignored:
            headers["wavenet-ignored"] = ", ".join(request.ignored)[:1_000]
        self._headers = [(name.encode(), _header(value)) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and give up the place as soon as the client is gone."""
        watching = asyncio.create_task(self._watch(receive))
        begun = False

        async def tell(**message: Any) -> None:
            async with asyncio.timeout(STALLED):
                await send(message)

        try:
            async with aclosing(self._parts) as parts:
                async for part in parts:
                    if not begun:
                        await tell(type="http.response.start", status=200, headers=self._headers)
                        begun = True
                    await tell(type="http.response.body", body=part, more_body=True)
            if begun and not self._gone:
                await tell(type="http.response.body", body=b"", more_body=False)
        except RequestError:
            if not begun:
                raise  # otherwise the connection is cut off, for the client to know that something is missing
        except TimeoutError:
            pass
        finally:
            watching.cancel()
            self._listening.close()

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._listening.leave()


def _header(text: str) -> bytes:
    """As bytes of a header, which are printable ASCII."""
    return text.encode("ascii", "backslashreplace").translate(None, bytes([*range(32), 127]))


def sound(listening: Listening) -> Answer:
    """The bytes themselves."""
    return Answer(listening, FORMATS[listening.request.format].media_type, listening.pieces())


def events(listening: Listening) -> Answer:
    """Server-sent events, as OpenAI sends them; with the words before their sound, if they are asked for."""
    return Answer(listening, "text/event-stream; charset=utf-8", _events(listening))


async def _events(listening: Listening) -> AsyncGenerator[bytes]:
    begun = False
    try:
        async with aclosing(listening.pieces()) as pieces:
            async for piece in pieces:
                begun = True
                if listening.request.words:
                    words, plans = listening.planned()
                    for plan in plans:
                        yield _event("speech.plan.delta", **plan)
                    if words:
                        yield _event("speech.words.delta", timestamps=words)
                yield _event("speech.audio.delta", audio=_base64(piece))
    except RequestError as error:
        if not begun:
            raise
        yield _event("error", **error.body)
        return
    heard, made = len(listening.request.text), listening.frames
    usage = {"input_tokens": heard, "output_tokens": made, "total_tokens": heard + made}
    yield _event("speech.audio.done", usage=usage)


def captions(listening: Listening) -> Answer:
    """JSON with sound and the times of words: one object, or one a line as they come."""
    lines = listening.request.stream
    return Answer(listening, "application/x-ndjson" if lines else "application/json", _captions(listening))


async def _captions(listening: Listening) -> AsyncGenerator[bytes]:
    whole = bytearray()
    async with aclosing(listening.pieces()) as pieces:
        async for piece in pieces:
            if listening.request.stream:
                yield _captioned(listening, piece) + b"\n"
            else:
                whole += piece
    if not listening.request.stream:
        yield _captioned(listening, bytes(whole))


def _captioned(listening: Listening, data: bytes) -> bytes:
    words, _ = listening.planned()
    media_type = FORMATS[listening.request.format].media_type
    return json.dumps({"audio": _base64(data), "audio_format": media_type, "timestamps": words}).encode()


def _event(kind: str, **fields: Any) -> bytes:
    return b"data: " + json.dumps({"type": kind, **fields}).encode() + b"\n\n"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
