"""``wavenet train --overfit-one``: a network that cannot memorise one clip will not learn a corpus.

So this is the first thing to try when a run goes wrong: seconds to minutes, and a verdict.
"""

import math
from dataclasses import replace

import numpy as np
import torch

from wavenet import bars
from wavenet.arithmetic import ceil_div
from wavenet.config import ModelConfig, TrainConfig
from wavenet.errors import WavenetError
from wavenet.model import fused
from wavenet.model.wavenet import WaveNet
from wavenet.training import given, hardware, initial, loop
from wavenet.training.excerpts import Batch, Excerpts
from wavenet.training.optim import Optimiser
from wavenet.training.processes import Processes

GOAL = 0.15
"""bits per sample"""
MOST_SAMPLES, LEAST_SAMPLES = 4000, 200
WEIGHTS_PER_SAMPLE = 8
"""that a network must have: with 5 the preset tiny took 1,133 updates, with 10 it took 584 (docs/lab-notebook.md)"""
UPDATES = 2000
PATIENCE = 500
"""updates in which the loss must fall by 3 %"""


class OverfitError(WavenetError):
    """The clip was not memorised; the message names the likely cause."""


def overfit_one(config: TrainConfig) -> float:
    """Train on a single clip until the loss is below GOAL; returns the loss in bits per sample.

    Raises:
        OverfitError: the loss stayed above; the message names the likely cause.
        UsageError: there is no corpus, or its sample rate is not that of the settings; or a setting changes what is
            learnt, and is left out here (``given.LEFT_OUT``).
    """
    given.require(config, "data")
    given.one_clip(config)
    hardware.keep_freed_memory()
    corpus = given.open_corpus(config.data, config.audio)
    config = given.with_names(config, corpus)
    clip = loudest_clip(Excerpts(corpus, "train", config), config.model)
    if len(np.unique(clip.targets)) < 2:
        raise OverfitError(
            f"{config.data}: the loudest clip is constant: there is nothing to learn in these recordings"
        )
    losses = learn(config, clip)
    T = clip.targets.shape[1]
    print(f"memorised {T} samples in {len(losses)} updates: {losses[-1]:.3f} bits per sample, the goal is {GOAL}")
    return losses[-1]


def loudest_clip(excerpts: Excerpts, model: ModelConfig) -> Batch:
    """The loudest part of the longest of 20 recordings, or all of it if it is shorter.

    It is as long as the network should be able to memorise, in samples of the network: a small one is not asked for
    more than it has weights for.
    """
    with torch.device("meta"):
        weights = sum(weight.numel() for weight in WaveNet(model).parameters())
    T = min(max(weights // WEIGHTS_PER_SAMPLE, LEAST_SAMPLES), MOST_SAMPLES)
    longest = int(np.argmax(excerpts.utterances.lengths[:20]))
    length = int(excerpts.lengths[longest])
    loudness = np.square(excerpts.waveform(longest))
    step = ceil_div(T // 4, model.alignment) * model.alignment

    def heard(start: int) -> float:
        return float(loudness[start * model.decimation : (start + T) * model.decimation].sum())

    best = max(range(0, max(length - T, 0) + 1, step), key=heard)
    return excerpts.batch(longest, best, min(T, length))


def learn(config: TrainConfig, clip: Batch) -> list[float]:
    """Train on this clip only; returns the losses of all updates, in bits per sample, the last one below GOAL."""
    device = Processes.join(config.device).device
    config = loop.with_precision(config, device)
    model = initial.model(config).to(device)
    # no decay: this run ends when the goal is reached
    optimiser = Optimiser(model, replace(config.optim, decay_fraction=0.0), UPDATES, loop.DTYPES[config.precision])
    past, targets = (torch.from_numpy(each).to(device) for each in (clip.past, clip.targets[0]))
    conditioning = clip.conditioning(device)
    losses: list[float] = []
    with bars.bar(total=UPDATES, unit="update", desc="one clip", dynamic_ncols=True) as bar:
        while len(losses) < UPDATES and not (len(losses) % 100 == 0 and is_stuck(losses)):
            logits = fused.logits(model, past, loop.DTYPES[config.precision], conditioning)
            loss = model.distribution.negative_log_likelihood(logits[0], targets).mean()
            losses.append(float(loss.detach()) / math.log(2))
            bar.set_postfix_str(f"{losses[-1]:.3f} bits", refresh=False)
            bar.update()
            if losses[-1] < GOAL:
                return losses
            loss.backward()  # type: ignore[no-untyped-call]
            norm = optimiser.step(len(losses) - 1)
            if not math.isfinite(losses[-1]) or not math.isfinite(norm):
                way_out = "lower --optim.lr and --optim.muon-lr"
                raise OverfitError(
                    f"the loss or its gradient is NaN or infinite after {len(losses)} updates; {way_out}"
                )
    raise OverfitError(verdict(losses, config.model, clip.targets.shape[1]))


def is_stuck(losses: list[float]) -> bool:
    """Whether there is no use in going on."""
    return len(losses) >= PATIENCE + 50 and _now(losses) > 0.97 * _before(losses)


def _now(losses: list[float]) -> float:
    return float(np.mean(losses[-50:]))


def _before(losses: list[float]) -> float:
    return float(np.mean(losses[-PATIENCE - 50 :][:50]))


def verdict(losses: list[float], model: ModelConfig, samples: int) -> str:
    """The likely reason why the goal was not reached, in one line."""
    uniform = math.log2(model.quantization_channels)
    last, before = _now(losses), _before(losses)
    summary = f"one clip of {samples} samples is still at {last:.3f} bits after {len(losses)} updates, above {GOAL}"
    if last > 0.95 * uniform:
        return f"{summary}: that is log2(classes), nothing is learnt; raise --optim.lr and --optim.muon-lr"
    if last > 1.05 * before:
        return f"{summary}, and rising: lower --optim.lr and --optim.muon-lr"
    if last < 0.97 * before:
        return f"{summary}, but falling: the network learns slowly; raise --optim.lr, --optim.muon-lr or its channels"
    return f"{summary}, and no longer falling: the network is too small; raise --model.residual-channels and the like"
