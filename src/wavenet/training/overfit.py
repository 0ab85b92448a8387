"""``wavenet train --overfit_one``: a network that cannot memorise one clip will not learn a corpus.

So this is the first thing to try when a run fails: it takes seconds to minutes, and names a likely cause.
"""

import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from wavenet import bars
from wavenet.arithmetic import ceil_div
from wavenet.config import TrainConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError, WavenetError
from wavenet.model import fused
from wavenet.training import hardware, initial, loop
from wavenet.training.excerpts import Batch, Excerpts
from wavenet.training.optim import Optimiser
from wavenet.training.processes import Processes

GOAL = 0.1
"""nats per sample"""
SAMPLES = 4000
UPDATES = 2000


class OverfitError(WavenetError):
    """The clip was not memorised; the message names the likely cause."""


def overfit_one(config: TrainConfig) -> float:
    """Train on a single clip until the loss is below GOAL; returns the loss in nats per sample.

    Raises:
        OverfitError: the loss stayed above; the message names the likely cause.
    """
    if not config.data:
        raise UsageError("--data is missing: a prepared corpus")
    hardware.keep_freed_memory()
    config = loop.with_speakers(config, PreparedCorpus(Path(config.data)))
    clip = loudest_clip(Excerpts(PreparedCorpus(Path(config.data)), "train", config), config.model.alignment)
    if len(np.unique(clip.targets)) < 2:
        raise OverfitError(
            f"{config.data}: the loudest clip is constant: there is nothing to learn in these recordings"
        )
    losses = learn(config, clip)
    print(f"memorised in {len(losses)} updates: {losses[-1]:.3f} nats per sample, the goal is {GOAL}")
    return losses[-1]


def loudest_clip(excerpts: Excerpts, alignment: int = 1) -> Batch:
    """SAMPLES samples around the loudest position in the longest of 20 recordings; all of it if it is shorter."""
    longest = int(np.argmax(excerpts.utterances.lengths[:20]))
    waveform = excerpts.waveform(longest)
    step = ceil_div(SAMPLES // 4, alignment) * alignment
    starts = range(0, max(len(waveform) - SAMPLES, 0) + 1, step)
    best = max(starts, key=lambda start: float(np.square(waveform[start : start + SAMPLES]).sum()))
    return excerpts.batch(longest, best, min(SAMPLES, len(waveform)))


def learn(config: TrainConfig, clip: Batch) -> list[float]:
    """Train on this clip only; returns the losses of all updates, in nats, the last one below GOAL."""
    device = Processes.join(config.device).device
    config = loop.with_precision(config, device)
    model = initial.model(config).to(device)
    # no decay: this run ends when the goal is reached
    optimiser = Optimiser(model, replace(config.optim, decay_fraction=0.0), UPDATES, loop.DTYPES[config.precision])
    past, targets = (torch.from_numpy(each).to(device) for each in (clip.past, clip.targets[0]))
    conditioning = clip.conditioning(device)
    losses: list[float] = []
    with bars.bar(total=UPDATES, unit="update", desc="one clip", dynamic_ncols=True) as bar:
        for update in range(UPDATES):
            logits = fused.logits(model, past, loop.DTYPES[config.precision], conditioning)
            loss = model.distribution.negative_log_likelihood(logits[0], targets).mean()
            losses.append(float(loss.detach()))
            bar.set_postfix_str(f"{losses[-1]:.3f} nats")
            if not math.isfinite(losses[-1]):
                raise OverfitError(
                    f"the loss is {losses[-1]} after {update} updates; lower --optim.lr and --optim.muon_lr"
                )
            if losses[-1] < GOAL:
                print(file=sys.stderr)
                return losses
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step(update)
            bar.update()
    raise OverfitError(verdict(losses, config))


def verdict(losses: list[float], config: TrainConfig) -> str:
    """The likely reason why the goal was not reached, in one line."""
    uniform = math.log(config.model.quantization_channels)
    last, before = float(np.mean(losses[-50:])), float(np.mean(losses[-300:-250]))
    summary = f"one clip of {SAMPLES} samples is still at {last:.3f} nats after {len(losses)} updates, above {GOAL}"
    if last > 0.95 * uniform:
        return f"{summary}: that is ln(classes), nothing is learnt; raise --optim.lr and --optim.muon_lr"
    if last > 1.05 * before:
        return f"{summary}, and rising: lower --optim.lr and --optim.muon_lr"
    if last < 0.95 * before:
        return f"{summary}, but falling: the network learns slowly; raise --optim.lr, --optim.muon_lr or its channels"
    return f"{summary}, and no longer falling: the network is too small; raise --model.residual_channels and the like"
