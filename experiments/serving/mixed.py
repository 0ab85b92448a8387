"""A long mixed load: texts and formats of all kinds, listeners who leave midway, and clients that send garbage."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from experiments.serving.listening import TEXTS, AnswerError, Heard, Server, heard, posted

LEAVING, GARBAGE = 0.05, 0.01
"""shares of the requests"""
FORMATS = {"pcm": 12, "wav": 3, "mp3": 2, "opus": 2, "flac": 1}
"""how often each is asked for"""
START = 5.0
"""seconds within which listeners begin"""
LOOKS = 12
"""how often the process is looked at"""
NONSENSE = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    posted("/v1/audio/speech", b"{"),
    posted("/v1/audio/speech", b'{"input": "\\ud83d"}'),
    posted("/v1/audio/speech", b'{"input": 3, "speed": "fast"}'),
    posted("/v1/audio/speech", b'{"input": "' + b"x" * 100_000 + b'"}'),
    posted("/v1/audio/speech", b"[" * 50_000),
)


@dataclass(frozen=True)
class Look:
    """The process at a time."""

    seconds: float
    memory: float
    """MiB that are resident"""
    threads: int
    files: int
    """that are open, connections among them"""


@dataclass
class Report:
    """What came of it."""

    texts: int = 0
    left: int = 0
    garbage: int = 0
    gaps: int = 0
    """texts that had any"""
    errors: Counter[str] = field(default_factory=Counter)
    """of the server: refused texts, answers that broke off, failures of its own"""
    first: list[float] = field(default_factory=list)
    """seconds to the first sound"""
    looks: list[Look] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """By which share memory at the end is more than at a quarter of the time, after which it should be flat."""
        quarter = self.looks[len(self.looks) // 4].memory
        return self.looks[-1].memory / quarter - 1


def look(process: int, seconds: float) -> Look:
    """The process now; Linux alone tells."""
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":" in line
    )
    files = len(list(Path(f"/proc/{process}/fd").iterdir()))
    return Look(seconds, int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), files)


async def run(server: Server, count: int, seconds: float) -> Report:
    """So many listeners for so long."""
    report, began = Report(), time.perf_counter()

    async def watch() -> None:
        for i in range(LOOKS + 1):
            await asyncio.sleep(max(began + seconds * i / LOOKS - time.perf_counter(), 0))
            report.looks.append(look(server.process, time.perf_counter() - began))

    async def listen(number: int) -> None:
        drawn = random.Random(number)
        await asyncio.sleep(drawn.uniform(0, START))
        while time.perf_counter() < began + seconds:
            await _one(server, drawn, report)

    await asyncio.gather(watch(), *(listen(number) for number in range(count)))
    await asyncio.sleep(2)  # for what is closed to be closed
    report.looks.append(look(server.process, time.perf_counter() - began))
    return report


async def _one(server: Server, drawn: random.Random, report: Report) -> None:
    if drawn.random() < GARBAGE:
        report.garbage += 1
        if told := await _garbage(server, drawn.choice(NONSENSE)):
            report.errors[told] += 1
        return
    text = " ".join(drawn.choice(TEXTS) for _ in range(drawn.choice((1, 1, 1, 2, 4))))
    kind = drawn.choices(list(FORMATS), list(FORMATS.values()))[0]
    request = server.request(text, drawn.randrange(2**32), response_format=kind)
    leave = drawn.uniform(0.2, 4) if drawn.random() < LEAVING and kind == "pcm" else float("inf")
    try:
        one = await heard(server, request, leave=leave, samples=kind == "pcm")
    except AnswerError as error:
        report.errors[f"{kind}: {error}"] += 1
        await asyncio.sleep(1)
        return
    report.texts += 1
    report.left += one.audio > leave
    report.gaps += one.gaps > 0
    report.first.append(one.first)
    await asyncio.sleep(_rest(one, drawn, len(text)))


def _rest(one: Heard, drawn: random.Random, characters: int) -> float:
    """Seconds until the text would have been heard; of other formats the length is a guess."""
    audio = one.audio or characters / 16
    return max(one.first + audio - one.took, 0) + drawn.uniform(0, 0.5)


async def _garbage(server: Server, nonsense: bytes) -> str:
    """Send it; what the server did wrong then, if anything: it must refuse, or close the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(nonsense)
        async with asyncio.timeout(20):
            status = await reader.readline()
    except ConnectionError:
        return ""
    except TimeoutError:
        return "garbage: no answer in 20 s"
    finally:
        writer.close()
    known = not status or status.split(b" ", 2)[1].startswith(b"4")
    return "" if known else f"garbage: {status.decode('ascii', 'replace').strip()}"


def told(report: Report, percentiles: Sequence[str]) -> str:
    """A table of the looks, and the rest in lines."""
    lines = ["| seconds | memory, MiB | threads | open files |", "| --- | --- | --- | --- |"]
    lines += [f"| {each.seconds:.0f} | {each.memory:.0f} | {each.threads} | {each.files} |" for each in report.looks]
    lines += ["", f"{report.texts} texts, of which {report.left} were left midway; garbage {report.garbage} times"]
    lines += [f"first audio, ms: {', '.join(percentiles)}; texts with a gap: {report.gaps}"]
    lines += [f"errors: {sum(report.errors.values())}", *(f"  {n} × {what}" for what, n in report.errors.items())]
    lines += [f"memory since a quarter of the time: {100 * report.growth:+.1f} %"]
    return "\n".join(lines)
