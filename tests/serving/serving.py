"""A server on a socket, in a thread, and requests to it without any library that could hide what is sent."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.serving.speaking import voice
from wavenet.serving.server import Server, bound

TEXT = "The fox sees you. Does it run?"


@contextmanager
def served(wyoming: socket.socket | None = None, **settings: object) -> Iterator[tuple[Server, int]]:
    """A server of the tiny voice, and its port; on another socket of Wyoming."""
    server = Server({"tiny": voice()}, **{"workers": 2, **settings})
    listening = bound("127.0.0.1", 0)
    running = server.uvicorn(wyoming)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not running.started:
            time.sleep(0.005)
        yield server, listening.getsockname()[1]
    finally:
        running.should_exit = True
        thread.join()
        server.close()
        listening.close()


def ask(port: int, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """The status, the headers and the body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        data = body if isinstance(body, bytes | str) or body is None else json.dumps(body)
        connection.request(method, path, data, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
    finally:
        connection.close()


def say(port: int, text: object = TEXT, **fields: object) -> tuple[int, dict[str, str], bytes]:
    """Ask for speech, as WAV unless told otherwise."""
    return ask(port, "POST", "/v1/audio/speech", {"input": text, "response_format": "wav", **fields})


def refusal(answer: tuple[int, dict[str, str], bytes]) -> tuple[int, str, str | None]:
    """The status, the message and the field of an error in OpenAI's shape."""
    status, headers, body = answer
    assert headers["content-type"] == "application/json"
    error = json.loads(body)["error"]
    assert set(error) == {"message", "type", "param", "code"}
    return status, error["message"], error["param"]
