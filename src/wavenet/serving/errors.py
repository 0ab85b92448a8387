"""What a client is told when it cannot be served: a status, and an error in the shape that OpenAI's clients show."""

from typing import Any

from wavenet.errors import WavenetError


class RequestError(WavenetError):
    """A request that is refused.

    ``param`` is the field of the request that is wrong, ``code`` a short name for programs.
    """

    def __init__(self, message: str, *, status: int = 400, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status, self.param, self.code = status, param, code

    @property
    def body(self) -> dict[str, Any]:
        """What is sent."""
        kind = "server_error" if self.status >= 500 else KINDS.get(self.status, "invalid_request_error")
        return {"error": {"message": str(self), "type": kind, "param": self.param, "code": self.code}}

    @property
    def headers(self) -> dict[str, str]:
        """HTTP headers beside it."""
        return {}


KINDS = {401: "authentication_error", 429: "rate_limit_error"}
"""the types of errors whose status is not that of a wrong request"""


class BusyError(RequestError):
    """All places are taken, and the queue is full."""

    def __init__(self, streams: int, waiting: int, seconds: int) -> None:
        super().__init__(
            f"{streams} texts are being said and {waiting} wait, which is all that this server takes; "
            f"ask again in {seconds} s",
            status=429,
            code="busy",
        )
        self.seconds = seconds
        """after which a place may be free"""

    @property
    def headers(self) -> dict[str, str]:
        """HTTP headers beside it."""
        return {"Retry-After": str(self.seconds)}


class ClosingError(RequestError):
    """The server is shutting down."""

    def __init__(self) -> None:
        super().__init__("this server is shutting down; ask another one", status=503, code="closing")
