"""Connections that do not come to the point: whoever sends the head of a request too slowly is told so, and let go.

uvicorn waits for it as long as a byte comes now and then, so that a few thousand such connections would keep all others
out.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD = 10.0
"""seconds within which the head of a request must be there"""
BODY = b'{"error": {"message": "the head of the request did not come in time", "type": "invalid_request_error", '
BODY += b'"param": null, "code": "too_slow"}}'
ANSWER = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\nconnection: close\r\n"
    b"content-length: %d\r\n\r\n%b" % (len(BODY), BODY)
)


class Protocol(H11Protocol):
    """HTTP with a limit for the head of a request."""

    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A client is there."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """It has sent something."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        super().connection_lost(exc)
        if self._limit:
            self._limit.cancel()

    def _watch(self) -> None:
        waits = self.cycle is None or self.cycle.response_complete
        if waits and not self._limit:
            self._limit = self.loop.call_later(HEAD, self._give_up)
        elif self._limit and not waits:
            self._limit.cancel()
            self._limit = None

    def _give_up(self) -> None:
        if self.transport.get_protocol() is self:  # and no WebSocket by now
            self.transport.write(ANSWER)
            self.transport.close()
