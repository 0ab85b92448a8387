"""One stream on two threads: its speed beside one thread, and how long a word takes to the other processor and back.

    python benchmarks/two_threads.py [--model english_prompts] [--rounds 9]

The two threads hand over every layer, so what they gain depends on the way between their processors; on a virtual
machine that way changes with where its processors run. So each round measures both, in int8; wall time, so nothing else
may run.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

from tqdm import tqdm

from wavenet.bench.report import machine
from wavenet.engine import _core
from wavenet.generator import Generator

SAMPLES = 16_000
TRIPS = 20_000


class Round(NamedTuple):
    """What one round measured."""

    trip: float
    """seconds, a word to the other thread and back"""
    one: float
    """samples a second of one thread"""
    two: float
    """and of two"""


def rate(generator: Generator, threads: int, samples: int) -> float:
    """Samples a second of one stream."""
    stream = generator.start()
    began = time.perf_counter()
    generator.advance([stream], samples, threads=threads)
    return samples / (time.perf_counter() - began)


def measured(generator: Generator, rounds: int, samples: int = SAMPLES, trips: int = TRIPS) -> list[Round]:
    """The rounds, after one that is left out."""
    found = [
        Round(_core.round_trip(trips), *(rate(generator, threads, samples) for threads in (1, 2)))
        for _ in tqdm(range(rounds + 1), unit="round", file=sys.stderr)
    ]
    return found[1:]


def markdown(rounds: Sequence[Round]) -> str:
    """A line for each round, the quickest way first, and the medians."""
    lines = ["| there and back | one thread, samples/s | two threads | ratio |", "| --- | --- | --- | --- |"]
    for trip, one, two in sorted(rounds):
        lines.append(f"| {1e9 * trip:.0f} ns | {one:,.0f} | {two:,.0f} | {two / one:.2f} |")
    trip, one, two = map(statistics.median, zip(*rounds, strict=True))
    ratio = statistics.median(each.two / each.one for each in rounds)
    return "\n".join([*lines, f"| median {1e9 * trip:.0f} ns | {one:,.0f} | {two:,.0f} | {ratio:.2f} |"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="english_prompts", help="an unconditional one")
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args(arguments)
    found = measured(Generator.open(given.model, "int8"), given.rounds)
    print(f"{machine()['processor']}, {machine()['cores']} cores\n\n{markdown(found)}")


if __name__ == "__main__":
    main()
