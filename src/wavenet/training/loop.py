"""The training run: windows → loss → gradients → update, with validation, checkpoints and exact resumption."""

import math
import time
from collections.abc import Callable
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wavenet.arithmetic import ceil_div
from wavenet.config import TrainConfig
from wavenet.engine import folder, native
from wavenet.errors import WavenetError, lacks_memory
from wavenet.generator import Generator
from wavenet.model import fused
from wavenet.model.conditioning import ConditioningInputs
from wavenet.model.wavenet import WaveNet
from wavenet.training import checkpoint, endings, given, hardware, initial, memory, pruning, run_folder, surgery
from wavenet.training.loss import Distillation, Forward, Likelihood, Loss
from wavenet.training.meter import Meter
from wavenet.training.optim import MovingAverage, Optimiser
from wavenet.training.processes import Processes
from wavenet.training.thread_pool import ThreadPool
from wavenet.training.tracking import Tracker
from wavenet.training.validation import Validator
from wavenet.training.windows import Windows

LOG_EVERY = 20
"""updates"""
DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}


def train(
    config: TrainConfig,
    seconds: float = math.inf,
    kind: "Callable[[TrainConfig, Processes], Run] | None" = None,
) -> checkpoint.Progress:
    """Start or resume a training run; returns its progress.

    Everything is written to ``config.out``: ``checkpoint.pt``, ``log.jsonl``, ``tensorboard/``, ``curve.png`` and
    the model folder ``model/`` of the best validation so far. ``kind`` is a subclass of ``Run``, such as one that
    trains another network.

    Raises:
        InterruptedRunError: on Ctrl-C or SIGTERM, or when the ``seconds`` are over; the state is saved.
        WavenetError: a setting does not fit the data or the earlier run, or the loss is NaN or infinite.

    """
    if config.out:
        run_folder.check(Path(config.out))
    hardware.keep_freed_memory()
    processes = Processes.join(config.device)
    try:
        run = (kind or Run)(config, processes)
        alone = run_folder.held(run.out) if processes.first else nullcontext()
        with alone, endings.on_signal() as stopped:
            deadline = time.monotonic() + seconds
            run.go(lambda: stopped() or time.monotonic() > deadline)
        return run.progress
    except (RuntimeError, MemoryError) as error:
        if not lacks_memory(error):
            raise
        raise WavenetError(
            "out of memory; lower --window, --batch-size or the channels, or raise --accumulate"
        ) from error
    finally:
        processes.leave()


class Run:
    """One training run: its data, its network, and the state that a checkpoint stores."""

    def __init__(self, config: TrainConfig, processes: Processes) -> None:
        given.require(config, "data", "out")
        given.models(config)
        config = replace(config, batch_size=processes.batch_size(config.batch_size))
        config = with_precision(config, processes.device)
        self.config, self.processes = config, processes
        self.dtype = DTYPES[config.precision]
        corpus = given.open_corpus(config.data, config.audio)
        config = self.config = given.with_names(config, corpus)
        self.corpus = corpus
        self.windows = Windows(corpus, config)
        self.validator = Validator(corpus, config)
        self.out = Path(config.out)
        at_once = ceil_div(len(processes.rows(config.batch_size)), config.accumulate)
        if processes.device.type == "cpu":
            memory.check(config, at_once, memory.free())
        self.resumes = (self.out / "checkpoint.pt").exists()
        self.model = self.network().to(processes.device)
        self.teacher = initial.teacher(config) if config.teacher else None
        if config.sparsity and not self.resumes:
            self.prune()
        self.average = MovingAverage(self.model, config.optim.ema_decay)
        self.optimiser = Optimiser(self.model, config.optim, config.updates, self.dtype)
        self.inputs = checkpoint.inputs(config, self.windows, corpus)
        self.progress = self._resume()
        self.masks = pruning.Masks(self.model if config.sparsity else None)
        self.saved = self.progress.update
        """the update of the last checkpoint; 0: there is none"""
        self.forward = self._forward()
        self.loss = self._loss()
        self.threads = ThreadPool(1) if config.compile else ThreadPool.for_rows(at_once, processes.device)

    def network(self) -> WaveNet:
        """The network before its first update, or before a checkpoint is read."""
        return initial.model(replace(self.config, init_from="") if self.resumes else self.config)

    def prune(self) -> None:
        """Prune the network, in the first process: what it computes may differ on other machines."""
        if pruning.has(self.model, self.config.sparsity):
            return
        if self.processes.first:
            excerpts = pruning.excerpts(self.windows, self.processes.device)
            found = surgery.statistics(self.model, excerpts, pruning.MATRICES)
            pruning.prune(self.model, self.config.sparsity, found)
            reached = pruning.zeros(dict(self.model.named_parameters()))
            print(f"{reached:.1%} of the blocks of 16 by 4 weights are zero; sparsity is {self.config.sparsity:g}")
        weights = [weight.data for weight in self.model.parameters()]
        if not self.processes.first:
            torch._foreach_zero_(weights)
        self.processes.sum(weights)

    def _loss(self) -> Loss:
        config, device = self.config, self.processes.device
        if self.teacher:
            return Distillation(config, self.teacher, self.forward, self.dtype, device)
        return Likelihood(config, self.model.distribution, self.forward, device)

    def _forward(self) -> Forward:
        if not self.config.compile:
            return lambda past, conditioning: fused.logits(self.model, past, self.dtype, conditioning)
        compiled = torch.compile(self.model)
        bf16 = self.dtype == torch.bfloat16

        def forward(past: Tensor, conditioning: ConditioningInputs | None) -> Tensor:
            with torch.autocast(self.processes.device.type, torch.bfloat16, enabled=bf16):
                logits: Tensor = compiled(past, conditioning)
            return logits

        return forward

    def _resume(self) -> checkpoint.Progress:
        path = self.out / "checkpoint.pt"
        if not path.exists():
            return checkpoint.Progress()
        progress, state = checkpoint.load(path, self.config, self.inputs)
        try:
            self.model.load_state_dict(state["model"])
            self.average.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
        except (KeyError, RuntimeError, ValueError, TypeError, AttributeError, IndexError) as error:
            message = f"{path}: its state does not fit this network ({type(error).__name__}); remove it to start again"
            raise WavenetError(message) from error
        return progress

    def save(self) -> None:
        """Write the checkpoint, in the first process."""
        if self.processes.first:
            state = {
                "model": self.model.state_dict(),
                "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
            }
            checkpoint.save(self.out / "checkpoint.pt", self.config, self.progress, self.inputs, state)
        self.saved = self.progress.update

    def go(self, stopped: Callable[[], bool]) -> None:
        """Train until the last update, or until ``stopped`` is true; then save, and raise InterruptedRunError."""
        tracker = Tracker(self.out, self.progress.update) if self.processes.first else None
        meter = Meter(self.config, self.progress, self.processes.first)
        meter.report_size(sum(weight.numel() for weight in self.model.parameters()), self.windows.samples)
        saved = time.monotonic()
        try:
            while self.progress.update < self.config.updates:
                loss, samples, norm = self.update()
                meter.add(loss, samples)
                done = self.progress.update == self.config.updates
                stop = self._agree(stopped()) and not done
                if tracker and (self.progress.update % LOG_EVERY == 0 or done):
                    tracker.log(self.progress.update, **meter.values(), gradient_norm=norm)
                if self.progress.update % self.config.validate_every == 0 or done:
                    self.validate(tracker, meter)
                if done or stop or time.monotonic() - saved > 60 * self.config.checkpoint_minutes:
                    self.save()
                    saved = time.monotonic()
                if stop:
                    raise endings.InterruptedRunError(
                        f"stopped after update {self.progress.update}; the same command resumes from there"
                    )
        finally:
            self.threads.close()
            meter.close()
            if tracker:
                tracker.close()

    def _agree(self, flag: bool) -> bool:
        """Whether the flag is set in any process, because all must stop at the same update."""
        if self.processes.count == 1:
            return flag
        votes = torch.tensor([float(flag)], device=self.processes.device)
        self.processes.sum([votes])
        return bool(votes.item() > 0)

    def update(self) -> tuple[float, int, float]:
        """One update: returns the loss in nats per sample, the samples that counted, and the norm before clipping."""
        began = time.monotonic()
        rows = self.processes.rows(self.config.batch_size)
        weights = list(self.model.parameters())
        total = torch.zeros(2, dtype=torch.float32, device=self.processes.device)
        for part in split(rows, self.config.accumulate):
            for part_gradients, counted in self.threads.map(self._gradients, split(part, self.threads.count)):
                for weight, gradient in zip(weights, part_gradients, strict=True):
                    weight.grad = gradient if weight.grad is None else weight.grad.add_(gradient)
                total += counted
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        self.processes.sum([*gradients, total])
        torch._foreach_div_(gradients, total[1])
        loss = float(total[0] / total[1])
        endings.check_finite("the loss", loss, self.progress.update, self.saved)
        self.masks.mask_gradients()
        norm = self.optimiser.step(self.progress.update)
        endings.check_finite("the norm of the gradient", norm, self.progress.update, self.saved)
        self.masks.mask_weights()
        self.average.update(self.model, self.progress.update)
        self.progress.update += 1
        self.progress.samples += int(total[1])
        self.progress.seconds += time.monotonic() - began
        return loss, int(total[1]), norm

    def _gradients(self, rows: range) -> tuple[tuple[Tensor, ...], Tensor]:
        """Gradients of the summed loss of some rows of the batch; that loss in nats, and its number of samples."""
        update = self.progress.update
        nats, count = self.loss(self.windows.batch(update, rows), rows, update)
        return torch.autograd.grad(nats, list(self.model.parameters())), torch.stack([nats.detach(), count])

    def validate(self, tracker: Tracker | None, meter: Meter) -> None:
        """Score the averaged weights; export them if they are the best so far; log audio that they generate."""
        if tracker is None:
            return
        averaged = deepcopy(self.model)
        averaged.load_state_dict(self.average.state_dict())
        bits = self.validator.bits_per_sample(averaged, self.dtype)
        endings.check_finite("the held-out loss", bits, self.progress.update, self.saved)
        tracker.log(self.progress.update, validation_bits=bits, hours=self.progress.seconds / 3600)
        meter.say(f"update {self.progress.update}: {bits:.4f} bits per sample on held-out recordings")
        if bits < self.progress.best_bits:
            self.progress.best_bits = bits
            self.export(averaged)
        if self.config.listen_seconds and native.available():
            opened = folder.ModelFolder(self.config.audio, self.config.model, initial.tensors(averaged))
            tracker.log_audio(self.progress.update, self._generated(Generator(opened)), self.config.audio.sample_rate)
        tracker.draw(self.validator.baselines)

    def export(self, averaged: WaveNet) -> None:
        """Write the best network so far."""
        folder.write(self.out / "model", self.config.audio, self.config.model, initial.tensors(averaged))

    def _generated(self, generator: Generator) -> NDArray[np.float32]:
        """A few seconds of generated audio, with the conditioning of a held-out recording if the model takes any."""
        samples = int(self.config.listen_seconds * self.config.audio.sample_rate)
        if not self.config.model.conditioned:
            return generator.generate(samples)
        from wavenet import recordings  # imports the audio libraries

        recording = recordings.from_corpus(self.corpus, "validation", samples)[0]
        stream = recordings.start(generator, recording, recordings.ConditioningOptions(self.config.features_from))
        return generator.advance([stream], recording.samples)[0]


def split(rows: range, parts: int) -> list[range]:
    """Split rows into at most ``parts`` ranges of nearly equal size, in order, none empty."""
    cuts = [rows.start + len(rows) * i // parts for i in range(parts + 1)]
    return [range(a, b) for a, b in pairwise(cuts) if b > a]


def with_precision(config: TrainConfig, device: torch.device) -> TrainConfig:
    """Settings with ``auto`` replaced: by the precision of the run in ``out``, else by what the hardware can do."""
    if config.precision != "auto":
        return config
    earlier = Path(config.out) / "checkpoint.pt"
    if config.out and earlier.exists():
        began = checkpoint.read(earlier)[0].get("precision")
        if began in DTYPES:
            return replace(config, precision=began)
    return replace(config, precision="bf16" if hardware.has_fast_bf16(device) else "fp32")
