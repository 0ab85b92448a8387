"""How long the engine continues after Ctrl-C: the time from the signal to the exception, in work that would take hours.

    python benchmarks/interrupt.py [--shape medium] [--times 20]

Prints a line of JSON for each kind of work: the median and the longest, in milliseconds.
"""

import argparse
import json
import os
import signal
import statistics
import sys
import threading
import time
from collections.abc import Callable

import numpy as np
from tqdm import tqdm

from wavenet.bench.report import machine
from wavenet.bench.speed import random_model
from wavenet.config import PRESETS
from wavenet.generator import Generator

SAMPLES = 20_000_000
DELAY = 0.05
"""seconds from the start of the work to the signal"""


def works(generator: Generator) -> dict[str, Callable[[], object]]:
    """The kinds of work that are interrupted."""
    classes = np.zeros(SAMPLES, np.int32)
    return {
        "one thread": lambda: generator.generate(SAMPLES),
        "two threads": lambda: generator.generate(SAMPLES, threads=2),
        "16 streams": lambda: generator.advance([generator.start(seed=i) for i in range(16)], SAMPLES),
        "scoring": lambda: generator.class_log_likelihood(classes),
    }


def seconds_to_stop(work: Callable[[], object]) -> float:
    """The time from the signal to the exception."""
    sent = 0.0

    def send() -> None:
        nonlocal sent
        sent = time.perf_counter()
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(DELAY, send)
    timer.start()
    try:
        work()
    except KeyboardInterrupt:
        return time.perf_counter() - sent
    finally:
        timer.join()
    raise RuntimeError("the work ended before the signal came")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shape", default="medium", choices=PRESETS)
    parser.add_argument("--times", type=int, default=20)
    args = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs of a shell ignore it
    generator = Generator(random_model(PRESETS[args.shape]))
    for name, work in works(generator).items():
        bar = tqdm(range(args.times), desc=name, delay=2, leave=False, file=sys.stderr)
        waits = [1e3 * seconds_to_stop(work) for _ in bar]
        line = {"work": name, "median_ms": round(statistics.median(waits), 2), "longest_ms": round(max(waits), 2)}
        print(json.dumps({**line, **vars(args), "machine": machine()["processor"]}), flush=True)


if __name__ == "__main__":
    main()
