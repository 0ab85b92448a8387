"""Variants of a training run with equal processor time: which settings reach the fewest bits?

    python benchmarks/equal_clock.py --minutes 4 "" optim.muon_lr=0 batch_size=2 "batch_size=2 window=4000"

Each variant changes settings of the configuration. Its speed is measured first, so that its whole schedule, including
the decay, fits into the given minutes of processor time on one thread. Prints a line of JSON for each, the best last.
"""

import argparse
import json
import tempfile
import time
from dataclasses import replace

import torch

from wavenet.cli import train
from wavenet.cli.main import parse
from wavenet.config import TrainConfig
from wavenet.training import loop
from wavenet.training.processes import Processes


def varied(file: str, changes: str) -> TrainConfig:
    """The settings of a file with ``name=value`` changes, in the syntax of ``wavenet train``; raises UsageError."""
    return train.settings(parse("train", ["--config", file, *(f"--{change}" for change in changes.split())]))


def processor_seconds_of_update(config: TrainConfig, updates: int = 12) -> float:
    """Processor seconds per update, measured after one update to warm up."""
    run = loop.Run(config, Processes.join("cpu"))
    run.update()
    began = time.process_time()
    for _ in range(updates):
        run.update()
    return (time.process_time() - began) / updates


def measure(config: TrainConfig, minutes: float) -> dict[str, float]:
    """Train for these minutes; returns the bits of the last validation, and the cost."""
    with tempfile.TemporaryDirectory() as out:
        config = replace(config, out=out, listen_seconds=0.0, checkpoint_minutes=1e9)
        updates = int(60 * minutes / processor_seconds_of_update(config))
        began = time.process_time()
        progress = loop.train(replace(config, updates=updates, validate_every=updates))
        seconds = time.process_time() - began
    return {
        "validation_bits": round(progress.best_bits, 4),
        "updates": updates,
        "samples": progress.samples,
        "processor_minutes": round(seconds / 60, 2),
    }


def main() -> None:
    """Measure each variant and print them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("variants", nargs="+", help='changes such as "batch_size=2 optim.lr=0.001"; "" changes nothing')
    parser.add_argument("--config", default="recipes/english_prompts/train.yaml")
    parser.add_argument("--minutes", type=float, default=4.0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    for changes in args.variants:
        rows.append({"variant": changes or "as configured", **measure(varied(args.config, changes), args.minutes)})
        print(json.dumps(rows[-1]), flush=True)
    best = min(rows, key=lambda row: float(row["validation_bits"]))
    print(f"best: {best['variant']}")


if __name__ == "__main__":
    main()
