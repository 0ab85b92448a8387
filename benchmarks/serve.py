"""`wavenet serve` at a socket of this machine: the first audio, the speed, and how many listeners have no gap.

    python benchmarks/serve.py                                # three minutes; the server is a process of its own
    python benchmarks/serve.py --listeners 32 40 44 --seconds 60 --results benchmarks/results/serve.json
    python benchmarks/serve.py --others data/tts_baselines    # also Piper's server, and hibari behind a minimal one
    python benchmarks/serve.py --mixed 30                     # half an hour of everything, with faults of the clients

First the engine's own batches are measured, in as many threads as the server has; then texts one after another; then
numbers of listeners, each of which asks for its next text when the last one would have been heard, in real time. A gap
is a block that comes after the sound before it has been played. Prints a Markdown table, whose processor time (of Linux
alone) is the same beside other programs, as the rest of it is not. The listeners have a share of the same cores, which
the table tells too.

``--mixed`` tells what became of texts, and what the process holds meanwhile: memory must be flat.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))  # for experiments, which is not installed

from experiments.serving import mixed
from experiments.serving.listening import TEXTS, Heard, Server, listeners, one_by_one, processor_time
from experiments.serving.others import others, ours
from wavenet import atomic
from wavenet.bench.report import machine
from wavenet.tts.speech import Speech
from wavenet.tts.voice import Voice

BATCH = 8
"""streams of a thread of the engine's own measurement, as many as the server advances at a time"""
COLUMNS = [
    *("", "texts", "first audio, ms (p50)", "(p99)", "× real time of a text", "× real time of all"),
    *("of the engine's batches", "processor time, ms for a second of sound", "of the listeners", "texts with a gap"),
]


def batches(voice: Voice, threads: int, seconds: float) -> tuple[float, float]:
    """The engine alone, a batch in each thread, planned before: seconds of sound a second, and seconds of
    processor time for each.
    """

    def begun() -> list[Speech]:
        speeches = [voice.start(TEXTS[i % len(TEXTS)], seed=i) for i in range(BATCH)]
        for speech in speeches:
            speech.prepare(2**32)
        return speeches

    def run(speeches: list[Speech]) -> None:
        for _ in range(min(speech.stream.ready or 0 for speech in speeches) // 1_600):
            made.append(sum(map(len, voice.advance(speeches, 1_600))))

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


def percentile(values: Sequence[float], share: int) -> float:
    """The value that this share of percent do not exceed."""
    return sorted(values)[min(len(values) * share // 100, len(values) - 1)]


def percentiles(found: Sequence[float]) -> list[str]:
    """The 50th and the 99th of seconds, in milliseconds."""
    return [f"{1000 * percentile(found, share):.0f}" for share in (50, 99)]


def row(
    what: str, found: Sequence[Heard], own: float, worked: float, made: float | None = None, listened: float = 0.0
) -> list[str]:
    """A line of the table: seconds of sound a second, of the server's and of the listeners' processor time."""
    audio = sum(each.audio for each in found)
    speed = statistics.median(each.audio / each.took for each in found)
    made = made or speed
    gaps = sum(each.gaps > 0 for each in found)
    cells = [*percentiles([each.first for each in found]), f"{speed:.1f}", f"{made:.1f}", f"{made / own:.2f}"]
    cells += [f"{1000 * worked / audio:.0f}", f"{1000 * listened / audio:.1f}" if listened else "-"]
    return [what, str(len(found)), *cells, str(gaps)]


def measured(server: Server, own: float, requests: int, counts: Sequence[int], seconds: float) -> list[list[str]]:
    """The lines of a server."""
    asyncio.run(one_by_one(server, 3))
    before = processor_time(server.process)
    found = asyncio.run(one_by_one(server, requests))
    rows = [row(f"{server.name}: one text after another", found, own, processor_time(server.process) - before)]
    for count in counts:
        before, mine = processor_time(server.process), time.process_time()
        load = asyncio.run(listeners(server, count, seconds))
        worked, listened = processor_time(server.process) - before, time.process_time() - mine
        rows.append(row(f"{server.name}: {count} listeners", load.heard, own, worked, load.steady, listened))
    return rows


def write_results(path: Path, rows: list[list[str]]) -> None:
    """What ``python -m experiments.pages`` makes tables of."""
    told = {
        "command": " ".join(["python", *sys.argv]),
        "machine": f"{machine()['processor']}, {os.cpu_count()} cores",
        "date": time.strftime("%Y-%m-%d"),
        "columns": COLUMNS,
        "rows": rows,
    }
    with atomic.writing(path) as temporary:
        temporary.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--voice", default="english")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="of the server")
    parser.add_argument("--requests", type=int, default=50, help="one after another")
    parser.add_argument("--listeners", type=int, nargs="*", default=[10, 20, 40])
    parser.add_argument("--seconds", type=float, default=30.0, help="for each number of listeners, once all are there")
    parser.add_argument("--others", type=Path, help="the folder of scripts/fetch_tts_baselines.sh: measure these, too")
    parser.add_argument("--mixed", type=float, help="minutes of a mixed load, instead of all that")
    parser.add_argument("--results", type=Path, help="write the table here, for python -m experiments.pages")
    args = parser.parse_args()
    voice = Voice.open(args.voice)
    if args.mixed:
        with ours(voice, args.voice, args.threads) as server:
            report = asyncio.run(mixed.run(server, args.listeners[0], 60 * args.mixed))
        print(mixed.told(report, percentiles(report.first)))
        return
    own, work = batches(voice, args.threads, 5.0)
    rows = [[f"the engine's batches, {args.threads} threads", *"----"]]
    rows[0] += [f"{own:.1f}", "1", f"{1000 * work:.0f}", "-", "-"]
    given = own, args.requests, args.listeners, args.seconds
    with ours(voice, args.voice, args.threads) as server:
        rows += measured(server, *given)
    if args.others:
        with ExitStack() as stack:
            for server in stack.enter_context(others(args.others)):
                rows += measured(server, *given)
    print(f"{machine()['processor']}, {args.voice}\n", file=sys.stderr)
    print("\n".join(f"| {' | '.join(each)} |" for each in [COLUMNS, ["---"] * len(COLUMNS), *rows]))
    if args.results:
        write_results(args.results, rows)


if __name__ == "__main__":
    main()
