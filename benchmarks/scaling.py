"""How the engine scales: streams, cores, layers, channels, length of text, seconds scored. Draws six panels.

    python benchmarks/scaling.py [--rounds 3] [--picture docs/images/engine_scaling.png]

Each panel changes one thing about the shape ``medium`` in int8 (the text: about the shipped voice ``english``), in one
run, interleaved; points are medians of the rounds. Prints a table, for ``python -m experiments.pages --keep``.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

import wavenet
from wavenet.audio import pictures
from wavenet.bench.report import machine
from wavenet.bench.speed import random_model
from wavenet.config import PRESETS
from wavenet.generator import Generator
from wavenet.tts.voice import Voice

PICTURE = Path(__file__).resolve().parents[1] / "docs/images/engine_scaling.png"
SAMPLES = 16_000
"""that each point makes about, over all streams"""
STREAMS = tuple(2**n for n in range(9))
LAYERS, CHANNELS = (10, 20, 40, 80), (16, 32, 64, 128, 256)
SECONDS = (0.01, 0.1, 1.0, 10.0)
WORDS = (1, 4, 16, 64, 256)
TEXT = "the quick brown fox saw a lazy dog near the old stone bridge and ran away."


@dataclass(frozen=True)
class Panel:
    """A curve: values along the axis, and what measures a rate at one of them."""

    along: str
    of: str
    """the rate"""
    values: Sequence[float]
    rate: Callable[[float], float]
    """called once for each point and round"""


def network(layers: int = 20, channels: int = 64) -> Generator:
    """``medium``, with these layers, at most ten a stack, and residual channels; S = H = 4 R, D = R."""
    shape = replace(
        PRESETS["medium"],
        layers=layers,
        stacks=layers // 10,
        residual_channels=channels,
        dilation_channels=channels,
        skip_channels=4 * channels,
        head_channels=4 * channels,
    )
    return Generator(random_model(shape), "int8")


def generating(generator: Generator, streams: int, threads: int = 1, samples: int = SAMPLES) -> float:
    """Samples a second of all streams."""
    started = [generator.start(seed=seed) for seed in range(streams)]
    each = max(64, samples // streams)
    began = time.perf_counter()
    generator.advance(started, each, threads=threads)
    return streams * each / (time.perf_counter() - began)


def scoring(generator: Generator, seconds: float) -> float:
    """Samples a second of one recording, with the start of its stream."""
    rng = np.random.default_rng(0)
    waveform = rng.uniform(-0.5, 0.5, round(seconds * generator.sample_rate)).astype(np.float32)
    times = max(1, round(0.1 / seconds))
    began = time.perf_counter()
    for _ in range(times):
        generator.log_likelihood(waveform)
    return times * len(waveform) / (time.perf_counter() - began)


def saying(voice: Voice, words: int) -> float:
    """Times real time of a text of so many words, from the text to its last sample."""
    text = " ".join((TEXT.split() * (words // 5 + 1))[:words])
    began = time.perf_counter()
    samples = sum(len(block) for block in voice.say(text, seed=0))
    return samples / voice.generator.sample_rate / (time.perf_counter() - began)


def panels() -> list[Panel]:
    """All of them."""
    cores = len(os.sched_getaffinity(0))
    medium = network()
    deep = {n: network(layers=n) for n in LAYERS}
    wide = {n: network(channels=n) for n in CHANNELS}
    voice = wavenet.open_voice("english")
    rate = "samples/s"

    def shared(threads: float) -> float:
        return generating(medium, 16 * cores, int(threads), 4 * SAMPLES)

    return [
        Panel("streams, one thread", rate, STREAMS, lambda n: generating(medium, int(n))),
        Panel(f"threads, {16 * cores} streams", rate, range(1, cores + 1), shared),
        Panel("layers, one stream", rate, LAYERS, lambda n: generating(deep[int(n)], 1)),
        Panel("residual channels R, one stream", rate, CHANNELS, lambda n: generating(wide[int(n)], 1)),
        Panel("seconds scored", rate, SECONDS, lambda n: scoring(medium, n)),
        Panel("words said by `english`", "× real time", WORDS, lambda n: saying(voice, int(n))),
    ]  # fmt: skip


def measured(table: Sequence[Panel], rounds: int) -> list[list[float]]:
    """The median rate of every value of every panel."""
    found: list[list[list[float]]] = [[[] for _ in panel.values] for panel in table]
    total = (rounds + 1) * sum(len(panel.values) for panel in table)
    with tqdm(total=total, unit="point", file=sys.stderr) as bar:
        for turn in range(rounds + 1):
            for panel, rates in zip(table, found, strict=True):
                for value, each in zip(panel.values, rates, strict=True):
                    rate = panel.rate(value)
                    if turn:  # the first round warms up
                        each.append(rate)
                    bar.update()
    return [[statistics.median(each) for each in rates] for rates in found]


def markdown(table: Sequence[Panel], rates: Sequence[Sequence[float]]) -> str:
    """A line for each panel: its values with their rates."""
    lines = ["| along | rate | |", "| --- | --- | --- |"]
    for panel, each in zip(table, rates, strict=True):
        digits = 1 if panel.of == "× real time" else 0
        points = (f"{value:g}: {rate:,.{digits}f}" for value, rate in zip(panel.values, each, strict=True))
        lines.append(f"| {panel.along} | {panel.of} | {' · '.join(points)} |")
    return "\n".join(lines)


def draw(table: Sequence[Panel], rates: Sequence[Sequence[float]], path: Path) -> None:
    """Six panels, rates from 0 up, dotted where a rate would be if all of it were shared out evenly."""
    figure = pictures.figure(12, 7)
    for axes, panel, each in zip(figure.subplots(2, 3).flat, table, rates, strict=True):
        axes.plot(panel.values, each, "o-", markersize=4)
        if panel.along.startswith("threads"):
            axes.plot(
                panel.values, [each[0] * value for value in panel.values], ":", color="grey", label="no thread waits"
            )
            axes.legend()
        else:
            axes.set(xscale="log")
        axes.set(xlabel=panel.along, ylabel=panel.of, ylim=(0, None))
        axes.set_xticks(panel.values, [f"{value:g}" for value in panel.values])
        axes.minorticks_off()
        axes.grid(alpha=0.3)
    figure.suptitle(f"medium, int8, {machine()['processor']}")
    pictures.write(figure, path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, draw and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--picture", type=Path, default=PICTURE)
    given = parser.parse_args(arguments)
    table = panels()
    rates = measured(table, given.rounds)
    draw(table, rates, given.picture)
    print(f"{machine()['processor']}, {machine()['cores']} cores\n\n{markdown(table, rates)}")


if __name__ == "__main__":
    main()
