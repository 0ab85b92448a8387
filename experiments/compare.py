"""Compares several settings: runs of equal length, with several seeds each, scored on the same held-out recordings.

``python -m experiments.compare recipes/NAME`` reads ``compare.yaml`` there: ``base`` (settings), ``variants`` (names
and the settings that each changes), ``seeds``, ``once`` (names that run with the first seed only), ``pairs`` (of
names) and ``held_out_seconds`` (of the validation split, complete recordings drawn once; default: all). Finished runs
are in ``comparison.jsonl`` and are not repeated; an interrupted one is resumed. At the end it prints the table.
"""

import argparse
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

from experiments import ablated, command
from experiments.ablated import AblatedTrainConfig
from experiments.improve import state_folder
from wavenet.cli import settings_file
from wavenet.config import TrainConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError
from wavenet.safe_paths import below
from wavenet.training import given, initial, loop
from wavenet.training.tracking import read_log, write_log
from wavenet.training.validation import Validator

RESAMPLINGS = 2000

Config = TypeVar("Config")


@dataclass(frozen=True)
class Comparison:
    """The variants to be compared."""

    folder: Path
    runs: tuple[tuple[str, int, TrainConfig], ...]
    """variant, seed, settings"""
    pairs: tuple[tuple[str, str], ...]
    held_out_seconds: float

    @property
    def results(self) -> Path:
        """The file of results, with one line per run."""
        return self.folder / "comparison.jsonl"

    @classmethod
    def read(cls, path: Path) -> "Comparison":
        """Read the ``compare.yaml`` of a recipe; raises UsageError."""
        settings, runs = runs_of(path / "compare.yaml", AblatedTrainConfig, "compare")
        try:
            pairs = tuple((a, b) for a, b in settings["pairs"])
            seconds = float(settings.get("held_out_seconds", math.inf))
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"{path / 'compare.yaml'}: cannot be read: {error}") from None
        return cls(path, tuple((name, seed, given.simplest()) for name, seed, given in runs), pairs, seconds)


def runs_of(file: Path, config: type[Config], kind: str) -> tuple[dict[str, Any], list[tuple[str, int, Config]]]:
    """The settings of a recipe's file; and its runs, each with variant, seed and settings, all of the first seed first.

    Args:
        file: has ``base`` (settings), ``variants`` (what each changes), ``seeds`` and maybe ``once``.
        config: the dataclass of the settings, which has the fields ``seed`` and ``out``.
        kind: of the runs, the folder of their states.

    Raises:
        UsageError: it cannot be read.

    """
    settings = settings_file.read_text(file)
    try:
        base, variants = settings["base"], settings["variants"]
        seeds = [int(seed) for seed in settings["seeds"]]
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from None
    home, runs = state_folder() / kind / file.resolve().parent.name, []
    for seed in seeds:
        for name, changes in variants.items():
            if seed == seeds[0] or name not in settings.get("once", ()):
                plain = merged(base, {} if changes in (None, "null") else changes)
                given = settings_file.of_text(config, plain, f"{file}: {name}")
                out = str(below(home, f"{name}-{seed}"))
                runs.append((name, seed, replace(given, seed=seed, out=out)))  # type: ignore[type-var]
    return settings, runs


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with some of them changed, group by group."""
    both = {
        name: merged(base[name], value) if isinstance(value, Mapping) and isinstance(base.get(name), Mapping) else value
        for name, value in changes.items()
    }
    return dict(base) | both


def run(comparison: Comparison) -> None:
    """Do every run that has no line in the results yet."""
    for variant, seed, config in comparison.runs:
        rows = read_log(comparison.results)
        if any((row["variant"], row["seed"]) == (variant, seed) for row in rows):
            continue
        print(f"{comparison.folder.name}: {variant}, seed {seed}", flush=True)
        progress = loop.train(config, kind=ablated.Run if isinstance(config, AblatedTrainConfig) else None)
        scores = held_out(config, comparison.held_out_seconds)
        row = {
            "variant": variant,
            "seed": seed,
            "updates": progress.update,
            "samples": progress.samples,
            "hours": round(progress.seconds / 3600, 3),
            "bits": round(sum(b for _, _, b in scores) / sum(n for _, n, _ in scores), 4),
            "recordings": [[name, n, round(b, 1)] for name, n, b in scores],
        }
        write_log(comparison.results, [*rows, row])


def held_out(config: TrainConfig, seconds: float) -> list[tuple[str, int, float]]:
    """Bits of each recording of the validation split, by the model of a run, in the precision of its training."""
    whole = replace(config, init_from=str(Path(config.out) / "model"), validation_seconds=seconds)
    whole = loop.with_precision(
        given.with_names(whole, corpus := PreparedCorpus(Path(config.data))), torch.device("cpu")
    )
    model = ablated.best(config) if isinstance(config, AblatedTrainConfig) else initial.model(whole)
    return Validator(corpus, whole).bits_per_recording(model, loop.DTYPES[whole.precision])


def table(comparison: Comparison) -> str:
    """Bits per sample of every variant, then the difference of every pair with its 95 % interval."""
    rows = read_log(comparison.results)
    lines = [f"{'variant':24} {'seeds':>5} {'M samples':>10} {'hours':>6}  bits per sample"]
    for variant in dict.fromkeys(row["variant"] for row in rows):
        of = [row for row in rows if row["variant"] == variant]
        bits = ", ".join(f"{row['bits']:.4f}" for row in of)
        mean, samples, hours = (sum(row[name] for row in of) / len(of) for name in ("bits", "samples", "hours"))
        lines.append(f"{variant:24} {len(of):5} {samples / 1e6:10.1f} {hours:6.2f}  {mean:.4f} ({bits})")
    for a, b in comparison.pairs:
        if all(any(row["variant"] == name for row in rows) for name in (a, b)):
            mean, low, high = difference(
                [row for row in rows if row["variant"] == a], [row for row in rows if row["variant"] == b]
            )
            lines.append(f"{a} - {b}: {mean:+.4f} bits per sample, 95 % interval {low:+.4f} … {high:+.4f}")
    return "\n".join(lines)


def difference(a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]]) -> tuple[float, float, float]:
    """Mean difference in bits per sample on recordings that both scored, with a bootstrap over them and over seeds."""
    names = sorted(set.intersection(*({name for name, _, _ in row["recordings"]} for row in [*a, *b])))
    if not names:
        raise UsageError("two variants have no held-out recording in common")
    samples = np.array([{name: n for name, n, _ in a[0]["recordings"]}[name] for name in names])
    first, second = (
        np.array([[{name: bits for name, _, bits in row["recordings"]}[name] for name in names] for row in rows])
        for rows in (a, b)
    )
    rng = np.random.default_rng(0)

    def drawn() -> float:
        at = rng.integers(len(names), size=len(names))
        picked = (rows[rng.integers(len(rows), size=len(rows))][:, at].mean(0).sum() for rows in (first, second))
        return float(np.subtract(*picked) / samples[at].sum())

    low, high = np.percentile([drawn() for _ in range(RESAMPLINGS)], [2.5, 97.5])
    return float((first.mean(0) - second.mean(0)).sum() / samples.sum()), float(low), float(high)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("compare", __doc__)
    parser.add_argument("recipes", nargs="+", type=Path, help="folders with compare.yaml")
    parser.add_argument("--table", action="store_true", help="only print the results so far")
    command.main(parser, _compare, arguments, interrupted=command.INTERRUPTED)


def _compare(given: argparse.Namespace) -> None:
    """Do the missing runs, and print the table."""
    for path in given.recipes:
        comparison = Comparison.read(path)
        if not given.table:
            run(comparison)
        print(table(comparison))


if __name__ == "__main__":
    main()
