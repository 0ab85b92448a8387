"""The loop that trains one stage of a voice: small, on one core, and resumable as if never interrupted."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch

from wavenet import atomic, bars
from wavenet.config import StageTraining
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine.folder import Tensors
from wavenet.errors import UsageError
from wavenet.settings import from_dict
from wavenet.training import checkpoint, endings, hardware, state_file
from wavenet.training.optim import MovingAverage, Optimiser, restore, states
from wavenet.training.tracking import read_log, write_log
from wavenet.training.voice.batches import Batch, batches
from wavenet.training.voice.networks import Stage
from wavenet.tts.examples import Example

VALIDATE_EVERY = 250


def train(
    name: str,
    network: Stage,
    examples: Sequence[Example],
    held_out: Sequence[Example],
    settings: StageTraining,
    folder: Path,
    seed: int = 0,
    corpus: PreparedCorpus | None = None,
) -> Tensors:
    """Train or resume a stage; returns its averaged weights with the lowest held-out loss, names prefixed by ``name``.

    Args:
        name: of the stage.
        network: with its initial weights.
        examples: the training data.
        held_out: the data by which the weights are chosen.
        settings: of the training.
        folder: for the state, ``{name}.pt``, and the log, ``{name}.jsonl``.
        seed: for order and dropout.
        corpus: of the examples, with which alone the run is resumed; None: any.

    Raises:
        UsageError: the folder contains a run with other settings, or of another corpus.
        InterruptedRunError: Ctrl-C or SIGTERM was received; the state is saved.
        WavenetError: the state is damaged, or the loss is NaN or infinite.
    """
    run = _Run(name, network, settings, folder, seed, corpus)
    with (
        bars.bar(total=settings.updates, initial=run.update, desc=name, unit="update", delay=1) as bar,
        endings.on_signal() as stopped,
    ):
        for batch in run.batches(examples):
            run.step(batch)
            bar.update()
            done = run.update == settings.updates
            if run.update % VALIDATE_EVERY == 0 or done:
                loss = run.validate(held_out)
                bar.set_postfix_str(f"held-out {loss:.4f}, best {run.best:.4f}")
            if stopped() and not done:
                run.save()
                message = f"stopped after update {run.update} of {name}; the same command resumes from there"
                raise endings.InterruptedRunError(message)
    return {f"{name}.{weight}": tensor.numpy() for weight, tensor in run.chosen.items()}


class _Run:
    """The state of the training of one stage."""

    def __init__(
        self, name: str, network: Stage, settings: StageTraining, folder: Path, seed: int,
        corpus: PreparedCorpus | None = None,
    ) -> None:  # fmt: skip
        self._name, self._network, self._settings, self._seed = name, network, settings, seed
        self._corpus, self._identity = corpus, checkpoint.identity(corpus) if corpus else {}
        self._path, self._log = folder / f"{name}.pt", folder / f"{name}.jsonl"
        self._optimiser = Optimiser(network, settings.optim, settings.updates)
        self._average = MovingAverage(network, settings.optim.ema_decay)
        self._bf16 = hardware.has_fast_bf16(torch.device("cpu"))
        self._saved, self._rows = 0, list[dict[str, float]]()
        self.update, self.best = 0, float("inf")
        self.chosen = self._average.weights
        atomic.make_folder(folder)
        hardware.keep_freed_memory()
        if self._path.exists():
            self._resume()

    def batches(self, examples: Sequence[Example]) -> Iterator[Batch]:
        """The remaining batches; every pass over the sentences has its own order."""
        drawn = 0
        for around in range(self._settings.updates):
            for group in batches(examples, self._settings.batch_frames, np.random.default_rng([self._seed, around])):
                if drawn == self._settings.updates:
                    return
                if drawn >= self.update:
                    yield Batch.of(group)
                drawn += 1

    def step(self, batch: Batch) -> None:
        """Do one update."""
        torch.manual_seed(self._seed + self.update)  # the same dropout after resuming
        self._network.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=self._bf16):
            loss = self._network.loss(batch)
        endings.check_finite(f"the loss of {self._name}", float(loss.detach()), self.update, self._saved)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = self._optimiser.step(self.update)
        endings.check_finite(f"the norm of the gradient of {self._name}", norm, self.update, self._saved)
        self._average.update(self._network, self.update)
        self.update += 1

    @torch.no_grad()
    def validate(self, examples: Sequence[Example]) -> float:
        """The loss of the averaged weights on held-out sentences; keeps them if it is the lowest; saves the state."""
        with self._average.inside(self._network):
            self._network.eval()
            weights = [example.frames for example in examples]
            losses = [float(self._network.loss(Batch.of([example]))) for example in examples]
        loss = float(np.average(losses, weights=weights))
        endings.check_finite(f"the held-out loss of {self._name}", loss, self.update, self._saved)
        if loss < self.best:
            self.best = loss
            self.chosen = {name: weight.clone() for name, weight in self._average.weights.items()}
        self._rows.append({"update": self.update, "held_out": loss})
        self.save()
        return loss

    def save(self) -> None:
        """Write the state and the log."""
        state = {
            "settings": json.dumps(asdict(self._settings)),
            "seed": self._seed,
            **self._identity,
            "update": self.update,
            "best": self.best,
            "rows": self._rows,
            "chosen": self.chosen,
            **states(self._network, self._optimiser, self._average),
        }
        state_file.save(self._path, state)
        write_log(self._log, self._rows)
        self._saved = self.update

    def _resume(self) -> None:
        state = state_file.load(self._path)
        try:
            began = from_dict(StageTraining, json.loads(state["settings"]), str(self._path))
            self._check(began, state["seed"])
            if self._corpus:
                checkpoint.check_corpus(self._path, state, self._identity, str(self._corpus.folder))
            checkpoint.check_updates(self._path, state["update"], began.updates, self._settings.updates)
            restore(state, self._network, self._optimiser, self._average)
            self.update, self.best, self.chosen = state["update"], state["best"], dict(state["chosen"])
        except (KeyError, RuntimeError, ValueError, TypeError, AttributeError, IndexError) as error:
            message = f"{self._path}: belongs to a network of another shape, or is damaged ({type(error).__name__})"
            raise UsageError(f"{message}; move it away to train {self._name} again, or name another out") from error
        checkpoint.warn_of_rates(self._path, self.update, began.optim, self._settings.optim)
        self._saved = self.update
        self._rows = state.get("rows") or [row for row in read_log(self._log) if row.get("update", 0) <= self.update]

    def _check(self, began: StageTraining, seed: int) -> None:
        """Refuse the state of a run with other settings; updates and learning rates may change."""
        wanted = replace(
            began, updates=self._settings.updates, optim=checkpoint.with_rates(began.optim, self._settings.optim)
        )
        if (wanted, seed) != (self._settings, self._seed):
            raise UsageError(f"{self._path}: belongs to a run with other settings; move it away, or name another out")
