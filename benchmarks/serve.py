"""`wavenet serve` at a socket of this machine: the first audio, the speed, and how many listeners have no gap.

    python benchmarks/serve.py                                # three minutes; the server is a process of its own
    python benchmarks/serve.py --listeners 20 40 --seconds 30

First the engine's own batches are measured, in as many threads as the server has; then texts one after another; then
numbers of listeners, each of which asks for its next text when the last one would have been heard, in real time. A gap
is a block that comes after the sound before it has been played. Prints a Markdown table.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from wavenet.bench.report import machine
from wavenet.tts.voice import Voice

TEXTS = (
    "However it may be said, in a sentence as long as this one, it is the same sound every time.",
    "Dr. Smith paid $3.50 on 3/4 at 10:30, and then he went home to read a long book about whales.",
    "The train from Bristol leaves at a quarter past nine, and it stops at every station on the way.",
    "Nobody had expected that the smallest of the three boats would be the first to reach the shore.",
    "If it rains tomorrow, we will stay inside, make some tea, and listen to the old records again.",
)
BYTES = 2
"""of a sample"""
BATCH = 8
"""streams of a thread of the engine's own measurement, as many as the server advances at a time"""


@dataclass(frozen=True)
class Heard:
    """What a listener had of one text, in seconds."""

    first: float
    """from the request to the first sound"""
    took: float
    """to the last"""
    audio: float
    gaps: int


@contextmanager
def served(voice: str, threads: int) -> Iterator[int]:
    """The command, as people start it; its port."""
    command = [sys.executable, "-m", "wavenet", "serve", "--voice", voice, "--port", "0", "--threads", str(threads)]
    command += ["--max-streams", "1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        try:
            yield int(line.partition("127.0.0.1:")[2].partition("/")[0])
        finally:
            process.terminate()


def batches(voice: Voice, threads: int, seconds: float) -> float:
    """Seconds of sound a second of the engine alone: a batch in each thread, planned before."""
    made = [0] * threads
    groups = [[voice.start(TEXTS[i % len(TEXTS)], seed=i) for i in range(BATCH)] for _ in range(threads)]
    for speeches in groups:
        voice.advance(speeches, 400)

    def run(number: int) -> None:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            speeches = groups[number]
            if any(not speech.stream.ready for speech in speeches):
                return
            count = min(800, *(speech.stream.ready or 0 for speech in speeches))
            made[number] += sum(map(len, voice.advance(speeches, count)))

    found = []
    while sum(took for _, took in found) < seconds:
        began = time.perf_counter()
        made[:] = [0] * threads
        workers = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        found.append((sum(made) / voice.sample_rate, time.perf_counter() - began))
        for speech in (speech for speeches in groups for speech in speeches):
            speech.prepare()  # the next frames
        if all(speech.done for speeches in groups for speech in speeches):
            groups = [[voice.start(TEXTS[i % len(TEXTS)], seed=i) for i in range(BATCH)] for _ in range(threads)]
            for speeches in groups:
                voice.advance(speeches, 400)
    return sum(sound for sound, _ in found) / sum(took for _, took in found)


async def heard(port: int, text: str, seed: int, rate: int) -> Heard:
    """Ask for a text and read all of it."""
    body = json.dumps({"input": text, "response_format": "pcm", "sample_rate": rate, "seed": seed}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = time.perf_counter()
    writer.write(b"POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    first, audio, gaps = 0.0, 0.0, 0
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
        now = time.perf_counter() - asked
        first = first or now
        gaps += now > first + audio and audio > 0
        audio += size / BYTES / rate
    writer.close()
    await writer.wait_closed()
    return Heard(first, time.perf_counter() - asked, audio, gaps)


async def one_by_one(port: int, requests: int, rate: int) -> list[Heard]:
    """Texts one after another."""
    return [await heard(port, TEXTS[i % len(TEXTS)], i, rate) for i in range(requests)]


async def listeners(port: int, count: int, seconds: float, rate: int) -> list[Heard]:
    """Listeners who begin within the first five seconds, and go on asking for these seconds."""
    found: list[Heard] = []
    until = time.perf_counter() + seconds

    async def listen(number: int) -> None:
        drawn = random.Random(number)
        await asyncio.sleep(drawn.uniform(0, 5))
        while time.perf_counter() < until:
            one = await heard(port, drawn.choice(TEXTS), drawn.randrange(2**32), rate)
            found.append(one)
            await asyncio.sleep(max(one.first + one.audio - one.took, 0))

    await asyncio.gather(*(listen(number) for number in range(count)))
    return found


def percentile(values: Sequence[float], share: int) -> float:
    """The value that this share of percent do not exceed."""
    return sorted(values)[min(len(values) * share // 100, len(values) - 1)]


def row(what: str, found: Sequence[Heard], own: float, played: float | None = None) -> list[str]:
    """A line of the table."""
    first = [1000 * each.first for each in found]
    audio = sum(each.audio for each in found)
    speed = statistics.median(each.audio / each.took for each in found)
    made = audio / played if played else speed
    gaps = sum(each.gaps > 0 for each in found)
    cells = [f"{statistics.median(first):.0f}", f"{percentile(first, 99):.0f}", f"{speed:.1f}", f"{made:.1f}"]
    return [what, str(len(found)), *cells, f"{made / own:.2f}", str(gaps)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--voice", default="english")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="of the server")
    parser.add_argument("--requests", type=int, default=50, help="one after another")
    parser.add_argument("--listeners", type=int, nargs="*", default=[10, 20, 40])
    parser.add_argument("--seconds", type=float, default=30.0, help="for each number of listeners")
    args = parser.parse_args()
    voice = Voice.open(args.voice)
    own = batches(voice, args.threads, 5.0)
    columns = ["", "texts", "first audio, ms (p50)", "(p99)", "× real time of a text", "× real time of all"]
    rows = [[*columns, "of the engine's batches", "texts with a gap"], ["---"] * 8]
    rows.append([f"the engine's batches, {args.threads} threads", *["-"] * 4, f"{own:.1f}", "1.00", "-"])
    with served(args.voice, args.threads) as port:
        rate = voice.sample_rate
        asyncio.run(one_by_one(port, 3, rate))
        rows.append(row("one text after another", asyncio.run(one_by_one(port, args.requests, rate)), own))
        for count in args.listeners:
            began = time.perf_counter()
            found = asyncio.run(listeners(port, count, args.seconds, rate))
            rows.append(row(f"{count} listeners", found, own, time.perf_counter() - began))
    print(f"{machine()['processor']}, {args.voice}\n", file=sys.stderr)
    print("\n".join(f"| {' | '.join(each)} |" for each in rows))


if __name__ == "__main__":
    main()
