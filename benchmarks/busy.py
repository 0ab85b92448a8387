"""A machine with other work: the first sound of a voice, and the speed of training, beside a program that takes a core.

    python benchmarks/busy.py                # without OMP_NUM_THREADS, as people run it

Each value is of a new process, once alone and once beside an endless loop bound to the first core; medians of the
rounds. Prints a line of JSON.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from wavenet.bench.report import machine

TEXT = "This is a sentence of middle length, as people say it every day."
SAY = """
import time, wavenet
voice = wavenet.open("english")
def first():
    began = time.perf_counter()
    next(voice.say({text!r}))
    return 1000 * (time.perf_counter() - began)
times = [first() for _ in range(8)]
print(sorted(times[1:])[3], max(times))
"""
TRAIN = """
import sys, time
from wavenet.cli import main, options, train
options.wait_asleep()  # as wavenet train does before it imports PyTorch
from wavenet.training import loop
from wavenet.training.processes import Processes
run = loop.Run(train.settings(main.parse("train", sys.argv[1:])), Processes.join("cpu"))
run.update()
began, samples = time.perf_counter(), 0
while time.perf_counter() - began < 5:
    samples += run.update()[1]
print(samples / (time.perf_counter() - began), 0)
"""


@contextmanager
def busy(core: int) -> Iterator[None]:
    """Take a core, as much as the scheduler gives."""
    loop = f"import os\nif hasattr(os, 'sched_setaffinity'): os.sched_setaffinity(0, [{core}])\nwhile True: pass"
    process = subprocess.Popen([sys.executable, "-c", loop])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def values(program: str, arguments: list[str]) -> list[float]:
    """The numbers that a Python program prints in a process of its own, with the threads that it takes by itself."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_WAIT_POLICY")
    environment = {name: value for name, value in os.environ.items() if name not in threads}
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return [float(value) for value in done.stdout.split()]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", default="data/english_prompts", help="a prepared corpus, to train on")
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as out:
        train = ["--preset", args.preset, "--data", args.data, "--out", out]
        for _ in range(args.rounds):
            for beside in ("alone", "busy"):
                for name, program, arguments in (("say", SAY.format(text=TEXT), []), ("train", TRAIN, train)):
                    if beside == "busy":
                        with busy(0):
                            first, worst = values(program, arguments)
                    else:
                        first, worst = values(program, arguments)
                    found.setdefault(f"{name}, {beside}", []).append(first)
                    if worst:
                        found.setdefault(f"{name}, {beside}, slowest", []).append(worst)
    unit = {"say": "first audio in ms", "train": "samples per second"}
    rows = {f"{unit[name.split(',')[0]]}: {name}": round(statistics.median(each)) for name, each in found.items()}
    print(json.dumps({"benchmark": "busy", **vars(args), "machine": machine()["processor"], **rows}))


if __name__ == "__main__":
    main()
