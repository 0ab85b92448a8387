"""The state of a run on disk: everything that resuming needs to be as if never interrupted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from wavenet.config import OptimConfig, TrainConfig
from wavenet.errors import UsageError, WavenetError, warn
from wavenet.settings import from_dict
from wavenet.training import state_file
from wavenet.training.windows import Windows

FORMAT_VERSION = 1
FREE = {
    "out",
    "device",
    "validate_every",
    "validation_seconds",
    "listen_seconds",
    "checkpoint_minutes",
    "init_from",
    "features_from",
}
"""settings that may differ when a run is resumed: they change nothing about the weights, or only name a place"""
Inputs = Mapping[str, str]
"""a digest of what is at a place, by the setting that names the place"""


@dataclass
class Progress:
    """How far a run is. Random numbers need no state: they are keyed by the update."""

    update: int = 0
    """updates done"""
    samples: int = 0
    """samples whose loss counted, so far"""
    seconds: float = 0.0
    """time spent in training, over all its resumptions"""
    best_bits: float = float("inf")
    """the lowest validation so far; the exported model has it"""
    loss_sum: float = 0.0
    """nats per sample, summed over the updates since the last line of the log"""
    loss_count: int = 0
    """of these updates"""


def inputs(config: TrainConfig, windows: Windows) -> Inputs:
    """What a run reads, by the setting that names its place: the place may be another one when the run goes on."""
    found = {"data": windows.digest}
    if config.tags_from:
        found["tags_from"] = sha256(Path(config.tags_from).read_bytes()).hexdigest()
    return found


def save(path: Path, config: TrainConfig, progress: Progress, reads: Inputs, state: dict[str, Any]) -> None:
    """Write a checkpoint atomically."""
    content = {
        "format_version": FORMAT_VERSION,
        "config": asdict(config),
        "progress": asdict(progress),
        "inputs": reads,
        **state,
    }
    state_file.save(path, content)


def load(path: Path, config: TrainConfig, reads: Inputs) -> tuple[Progress, dict[str, Any]]:
    """Read a checkpoint back, to go on with the run; what will be otherwise than it was until now is told.

    Raises:
        WavenetError: it is corrupt or of another version.
        UsageError: it belongs to a run with other settings, or the run is longer already.

    """
    saved, progress, state = read(path)
    began = from_dict(TrainConfig, saved, str(path))
    moved = {name for name, digest in state.get("inputs", {}).items() if reads.get(name) == digest}
    same = {name: getattr(config, name) for name in FREE | moved | {"updates"}}
    same["optim"] = with_rates(began.optim, config.optim)
    changed = [f.name for f in fields(config) if getattr(replace(began, **same), f.name) != getattr(config, f.name)]
    if changed:
        raise UsageError(
            f"{path.parent} holds a run with another {', '.join(changed)}; "
            "give its settings to go on with it, or another --out to start anew"
        )
    check_updates(path, progress.update, began.updates, config.updates)
    tell_rates(path, progress.update, began.optim, config.optim)
    return progress, state


def with_rates(began: OptimConfig, now: OptimConfig) -> OptimConfig:
    """Settings with the learning rates of others, which may change as a run goes on: that helps when it diverged."""
    muon_lr = now.muon_lr if now.muon_lr and began.muon_lr else began.muon_lr  # with 0 there is no Muon to go on with
    return replace(began, lr=now.lr, muon_lr=muon_lr)


def tell_rates(path: Path, update: int, began: OptimConfig, now: OptimConfig) -> None:
    """Tell of learning rates that are not those of before."""
    for name in ("lr", "muon_lr"):
        if getattr(began, name) != getattr(now, name):
            told = f"optim.{name} is {getattr(now, name):g} from update {update} on, and was {getattr(began, name):g}"
            warn(f"{path}: {told}")


def check_updates(path: Path, update: int, began: int, now: int) -> None:
    """Let a run become longer, or end sooner; its schedule is from there on that of a run of so many updates.

    Raises:
        UsageError: it has as many already.
    """
    if now == began:
        return
    if now <= update:
        raise UsageError(f"{path}: has done {update} of {began} updates, and updates is {now}; give more to go on")
    when = "later" if now > began else "sooner"
    warn(f"{path}: updates is {now} from update {update} on, and was {began}: the learning rate falls to zero {when}")


def read(path: Path) -> tuple[dict[str, Any], Progress, dict[str, Any]]:
    """The settings (as plain data), the progress and the state that a checkpoint holds; raises WavenetError."""
    content = state_file.load(path)
    try:
        version, saved, progress = (content.pop(name) for name in ("format_version", "config", "progress"))
        done = Progress(**progress) if version == FORMAT_VERSION else Progress()
        dict(saved), dict(content.get("inputs", {}))
    except (KeyError, TypeError, ValueError) as error:
        raise WavenetError(f"{path}: not a checkpoint ({type(error).__name__}); remove it to start again") from None
    if version != FORMAT_VERSION:
        raise WavenetError(
            f"{path}: checkpoint version {version}, this program reads {FORMAT_VERSION}; use another out"
        )
    return saved, done, content
