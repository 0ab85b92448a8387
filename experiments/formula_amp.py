"""A guitar and an amplifier made of formulas, for ``wavenet train-amp`` without a recording.

``python -m experiments.formula_amp FOLDER`` writes ``dry.wav`` and ``wet.wav``: plucked strings, sweeps and noise; and
the same through two valves, each an asymmetric tanh, between filters, and a loudspeaker in a cabinet. With
``--learn standard`` it learns the amplifier too, and prints how well, and after how much processor time.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments import command
from wavenet import atomic, made
from wavenet.audio import files
from wavenet.config.amp import SHAPES, ShapeName, TrainAmpConfig
from wavenet.training import thread_pool
from wavenet.training.amp import recordings, train

Signal = NDArray[np.float64]
RATE = 48_000
LATENCY = 37
"""samples by which the wet recording is late, as one through an audio interface is"""
STRINGS = (82.41, 110.0, 146.83, 196.0, 246.94, 329.63)
"""Hz of the open strings"""
TAPS = 1_024


def pluck(frequency: float, seconds: float, random: np.random.Generator) -> Signal:
    """A string that is plucked: its partials below 12 kHz, a little sharp as those of stiff strings, each decaying."""
    t = np.arange(round(seconds * RATE)) / RATE
    k = np.arange(1, max(int(12_000 / frequency), 1) + 1)[:, None]
    place, bright = random.uniform(0.1, 0.35), random.uniform(1.0, 1.8)
    level = np.sin(np.pi * place * k) / k**bright
    partials = np.sin(2 * np.pi * frequency * k * np.sqrt(1 + 6e-5 * k**2) * t + random.uniform(0, 6.28, k.shape))
    sound: Signal = (level * partials * np.exp(-t * (1.2 + 0.02 * k**1.5))).sum(0)
    sound *= np.minimum(t / 0.002, 1)
    return sound


def guitar(seconds: float, random: np.random.Generator) -> Signal:
    """Single notes and chords, soft and loud, some of them damped early."""
    out = np.zeros(round(seconds * RATE))
    at = 0.0
    while at < seconds - 0.1:
        length = float(random.choice([0.15, 0.3, 0.6, 1.2]))
        notes = 1 if random.random() < 0.6 else int(random.integers(2, 5))
        loud = 10 ** (random.uniform(-24, 0) / 20)
        for string in random.choice(len(STRINGS), notes, replace=False):
            frequency = STRINGS[string] * 2 ** (random.integers(0, 15) / 12)
            sound = loud / notes**0.5 * pluck(frequency, min(1.5 * length, seconds - at), random)
            sound[-500:] *= np.linspace(1, 0, 500)
            first = round(at * RATE)
            out[first : first + len(sound)] += sound[: len(out) - first]
        at += length
    scaled: Signal = 0.9 * out / np.abs(out).max()
    return scaled


def dry(seconds: float, seed: int = 0) -> Signal:
    """A sweep and noise of growing level, a tenth of the time each, and a guitar in between and to the end."""
    random = np.random.default_rng(seed)
    n = round(seconds / 10 * RATE)
    t = np.arange(n) / n
    level = 10 ** (-2 * np.abs(1 - 2 * t))
    sweep = 0.8 * level * np.sin(2 * np.pi * 20 * seconds / 10 * (600**t - 1) / np.log(600))
    noise = 0.25 * level * random.standard_normal(n)
    return np.concatenate([sweep, noise, guitar(seconds - 2 * n / RATE, random)]).clip(-1, 1)


def filtered(x: Signal, taps: Signal) -> Signal:
    """A causal filter."""
    size = len(x) + len(taps)
    found: Signal = np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(taps, size), size)[: len(x)]
    return found


def low_pass(hertz: float) -> Signal:
    """The first samples of what a resistor and a capacitor give for an impulse."""
    pole = np.exp(-2 * np.pi * hertz / RATE)
    response: Signal = (1 - pole) * pole ** np.arange(TAPS)
    return response


def high_pass(hertz: float) -> Signal:
    """An impulse less what ``low_pass`` makes of it."""
    response = -low_pass(hertz)
    response[0] += 1
    return response


def cabinet() -> Signal:
    """A loudspeaker: resonances that decay, and little above 5 kHz."""
    t = np.arange(TAPS) / RATE
    response = np.zeros(TAPS)
    for hertz, level, decay in ((110, 0.6, 350), (450, -0.4, 900), (1_200, 0.5, 1_500), (2_800, 1.0, 2_500)):
        response += level * np.exp(-t * decay) * np.cos(2 * np.pi * hertz * t)
    both = np.convolve(np.convolve(response, low_pass(5_000)), low_pass(5_000))[:TAPS]
    found: Signal = both / np.abs(both).sum()
    return found


def wet(x: Signal) -> Signal:
    """What comes out of the amplifier, before the latency."""
    x = filtered(filtered(x, high_pass(120)), low_pass(8_000))
    for gain, bias in ((12.0, 0.3), (4.0, -0.2)):
        x = filtered(np.tanh(gain * x + bias) - np.tanh(bias), high_pass(20))
    return 0.9 * filtered(x, cabinet())


def write(folder: Path, seconds: float, seed: int = 0) -> None:
    """Write both recordings, as 24-bit samples would hold them."""
    atomic.make_folder(folder)
    x = dry(seconds, seed)
    y = np.concatenate([np.zeros(LATENCY), wet(x)])[: len(x)]
    for name, samples in (("dry", x), ("wet", y)):
        with files.writing(folder / f"{name}.wav", RATE, made.mark("experiments.formula_amp"), files.FLOAT) as add:
            add(np.rint(samples * 2**23) / 2**23)


def learn(folder: Path, shapes: Sequence[ShapeName], updates: int, window: int) -> None:
    """Learn the amplifier with each of these shapes, on one thread, and print a table."""
    rows = []
    for shape in shapes:
        begin = time.process_time()
        config = TrainAmpConfig(shape=shape, updates=updates, window=window)
        found = recordings.read(str(folder / "dry.wav"), str(folder / "wet.wav"), config)
        with thread_pool.threads(1):
            ratio = train.train(found, folder / shape, config)
        minutes = (time.process_time() - begin) / 60
        samples = updates * config.batch_size * config.window / (60 * minutes)
        rows.append(f"| {shape} | {updates:,} | {minutes:.1f} | {samples:,.0f} | {ratio:.5f} |")
    print("| shape | updates | minutes of processor time | samples a second of it | held-out ESR |")
    print("| --- | --- | --- | --- | --- |")
    print("\n".join(rows))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("formula_amp", (__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--learn", metavar="SHAPE", nargs="*", choices=tuple(SHAPES), default=())
    parser.add_argument("--updates", type=int, default=2_000, help="of the learning")
    parser.add_argument("--window", type=int, default=TrainAmpConfig.window, help="of the learning, in samples")
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    write(given.folder, given.seconds, given.seed)
    print(f"{given.folder}/dry.wav and wet.wav: {given.seconds:g} s at {RATE} Hz; the latency is {LATENCY} samples")
    if given.learn:
        learn(given.folder, given.learn, given.updates, given.window)


if __name__ == "__main__":
    main()
