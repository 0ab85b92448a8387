"""Listeners at a socket: they ask for texts, and measure when the sound comes."""

import asyncio
import json
import os
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TEXTS = (
    "However it may be said, in a sentence as long as this one, it is the same sound every time.",
    "Dr. Smith paid $3.50 on 3/4 at 10:30, and then he went home to read a long book about whales.",
    "The train from Bristol leaves at a quarter past nine, and it stops at every station on the way.",
    "Nobody had expected that the smallest of the three boats would be the first to reach the shore.",
    "If it rains tomorrow, we will stay inside, make some tea, and listen to the old records again.",
)
BYTES = 2
"""of a sample"""
RAMP = 5.0
"""seconds within which listeners begin"""


@dataclass(frozen=True)
class Server:
    """A server that runs, and how it is asked."""

    name: str
    port: int
    process: int
    """its number"""
    rate: int
    """samples per second"""
    fields: Callable[[str, int], dict[str, Any]]
    """of a request: of a text and a seed"""
    path: str = "/"
    header: int = 0
    """bytes before the samples"""

    def request(self, text: str, seed: int, **other: object) -> bytes:
        """The bytes that ask for a text."""
        return posted(self.path, json.dumps({**self.fields(text, seed), **other}).encode())


def posted(path: str, body: bytes) -> bytes:
    """A request with a body."""
    return b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
        path.encode(),
        len(body),
        body,
    )


@dataclass(frozen=True)
class Heard:
    """What a listener had of one text, in seconds."""

    first: float
    """from the request to the first sound"""
    took: float
    """to the last"""
    audio: float
    gaps: int


@dataclass
class Load:
    """What all listeners had."""

    heard: list[Heard] = field(default_factory=list)
    steady: float = 0.0
    """seconds of sound a second, between the beginning of the last listener and the end of the time"""


class AnswerError(Exception):
    """A server refused, or broke off."""


async def heard(
    server: Server,
    request: bytes,
    *,
    leave: float = float("inf"),
    samples: bool = True,
    tell: Callable[[float], object] = lambda seconds: None,
) -> Heard:
    """Send a request and read all of the answer.

    Args:
        server: which answers.
        request: its bytes.
        leave: seconds of sound after which the listener is gone.
        samples: the answer has 16-bit samples; else it is of another format, and nothing is known but its first bytes.
        tell: is called with the seconds of each block when it comes.

    Raises:
        AnswerError: it is no sound, or does not come to its end.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    asked = time.perf_counter()
    first, audio, gaps, skipped = 0.0, 0.0, 0, server.header
    try:
        writer.write(request)
        async for piece in _pieces(reader):
            size = len(piece) - min(skipped, len(piece))
            skipped -= len(piece) - size
            if not size:
                continue
            now = time.perf_counter() - asked
            first = first or now
            if samples:
                gaps += now > first + audio and audio > 0
                audio += size / BYTES / server.rate
                tell(size / BYTES / server.rate)
            if audio > leave:
                break
    except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
        raise AnswerError(f"{type(error).__name__}: {error}") from error
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    return Heard(first, time.perf_counter() - asked, audio, gaps)


async def _pieces(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.split(b" ", 2)[1].startswith(b"200"):
        raise AnswerError(head.split(b"\r\n", 1)[0].decode("ascii", "replace"))
    if b"chunked" in head.lower():
        while size := int(await reader.readline(), 16):
            yield await reader.readexactly(size)
            await reader.readexactly(2)
        return
    left = int(head.lower().partition(b"content-length:")[2].split()[0])
    while left:
        if not (piece := await reader.read(min(left, 65_536))):
            raise AnswerError("the answer is cut off")
        left -= len(piece)
        yield piece


async def one_by_one(server: Server, requests: int) -> list[Heard]:
    """Texts one after another."""
    return [await heard(server, server.request(TEXTS[i % len(TEXTS)], i)) for i in range(requests)]


async def listeners(server: Server, count: int, seconds: float) -> Load:
    """Listeners who begin within ``RAMP``, and go on asking for these seconds after it, each when it would have heard
    the last text.
    """
    load, steady = Load(), 0.0
    began = time.perf_counter()
    until = began + RAMP + seconds

    def tell(audio: float) -> None:
        nonlocal steady
        if began + RAMP <= time.perf_counter() < until:
            steady += audio

    async def listen(number: int) -> None:
        drawn = random.Random(number)
        await asyncio.sleep(drawn.uniform(0, RAMP))
        while time.perf_counter() < until:
            request = server.request(drawn.choice(TEXTS), drawn.randrange(2**32))
            one = await heard(server, request, tell=tell)
            load.heard.append(one)
            await asyncio.sleep(max(one.first + one.audio - one.took, 0))

    await asyncio.gather(*(listen(number) for number in range(count)))
    load.steady = steady / seconds
    return load


def processor_time(process: int) -> float:
    """Seconds of all threads of a process so far; NaN where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
