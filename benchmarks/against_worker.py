"""What ``against.py`` starts: does the pieces of work that it reads, with whichever ``wavenet`` its Python has.

It calls only what has been there since the first release. PyTorch is imported where training is measured.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable
from functools import cache

import numpy as np

from wavenet.generator import Generator

UPDATES = 3
"""at a time"""
SAMPLES = {"one stream": 16_000, "16 streams": 1_600, "scoring": 16_000}


@cache
def opened(model: str, precision: str) -> Generator:
    """A generator, opened once."""
    return Generator.open(model, precision)  # type: ignore[arg-type]


def done(model: str, work: str) -> dict[str, object]:
    """Seconds, and a digest of the samples."""
    kind, precision, *more = work.split(", ")
    threads = int(more[0].split()[0]) if more else 1
    if kind == "training":
        return trained(precision, threads)
    generator = opened(model, precision)
    samples = SAMPLES[kind] // (8 if precision == "fp32" else 1)
    streams = [generator.start(seed=i) for i in range(16 if kind == "16 streams" else 1)]
    heard = 0.3 * np.sin(np.arange(samples) / 9).astype(np.float32)
    begin = time.perf_counter()
    if kind == "scoring":
        made = generator.log_likelihood(heard)
    else:
        made = np.concatenate(generator.advance(streams, samples, threads=threads))
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "digest": hashlib.sha256(made.tobytes()).hexdigest()}


@cache
def training(preset: str) -> Callable[[int], float]:
    """What makes so many updates of a preset as ``wavenet train`` does, and returns the last loss in nats."""
    import torch

    from wavenet.config import PRESETS, TrainConfig
    from wavenet.model import fused
    from wavenet.model.wavenet import WaveNet
    from wavenet.training import hardware
    from wavenet.training.optim import MovingAverage, Optimiser

    hardware.keep_freed_memory()
    torch.manual_seed(0)
    config = TrainConfig(model=PRESETS[preset])
    model, reach = WaveNet(config.model), config.model.receptive_field
    optimiser = Optimiser(model, config.optim, config.updates, torch.bfloat16)
    average = MovingAverage(model, config.optim.ema_decay)
    weights, done = list(model.parameters()), 0

    def update() -> float:
        waves = 128 + 50 * torch.sin(torch.arange(reach + config.window) * (0.01 + 0.1 * torch.rand(1)))
        classes = (waves + 3 * torch.randn(waves.shape)).round().long()[None]
        logits = fused.logits(model, classes[:, :-1], torch.bfloat16).transpose(0, 1)
        nats = model.distribution.negative_log_likelihood(logits.flatten(0, 1), classes[:, reach:].t().flatten()).sum()
        gradients = torch.autograd.grad(nats, weights)
        torch._foreach_div_(gradients, config.window)
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.grad = gradient
        optimiser.step(done)
        average.update(model, done)
        return float(nats.detach()) / config.window

    def updates(count: int) -> float:
        nonlocal done
        for _ in range(count):
            loss = update()
            done += 1
        return loss

    return updates


def trained(preset: str, threads: int) -> dict[str, object]:
    """Seconds, of the processor where there is one thread; and the loss."""
    from wavenet.cli import options

    options.import_torch()  # as the command does, which says how its threads wait
    import torch

    torch.set_num_threads(threads)
    clock = time.process_time if threads == 1 else time.perf_counter
    updates = training(preset)
    begin = clock()
    loss = updates(UPDATES)
    return {"seconds": clock() - begin, "digest": f"{loss:.3f} nats"}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(done(sys.argv[1], line.strip())), flush=True)
