"""Training speed: complete updates of one network, fused against plain formulations, in one run, interleaved.

``make bench`` prints a line of JSON for each formulation and the ratios. Values are medians over the rounds; all use
the same threads, batch, optimiser and memory settings (from which the plain ones benefit, too).
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

import torch
from torch import Tensor
from tqdm import tqdm

from wavenet.bench.report import machine
from wavenet.config import PRESETS, OptimConfig
from wavenet.model import fused
from wavenet.model.wavenet import WaveNet
from wavenet.training import hardware
from wavenet.training.optim import Optimiser
from wavenet.training.thread_pool import ThreadPool


def formulations(model: WaveNet) -> dict[str, Callable[[Tensor], Tensor]]:
    """Map past classes (B, …) to logits (B, T, Q), in three ways."""

    def autocast(past: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            logits: Tensor = model(past)
        return logits

    return {
        "plain fp32": lambda past: model(past),
        "plain bf16 autocast": autocast,
        "fused bf16": lambda past: fused.logits(model, past, torch.bfloat16),
    }


def seconds_of_update(
    model: WaveNet,
    optimiser: Optimiser,
    logits: Callable[[Tensor], Tensor],
    threads: ThreadPool,
    shape: tuple[int, int],
) -> float:
    """The time of one update on random classes (B, T), with its rows spread over the threads."""
    reach = model.config.receptive_field
    weights = list(model.parameters())

    def gradients(classes: Tensor) -> tuple[Tensor, ...]:
        predicted, targets = logits(classes[:, :-1]).transpose(0, 1), classes[:, reach:].t()
        nats = model.distribution.negative_log_likelihood(predicted.flatten(0, 1), targets.flatten())
        return torch.autograd.grad(nats.sum() / (shape[0] * shape[1]), weights)

    classes = torch.randint(0, model.config.quantization_channels, (shape[0], reach + shape[1]))
    began = time.perf_counter()
    for part in threads.map(gradients, classes.chunk(threads.count)):
        for weight, gradient in zip(weights, part, strict=True):
            weight.grad = gradient if weight.grad is None else weight.grad.add_(gradient)
    optimiser.step(1000)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--preset", default="medium", choices=PRESETS)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--batch_size", type=int, default=2)
    parser.add_argument("--window", type=int, default=8000)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    hardware.keep_freed_memory()
    torch.manual_seed(0)
    model = WaveNet(PRESETS[args.preset])
    optimiser = Optimiser(model, OptimConfig(), 10**6, torch.bfloat16)
    ways = formulations(model)
    # eager PyTorch shares each product between the threads; wavenet train gives each thread its own window
    threads = {name: ThreadPool(min(args.threads, args.batch_size) if name == "fused bf16" else 1) for name in ways}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in tqdm(range(args.rounds + 1), desc="rounds", file=sys.stderr):
        for name, logits in ways.items():
            times[name].append(
                seconds_of_update(model, optimiser, logits, threads[name], (args.batch_size, args.window))
            )
    rate = {name: args.batch_size * args.window / statistics.median(seconds[1:]) for name, seconds in times.items()}
    for name, value in rate.items():
        line = {"benchmark": "training", "formulation": name, "samples_per_second": round(value), **vars(args)}
        print(
            json.dumps(
                {**line, "machine": machine()["processor"], "torch": torch.__version__, "model": asdict(model.config)}
            )
        )
    for name in ("plain fp32", "plain bf16 autocast"):
        print(f"fused bf16 is {rate['fused bf16'] / rate[name]:.2f} × {name}")


if __name__ == "__main__":
    main()
