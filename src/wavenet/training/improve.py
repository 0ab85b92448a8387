"""The ratchet: train shipped models further, and ship what is better on held-out recordings.

``python -m wavenet.training.improve --budget 120m`` gives each recipe that ships a model an equal share of the time.
A cycle (warm-up, plateau, decay to zero) that did not end is continued from its checkpoint; else a new one starts at
the shipped weights and is as long as the time allows. The shipped weights change only when the bits per sample of the
whole validation split fell, both computed in fp32; each change adds a line to the recipe's ``results.jsonl``.
"""

import argparse
import json
import math
import os
import platform
import re
import shutil
import string
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
import yaml

from wavenet import atomic
from wavenet.config import TrainConfig, from_dict
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder
from wavenet.errors import UsageError, WavenetError
from wavenet.evaluation.evaluate import evaluate
from wavenet.training import checkpoint, loop
from wavenet.training.processes import Processes
from wavenet.training.tracking import read_log
from wavenet.training.validation import Validator

RECIPES = Path("recipes")
SAFETY = 0.9
"""the part of the time that a new cycle is planned to fill: validations and slow minutes need the rest"""


@dataclass(frozen=True)
class Recipe:
    """A recipe that ships a model, and where the state of its training lies between calls."""

    name: str
    config: TrainConfig
    """of a whole run; ``out`` is the state's folder"""

    @property
    def shipped(self) -> Path:
        """The model folder inside the package."""
        return folder.SHIPPED / self.name

    @property
    def has_shipped(self) -> bool:
        """Whether there is a model to begin with."""
        return (self.shipped / "config.json").exists()

    @property
    def results(self) -> Path:
        """One line for each model that was shipped."""
        return RECIPES / self.name / "results.jsonl"


def recipes(state: Path) -> list[Recipe]:
    """All recipes with a ``train.yaml``, by name."""
    found = []
    for path in sorted(RECIPES.glob("*/train.yaml")):
        config = from_dict(TrainConfig, yaml.safe_load(path.read_text("utf-8")), str(path))
        found.append(Recipe(path.parent.name, replace(config, out=str(state / path.parent.name))))
    if not found:
        raise UsageError(f"no {RECIPES}/*/train.yaml here; run this in the root of the repository")
    return found


def improve(recipe: Recipe, seconds: float) -> None:
    """Train for about ``seconds``, and ship the result if it is better."""
    if not Path(recipe.config.data).is_dir():
        print(f"{recipe.name}: left out, {recipe.config.data} is not there; make data fetches and prepares it")
        return
    began = time.monotonic()
    config = unfinished(recipe) or new_cycle(recipe, seconds)
    try:
        loop.train(config, seconds - (time.monotonic() - began))
    except loop.InterruptedRunError as stopped:
        print(f"{recipe.name}: {stopped}")
    ship_if_better(recipe)


def unfinished(recipe: Recipe) -> TrainConfig | None:
    """The settings of a cycle whose checkpoint has updates to go, if there is one."""
    path = Path(recipe.config.out) / "checkpoint.pt"
    if not path.exists():
        return None
    saved, progress, _ = checkpoint.read(path)
    config = replace(from_dict(TrainConfig, saved, str(path)), out=recipe.config.out, data=recipe.config.data)
    same_task = (config.audio, config.model) == (recipe.config.audio, recipe.config.model)
    return config if same_task and progress.update < config.updates else None


def new_cycle(recipe: Recipe, seconds: float) -> TrainConfig:
    """Settings for a run that begins at the shipped weights, if there are any, and fills the time."""
    out = Path(recipe.config.out)
    shutil.rmtree(out, ignore_errors=True)
    shipped = str(recipe.shipped) if recipe.has_shipped else ""
    config = replace(recipe.config, init_from=shipped)
    return replace(config, updates=max(1, int(SAFETY * seconds * updates_per_second(config))))


def updates_per_second(config: TrainConfig, updates: int = 12) -> float:
    """Measured on this machine, now."""
    run = loop.Run(config, Processes.join(config.device))
    run.update()
    began = time.monotonic()
    for _ in range(updates):
        run.update()
    return updates / (time.monotonic() - began)


def ship_if_better(recipe: Recipe) -> None:
    """Replace the shipped weights by the best of the state's folder, if their held-out bits are lower."""
    candidate = Path(recipe.config.out) / "model"
    if not (candidate / "config.json").exists():
        print(f"{recipe.name}: nothing was validated yet")
        return
    new = held_out_bits(recipe.config, candidate)
    old = held_out_bits(recipe.config, recipe.shipped) if recipe.has_shipped else math.inf
    print(f"{recipe.name}: {new:.4f} bits per sample on the validation split, the shipped model {old:.4f}")
    if not new < old:
        print(f"{recipe.name}: the shipped model stays")
        return
    opened = folder.read(candidate)
    folder.write(recipe.shipped, opened.audio, opened.model, opened.tensors)
    line = {"validation_bits": round(new, 4), "from_shipped": old < math.inf, **_test(recipe), **_cost(recipe)}
    earlier = recipe.results.read_text("utf-8") if recipe.results.exists() else ""
    with atomic.writing(recipe.results) as temporary:
        temporary.write_text(earlier + json.dumps(line) + "\n", "utf-8")
    write_card(recipe)
    shutil.copyfile(Path(recipe.config.out) / "curve.png", recipe.results.with_name("curve.png"))
    print(f"{recipe.name}: shipped, with its card, a line in {recipe.results} and the curve")


def _test(recipe: Recipe) -> dict[str, Any]:
    """The test split: bits per sample of the shipped model, and of the baselines, which go into its folder."""
    result = evaluate(recipe.shipped, recipe.config.data, split="test", save_baselines=True).to_json()
    return {"test_bits": result["model"]["bits_per_sample"], "baselines": result["baselines"]}


def _cost(recipe: Recipe) -> dict[str, Any]:
    """What the cycle took that made the shipped weights."""
    rows = [row for row in read_log(Path(recipe.config.out) / "log.jsonl") if "samples_seen" in row]
    return {
        "updates": rows[-1]["update"],
        "samples": rows[-1]["samples_seen"],
        "hours": round(rows[-1]["hours"], 3),
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else platform.machine(),
        "optim": asdict(recipe.config.optim),
    }


def write_card(recipe: Recipe) -> None:
    """Fill the numbers of ``results.jsonl`` into the recipe's ``card.md``, as the model folder's README."""
    rows = read_log(recipe.results)
    last = rows[-1]
    values = {name: f"{score['bits_per_sample']:.3f}" for name, score in last["baselines"].items()}
    card = string.Template((RECIPES / recipe.name / "card.md").read_text("utf-8")).substitute(
        values,
        validation=f"{last['validation_bits']:.3f}",
        test=f"{last['test_bits']:.3f}",
        cycles=len(rows),
        hours=f"{sum(row['hours'] for row in rows):.1f}",
        samples=f"{sum(row['samples'] for row in rows) / 1e6:.0f} M",
    )
    with atomic.writing(recipe.shipped / "README.md") as temporary:
        temporary.write_text(card, "utf-8")


def held_out_bits(config: TrainConfig, path: Path) -> float:
    """Bits per sample of the whole validation split, in fp32."""
    whole = replace(config, init_from=str(path), validation_seconds=math.inf)
    model = loop.initial_model(whole)
    return Validator(PreparedCorpus(Path(config.data)), whole).bits_per_sample(model, torch.float32)


def seconds_of(budget: str) -> float:
    """``90s``, ``120m`` or ``2h`` in seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh])", budget)
    if not match or float(match[1]) == 0:
        raise UsageError(f"the budget is {budget!r}, and must be like 90s, 120m or 2h")
    return float(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]]


def state_folder() -> Path:
    """Where states lie: ``WAVENET_STATE``, else the user's state folder; never in the repository."""
    default = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "wavenet"
    return Path(os.environ.get("WAVENET_STATE") or default)


def main() -> None:
    """Improve every shipped model."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--budget", default="120m", help="like 90s, 120m or 2h, for all models together")
    try:
        seconds = seconds_of(parser.parse_args().budget)
        found = recipes(state_folder())
        for recipe in found:
            improve(recipe, seconds / len(found))
    except WavenetError as error:
        print(f"wavenet: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
