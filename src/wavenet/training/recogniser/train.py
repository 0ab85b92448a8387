"""The training of a recogniser of phones (section 3.4): on a CPU, resumable as if never interrupted."""

import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from wavenet import bars
from wavenet.config.recogniser import TrainRecogniserConfig
from wavenet.engine import calibration
from wavenet.engine import folder as models
from wavenet.errors import UsageError
from wavenet.model.recogniser import MelRecogniser, Recogniser
from wavenet.recognition import bigram, folder
from wavenet.recognition.align import lowest
from wavenet.recognition.decoding import Bigram, Spans
from wavenet.recognition.recogniser import confidence
from wavenet.settings import from_dict
from wavenet.training import checkpoint, endings, given, hardware, run_folder, state_file
from wavenet.training.optim import MovingAverage, Optimiser, restore, states
from wavenet.training.recogniser.examples import Examples, digests, read_labels
from wavenet.training.recogniser.losses import Network, Objective, log_probabilities
from wavenet.training.tracking import read_log, write_log

DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}
FREE = ("data", "labels", "out", "updates", "validate_every", "checkpoint_minutes")
"""settings that may differ when a run is resumed: they do not affect the weights, or only name a place"""
DEVIATIONS = 3.5
"""the mean confidence of held-out recordings, less so many deviations, is called low: as in ``wavenet align``"""
LEAST_DEVIATION = 0.01
CALIBRATED_SECONDS = 5.0
"""of recordings, on which the steps of int8 are measured (``calibrate.LEAST_SECONDS``)"""


def train(config: TrainRecogniserConfig) -> Path:
    """Train a recogniser, or resume its training; returns its folder, ``out/model``.

    The folder holds the averaged weights with the lowest loss of the phones on the validation split.

    Raises:
        InterruptedRunError: Ctrl-C or SIGTERM was received; the state is saved.
        WavenetError: a setting does not fit the data or an earlier run, or the loss is NaN or infinite.
    """
    for name in ("data", "labels", "out"):
        if not getattr(config, name):
            raise UsageError(f"{name} is empty; name it")
    out = Path(config.out)
    run_folder.check(out)
    hardware.keep_freed_memory()
    with run_folder.held(out):
        run = Run(config)
        config = run.config
        saved = time.monotonic()
        with (
            bars.bar(total=config.updates, initial=run.update, desc="train", unit="update", delay=1) as bar,
            endings.on_signal() as stopped,
        ):
            while run.update < config.updates and not stopped():
                nats = run.step()
                bar.update()
                bar.set_postfix_str(f"{nats:.3f} nats per frame, {run.told}")
                if run.update % config.validate_every == 0 or run.update == config.updates:
                    run.validate()
                    saved = time.monotonic()
                elif time.monotonic() - saved > 60 * config.checkpoint_minutes:
                    run.save()
                    saved = time.monotonic()
            if run.update < config.updates:
                run.save()
                raise endings.InterruptedRunError(
                    f"stopped after update {run.update}; the same command resumes from there"
                )
    return out / "model"


class Run:
    """The state of a training run."""

    def __init__(self, config: TrainRecogniserConfig) -> None:
        out = Path(config.out)
        self._path, self._log, self._model = out / "checkpoint.pt", out / "log.jsonl", out / "model"
        earlier = state_file.load(self._path) if self._path.exists() else None
        opened = models.read(models.find(config.init_from)) if config.init_from else None
        if opened:
            config = replace(config, audio=opened.audio, model=opened.model)
        corpus = given.open_corpus(config.data, config.audio)
        self._identity = checkpoint.identity(corpus)
        labels = read_labels(config, corpus)
        config = replace(config, recogniser=replace(config.recogniser, phones=labels.phones))
        self.config = config = _with_precision(config, earlier)
        self._examples = {name: Examples(corpus, name, config, labels) for name in ("train", "validation")}
        self.sequences = bigram.of(self._examples["train"].rows, labels.phones)
        self._objective = Objective(config, DTYPES[config.precision])
        self.network = _network(config, opened)
        self._optimiser = Optimiser(self.network, config.optim, config.updates, DTYPES[config.precision])
        self._average = MovingAverage(self.network, config.optim.ema_decay)
        self.update, self.best, self._sum, self._saved = 0, float("inf"), [0.0, 0.0], 0
        self.told = "not validated yet"
        if earlier is not None:
            self._resume(earlier)
        self._rows = [row for row in read_log(self._log) if row.get("update", 0) <= self.update]

    def step(self) -> float:
        """Do one update; returns the loss of the phones, in nats per frame."""
        batch = self._examples["train"].batch(self.update)
        torch.manual_seed(self.config.seed + self.update)  # the same dropout after resuming
        self.network.train()
        losses = self._objective.losses(self.network, batch)
        total = self._objective.total(losses)
        endings.check_finite("the loss", float(total.detach()), self.update, self._saved)
        total.backward()  # type: ignore[no-untyped-call]
        norm = self._optimiser.step(self.update)
        endings.check_finite("the norm of the gradient", norm, self.update, self._saved)
        self._average.update(self.network, self.update)
        self.update += 1
        phones = float(losses.phones.detach())
        self._sum[0] += phones
        self._sum[1] += 0.0 if losses.next_sample is None else float(losses.next_sample.detach())
        return phones

    def validate(self) -> None:
        """Log the scores of the averaged weights on held-out recordings, export them if they are the best, and save."""
        with self._average.inside(self.network):
            nats, accuracy, low = self._held_out()
        endings.check_finite("the held-out loss", nats, self.update, self._saved)
        done = (self.update - 1) % self.config.validate_every + 1
        row = {"update": self.update, "train_nats": self._sum[0] / done}
        if self.config.next_sample and not self.config.frozen and self.config.recogniser.input == "waveform":
            row["train_bits"] = self._sum[1] / done / math.log(2)
        self._rows.append(row | {"validation_nats": nats, "frame_accuracy": accuracy})
        self._sum = [0.0, 0.0]
        self.told = f"held-out {nats:.3f}, {accuracy:.1%} of the frames right"
        if nats < self.best:
            self.best = nats
            self._export(low)
        self.save()
        write_log(self._log, self._rows)

    def _held_out(self) -> tuple[float, float, float]:
        """Nats per frame, the share of frames that are right, and the mean confidence below which one is low."""
        examples, config = self._examples["validation"], self.config.recogniser
        seconds = config.features.hop_length / self.config.audio.sample_rate
        nats, right, confidences = 0.0, 0, []
        for i in range(len(examples)):
            logs = log_probabilities(self._objective, self.network, examples, i)
            phones = examples.phones(i)
            nats -= float(logs[np.arange(len(phones)), phones].sum(dtype=np.float64))
            right += int((logs.argmax(1) == phones).sum())
            spans = Spans(config.phones, seconds, self.sequences)
            said = spans.feed(Bigram(self.sequences).feed(logs, last=True), logs)
            confidences.append(confidence(said + spans.end(len(logs) * seconds)))
        frames = int(examples.frames.sum())
        known = [each for each in confidences if each is not None]
        low = min(max(lowest(known, DEVIATIONS, LEAST_DEVIATION)[0], 0.0), 1.0) if known else config.low_confidence
        return nats / frames, right / frames, low

    def _export(self, low: float) -> None:
        c = self.config
        tensors = {name: weight.detach().float().numpy().copy() for name, weight in self._average.weights.items()}
        tensors |= {f"phones.{name}": tensor for name, tensor in self.sequences.items()}
        if c.recogniser.input == "waveform":
            network = {name: tensors[name] for name in models.tensor_shapes(c.model)}
            tensors |= calibration.calibrate(c.model, network, self._calibrating(), free=0)
        settings = replace(c.recogniser, low_confidence=low)
        folder.write(self._model, folder.RecogniserFolder(c.audio, c.model, settings, tensors))

    def _calibrating(self) -> Iterator[NDArray[np.int64]]:
        """The classes of the first recordings, as much as int8 is calibrated on."""
        examples, left = self._examples["train"], CALIBRATED_SECONDS * self.config.audio.sample_rate
        for i in range(len(examples)):
            yield examples.classes(i)
            left -= examples.samples(i)
            if left <= 0:
                return

    def save(self) -> None:
        """Write the state."""
        state: dict[str, Any] = {
            "digests": digests(self._examples),
            **self._identity,
            "config": json.dumps(asdict(self.config)),
            "update": self.update,
            "best": self.best,
            "sum": list(self._sum),
            "told": self.told,
            **states(self.network, self._optimiser, self._average),
        }
        state_file.save(self._path, state)
        self._saved = self.update

    def _resume(self, state: dict[str, Any]) -> None:
        try:
            began = from_dict(TrainRecogniserConfig, json.loads(state["config"]), str(self._path))
            self._check(began, state["update"], state["digests"])
            checkpoint.check_corpus(self._path, state, self._identity, self.config.data)
            restore(state, self.network, self._optimiser, self._average)
            self.update, self.best, self._sum = state["update"], state["best"], list(state["sum"])
            self.told = str(state["told"])
        except (KeyError, RuntimeError, ValueError, TypeError, AttributeError, IndexError) as error:
            raise UsageError(f"{self._path}: is damaged ({type(error).__name__}); name another out") from error
        self._saved = self.update

    def _check(self, began: TrainRecogniserConfig, update: int, known: dict[str, str]) -> None:
        """Refuse the state of another run."""
        now = self.config
        optim = checkpoint.with_rates(began.optim, now.optim)
        wanted = replace(began, **{name: getattr(now, name) for name in FREE}, optim=optim)
        different = [f.name for f in fields(now) if getattr(wanted, f.name) != getattr(now, f.name)]
        different += ["data" for name, each in digests(self._examples).items() if known.get(name) != each][:1]
        if different:
            raise UsageError(
                f"{self._path}: belongs to a run with another {', '.join(different)}; pass its settings, or another out"
            )
        checkpoint.check_updates(self._path, update, began.updates, now.updates)
        checkpoint.warn_of_rates(self._path, update, began.optim, now.optim)


def _with_precision(config: TrainRecogniserConfig, earlier: dict[str, Any] | None) -> TrainRecogniserConfig:
    """Settings with ``auto`` replaced: by the precision of the earlier run, else by what the hardware can do."""
    if config.precision != "auto":
        return config
    if earlier is not None:
        try:
            return replace(config, precision=json.loads(earlier["config"])["precision"])
        except (KeyError, TypeError, ValueError):
            pass  # which _resume reports
    return replace(config, precision="bf16" if hardware.has_fast_bf16(torch.device("cpu")) else "fp32")


def _network(config: TrainRecogniserConfig, opened: models.ModelFolder | None) -> Network:
    """The network before its first update."""
    torch.manual_seed(config.seed)
    if config.recogniser.input == "log_mel":
        return MelRecogniser(config.recogniser, config.dropout)
    network = Recogniser(config.model, config.recogniser, config.dropout)
    if opened:
        own = network.state_dict()
        network.load_state_dict(
            {name: torch.from_numpy(opened.tensors[name]) if name in opened.tensors else own[name] for name in own}
        )
    return network
