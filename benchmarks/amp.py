"""The speed of amplifiers, side by side with NeuralAmpModelerCore in one run.

    python benchmarks/amp.py [--peer ./peer] [--rounds 5] [--real-time] [--json rows.jsonl]

Networks of four published shapes with random weights are written as ``.nam`` files, which both programs play in turns,
on one thread, in fp32: in blocks of 64 samples and of 1. ``--peer`` names a program built from benchmarks/amp_peer.cpp,
whose first lines say how; without it only our own times are told. Each number is the median over rounds of what a round
has: the median time of a block, the ratio of the two medians, and how much slower the slowest block in a thousand is;
beside it, how much slower that of a program would be which does nothing for as long, as the system interrupts it, too.
``--real-time`` runs both with the priority that audio programs ask for (SCHED_FIFO), for which one needs the right.
"""

import argparse
import json
import os
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wavenet.amp.amp import Amp

RATE = 48_000
SECONDS = 4.0
BLOCKS = (64, 1)
Shape = dict[str, Any]
FILMS = (
    "conv_pre_film", "conv_post_film", "input_mixin_pre_film", "input_mixin_post_film", "activation_pre_film",
    "activation_post_film", "layer1x1_post_film", "head1x1_post_film",
)  # fmt: skip


def first_generation(wide: int, narrow: int, first: int = 10) -> Shape:
    """Two arrays of twenty layers in all, ``first`` of them in the first; what it lacks begins the second."""
    arrays: list[Shape] = []
    cycle = [2**i for i in range(10)]
    for inputs, channels, dilations in ((1, wide, cycle[:first]), (wide, narrow, cycle[first:] + cycle)):
        last = channels == narrow
        sizes = {"input_size": inputs, "condition_size": 1, "head_size": 1 if last else narrow, "channels": channels}
        layers = {"kernel_size": 3, "dilations": dilations, "activation": "Tanh", "gated": False}
        arrays.append({**sizes, **layers, "head_bias": last})
    count = sum(
        a["input_size"] * a["channels"] + len(a["dilations"]) * (4 * a["channels"] ** 2 + 3 * a["channels"])
        + a["head_size"] * (a["channels"] + a["head_bias"])
        for a in arrays
    )  # fmt: skip
    return {"version": "0.5.4", "config": {"layers": arrays, "head": None, "head_scale": 0.02}, "count": count + 1}


def second_generation(channels: int) -> Shape:
    """One array of 23 layers, as its trainer exports it."""
    cycle = [1, 3, 7, 17, 41, 101, 239]
    dilations, kernels = [*cycle, *cycle, 1, 13, *cycle], [6] * 14 + [15] * 2 + [6] * 7
    layers = len(dilations)
    array = {
        "input_size": 1, "condition_size": 1, "head": {"out_channels": 1, "kernel_size": 16, "bias": True},
        "channels": channels, "bottleneck": channels, "kernel_sizes": kernels, "dilations": dilations,
        "activation": [{"type": "LeakyReLU", "negative_slope": 0.01}] * layers,
        "head1x1": {"active": False, "out_channels": 1, "groups": 1}, "layer1x1": {"active": True, "groups": 1},
        "groups_input": 1, "groups_input_mixin": 1, "gating_mode": ["none"] * layers,
        "secondary_activation": [None] * layers, "slimmable": None,
        **{name: {"active": False, "shift": True, "groups": 1} for name in FILMS},
    }  # fmt: skip
    count = channels + sum((taps + 1) * channels**2 + 3 * channels for taps in kernels) + 16 * channels + 1
    return {"version": "0.7.0", "config": {"layers": [array], "head": None, "head_scale": 0.01}, "count": count + 1}


SHAPES = {
    "A1 standard": first_generation(16, 8),
    "A1 nano": first_generation(4, 2, 7),
    "A2, 8 channels": second_generation(8),
    "A2, 3 channels": second_generation(3),
}


def written(shape: Shape, path: Path) -> Path:
    """A ``.nam`` file of a shape, with random weights."""
    weights = np.round(np.random.default_rng(0).normal(0, 0.1, shape["count"]), 6).tolist()
    model = {"version": shape["version"], "architecture": "WaveNet", "config": shape["config"], "weights": weights}
    path.write_text(json.dumps({**model, "sample_rate": RATE}), "utf-8")
    return path


def of_peer(peer: Path, path: Path, samples: NDArray[np.float32], block: int) -> NDArray[np.float64]:
    """Seconds of each block."""
    command = [str(peer.resolve()), str(path), "1", str(block), "0"]
    done = subprocess.run(command, input=samples.tobytes(), stdout=subprocess.PIPE, check=True)
    return np.frombuffer(done.stdout, np.float64)


def worst(seconds: NDArray[np.float64]) -> float:
    """The slowest block in a thousand, in medians."""
    return float(np.quantile(seconds, 0.999) / np.median(seconds))


def pauses(seconds: float, least: float = 1.5e-6) -> NDArray[np.float64]:
    """When, and for how long, a loop that only reads the clock did not run: (n, 2) in seconds from its start."""
    found, read = [], time.perf_counter
    begin = last = read()
    while last < begin + seconds:
        now = read()
        if now - last > least:
            found.append((last - begin, now - last))
        last = now
    return np.array(found).reshape(-1, 2)


def worst_of_nothing(block: float, paused: NDArray[np.float64], seconds: float) -> float:
    """What ``worst`` is of blocks that always take as long, and of the pauses that fall into them."""
    blocks = np.full(max(int(seconds / block), 1), block)
    at = (paused[:, 0] / block).astype(int)
    np.add.at(blocks, at[at < len(blocks)], paused[at < len(blocks), 1])
    return worst(blocks)


def measure(name: str, path: Path, peer: Path | None, rounds: int, seconds: float) -> list[dict[str, Any]]:
    """The rows of one shape."""
    amp, rows = Amp.open(path), []
    for block in BLOCKS:
        count = round(seconds * RATE * (1 if block > 1 else 0.25))
        samples = np.random.default_rng(1).normal(0, 0.1, count).astype(np.float32)
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(amp.seconds(samples, block))
            theirs += [of_peer(peer, path, samples, block)] if peer else []
        median = float(np.median([np.median(one) for one in ours]))
        row = {
            "shape": name, "block": block, "weights": amp.model.weights, "instructions": amp.isa, "bytes": amp.bytes,
            "µs a sample": 1e6 * median / block, "× real time": block / median / RATE,
            "worst": float(np.median([worst(one) for one in ours])),
            "worst of nothing": worst_of_nothing(median, pauses(seconds), seconds),
        }  # fmt: skip
        if peer:
            ratios = [np.median(b) / np.median(a) for a, b in zip(ours, theirs, strict=True)]
            row["ratio"] = float(np.median(ratios))
            row["worst of NeuralAmpModelerCore"] = float(np.median([worst(one) for one in theirs]))
        rows.append(row)
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=Path, help="a program built from benchmarks/amp_peer.cpp")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of sound in a round; a quarter, in blocks of 1")
    parser.add_argument("--json", type=Path, help="also write the rows here")
    parser.add_argument("--real-time", action="store_true", help="with the priority of audio programs")
    given = parser.parse_args()
    if given.real_time:
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
        except (AttributeError, PermissionError):
            parser.error("--real-time needs Linux and the right to SCHED_FIFO (ulimit -r, or root); leave it out")
    rows = []
    print(
        "| network | block | µs a sample | × real time | slowest of 1,000, in medians | of nothing | "
        "NeuralAmpModelerCore's time | its slowest |"
    )
    print("|---|---|---|---|---|---|---|---|")
    with TemporaryDirectory() as place:
        for name, shape in SHAPES.items():
            path = written(shape, Path(place, f"{name}.nam"))
            for row in measure(name, path, given.peer, given.rounds, given.seconds):
                peer = f"{row['ratio']:.2f} × | {row['worst of NeuralAmpModelerCore']:.1f}" if given.peer else "|"
                print(
                    f"| {name} | {row['block']} | {row['µs a sample']:.3f} | {row['× real time']:.1f} | "
                    f"{row['worst']:.1f} | {row['worst of nothing']:.1f} | {peer} |"
                )
                rows.append(row)
    if given.json:
        given.json.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
