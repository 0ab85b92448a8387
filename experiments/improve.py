"""Trains shipped models further, and ships a result only if it is better on held-out recordings.

``python -m experiments.improve --budget 120m`` gives each recipe that ships a model an equal share of the time. A cycle
(warm-up, plateau, decay to zero) that did not end is resumed from its checkpoint; otherwise a new one starts from the
shipped weights and is as long as the time allows. The shipped weights are replaced only if the bits per sample of the
validation split fell (of ten minutes of it, if it is longer), both computed in fp32; for a model that copies
recordings, if its copies of that split sound more natural, because there bits and listeners disagree
(docs/lab-notebook.md). If a recipe's settings differ from those of its shipped model, training starts from random
weights, and only naturalness is compared. Each replacement adds a line to the recipe's ``results.jsonl``.
"""

import argparse
import math
import os
import platform
import re
import shutil
import string
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from experiments import command, improve_voice
from wavenet import atomic
from wavenet.calibrate import calibrate
from wavenet.cli import settings_file
from wavenet.config import TrainConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder
from wavenet.errors import MissingExtraError, UsageError, suggestion
from wavenet.evaluation.evaluate import evaluate
from wavenet.evaluation.perception import source
from wavenet.evaluation.perception.copies import copies
from wavenet.evaluation.perception.judge import Judgement, judge
from wavenet.generator import Generator
from wavenet.recordings import ConditioningOptions
from wavenet.settings import from_dict
from wavenet.training import checkpoint, endings, initial, loop, pruning
from wavenet.training.processes import Processes
from wavenet.training.tracking import read_log, write_log
from wavenet.training.validation import Validator

RECIPES = Path("recipes")
SAFETY = 0.9
"""the fraction of the time that a new cycle is planned to fill: validation and slow minutes need the rest"""

HELD_OUT_SECONDS = 600.0
"""of a split that are scored, at most: the same ones each time"""
QUALITY = {"naturalness": ".2f", "word_errors": ".1%"}
"""the scores that a line of results may have, and their format in a model card"""


@dataclass(frozen=True)
class Recipe:
    """A recipe that ships a model, and the place of its training state between calls."""

    name: str
    config: TrainConfig
    """settings of a whole run; ``out`` is the folder of the state"""

    @property
    def shipped(self) -> Path:
        """The model folder inside the package."""
        return folder.SHIPPED / self.name

    @property
    def has_shipped(self) -> bool:
        """Whether a model ships already."""
        return (self.shipped / "config.json").exists()

    @property
    def comparable(self) -> bool:
        """Whether the shipped model has the settings of the recipe, so that its weights and bits can be used."""
        if not self.has_shipped:
            return False
        opened = folder.read(self.shipped)
        return (opened.audio, opened.model) == (self.config.audio, self.config.model)

    @property
    def conditioning(self) -> ConditioningOptions:
        """What its recordings are conditioned on beside what the corpus knows."""
        return ConditioningOptions(features_from=self.config.features_from)

    @property
    def results(self) -> Path:
        """The file of results, with one line for each model that was shipped."""
        return RECIPES / self.name / "results.jsonl"


def recipes(state: Path) -> list[Recipe]:
    """All recipes with a ``train.yaml``, by name."""
    found = []
    for path in sorted(RECIPES.glob("*/train.yaml")):
        config = settings_file.read(TrainConfig, path)
        found.append(Recipe(path.parent.name, replace(config, out=str(state / path.parent.name))))
    if not found:
        raise UsageError(f"no {RECIPES}/*/train.yaml here; run this in the root of the repository")
    return found


def improve(recipe: Recipe, seconds: float) -> None:
    """Train for about ``seconds``, cycle after cycle, and ship each result that is better."""
    if not Path(recipe.config.data).is_dir():
        print(f"{recipe.name}: left out, {recipe.config.data} does not exist; make data fetches and prepares it")
        return
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > improve_voice.SHORTEST * seconds:
        config = unfinished(recipe) or new_cycle(recipe, left)
        try:
            loop.train(config, deadline - time.monotonic())
        except endings.InterruptedRunError as stopped:
            if time.monotonic() < deadline:
                raise  # a signal, not the end of the time
            print(f"{recipe.name}: {stopped}")
        except endings.DivergedError as error:
            print(f"{recipe.name}: {error}; this cycle is abandoned")
            (Path(config.out) / "checkpoint.pt").unlink(missing_ok=True)
            return
        ship_if_better(recipe)


def unfinished(recipe: Recipe) -> TrainConfig | None:
    """The settings of a cycle whose checkpoint has updates left, if there is one."""
    path = Path(recipe.config.out) / "checkpoint.pt"
    if not path.exists():
        return None
    saved, progress, _ = checkpoint.read(path)
    config = replace(from_dict(TrainConfig, saved, str(path)), out=recipe.config.out, data=recipe.config.data)
    same_task = (config.audio, config.model) == (recipe.config.audio, recipe.config.model)
    return config if same_task and progress.update < config.updates else None


def new_cycle(recipe: Recipe, seconds: float) -> TrainConfig:
    """Settings for a run that starts from the shipped weights, if any, draws new windows and fills the time."""
    out = Path(recipe.config.out)
    earlier = [row["seed"] for row in read_log(recipe.results)]
    if (out / "checkpoint.pt").exists():
        earlier.append(checkpoint.read(out / "checkpoint.pt")[0]["seed"])
    shutil.rmtree(out, ignore_errors=True)
    config = replace(
        recipe.config,
        seed=max(earlier) + 1 if earlier else recipe.config.seed,
        init_from=str(recipe.shipped) if recipe.comparable else "",
        sparsity=_sparsity(recipe.shipped) if recipe.comparable else 0.0,
    )
    return replace(config, updates=max(1, int(SAFETY * seconds * updates_per_second(config))))


def _sparsity(model: Path) -> float:
    """That a pruned model keeps what it has of zeros."""
    return pruning.zeros({name: torch.from_numpy(values) for name, values in folder.read(model).tensors.items()})


def updates_per_second(config: TrainConfig, updates: int = 12) -> float:
    """The current speed on this machine."""
    run = loop.Run(config, Processes.join(config.device))
    run.update()
    began = time.monotonic()
    for _ in range(updates):
        run.update()
    return updates / (time.monotonic() - began)


def ship_if_better(recipe: Recipe) -> None:
    """Replace the shipped weights by the best of the state's folder, if these are better."""
    candidate = Path(recipe.config.out) / "model"
    if not (candidate / "config.json").exists():
        print(f"{recipe.name}: nothing has been validated yet")
        return
    bits = held_out_bits(recipe.config, candidate)
    # copies are made in int8, as users make them
    calibrate(candidate, recipe.config.data, least_seconds=0, options=recipe.conditioning)
    if not _is_better(recipe, candidate, bits):
        print(f"{recipe.name}: the shipped model is kept")
        return
    # all that can fail is done before the first file is replaced
    row = {
        "validation_bits": round(bits, 4),
        **_test(recipe, candidate),
        **_quality(recipe, candidate),
        **_cost(recipe),
    }
    rows = [*read_log(recipe.results), row]
    (candidate / "README.md").write_text(card(recipe, rows), "utf-8")
    for path in sorted(candidate.iterdir()):
        atomic.copy(path, recipe.shipped / path.name, shipped=True)
    atomic.copy(Path(recipe.config.out) / "curve.png", recipe.results.with_name(f"curve-{row['seed']}.png"))
    write_log(recipe.results, rows)
    print(f"{recipe.name}: shipped, with its card, a line in {recipe.results} and the curve")


def _is_better(recipe: Recipe, candidate: Path, bits: float) -> bool:
    """Whether a candidate is to replace the shipped model, if there is one."""
    if not recipe.has_shipped:
        return True
    old = math.nan  # bits of another coding cannot be compared
    if recipe.comparable:
        old = held_out_bits(recipe.config, recipe.shipped)
        print(f"{recipe.name}: {bits:.4f} bits per sample on the validation split, the shipped model {old:.4f}")
    heard = [_judged(recipe, path, "validation", ["naturalness"]) for path in (candidate, recipe.shipped)]
    if heard[0] is None or heard[1] is None:
        return bits < old
    difference, interval, _ = heard[0].scores["naturalness"].minus(heard[1].scores["naturalness"])
    ends = f", 95 % interval {interval[0]:+.3f} … {interval[1]:+.3f}" if interval else ""
    print(f"{recipe.name}: naturalness of its copies {difference:+.3f} against the shipped model{ends}")
    return difference > 0


def _judged(recipe: Recipe, model: Path, split: str, metrics: list[str]) -> Judgement | None:
    """The scores of copies of a split; None if the model cannot make any, or packages are missing."""
    if not recipe.config.model.takes_features or "file" in recipe.config.model.features.kinds:
        return None
    try:
        return judge(copies(Generator.open(model), source.clips(recipe.config.data, split=split)), metrics)
    except MissingExtraError as error:
        print(f"{recipe.name}: its audio is not scored: {error}")
        return None


def _test(recipe: Recipe, candidate: Path) -> dict[str, Any]:
    """Results on the test split: bits per sample of the candidate and of the baselines, which its folder gets."""
    data = recipe.config.data
    part: dict[str, Any] = {"split": "test", "limit_seconds": HELD_OUT_SECONDS, "options": recipe.conditioning}
    fp32 = evaluate(candidate, data, precision="fp32", save_baselines=True, **part).to_json()
    int8 = evaluate(candidate, data, precision="int8", **part).to_json()
    return {
        "test_bits": fp32["model"]["bits_per_sample"],
        "test_bits_int8": int8["model"]["bits_per_sample"],
        "baselines": fp32["baselines"],
    }


def _quality(recipe: Recipe, candidate: Path) -> dict[str, float]:
    """Scores of copies of the test split, if the model can make any and the packages are installed."""
    judged = _judged(recipe, candidate, "test", ["naturalness", "intelligibility"])
    if judged is None:
        return {}
    found = {"naturalness": judged.scores["naturalness"].mean, "word_errors": judged.scores["intelligibility"].mean}
    return {name: round(value, 4) for name, value in found.items()}


def _cost(recipe: Recipe) -> dict[str, Any]:
    """The training cost so far of the cycle that produced the candidate."""
    rows = [row for row in read_log(Path(recipe.config.out) / "log.jsonl") if "samples_seen" in row]
    settings = checkpoint.read(Path(recipe.config.out) / "checkpoint.pt")[0]
    return {
        "seed": settings["seed"],
        "data": settings["data"],
        "updates": rows[-1]["update"],
        "samples": rows[-1]["samples_seen"],
        "hours": round(rows[-1]["hours"], 3),
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else platform.machine(),
        "optim": settings["optim"],
    }


def card(recipe: Recipe, rows: list[dict[str, Any]]) -> str:
    """The recipe's ``card.md`` with its numbers filled in; ``rows`` are those of ``results.jsonl``.

    A cycle, identified by its data and seed, may have been shipped several times; its last row counts all of it.
    """
    last = rows[-1]
    quality = {name: f"{last[name]:{form}}" if name in last else "not scored" for name, form in QUALITY.items()}
    cycles = {(row.get("data"), row["seed"]): row for row in rows}.values()
    template = string.Template((RECIPES / recipe.name / "card.md").read_text("utf-8"))
    return template.substitute(
        {name: f"{score['bits_per_sample']:.3f}" for name, score in last["baselines"].items()} | quality,
        validation=f"{last['validation_bits']:.3f}",
        test=f"{last['test_bits']:.3f}",
        int8=f"{last['test_bits_int8']:.3f}",
        cycles=len(cycles),
        hours=f"{sum(row['hours'] for row in cycles):.1f}",
        samples=f"{sum(row['samples'] for row in cycles) / 1e6:.0f} M",
    )


def held_out_bits(config: TrainConfig, path: Path) -> float:
    """Bits per sample of the validation split, in fp32."""
    whole = replace(config, init_from=str(path), validation_seconds=HELD_OUT_SECONDS)
    model = initial.model(whole)
    return Validator(PreparedCorpus(Path(config.data)), whole).bits_per_sample(model, torch.float32)


def seconds_of(budget: str) -> float:
    """Convert ``90s``, ``120m`` or ``2h`` to seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh])", budget)
    if not match or float(match[1]) == 0:
        raise UsageError(f"the budget is {budget!r}, and must be like 90s, 120m or 2h")
    return float(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]]


def state_folder() -> Path:
    """The folder of all states: ``WAVENET_STATE``, else the user's state folder; never in the repository."""
    default = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "wavenet"
    return Path(os.environ.get("WAVENET_STATE") or default)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("improve", __doc__)
    parser.add_argument("--budget", default="120m", help="like 90s, 120m or 2h, for all models together")
    parser.add_argument("--only", default="", help="the one model to improve")
    command.main(parser, _run, arguments, interrupted=command.INTERRUPTED)


def _run(given: argparse.Namespace) -> None:
    """Improve every shipped model, or the requested one."""
    seconds = seconds_of(given.budget)
    todo: dict[str, Callable[[float], None]] = {r.name: partial(improve, r) for r in recipes(state_folder())}
    todo |= {
        voice.name: partial(improve_voice.improve, voice) for voice in improve_voice.recipes(RECIPES, state_folder())
    }
    chosen = [name for name in todo if given.only in ("", name)]
    if not chosen:
        raise UsageError(f"no recipe is named {given.only!r}{suggestion(given.only, todo)}")
    for name in chosen:
        todo[name](seconds / len(chosen))


if __name__ == "__main__":
    main()
