"""Trains and compares recognisers of phones: runs of equal length, with several seeds each, scored on the test split.

``python -m experiments.recognisers recipes/NAME`` reads ``recognisers.yaml`` there: ``base`` (settings of ``wavenet
train-recogniser``), ``variants`` (names, and the settings that each changes), ``seeds``, and ``full``, the variant with
which the others are compared. Finished runs are in ``recognisers.jsonl`` and are not repeated; an interrupted one is
resumed. At the end it prints the table for ``python -m experiments.pages --keep NAME``; ``--table`` only prints it.

Phone error rates are of the whole test split: substitutions, deletions and insertions (jiwer) over the phones of the
labels. Case counts, and pauses do not, in either. Boundaries are those of forced alignment with the phones of the
labels.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jiwer
import numpy as np

from experiments import command
from experiments.compare import difference, runs_of
from wavenet.config.recogniser import TrainRecogniserConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError
from wavenet.recognition import alignment
from wavenet.recognition.alignment import Graph
from wavenet.recognition.decoding import Bigram, Decoder, Greedy
from wavenet.recognition.frames import Array
from wavenet.recognition.recogniser import Recogniser
from wavenet.training.recogniser import train
from wavenet.training.recogniser.examples import Examples
from wavenet.training.tracking import read_log, write_log
from wavenet.tts.labels import Labels
from wavenet.tts.segments import SIL

NEAR = 2
"""frames, 20 ms, within which a boundary counts as right"""


@dataclass(frozen=True)
class Recipe:
    """The runs of a recipe."""

    folder: Path
    runs: tuple[tuple[str, int, TrainRecogniserConfig], ...]
    """variant, seed, settings"""
    full: str

    @property
    def results(self) -> Path:
        """The file of results, with one line per run."""
        return self.folder / "recognisers.jsonl"

    @classmethod
    def read(cls, path: Path) -> "Recipe":
        """Read the ``recognisers.yaml`` of a recipe; raises UsageError."""
        settings, runs = runs_of(path / "recognisers.yaml", TrainRecogniserConfig, "recognisers")
        if "full" not in settings:
            raise UsageError(f"{path / 'recognisers.yaml'}: cannot be read: 'full'")
        return cls(path, tuple(runs), str(settings["full"]))


def run(recipe: Recipe) -> None:
    """Do every run that has no line in the results yet."""
    for variant, seed, config in recipe.runs:
        rows = read_log(recipe.results)
        if any((row["variant"], row["seed"]) == (variant, seed) for row in rows):
            continue
        print(f"{recipe.folder.name}: {variant}, seed {seed}", flush=True)
        made = train.train(config)
        row = {"variant": variant, "seed": seed, "updates": config.updates, **scores(Recogniser.open(made), config)}
        write_log(recipe.results, [*rows, row])


def scores(recogniser: Recogniser, config: TrainRecogniserConfig) -> dict[str, Any]:
    """The scores of a recogniser on the test split."""
    labels = Labels.read(Path(config.labels))
    settings = replace(config, recogniser=recogniser.opened.recogniser)
    examples = Examples(PreparedCorpus(config.data), "test", settings, labels)
    right, near, boundaries = 0, 0, 0
    recordings: list[tuple[str, int, int, int]] = []
    for i, row in enumerate(examples.rows):
        logs = recogniser.log_probabilities(examples.waveform(i))
        right += int((logs.argmax(1) == examples.phones(i)).sum())
        said = [segment.phone for segment in row.segments]
        greedy = errors(said, phones(Greedy(), logs, recogniser.phones))
        bigram = errors(said, phones(Bigram(recogniser.sequences), logs, recogniser.phones))
        off = distances(said, row.durations, logs, recogniser.phones)
        near, boundaries = near + sum(each <= NEAR for each in off), boundaries + len(off)
        recordings.append((row.id, sum(phone != SIL for phone in said), bigram, greedy))
    count = sum(n for _, n, _, _ in recordings)
    return {
        "weights": sum(tensor.size for tensor in recogniser.opened.tensors.values()),
        "frame_accuracy": round(right / int(examples.frames.sum()), 4),
        "per_greedy": round(sum(each[3] for each in recordings) / count, 4),
        "per_bigram": round(sum(each[2] for each in recordings) / count, 4),
        "boundaries_20ms": round(near / boundaries, 4),
        "recordings": [each[:3] for each in recordings],
    }


def phones(decoder: Decoder, logs: Array, names: Sequence[str]) -> list[str]:
    """The phones of a recording, each once for all its frames."""
    found = decoder.feed(logs, last=True).tolist()
    return [names[phone] for t, phone in enumerate(found) if t == 0 or phone != found[t - 1]]


def errors(said: Sequence[str], found: Sequence[str]) -> int:
    """Substitutions, deletions and insertions, pauses left out of both."""
    texts = (" ".join(phone for phone in each if phone != SIL) for each in (said, found))
    counted = jiwer.process_words(*texts)
    return int(counted.substitutions + counted.deletions + counted.insertions)


def distances(said: Sequence[str], durations: Sequence[int], logs: Array, names: Sequence[str]) -> list[int]:
    """How many frames each boundary between phones of forced alignment lies from that of the labels.

    Where a pause of the labels is not found, or the other way round, the phone that follows has the boundary.
    """
    path = alignment.best(Graph.of_segments(said), logs, {name: i for i, name in enumerate(names)})
    frames = dict(zip(path.states, path.frames, strict=True))
    own = np.cumsum([frames.get(i, 0) for i in range(len(said))])[:-1]
    differences: list[int] = np.abs(own - np.cumsum(durations)[:-1]).tolist()
    return differences


def table(recipe: Recipe) -> str:
    """Markdown: every variant, the mean and each seed, and how its error rate differs from that of ``full``."""
    rows = read_log(recipe.results)
    full = [row for row in rows if row["variant"] == recipe.full]
    if not full:
        raise UsageError(f"{recipe.results}: has no finished run of the variant {recipe.full!r}")
    columns = ("variant", "weights", "frames right", "PER, greedy", "PER, bigram", "difference", "boundaries in 20 ms")
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for variant in dict.fromkeys(row["variant"] for row in rows):
        of = [row for row in rows if row["variant"] == variant]
        more = ""
        if variant != recipe.full:
            mean, low, high = difference(of, full)
            more = f"{100 * mean:+.1f} ({100 * low:+.1f} to {100 * high:+.1f})"
        cells = [variant, f"{of[0]['weights']:,}", _cell(of, "frame_accuracy"), _cell(of, "per_greedy"),
                 _cell(of, "per_bigram"), more, _cell(of, "boundaries_20ms")]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(rows: Sequence[Mapping[str, Any]], name: str) -> str:
    each = [row[name] for row in rows]
    seeds = f" ({', '.join(f'{100 * value:.1f}' for value in each)})" if len(each) > 1 else ""
    return f"{100 * float(np.mean(each)):.1f} %{seeds}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("recognisers", __doc__)
    parser.add_argument("recipe", type=Path, help="a folder with recognisers.yaml")
    parser.add_argument("--table", action="store_true", help="only print the table of the finished runs")
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    recipe = Recipe.read(given.recipe)
    if not given.table:
        run(recipe)
    print(table(recipe))


if __name__ == "__main__":
    main()
