"""Text in pieces through a WebSocket, by the client that most programs have."""

import json
import socket
import threading
import time

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.serving.serving import TEXT, ask, served
from tests.serving.speaking import said
from tests.serving.test_app import expected_words, soon
from wavenet.audio.files import to_int16
from wavenet.serving import sockets
from wavenet.serving.requests import Limits

PCM = {"type": "session.config", "response_format": "pcm", "sample_rate": 16_000, "seed": 2}


@pytest.fixture(scope="module")
def server():
    with served(limits=Limits(1_000)) as (found, port):
        found.port = port
        yield found


def opened(server) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{server.port}/v1/audio/speech/stream", open_timeout=30)


def send(client: ClientConnection, *messages: object) -> None:
    for message in messages:
        client.send(json.dumps(message) if isinstance(message, dict) else message)


def received(client: ClientConnection) -> tuple[bytes, list[dict]]:
    """The sound, and the messages, until the connection is closed."""
    sound, told = b"", []
    try:
        while True:
            message = client.recv(60)
            if isinstance(message, bytes):
                sound += message
            else:
                told.append(json.loads(message))
    except ConnectionClosed:
        return sound, told


def text(piece: str) -> dict:
    return {"type": "input.text", "text": piece}


@pytest.mark.parametrize("size", [1, 5, 100])
def test_a_text_in_pieces_sounds_as_the_whole_one(server, size):
    with opened(server) as client:
        send(client, PCM | {"word_timestamps": True}, *(text(TEXT[i : i + size]) for i in range(0, len(TEXT), size)))
        send(client, {"type": "input.done"})
        sound, told = received(client)
    assert sound == to_int16(said(TEXT, 2)).astype("<i2").tobytes()
    start, *words, done, end = told
    assert start == {"type": "audio.start", "format": "pcm", "sample_rate": 16_000}
    assert [word for message in words for word in message["timestamps"]] == expected_words(TEXT)
    assert done == {"type": "audio.done"}
    assert end == {"type": "session.done", "seconds": len(said(TEXT, 2)) / 16_000}


def test_a_sentence_is_heard_before_the_next_one_is_sent(server):
    with opened(server) as client:
        send(client, PCM, text("The fox sees you. Does"))
        assert json.loads(client.recv(30))["type"] == "audio.start"
        assert client.recv(30)
        send(client, text(" it run?"), {"type": "input.done"})
        assert received(client)[1][-1]["type"] == "session.done"


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        (["{"], "the body is no JSON"),
        ([b"x"], "the body is no JSON"),
        ([text("a")], "the first message must have the type session.config"),
        ([PCM | {"voice": "tinny"}], "did you mean 'tiny'?"),
        ([PCM, {"type": "input.txt"}], "a message must be input.text, with a text, or input.done"),
        ([PCM, text(3)], "a message must be input.text"),
        ([PCM, text("x" * 600), text("x" * 600)], "input has 1200 characters, and may have 1000"),
        ([PCM, {"type": "input.done"}], "there is nothing to say"),
        ([PCM, text(TEXT), {"type": "input.done"}, text("more")], "input.done, which is the last one"),
    ],
)
def test_what_is_wrong_is_told_and_ends_it(server, messages, told):
    with opened(server) as client:
        send(client, *messages)
        error = received(client)[1][-1]
    assert (error["type"], told in error["error"]["message"]) == ("error", True), error
    soon(lambda: server.scheduler.streams == 0)


def test_a_client_that_leaves_frees_its_place(server):
    with opened(server) as client:
        send(client, PCM, text("The fox sees you. And"))
        client.recv(30)
        assert server.scheduler.streams == 1
    soon(lambda: server.scheduler.streams == 0)


def test_who_sends_no_text_is_asked_to_leave(server, monkeypatch):
    monkeypatch.setattr("wavenet.serving.sockets.IDLE", 0.2)
    with opened(server) as client:
        send(client, PCM)
        assert received(client)[1][-1]["error"]["code"] == "too_slow"
    soon(lambda: server.scheduler.streams == 0)


def test_the_key_is_asked_for_here_too():
    with served(api_key="sesame") as (server, port):
        server.port = port
        with pytest.raises(InvalidStatus, match="HTTP 403"):
            opened(server)
        headers = {"Authorization": "Bearer sesame"}
        with connect(f"ws://127.0.0.1:{port}/v1/audio/speech/stream", additional_headers=headers) as client:
            send(client, PCM, text("So? "), {"type": "input.done"})
            assert received(client)[0]


def test_several_at_once_each_have_their_own(server):
    heard: dict[int, bytes] = {}

    def listen(seed: int) -> None:
        with opened(server) as client:
            send(client, PCM | {"seed": seed})
            for word in TEXT.split(" "):
                send(client, text(f"{word} "))
                time.sleep(0.01)
            send(client, {"type": "input.done"})
            heard[seed] = received(client)[0]

    threads = [threading.Thread(target=listen, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {seed: to_int16(said(TEXT, seed)).astype("<i2").tobytes() for seed in range(4)}


def test_a_client_that_reads_nothing_loses_its_place(server, monkeypatch):
    monkeypatch.setattr(sockets, "STALLED", 0.2)
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        deaf.connect(("127.0.0.1", server.port))
        with connect(f"ws://127.0.0.1:{server.port}/v1/audio/speech/stream", sock=deaf, max_queue=1) as client:
            send(client, PCM | {"sample_rate": 24_000, "speed": 0.25}, text("It runs and stays. " * 50))
            send(client, {"type": "input.done"})
            soon(lambda: server.scheduler.streams == 1)
            soon(lambda: server.scheduler.streams == 0)
            ended = [
                line for line in ask(server.port, "GET", "/metrics")[2].decode().splitlines() if 'ended="left"' in line
            ]
            assert ended
            deaf.shutdown(socket.SHUT_RDWR)
