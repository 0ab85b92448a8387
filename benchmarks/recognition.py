"""How fast a recogniser of phones is: seconds of sound per second, on one thread.

    python benchmarks/recognition.py MODEL RECORDING… [--block 0.1] [--rounds 5]

Every recording is recognised whole, and in blocks as they come from a microphone; the fastest of the rounds counts,
which take turns. MODEL is the folder of a recogniser.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import files
from wavenet.engine.precision import PRECISIONS, Precision
from wavenet.recognition import folder
from wavenet.recognition.decoding import Phone
from wavenet.recognition.recogniser import Recogniser

Waveform = NDArray[np.float32]
Ways = dict[str, Callable[[], object]]


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fastest(ways: Ways, rounds: int) -> dict[str, float]:
    """The fewest seconds of each way, over rounds in which each has its turn."""
    taken = [{name: seconds(work) for name, work in ways.items()} for _ in range(rounds)]
    return {name: min(each[name] for each in taken) for name in ways}


def ways(made: dict[Precision, Recogniser], heard: Waveform, block: int) -> Ways:
    """Whole and in blocks, in every precision."""
    blocks = [heard[at : at + block] for at in range(0, len(heard), block)]
    found: Ways = {}
    for precision, recogniser in made.items():
        found[f"{precision}, whole"] = partial(recogniser.recognise, heard)
        found[f"{precision}, in blocks"] = partial(_in_blocks, recogniser, blocks)
    return found


def _in_blocks(recogniser: Recogniser, blocks: Sequence[Waveform]) -> list[Phone]:
    return list(recogniser.recognised(blocks))


def table(found: dict[str, float], length: float) -> str:
    """Markdown: times real time, for a length in seconds."""
    precisions = dict.fromkeys(name.split(",")[0] for name in found)
    speeds = [[length / found[f"{each}, {way}"] for way in ("whole", "in blocks")] for each in precisions]
    rows = [
        f"| {each} | {whole:.1f} | {blocks:.1f} |" for each, (whole, blocks) in zip(precisions, speeds, strict=True)
    ]
    return "\n".join(["| precision | whole, × real time | in blocks, × real time |", "| --- | --- | --- |", *rows])


def main(given: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("recordings", type=Path, nargs="+")
    parser.add_argument("--block", type=float, default=0.1, help="seconds")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args(given)
    opened = folder.read(args.model)
    calibrated = "calibration.inputs" in opened.tensors
    made = {each: Recogniser(opened, each) for each in PRECISIONS if each != "int8" or calibrated}
    rate = opened.audio.sample_rate
    heard = np.concatenate([np.concatenate(list(files.blocks(path, rate))) for path in args.recordings])
    found = fastest(ways(made, heard, round(args.block * rate)), args.rounds)
    print(table(found, len(heard) / rate))


if __name__ == "__main__":
    main()
