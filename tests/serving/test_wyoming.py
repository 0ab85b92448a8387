"""Wyoming, spoken by its own library's client and by hand: the order of events that Home Assistant needs."""

import asyncio
import shutil
import socket
import subprocess
import time
import warnings
from contextlib import contextmanager, suppress

import pytest
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeVoice

from tests.serving.serving import TEXT, served
from tests.serving.speaking import said
from wavenet.audio.files import to_int16
from wavenet.serving import wyoming as module
from wavenet.serving.requests import Limits
from wavenet.serving.server import bound

with warnings.catch_warnings(action="ignore"):  # of audioop, which Python 3.13 no longer has
    from wyoming.info import Describe, Info

SOUND = to_int16(said(TEXT, 0)).astype("<i2").tobytes()
LONG = "The fox sees you, and it runs, and it stays. " * 60


@contextmanager
def wyoming(**settings):
    with bound("127.0.0.1", 0) as listening, served(wyoming=listening, **settings) as (server, _):
        yield server, listening.getsockname()[1]


@pytest.fixture(scope="module")
def found():
    with wyoming(limits=Limits(4_096)) as found:
        yield found


@pytest.fixture
def port(found):
    return found[1]


async def told(port: int, *events: object, last: str) -> list[Event]:
    """All events until one of this type."""
    async with AsyncTcpClient("127.0.0.1", port) as client:
        for event in events:
            await client.write_event(event if isinstance(event, Event) else event.event())
        answers = []
        while not answers or answers[-1].type not in (last, "error"):
            answers.append(await asyncio.wait_for(client.read_event(), 30))
        return answers


def heard(port: int, *events: object, last: str = "audio-stop") -> list[Event]:
    return asyncio.run(told(port, *events, last=last))


def sound(events: list[Event]) -> bytes:
    return b"".join(event.payload for event in events if event.type == "audio-chunk")


def order(events: list[Event]) -> list[str]:
    """The types, chunks that follow each other as one."""
    types = [event.type for event in events]
    return [each for i, each in enumerate(types) if not i or each != types[i - 1]]


def free(server) -> None:
    """Wait until nothing is said."""
    deadline = time.monotonic() + 30
    while server.scheduler.streams:
        assert time.monotonic() < deadline, "a place was never freed"
        time.sleep(0.005)


def test_a_description_has_what_home_assistant_asks_for(port):
    (event,) = heard(port, Describe(), last="info")
    (program,) = Info.from_event(event).tts
    assert (program.installed, program.supports_synthesize_streaming) == (True, True)
    (voice,) = program.voices
    assert (voice.name, voice.languages, voice.installed) == ("tiny", ["en_US"], True)
    assert {"name", "attribution", "installed", "description", "version"} <= event.data["tts"][0].keys()


def test_a_text_is_said_with_the_samples_that_it_has_alone(port):
    events = heard(port, Synthesize(TEXT, SynthesizeVoice("tiny")))
    assert order(events) == ["audio-start", "audio-chunk", "audio-stop"]
    assert events[0].data | {"rate": 16_000, "width": 2, "channels": 1} == events[0].data
    assert sound(events) == SOUND


def test_a_text_in_pieces_that_end_anywhere_is_the_same_and_its_repetition_is_ignored(port):
    pieces = [SynthesizeChunk(TEXT[i : i + 5]) for i in range(0, len(TEXT), 5)]
    events = heard(port, SynthesizeStart(), *pieces, Synthesize(TEXT), SynthesizeStop(), last="synthesize-stopped")
    assert order(events) == ["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]
    assert sound(events) == SOUND


def test_one_connection_says_any_number_of_texts_after_each_other(port):
    stream = [SynthesizeStart(), SynthesizeChunk(TEXT), SynthesizeStop()]
    events = heard(port, *stream, Synthesize(TEXT), last="audio-stop")
    assert events[-1].type == "audio-stop"
    more = heard(port, Synthesize(TEXT), *stream, last="synthesize-stopped")
    assert order(more) == ["audio-start", "audio-chunk", "audio-stop"] * 2 + ["synthesize-stopped"]
    assert sound(more) == SOUND * 2


def test_a_text_without_words_is_silence_and_no_error(port):
    assert order(heard(port, Synthesize(" "))) == ["audio-stop"]
    nothing = [SynthesizeStart(), SynthesizeChunk("… "), SynthesizeStop()]
    assert order(heard(port, *nothing, last="synthesize-stopped")) == ["synthesize-stopped"]


def test_sound_comes_before_the_text_is_written(port):
    async def first() -> str:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            await client.write_event(SynthesizeStart().event())
            await client.write_event(SynthesizeChunk("The fox sees you. And").event())
            return (await asyncio.wait_for(client.read_event(), 30)).type

    assert asyncio.run(first()) == "audio-start"


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (Synthesize(TEXT, SynthesizeVoice("tinny")), "there is no voice 'tinny'; did you mean 'tiny'?"),
        (Synthesize(TEXT, SynthesizeVoice(language="fr_FR")), "no voice here speaks 'fr_FR'"),
        (Synthesize(TEXT, SynthesizeVoice(language="x" * 200)), f"no voice here speaks '{'x' * 76}..."),
        (Synthesize("a" * 5_000), "input has 5000 characters, and may have 4096; send it in parts"),
        (Event("synthesize", {"text": 3}), "input is 3, and must be the text to be said"),
    ],
)
def test_what_is_wrong_is_told(event, message, port):
    (answer,) = heard(port, event)
    assert (answer.type, answer.data["text"]) == ("error", message)


def test_a_stream_that_is_too_long_is_refused(port):
    events = heard(port, SynthesizeStart(), *[SynthesizeChunk("very " * 100)] * 9, last="error")
    assert events[-1].data["text"] == "text has 4500 characters, and may have 4096; send it in parts"


def test_ssml_is_read_as_such_and_a_language_finds_its_voice(port):
    event = Synthesize(f"<speak>{TEXT}</speak>", SynthesizeVoice(language="en-GB"), "ssml")
    assert sound(heard(port, event)) == SOUND


def test_events_that_are_not_known_change_nothing(port):
    assert sound(heard(port, Event("ping", {"text": "?"}), Event("synthesize-chunk", {}), Synthesize(TEXT))) == SOUND


def test_a_client_that_leaves_frees_its_place(found):
    server, port = found

    async def leave() -> None:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            await client.write_event(Synthesize(LONG).event())
            await client.read_event()

    asyncio.run(leave())
    free(server)


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/1.1\r\n\r\n", b"[]\n", b'{"type": 3}\n', b'{"type": "describe", "payload_length": -1}\n',
        b'{"type": "describe", "data_length": 99999999999}\n', b'{"type": "synthesize", "data": [1]}\n',
        b'{"type": "synthesize", "data_length": 2}\n[]', b"x" * 200_000,
        b"[" * 50_000 + b"\n", b'{"type": "describe", "data_length": 50000}\n' + b"[" * 50_000,
    ],
)  # fmt: skip
def test_whoever_speaks_another_language_is_left_and_the_others_are_served(line, port, caplog):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(line)
        with suppress(ConnectionResetError):  # where more is sent than is read
            assert client.recv(99) == b""
    assert sound(heard(port, Synthesize(TEXT))) == SOUND
    assert not [each for each in caplog.records if each.exc_info]


def test_a_client_that_writes_no_more_loses_its_place_and_is_told(found, monkeypatch):
    server, port = found
    monkeypatch.setattr(module, "WRITING", 0.2)
    events = heard(port, SynthesizeStart(), SynthesizeChunk("The fox"), last="error")
    assert events[-1].data == {"text": "no text came for 0 s", "code": "too_slow"}
    free(server)


def test_a_client_that_reads_nothing_loses_its_place(found, monkeypatch):
    server, port = found
    monkeypatch.setattr(module, "STALLED", 0.2)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        client.connect(("127.0.0.1", port))
        for _ in range(3):
            client.sendall(bytes(module.Event("synthesize", {"text": LONG})))
        while not server.scheduler.streams:
            time.sleep(0.005)
        free(server)


def test_too_many_connections_are_closed_and_those_that_are_open_are_served(port, monkeypatch):
    monkeypatch.setattr("wavenet.serving.wyoming.CONNECTIONS", 1)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as first:
        first.sendall(b'{"type": "describe"}\n')
        assert first.recv(1)
        with socket.create_connection(("127.0.0.1", port), timeout=10) as second:
            assert second.recv(9) == b""
        first.sendall(b'{"type": "describe"}\n')
        assert first.recv(1)


def test_a_text_that_is_being_said_ends_before_the_server_does():
    with wyoming() as (_, port):

        async def ask(client: AsyncTcpClient) -> None:
            await client.write_event(Synthesize(TEXT).event())
            assert (await client.read_event()).type == "audio-start"

        async def rest(client: AsyncTcpClient) -> list[Event]:
            events = []
            while (event := await client.read_event()) is not None:
                events.append(event)
            return events

        loop = asyncio.new_event_loop()
        client = AsyncTcpClient("127.0.0.1", port)
        loop.run_until_complete(client.connect())
        loop.run_until_complete(ask(client))
    events = loop.run_until_complete(rest(client))
    loop.run_until_complete(client.disconnect())
    loop.close()
    assert sound(events) == SOUND
    assert events[-1].type == "audio-stop"


BENCH = shutil.which("wyoming-bench")


@pytest.mark.skipif(not BENCH, reason="wyoming-bench is not installed")
def test_wyoming_bench_measures_both_ways_of_saying_a_text(port):
    command = [BENCH, "tts", f"127.0.0.1:{port}", "--rounds", "1", "--texts", TEXT, "--no-unique"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    assert "non-streaming" in told.replace("_", "-")
    assert "unsupported" not in told
    assert "rror" not in told
