"""The HTTP interface: OpenAI's, what has become usual beside it, and what whoever runs a server asks for."""

import asyncio
import hmac
import logging
import re
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from wavenet.config import LANGUAGES
from wavenet.errors import UsageError, suggestion
from wavenet.serving import answers, openapi, requests
from wavenet.serving.captions import phones_of
from wavenet.serving.errors import RequestError
from wavenet.serving.listening import Listening, Service
from wavenet.serving.sockets import stream

LOG = logging.getLogger("wavenet.serving")
ALIASES = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")
"""names of models that clients ask for; any other name is taken as well, and means the same"""
PAGE = Path(__file__).with_name("page.html")
POLICY = (
    "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""the page loads nothing from elsewhere, and no other page shows it"""
SLOWEST = 30.0
"""seconds in which the body of a request must come"""
OPEN = re.compile("/|/health/.*")
"""paths that need no key; the page asks for it"""


def build(service: Service) -> ASGIApp:
    """The application of a server."""
    paths = Paths(service)
    routes = [
        Route("/", paths.page),
        Route("/v1/audio/speech", paths.speech, methods=["POST"]),
        Route("/v1/audio/voices", paths.voices),
        WebSocketRoute("/v1/audio/speech/stream", paths.stream),
        Route("/v1/models", paths.models),
        Route("/v1/models/{name:path}", paths.model),
        Route("/dev/captioned_speech", paths.captioned_speech, methods=["POST"]),
        Route("/dev/phonemize", paths.phonemize, methods=["POST"]),
        Route("/health/live", paths.live),
        Route("/health/ready", paths.ready),
        Route("/metrics", paths.metrics),
        Route("/openapi.json", paths.openapi),
    ]
    told: dict[Any, Any] = {
        RequestError: paths.refused,
        UsageError: paths.not_said,
        HTTPException: paths.not_there,
        ClientDisconnect: paths.left,
        Exception: paths.failed,
    }
    return Key(Starlette(routes=routes, exception_handlers=told), service.api_key)


class Key:
    """Refuses requests without the key of the server."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app, self._key = app, key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what has the key; the comparison takes the same time whatever is wrong."""
        if self._key and scope["type"] in ("http", "websocket") and not OPEN.fullmatch(scope["path"]):
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not hmac.compare_digest(given, b"Bearer " + self._key):
                if scope["type"] == "websocket":
                    await receive()
                    await send({"type": "websocket.close", "code": 1008, "reason": "wrong key"})
                    return
                error = RequestError(
                    "this server has a key; send it as Authorization: Bearer KEY", status=401, code="invalid_api_key"
                )
                await _json(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class Paths:
    """What is done on each path."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def _request(self, request: Request) -> requests.Request:
        given = requests.read(await body(request, self._service.limits.max_bytes))
        return requests.checked(given, self._service.voices, self._service.limits)

    async def page(self, request: Request) -> Response:
        """``GET /``: a page to try it."""
        return HTMLResponse(PAGE.read_bytes(), headers={"content-security-policy": POLICY})

    async def speech(self, request: Request) -> answers.Answer:
        """``POST /v1/audio/speech``."""
        wanted = await self._request(request)
        return (answers.events if wanted.sse else answers.sound)(Listening(self._service, wanted))

    async def captioned_speech(self, request: Request) -> answers.Answer:
        """``POST /dev/captioned_speech``."""
        return answers.captions(Listening(self._service, await self._request(request)))

    async def phonemize(self, request: Request) -> Response:
        """``POST /dev/phonemize``: the phones of each word."""
        given = requests.read(await body(request, self._service.limits.max_bytes))
        name = requests.voice_name(given.get("voice"), self._service.voices)
        text = requests.text(given.get("text", given.get("input")), self._service.limits, "text")
        work = asyncio.get_running_loop().run_in_executor(
            self._service.coders, lambda: [phones_of(each) for each in self._service.voices[name].plan(text)]
        )
        words = [word for sentence in await work for word in sentence]
        phonemes = " | ".join(word["phonemes"] for word in words)
        return JSONResponse({"phonemes": phonemes, "words": words})

    async def stream(self, socket: Any) -> None:
        """``/v1/audio/speech/stream``."""
        await stream(socket, self._service)

    async def voices(self, request: Request) -> Response:
        """``GET /v1/audio/voices``."""
        found = [
            {"id": name, "name": name, "language": voice.settings.language, "sample_rate": voice.sample_rate}
            | {"description": f"{LANGUAGES[voice.settings.language].title()}, {voice.sample_rate} Hz"}
            for name, voice in self._service.voices.items()
        ]
        return JSONResponse({"voices": found})

    async def models(self, request: Request) -> Response:
        """``GET /v1/models``."""
        return JSONResponse({"object": "list", "data": [_model(name) for name in self._models()]})

    async def model(self, request: Request) -> Response:
        """``GET /v1/models/NAME``."""
        name, known = request.path_params["name"], self._models()
        if name not in known:
            message = f"there is no model {name[:80]!r}{suggestion(name[:80], known)}"
            raise RequestError(message, status=404, param="model", code="model_not_found")
        return JSONResponse(_model(name))

    def _models(self) -> list[str]:
        return [*ALIASES, *self._service.voices]

    async def live(self, request: Request) -> Response:
        """``GET /health/live``: the process answers."""
        return JSONResponse({"status": "live"})

    async def ready(self, request: Request) -> Response:
        """``GET /health/ready``: it takes new texts."""
        closing = self._service.scheduler.closing
        return JSONResponse({"status": "closing" if closing else "ready"}, 503 if closing else 200)

    async def metrics(self, request: Request) -> Response:
        """``GET /metrics``."""
        return Response(self._service.metrics.page(), media_type="text/plain; version=0.0.4")

    async def openapi(self, request: Request) -> Response:
        """``GET /openapi.json``."""
        return JSONResponse(openapi.document(self._service))

    async def refused(self, request: Request, error: RequestError) -> Response:
        """What is wrong with a request."""
        self._service.metrics.errors.labels(error.code or str(error.status)).inc()
        LOG.info(f"event=refused path={request.url.path!r} status={error.status} code={error.code}")
        return _json(error)

    async def not_said(self, request: Request, error: UsageError) -> Response:
        """A text that a voice cannot say."""
        return await self.refused(request, RequestError(str(error), param="input", code="cannot_say"))

    async def not_there(self, request: Request, error: HTTPException) -> Response:
        """A path or a method that there is not."""
        told = f"{error.detail}: {request.method} {request.url.path[:200]}; /openapi.json lists what there is"
        response = await self.refused(request, RequestError(told, status=error.status_code, code="not_found"))
        response.headers.update(error.headers or {})
        return response

    async def left(self, request: Request, error: ClientDisconnect) -> Response:
        """A client that is gone before its request was whole; nobody reads the answer."""
        return await self.refused(request, RequestError("the request is not whole", code="left"))

    async def failed(self, request: Request, error: Exception) -> Response:
        """A fault of the server."""
        self._service.metrics.errors.labels("failure").inc()
        return _json(RequestError("the server failed; its log tells why", status=500, code="failure"))


async def body(request: Request, most: int) -> bytes:
    """The body of a request; raises RequestError where it has more bytes, or is slow."""
    found = bytearray()
    try:
        async with asyncio.timeout(SLOWEST):
            async for part in request.stream():
                found += part
                if len(found) > most:
                    message = f"the body has more than {most} bytes; send the text in parts"
                    raise RequestError(message, status=413, code="body_too_long")
    except TimeoutError:
        raise RequestError("the body did not come in time", status=408, code="too_slow") from None
    return bytes(found)


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "wavenet"}


def _json(error: RequestError) -> Response:
    return JSONResponse(error.body, error.status, headers=error.headers)
