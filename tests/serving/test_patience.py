"""Clients that are slow on purpose keep nobody out."""

import json
import socket

import pytest
from websockets.sync.client import connect

from tests.serving.serving import ask, refusal, say, served


@pytest.fixture
def port(monkeypatch):
    monkeypatch.setattr("wavenet.serving.patience.HEAD", 0.3)
    with served() as (_, found):
        yield found


@pytest.mark.parametrize("sent", [b"", b"POST /v1/audio/speech HTTP/1.1\r\nHo"])
def test_the_head_of_a_request_has_to_come_in_time(port, sent):
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(sent)
        head, _, body = b"".join(iter(lambda: client.recv(1_000), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408")
    assert json.loads(body)["error"]["code"] == "too_slow"


def test_a_second_request_of_a_connection_has_to_as_well(port):
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(1_000).startswith(b"HTTP/1.1 200")
        client.sendall(b"GET /health")
        assert b"408" in b"".join(iter(lambda: client.recv(1_000), b""))


def test_hundreds_of_them_keep_nobody_out(port):
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(300)]
    for client in slow:
        client.sendall(b"GET / HTTP/1.1\r\n")
    assert say(port, "So?")[0] == 200
    for client in slow:
        client.close()


def test_who_is_served_has_all_the_time_that_it_takes(port):
    assert len(say(port, "The fox sees you. " * 60)[2]) > 1_000_000
    with connect(f"ws://127.0.0.1:{port}/v1/audio/speech/stream") as client:
        with pytest.raises(TimeoutError):
            client.recv(1.0)
        client.send("{}")
        assert json.loads(client.recv(10))["type"] == "error"


def test_the_body_has_to_come_in_time(port, monkeypatch):
    monkeypatch.setattr("wavenet.serving.app.SLOWEST", 0.2)
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        assert client.recv(1_000).startswith(b"HTTP/1.1 408")
    assert refusal(ask(port, "GET", "/nothing"))[0] == 404
