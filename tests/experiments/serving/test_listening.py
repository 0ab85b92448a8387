"""The load generator, against a server of a tiny voice."""

import asyncio
import os

import pytest

from experiments.serving import listening
from tests.serving.serving import served
from tests.serving.speaking import said, voice

TEXT = listening.TEXTS[0]


def tiny(port):
    def fields(text, seed):
        return {"input": text, "response_format": "pcm", "sample_rate": 16_000, "seed": seed}

    return listening.Server("tiny", port, os.getpid(), voice().sample_rate, fields, "/v1/audio/speech")


def test_a_listener_counts_all_of_the_sound():
    told = []
    with served() as (_, port):
        server = tiny(port)
        found = asyncio.run(listening.heard(server, server.request(TEXT, 1), tell=told.append))
    assert found.audio == pytest.approx(len(said(TEXT, 1)) / 16_000)
    assert sum(told) == pytest.approx(found.audio)
    assert 0 < found.first <= found.took


def test_a_header_is_no_sound_and_an_answer_with_a_length_is_read_too():
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3244\r\n\r\n" + bytes(3_244))
        writer.close()

    async def ask():
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as running:
            port = running.sockets[0].getsockname()[1]
            server = listening.Server("x", port, 0, 16_000, lambda text, seed: {"text": text}, header=44)
            return await listening.heard(server, server.request("So.", 0))

    assert asyncio.run(ask()).audio == 0.1


def test_who_leaves_hears_no_more_and_who_is_refused_is_told():
    with served() as (_, port):
        server = tiny(port)
        left = asyncio.run(listening.heard(server, server.request(TEXT, 1), leave=0.1))
        assert 0.1 < left.audio < len(said(TEXT, 1)) / 16_000
        with pytest.raises(listening.AnswerError, match="400"):
            asyncio.run(listening.heard(server, server.request("", 1)))


def test_listeners_go_on_until_the_time_is_over(monkeypatch):
    monkeypatch.setattr(listening, "TEXTS", ("So? Run.",))
    monkeypatch.setattr(listening, "RAMP", 0.5)
    with served() as (_, port):
        load = asyncio.run(listening.listeners(tiny(port), 2, 3.0))
    assert len(load.heard) >= 2
    assert 0 < load.steady < 4


def test_the_processor_time_of_a_process_grows():
    before = listening.processor_time(os.getpid())
    sum(range(10**7))
    assert listening.processor_time(os.getpid()) > before
