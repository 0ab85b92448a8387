"""The training of a PixelCNN: small images, one core, resumable as if never interrupted."""

import json
from dataclasses import asdict, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch

from wavenet import bars
from wavenet.config.pixelcnn import TrainPixelCNNConfig
from wavenet.errors import UsageError
from wavenet.pixelcnn import folder, images
from wavenet.pixelcnn.cached import Network
from wavenet.pixelcnn.images import ImageSet
from wavenet.pixelcnn.network import PixelCNN, exported
from wavenet.settings import from_dict
from wavenet.training import checkpoint, endings, run_folder, state_file
from wavenet.training.optim import MovingAverage, Optimiser, restore, states
from wavenet.training.tracking import read_log, write_log

AT_ONCE = 100
"""images of one batch of the validation"""


def train(config: TrainPixelCNNConfig) -> Path:
    """Train a PixelCNN, or resume its training; returns its folder, ``out/model``.

    The folder holds the averaged weights with the lowest nats on the validation images.

    Raises:
        InterruptedRunError: Ctrl-C or SIGTERM was received; the state is saved.
        WavenetError: a setting does not fit the images or an earlier run, or the loss is NaN or infinite.
    """
    for name in ("data", "out"):
        if not getattr(config, name):
            raise UsageError(f"{name} is empty; name it")
    out = Path(config.out)
    run_folder.check(out)
    known, held_out = (images.read(config.data, split, config.model) for split in ("train", "validation"))
    with run_folder.held(out):
        run = _Run(config)
        with (
            bars.bar(total=config.updates, initial=run.update, desc="train", unit="update", delay=1) as bar,
            endings.on_signal() as stopped,
        ):
            while run.update < config.updates and not stopped():
                nats = run.step(known)
                bar.update()
                bar.set_postfix_str(f"{nats:.1f} nats, best on held-out images {run.best:.2f}")
                if run.update % config.validate_every == 0 or run.update == config.updates:
                    run.validate(held_out)
            if run.update < config.updates:
                run.save()
                raise endings.InterruptedRunError(
                    f"stopped after update {run.update}; the same command resumes from there"
                )
    return out / "model"


class _Run:
    """The state of a training run."""

    def __init__(self, config: TrainPixelCNNConfig) -> None:
        self._config, out = config, Path(config.out)
        self._digest = sha256(Path(config.data).read_bytes()).hexdigest()
        self._path, self._log, self._model = out / "checkpoint.pt", out / "log.jsonl", out / "model"
        torch.manual_seed(config.seed)
        self.network = PixelCNN(config.model)
        self._optimiser = Optimiser(self.network, config.optim, config.updates)
        self._average = MovingAverage(self.network, config.optim.ema_decay)
        self.update, self.best, self._sum, self._saved = 0, float("inf"), 0.0, 0
        if self._path.exists():
            self._resume()
        self._rows = [row for row in read_log(self._log) if row.get("update", 0) <= self.update]

    def step(self, known: ImageSet) -> float:
        """Do one update; returns nats per image of its batch."""
        random = np.random.default_rng([self._config.seed, self.update])
        batch = known[random.choice(len(known), self._config.batch_size)]
        loss = self.network.loss(*tensors(batch)).mean()
        endings.check_finite("the loss", float(loss.detach()), self.update, self._saved)
        (loss / self._config.model.dimensions).backward()  # type: ignore[no-untyped-call]
        norm = self._optimiser.step(self.update)
        endings.check_finite("the norm of the gradient", norm, self.update, self._saved)
        self._average.update(self.network, self.update)
        self.update += 1
        self._sum += float(loss.detach())
        return float(loss.detach())

    @torch.no_grad()
    def validate(self, held_out: ImageSet) -> None:
        """Log the nats of the averaged weights on held-out images, export them if they are the lowest, and save."""
        with self._average.inside(self.network):
            nats = float(np.mean(losses(self.network, held_out)))
        endings.check_finite("the held-out loss", nats, self.update, self._saved)
        every = self._config.validate_every
        done = (self.update - 1) % every + 1
        self._rows.append({"update": self.update, "train_nats": self._sum / done, "validation_nats": nats})
        self._sum = 0.0
        if nats < self.best:
            self.best = nats
            weights = exported(self._config.model, self._average.weights)
            folder.write(self._model, Network(self._config.model, weights))
        self.save()
        write_log(self._log, self._rows)

    def save(self) -> None:
        """Write the state."""
        state: dict[str, Any] = {
            "data": self._digest,
            "config": json.dumps(asdict(self._config)),
            "update": self.update,
            "best": self.best,
            "sum": self._sum,
            **states(self.network, self._optimiser, self._average),
        }
        state_file.save(self._path, state)
        self._saved = self.update

    def _resume(self) -> None:
        state = state_file.load(self._path)
        try:
            began = from_dict(TrainPixelCNNConfig, json.loads(state["config"]), str(self._path))
            self._check(began, state["update"], state["data"])
            restore(state, self.network, self._optimiser, self._average)
            self.update, self.best, self._sum = state["update"], state["best"], state["sum"]
        except (KeyError, RuntimeError, ValueError, TypeError, AttributeError) as error:
            raise UsageError(f"{self._path}: is damaged ({type(error).__name__}); name another out") from error
        self._saved = self.update

    def _check(self, began: TrainPixelCNNConfig, update: int, data: str) -> None:
        """Refuse the state of another run; the folder, the number of updates and the learning rates may change."""
        now = self._config
        optim = checkpoint.with_rates(began.optim, now.optim)
        wanted = replace(began, out=now.out, data=now.data, updates=now.updates, optim=optim)
        different = [f.name for f in fields(now) if getattr(wanted, f.name) != getattr(now, f.name)]
        if data != self._digest:
            different.append("data")
        if different:
            raise UsageError(
                f"{self._path}: belongs to a run with another {', '.join(different)}; pass its settings, or another out"
            )
        checkpoint.check_updates(self._path, update, began.updates, now.updates)
        checkpoint.warn_of_rates(self._path, update, began.optim, now.optim)


def tensors(batch: ImageSet) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Images and classes for the network."""
    return torch.from_numpy(batch.images), None if batch.labels is None else torch.from_numpy(batch.labels)


@torch.no_grad()
def losses(network: PixelCNN, found: ImageSet) -> np.ndarray[Any, np.dtype[np.float32]]:
    """-log p of each image, in nats: (N,)."""
    parts = [network.loss(*tensors(found[at : at + AT_ONCE])) for at in range(0, len(found), AT_ONCE)]
    nats: np.ndarray[Any, np.dtype[np.float32]] = torch.cat(parts).numpy()
    return nats
