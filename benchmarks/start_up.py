"""What the start of a process costs: ``wavenet say "Hello."`` beside ``import numpy``, which it cannot do without.

    python benchmarks/start_up.py [--rounds 10]

Runs both in turn, with one thread for the products of matrices, as the command asks for: more of them would make numpy
alone look slower. Prints a line of JSON: the machine; the medians of the processor time, user and system, and of the
wall time, in milliseconds, with the ratios of each pair's; the median of the highest memory, in MB. Other work on the
machine adds to the wall time above all; compare the processor time.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from wavenet.bench.report import machine

TEXT = "Hello."


class Cost(NamedTuple):
    """Of a process."""

    processor: float
    """milliseconds, user and system"""
    wall: float
    """milliseconds"""
    memory: float
    """the highest, in MB"""


def cost(arguments: Sequence[str]) -> Cost:
    """The cost of Python with these arguments, whose output is not shown; raises RuntimeError if it fails."""
    began = time.perf_counter()
    silent = os.open(os.devnull, os.O_WRONLY)
    # compiled modules are kept, as they are where the package is installed
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["OPENBLAS_NUM_THREADS"] = "1"
    pid = os.posix_spawn(
        sys.executable, [sys.executable, *arguments], environment, file_actions=[(os.POSIX_SPAWN_DUP2, silent, 1)]
    )
    os.close(silent)
    _, status, used = os.wait4(pid, 0)
    if status:
        raise RuntimeError(f"python {' '.join(arguments)} failed")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # of ru_maxrss: bytes or kilobytes
    spent = 1000 * (used.ru_utime + used.ru_stime)
    return Cost(spent, 1000 * (time.perf_counter() - began), used.ru_maxrss / unit)


def measured(rounds: int) -> dict[str, object]:
    """The medians of so many pairs; one more comes before, which writes compiled modules and reads files."""
    with tempfile.TemporaryDirectory() as folder:
        saying = ["-m", "wavenet", "say", TEXT, "-o", str(Path(folder) / "hello.wav")]
        pairs = [(cost(["-c", "import numpy"]), cost(saying)) for _ in range(rounds + 1)][1:]
    bare, said = ([statistics.median(each) for each in zip(*costs, strict=True)] for costs in zip(*pairs, strict=True))
    ratios = [[b / a for a, b in zip(one, other, strict=True)] for one, other in pairs]
    ratio = [statistics.median(each) for each in zip(*ratios, strict=True)]
    return {
        **machine(),
        "rounds": rounds,
        **{f"numpy_{name}": round(value, 1) for name, value in zip(Cost._fields, bare, strict=True)},
        **{f"say_{name}": round(value, 1) for name, value in zip(Cost._fields, said, strict=True)},
        "ratio_processor": round(ratio[0], 2),
        "ratio_wall": round(ratio[1], 2),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=10)
    print(json.dumps(measured(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
