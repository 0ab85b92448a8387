"""The state of a run on disk: all that is needed to resume it as if it had never been interrupted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from wavenet import made
from wavenet.config import OptimConfig, TrainConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder
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
"""settings that may differ when a run is resumed: they do not affect the weights, or only name a place"""
Inputs = Mapping[str, str]
"""a digest of the data that each setting names, and those of ``identity``"""


@dataclass
class Progress:
    """How far a run is. Random numbers need no state, because their key is the update."""

    update: int = 0
    """updates done"""
    samples: int = 0
    """number of samples whose loss counted so far"""
    seconds: float = 0.0
    """time spent training, over all resumptions"""
    best_bits: float = float("inf")
    """the lowest validation so far, that of the exported model"""
    loss_sum: float = 0.0
    """nats per sample, summed over the updates since the last line of the log"""
    loss_count: int = 0
    """samples of these updates"""


def inputs(config: TrainConfig, windows: Windows, corpus: PreparedCorpus) -> Inputs:
    """Digests of what a run reads, by the setting that names the place; the place itself may differ on resuming."""
    found = {"data": windows.digest, **identity(corpus, config.speaker)}
    if config.tags_from:
        found["tags_from"] = made.digest(Path(config.tags_from).read_bytes())
    if config.teacher:
        home = folder.find(config.teacher)
        read = b"".join((home / name).read_bytes() for name in ("config.json", "model.safetensors"))
        found["teacher"] = made.digest(read)
    return found


def identity(corpus: PreparedCorpus, speaker: str = "") -> dict[str, str]:
    """Digests of a whole corpus with all its splits, ``corpus``, and of its sound, ``content``, if that is known."""
    whose = speaker or None
    content = corpus.content(whose)
    return {"corpus": corpus.digest(whose), **({"content": content} if content else {})}


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
    """Read a checkpoint in order to resume its run; warns of whatever will differ from before.

    Raises:
        WavenetError: it is corrupt or of another version.
        UsageError: it belongs to a run with other settings or of other recordings, or the run has more updates already.

    """
    saved, progress, state = read(path)
    began = from_dict(type(config), saved, str(path))
    known = dict(state.get("inputs", {}))
    corpus = {name: known.pop(name) for name in ("corpus", "content") if name in known}
    moved = {name for name, digest in known.items() if reads.get(name) == digest}
    same = {name: getattr(config, name) for name in FREE | moved | {"updates"}}
    same["optim"] = with_rates(began.optim, config.optim)
    changed = [f.name for f in fields(config) if getattr(replace(began, **same), f.name) != getattr(config, f.name)]
    if not changed:  # the same places, with other contents
        changed = [
            name for name in ("tags_from", "teacher") if name in reads and known.get(name, reads[name]) != reads[name]
        ]
    if changed:
        raise UsageError(
            f"{path.parent} contains a run with another {', '.join(changed)}; "
            "pass its settings to resume it, or another --out to start a new run"
        )
    check_corpus(path, corpus, reads, config.data)
    check_updates(path, progress.update, began.updates, config.updates)
    warn_of_rates(path, progress.update, began.optim, config.optim)
    return progress, state


def check_corpus(path: Path, began: Mapping[str, Any], now: Mapping[str, str], data: str) -> None:
    """Compare the ``identity`` of a corpus with that of before, as far as earlier versions have stored it.

    Raises:
        UsageError: recordings were added, removed, replaced or moved to another split: what was held out stays so.
    """
    known = [name for name in ("corpus", "content") if began.get(name) and now.get(name)]
    if any(began[name] != now[name] for name in known):
        raise UsageError(
            f"{path}: was trained on other recordings than {data} holds now, or on other splits of them, so held-out "
            "ones may be trained on; restore that corpus to resume, or name another out to start a new run"
        )


def with_rates(began: OptimConfig, now: OptimConfig) -> OptimConfig:
    """Settings with other learning rates, which may change on resuming: that helps after a run has diverged."""
    muon_lr = now.muon_lr if now.muon_lr and began.muon_lr else began.muon_lr  # with 0 there is no Muon to resume
    return replace(began, lr=now.lr, muon_lr=muon_lr)


def warn_of_rates(path: Path, update: int, began: OptimConfig, now: OptimConfig) -> None:
    """Warn of learning rates that differ from those before."""
    for name in ("lr", "muon_lr"):
        if getattr(began, name) != getattr(now, name):
            told = f"optim.{name} is {getattr(now, name):g} from update {update} on, and was {getattr(began, name):g}"
            warn(f"{path}: {told}")


def check_updates(path: Path, update: int, began: int, now: int) -> None:
    """Warn if the number of updates has changed; from here on the schedule is that of a run of ``now`` updates.

    Raises:
        UsageError: that many are done already.
    """
    if now == began:
        return
    if now <= update:
        raise UsageError(f"{path}: has done {update} of {began} updates, but updates is {now}; raise it to continue")
    when = "later" if now > began else "sooner"
    warn(f"{path}: updates is {now} from update {update} on, and was {began}: the learning rate falls to zero {when}")


def read(path: Path) -> tuple[dict[str, Any], Progress, dict[str, Any]]:
    """The settings (as plain data), the progress and the state in a checkpoint; raises WavenetError."""
    content = state_file.load(path)
    try:
        version, saved, progress = (content.pop(name) for name in ("format_version", "config", "progress"))
        done = Progress(**progress) if version == FORMAT_VERSION else Progress()
        dict(saved), dict(content.get("inputs", {}))
    except (KeyError, TypeError, ValueError) as error:
        raise WavenetError(
            f"{path}: not a checkpoint of this command ({type(error).__name__}); name another out, or remove it to "
            "start again"
        ) from None
    if version != FORMAT_VERSION:
        raise WavenetError(
            f"{path}: has checkpoint version {version}, but this program reads {FORMAT_VERSION}; use another out"
        )
    return saved, done, content
