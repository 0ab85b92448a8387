"""The training of an amplifier: on one core, resumable as if never interrupted; the best network is a ``.nam`` file."""

import json
import math
import time
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from wavenet import bars, made
from wavenet.amp import writing
from wavenet.audio import pictures
from wavenet.config.amp import SHAPES, TrainAmpConfig
from wavenet.errors import UsageError
from wavenet.settings import from_dict
from wavenet.training import checkpoint, endings, hardware, run_folder, state_file
from wavenet.training.amp.network import AmpNetwork, exported
from wavenet.training.amp.recordings import Recordings
from wavenet.training.optim import MovingAverage, Optimiser, restore, states
from wavenet.training.tracking import read_log, write_log

BLOCK = 65_536
"""samples that are validated at once, which bounds the memory"""
TIMED = 2.0
"""seconds of updates whose speed says how many fit into ``minutes``"""


def train(recordings: Recordings, out: Path, config: TrainAmpConfig) -> float:
    """Train a network, or resume its training.

    ``out/model.nam`` then is the network with the lowest error-to-signal ratio on the part of the recordings that is
    held out: of averaged weights, written whenever a validation finds a better one.

    Returns:
        That ratio: the energy of the error divided by that of the output.

    Raises:
        InterruptedRunError: Ctrl-C or SIGTERM was received; the state is saved.
        WavenetError: a setting does not fit an earlier run there, or the loss is NaN or infinite.
    """
    check(out)
    hardware.keep_freed_memory()
    with run_folder.held(out):
        run = Run(recordings, out, config)
        updates = run.config.updates
        with (
            bars.bar(total=updates, initial=run.update, desc="train", unit="update", delay=1) as bar,
            endings.on_signal() as stopped,
        ):
            while run.update < updates and not stopped():
                ratio = run.step()
                bar.update()
                best = f", best on the held-out part {run.best:.5f}" if math.isfinite(run.best) else ""
                bar.set_postfix_str(f"ESR {ratio:.4f}{best}", refresh=False)
                if run.update % config.validate_every == 0 or run.update == updates:
                    run.validate()
            if run.update < updates:
                run.save()
                kept = f"; {out}/model.nam is the best so far" if math.isfinite(run.best) else ""
                raise endings.InterruptedRunError(
                    f"stopped after update {run.update} of {updates}{kept}; the same command resumes from there"
                )
    return run.best


def check(out: Path) -> None:
    """Refuse a folder with files that do not belong to a run and would be replaced; raises UsageError."""
    run_folder.check(out)
    if not (out / "checkpoint.pt").exists() and not read_log(out / "log.jsonl"):
        run_folder.refuse(out / "model.nam")


class Updates:
    """A network and what trains it, from the start."""

    def __init__(self, recordings: Recordings, config: TrainAmpConfig) -> None:
        self._config, cut = config, recordings.cut
        self._dry, self._wet = (torch.from_numpy(each[:cut]) for each in (recordings.dry, recordings.wet))
        self._energy = float(self._wet.square().mean())
        self._bright_energy = float(self._emphasised(self._wet[None]).square().mean())
        torch.manual_seed(config.seed)
        self.network = AmpNetwork(SHAPES[config.shape])
        self.optimiser = Optimiser(self.network, config.optim, config.updates)
        self.average = MovingAverage(self.network, config.optim.ema_decay)

    def step(self, update: int, saved: int = 0) -> float:
        """Do update number ``update``; returns the error-to-signal ratio of its windows, by the whole signal."""
        dry, wet = self._windows(update)
        error = self.network(dry) - wet  # (B, T)
        ratio = error.square().mean() / self._energy
        loss = ratio
        if self._config.pre_emphasis:
            loss = (ratio + self._emphasised(error).square().mean() / self._bright_energy) / 2
        endings.check_finite("the loss", float(loss.detach()), update, saved)
        loss.backward()
        endings.check_finite("the norm of the gradient", self.optimiser.step(update), update, saved)
        self.average.update(self.network, update)
        return float(ratio.detach())

    def _windows(self, update: int) -> tuple[Tensor, Tensor]:
        """Inputs (B, past + T) and outputs (B, T), drawn by (seed, update)."""
        past, T = self.network.shape.past, self._config.window
        random = np.random.default_rng([self._config.seed, update])
        starts = random.integers(past, len(self._dry) - T + 1, self._config.batch_size)
        dry = torch.stack([self._dry[at - past : at + T] for at in starts])
        return dry, torch.stack([self._wet[at : at + T] for at in starts])

    def _emphasised(self, x: Tensor) -> Tensor:
        return x[:, 1:] - self._config.pre_emphasis * x[:, :-1]


class Run:
    """The state of a training run, in a folder."""

    def __init__(self, recordings: Recordings, out: Path, config: TrainAmpConfig) -> None:
        self._recordings, self._digest = recordings, recordings.digest
        self._out, self._path = out, out / "checkpoint.pt"
        earlier = state_file.load(self._path) if self._path.exists() else None
        began = self._began(earlier) if earlier else None
        self.config = config = replace(config, updates=_planned(recordings, config, began))
        self._updates = Updates(recordings, config)
        self.update, self.best, self._sum, self._saved = 0, float("inf"), 0.0, 0
        if earlier and began:
            self._resume(earlier, began)
        self._rows = [row for row in read_log(out / "log.jsonl") if row.get("update", 0) <= self.update]

    def step(self) -> float:
        """Do one update; returns the error-to-signal ratio of its windows."""
        ratio = self._updates.step(self.update, self._saved)
        self.update += 1
        self._sum += ratio
        return ratio

    def validate(self) -> None:
        """Log the ratio of the averaged weights on the part that is held out, export them if it is the lowest, save."""
        ratio, loudness = self._held_out()
        endings.check_finite("the held-out loss", ratio, self.update, self._saved)
        done = (self.update - 1) % self.config.validate_every + 1
        self._rows.append({"update": self.update, "train_esr": self._sum / done, "validation_esr": ratio})
        self._sum = 0.0
        write_log(self._out / "log.jsonl", self._rows)  # first, so that whatever follows is known to be of a run
        if ratio < self.best:
            self.best = ratio
            self._export(loudness)
        self.save()
        curve = pictures.error_curve(self._rows, self._out.resolve().name)
        pictures.write(curve, self._out / "curve.png", made.mark("train-amp"))

    @torch.no_grad()
    def _held_out(self) -> tuple[float, float]:
        """The energy of the error by that of the output, and the loudness of what the network gives, in dB."""
        network, found = self._updates.network, self._recordings
        wrong = given = 0.0
        with self._updates.average.inside(network):
            for start in range(found.cut, len(found.dry), BLOCK):
                stop = min(start + BLOCK, len(found.dry))
                heard = network(torch.from_numpy(found.dry[start - network.shape.past : stop])[None])[0].double()
                wrong += float((heard - torch.from_numpy(found.wet[start:stop])).square().sum())
                given += float(heard.square().sum())
        energy = float(np.square(found.wet[found.cut :], dtype=np.float64).sum())
        return wrong / energy, 10 * math.log10(given / (len(found.dry) - found.cut) + 1e-20)

    def _export(self, loudness: float) -> None:
        found = self._recordings
        metadata = {
            "name": self._out.resolve().name,
            "loudness": round(loudness, 3),
            "training": {
                "software": made.mark("train-amp"),
                "settings": {"shape": self.config.shape, "update": self.update},
                "data": {"latency": found.latency},
                "validation_esr": self.best,
            },
        }
        network = exported(self._updates.network, self._updates.average.weights)
        writing.write(self._out / "model.nam", network, found.sample_rate, metadata)

    def save(self) -> None:
        """Write the state."""
        part = self._updates
        state: dict[str, Any] = {
            "data": self._digest,
            "config": json.dumps(asdict(self.config)),
            "update": self.update,
            "best": self.best,
            "sum": self._sum,
            **states(part.network, part.optimiser, part.average),
        }
        state_file.save(self._path, state)
        self._saved = self.update

    def _began(self, earlier: dict[str, Any]) -> TrainAmpConfig:
        try:
            return from_dict(TrainAmpConfig, json.loads(earlier["config"]), str(self._path))
        except (KeyError, ValueError, TypeError) as error:
            raise self._damaged(error) from error

    def _resume(self, state: dict[str, Any], began: TrainAmpConfig) -> None:
        part = self._updates
        try:
            self._check(began, state["update"], state["data"])
            restore(state, part.network, part.optimiser, part.average)
            self.update, self.best, self._sum = state["update"], state["best"], state["sum"]
        except (KeyError, RuntimeError, ValueError, TypeError, AttributeError) as error:
            raise self._damaged(error) from error
        self._saved = self.update

    def _damaged(self, error: Exception) -> UsageError:
        return UsageError(f"{self._path}: is damaged ({type(error).__name__}); name another folder")

    def _check(self, began: TrainAmpConfig, update: int, data: str) -> None:
        """Refuse the state of another run; the length of the run and the learning rates may change."""
        now = self.config
        optim = checkpoint.with_rates(began.optim, now.optim)
        wanted = replace(began, updates=now.updates, minutes=now.minutes, optim=optim)
        different = [f.name for f in fields(now) if getattr(wanted, f.name) != getattr(now, f.name)]
        if data != self._digest:
            different.append("pair of recordings")
        if different:
            raise UsageError(
                f"{self._path}: belongs to a run with another {', '.join(different)}; pass its settings, or another "
                "folder"
            )
        checkpoint.check_updates(self._path, update, began.updates, now.updates)
        checkpoint.warn_of_rates(self._path, update, began.optim, now.optim)


def _planned(recordings: Recordings, config: TrainAmpConfig, began: TrainAmpConfig | None) -> int:
    """The number of updates; with ``minutes``, by the speed of a few, which are made for nothing but that.

    It is kept with the state, so that a resumed run ends where it would have ended.
    """
    if config.minutes is None:
        return config.updates
    if began and began.minutes is not None:
        return max(round(began.updates * config.minutes / began.minutes), 1)
    trial = Updates(recordings, config)
    trial.step(0)
    begin, done = time.monotonic(), 0
    while time.monotonic() - begin < TIMED:
        trial.step(done)
        done += 1
    rate = done / (time.monotonic() - begin)
    updates = max(round(60 * config.minutes * rate), 1)
    print(f"{updates:,} updates fit into {config.minutes:g} minutes, at {rate:.1f} a second")
    return updates
