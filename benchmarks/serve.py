"""`wavenet serve` at a socket of this machine: the first audio, the speed, and how many listeners have no gap.

    python benchmarks/serve.py                                # three minutes; the server is a process of its own
    python benchmarks/serve.py --listeners 20 40 --seconds 30

First the engine's own batches are measured, in as many threads as the server has; then texts one after another; then
numbers of listeners, each of which asks for its next text when the last one would have been heard, in real time. A gap
is a block that comes after the sound before it has been played. Prints a Markdown table, whose processor time (of Linux
alone) is the same beside other programs, as the rest of it is not.
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
from pathlib import Path

from wavenet.bench.report import machine
from wavenet.tts.speech import Speech
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
def served(voice: str, threads: int) -> Iterator[tuple[int, int]]:
    """The command, as people start it; its port, and the number of its process."""
    command = [sys.executable, "-m", "wavenet", "serve", "--voice", voice, "--port", "0", "--threads", str(threads)]
    command += ["--max-streams", "1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        try:
            yield int(line.partition("127.0.0.1:")[2].partition("/")[0]), process.pid
        finally:
            process.terminate()


def processor_time(process: int) -> float:
    """Seconds of all threads of a process so far."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def batches(voice: Voice, threads: int, seconds: float) -> tuple[float, float]:
    """The engine alone, a batch in each thread, planned before: seconds of sound a second, and seconds of
    processor time for each.
    """

    def begun() -> list[Speech]:
        speeches = [voice.start(TEXTS[i % len(TEXTS)], seed=i) for i in range(BATCH)]
        voice.advance(speeches, 400)
        return speeches

    def run(speeches: list[Speech]) -> None:
        for _ in range(min(speech.stream.ready or 0 for speech in speeches) // 800):
            made.append(sum(map(len, voice.advance(speeches, 800))))

    made: list[int] = []
    took, worked = 0.0, 0.0
    while took < seconds:
        workers = [threading.Thread(target=run, args=(begun(),)) for _ in range(threads)]
        began, before = time.perf_counter(), time.process_time()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        took, worked = took + time.perf_counter() - began, worked + time.process_time() - before
    audio = sum(made) / voice.sample_rate
    return audio / took, worked / audio


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


def row(what: str, found: Sequence[Heard], own: float, worked: float, played: float | None = None) -> list[str]:
    """A line of the table."""
    first = [1000 * each.first for each in found]
    audio = sum(each.audio for each in found)
    speed = statistics.median(each.audio / each.took for each in found)
    made = audio / played if played else speed
    gaps = sum(each.gaps > 0 for each in found)
    cells = [f"{statistics.median(first):.0f}", f"{percentile(first, 99):.0f}", f"{speed:.1f}", f"{made:.1f}"]
    return [what, str(len(found)), *cells, f"{made / own:.2f}", f"{1000 * worked / audio:.0f}", str(gaps)]


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
    own, work = batches(voice, args.threads, 5.0)
    columns = ["", "texts", "first audio, ms (p50)", "(p99)", "× real time of a text", "× real time of all"]
    rows = [[*columns, "of the engine's batches", "processor time, ms for a second of sound", "texts with a gap"]]
    rows.append(["---"] * len(rows[0]))
    rows.append(
        [f"the engine's batches, {args.threads} threads", *"----", f"{own:.1f}", "1", f"{1000 * work:.0f}", "-"]
    )
    with served(args.voice, args.threads) as (port, process):
        rate = voice.sample_rate
        asyncio.run(one_by_one(port, 3, rate))
        before = processor_time(process)
        found = asyncio.run(one_by_one(port, args.requests, rate))
        rows.append(row("one text after another", found, own, processor_time(process) - before))
        for count in args.listeners:
            began, before = time.perf_counter(), processor_time(process)
            found = asyncio.run(listeners(port, count, args.seconds, rate))
            took, worked = time.perf_counter() - began, processor_time(process) - before
            rows.append(row(f"{count} listeners", found, own, worked, took))
    print(f"{machine()['processor']}, {args.voice}\n", file=sys.stderr)
    print("\n".join(f"| {' | '.join(each)} |" for each in rows))


if __name__ == "__main__":
    main()
