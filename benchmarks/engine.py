"""Speed of the compiled engine: precisions, threads, batches, scoring and instruction sets, in one run, interleaved.

    python benchmarks/engine.py [--json rows.jsonl] [--long]
    python benchmarks/engine.py --modes [--rounds 15]
    python benchmarks/engine.py --outputs [--rounds 15]

Prints a table for people; ``--json`` also writes a line for each row. ``--long`` adds ten minutes of audio from one
stream, and whether memory grew. ``--modes`` instead measures the cost of each mode of conditioning, ``--outputs`` that
of each output distribution.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

import engine_modes
import engine_outputs
from wavenet import atomic
from wavenet.bench.report import Speed, Work, machine
from wavenet.bench.speed import measure, random_model
from wavenet.config import PRESETS
from wavenet.engine import native, reference_engine
from wavenet.engine.folder import ModelFolder
from wavenet.engine.precision import PRECISIONS, Precision
from wavenet.generator import Generator

BATCH = 16
REFERENCE_SAMPLES = 1000
LONG_SECONDS = 600


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    precision: Precision
    work: Work
    isa: str = ""
    """empty: the fastest"""


def rows(seconds: float) -> list[Row]:
    """The rows for this machine."""
    one, two = Work(seconds=seconds), Work(threads=2, seconds=seconds)
    # the same total number of samples as the others
    batch, score = Work(batch=BATCH, seconds=seconds / 4), Work(score=True, seconds=4 * seconds)
    both = replace(batch, batch=2 * BATCH, threads=2)
    fast = PRECISIONS[::-1]
    return [
        *(Row("one thread", precision, one) for precision in fast),
        *(Row("two threads", precision, two) for precision in fast),
        *(Row(f"{BATCH} streams, one thread", precision, batch) for precision in fast),
        *(Row(f"{2 * BATCH} streams, two threads", precision, both) for precision in fast),
        *(Row("scoring, one thread", precision, score) for precision in fast),
        *(Row("one thread", "int8", one, isa) for isa in native.instruction_sets()[-2::-1]),
    ]


@contextmanager
def forced(isa: str) -> Iterator[None]:
    """Inside the context, networks use an instruction set; empty: the default."""
    before = os.environ.get(native.VARIABLE, "")
    os.environ[native.VARIABLE] = isa or before
    try:
        yield
    finally:
        os.environ[native.VARIABLE] = before  # empty means the same as unset


def joined(speeds: Sequence[Speed]) -> Speed:
    """Join the runs of several measurements."""
    runs = tuple(run for speed in speeds for run in speed.runs)
    return replace(speeds[0], runs=runs, peak_rss_bytes=max(speed.peak_rss_bytes for speed in speeds))


def measured(name: str, opened: ModelFolder, table: Sequence[Row], rounds: int) -> list[Speed]:
    """Measure every row once per round, so that disturbances of the machine affect all of them."""
    speeds: list[list[Speed]] = [[] for _ in table]
    with tqdm(total=rounds * len(table), desc=name, unit=" runs", file=sys.stderr) as bar:
        for _ in range(rounds):
            for row, found in zip(table, speeds, strict=True):
                with forced(row.isa):
                    found.append(measure(name, lambda: opened, row.precision, row.work, 1))
                bar.update()
    return [joined(found) for found in speeds]


def markdown(table: Sequence[Row], speeds: Sequence[Speed], others: Sequence[dict[str, Any]]) -> str:
    """A table for the documentation."""
    columns = ("", "precision", "instructions", "samples/s", "× real time", "of the floor", "of the peak",
               "first 10 ms after", "loaded in")  # fmt: skip
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for row, s in zip(table, speeds, strict=True):
        floor = "" if s.fraction_of_floor is None else f"{s.fraction_of_floor:.0%}"
        first = "" if row.work.score else f"{1e3 * s.median('first_block_seconds'):.2f} ms"
        lines.append(
            f"| {row.what} | {s.precision} | {s.isa} | {s.samples_per_second:,.0f} | {s.times_real_time:.2f} | {floor} "
            f"| {s.fraction_of_peak:.0%} | {first} | {1e3 * s.median('load_seconds'):.1f} ms |"
        )
    for other in others:
        lines.append(
            f"| {other['what']} | {other['precision']} | | {other['samples_per_second']:,.0f} "
            f"| {other['times_real_time']:.2f} | | | | |"
        )
    return "\n".join(lines)


def numpy_reference(opened: ModelFolder) -> dict[str, Any]:
    """The speed of the readable engine in fp32, sample by sample."""
    network = reference_engine.Network(opened.model, opened.tensors)
    stream = network.start()
    began = time.perf_counter()
    for _ in tqdm(range(0, REFERENCE_SAMPLES, 100), desc="numpy reference", delay=2, file=sys.stderr):
        network.generate([stream], 100)
    rate = REFERENCE_SAMPLES / (time.perf_counter() - began)
    return {
        "what": "numpy reference",
        "precision": "fp32",
        "samples_per_second": rate,
        "times_real_time": rate / opened.audio.sample_rate,
    }


def ten_minutes(opened: ModelFolder) -> dict[str, Any]:
    """One stream, a second at a time, and the memory of this process after the first minute and at the end."""
    generator = Generator(opened, "int8")
    rate = generator.sample_rate
    after: list[int] = []
    began = time.perf_counter()
    bar = tqdm(total=LONG_SECONDS, desc="long", unit=" s of sound", file=sys.stderr)
    for block in generator.stream(LONG_SECONDS * rate, block=rate):
        bar.update(len(block) / rate)
        after.append(resident_bytes())
    seconds = time.perf_counter() - began
    bar.close()
    return {
        "what": f"{LONG_SECONDS // 60} minutes in one stream",
        "precision": "int8",
        "samples_per_second": LONG_SECONDS * rate / seconds,
        "times_real_time": LONG_SECONDS / seconds,
        "resident_bytes_after_a_minute": after[59],
        "resident_bytes_at_the_end": after[-1],
        "grown_bytes": after[-1] - after[59],
    }


def resident_bytes() -> int:
    """Resident memory of this process, as Linux counts it."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def write_lines(path: Path, lines: Sequence[dict[str, Any]]) -> None:
    """Write JSON, one object per line."""
    with atomic.writing(path) as temporary:
        temporary.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shape", default="medium", choices=PRESETS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="seconds of audio in a run of one stream")
    parser.add_argument("--json", type=Path, help="write a line for each row here")
    parser.add_argument("--long", action="store_true", help="also ten minutes of one stream")
    parser.add_argument("--modes", action="store_true", help="instead, every mode of conditioning compared with none")
    parser.add_argument("--outputs", action="store_true", help="instead, every output compared with the softmax")
    args = parser.parse_args()
    found = machine()
    heading = f"{found['processor']}, {found['cores']} cores"
    if args.modes or args.outputs:
        module: Any = engine_modes if args.modes else engine_outputs
        rounds = module.measured(PRESETS[args.shape], args.rounds, args.seconds)
        if args.json:
            write_lines(args.json, [{**each.to_json(), "machine": found} for each in rounds])
        print(f"{args.shape} on {heading}, one thread, samples/s\n\n{module.markdown(rounds)}")
        return
    opened, table = random_model(PRESETS[args.shape]), rows(args.seconds)
    speeds = measured(args.shape, opened, table, args.rounds)
    others = [numpy_reference(opened), *([ten_minutes(opened)] if args.long else [])]
    if args.json:
        lines = [{"what": row.what, **speed.to_json()} for row, speed in zip(table, speeds, strict=True)]
        write_lines(args.json, [*lines, *({**other, "machine": found} for other in others)])
    print(f"{args.shape} on {heading}\n\n{markdown(table, speeds, others)}")
    if args.long:
        print(f"\nmemory after a minute {others[-1]['resident_bytes_after_a_minute'] / 1e6:.1f} MB, "
              f"after ten {others[-1]['resident_bytes_at_the_end'] / 1e6:.1f} MB")  # fmt: skip


if __name__ == "__main__":
    main()
