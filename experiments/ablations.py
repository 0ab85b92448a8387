"""Tabulates and draws ``recipes/ablations``: what each part of the paper's design is worth in bits per sample.

``python -m experiments.ablations recipes/ablations`` prints a table of the finished runs of ``python -m
experiments.compare recipes/ablations`` for ``python -m experiments.pages --keep ablations``; ``--picture FILE.png``
also draws it.

Variants with other classes than ``full`` are compared with it in bits per 16-bit sample: a class has its probability
spread evenly over the 16-bit samples in it. For variants with the same classes, that adds the same to both.
"""

import argparse
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from experiments import ablated, command
from experiments.compare import Comparison, difference
from experiments.outputs import Units, held_out_of
from wavenet.audio import pictures
from wavenet.config import Quantizer, TrainConfig
from wavenet.errors import UsageError
from wavenet.training.tracking import read_log

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FULL = "full"
"""the variant from which the others' differences are told"""


Places = dict[tuple[Quantizer, int], dict[str, float]]
"""for a quantiser and its number of classes, bits of each recording: see ``positions``"""


class Interval(NamedTuple):
    """A mean and its 95 % interval over recordings and seeds."""

    mean: float
    low: float
    high: float


class Variant(NamedTuple):
    """The finished runs of one variant."""

    name: str
    weights: int
    milliseconds: float
    """receptive field"""
    bits: tuple[float, ...]
    """per sample of its classes, of each seed"""
    position: float
    """bits per sample that the place of a 16-bit sample in its class takes"""
    difference: Interval | None
    """bits per 16-bit sample more than ``full``, which has None"""
    alike: bool
    """whether it has the classes of ``full``"""
    dilations_alone: bool
    """whether nothing but the dilations differs from ``full``"""


def variants(path: Path) -> list[Variant]:
    """All variants with finished runs, in the order of the recipe; raises UsageError."""
    comparison = Comparison.read(path)
    rows = read_log(comparison.results)
    if not any(row["variant"] == FULL for row in rows):
        raise UsageError(f"{comparison.results}: has no finished run of the variant {FULL!r}")
    places = positions(comparison)
    configs = {name: config for name, _, config in comparison.runs}
    full = comparable(FULL, configs[FULL], rows, places)
    shapes = weight_shapes(configs[FULL])
    found = []
    for name, config in configs.items():
        if not (own := comparable(name, config, rows, places)):
            continue
        alike = classes_of(config) == classes_of(configs[FULL])
        found.append(
            Variant(
                name,
                sum(map(math.prod, weight_shapes(config))),
                1000 * config.model.receptive_field / config.audio.sample_rate,
                tuple(row["bits"] for row in rows if row["variant"] == name),
                sum(places[classes_of(config)].values()) / sum(n for _, n, _ in own[0]["recordings"]),
                None if name == FULL else Interval(*difference(own, full)),
                alike,
                alike and not getattr(config.model, "rebuilt", False) and weight_shapes(config) == shapes,
            )
        )
    return found


def comparable(
    name: str, config: TrainConfig, rows: Sequence[Mapping[str, Any]], places: Places
) -> list[dict[str, Any]]:
    """The rows of a variant, in bits per 16-bit sample."""
    own = places[classes_of(config)]
    return [
        {**row, "recordings": [[each, n, bits + own[each]] for each, n, bits in row["recordings"]]}
        for row in rows
        if row["variant"] == name
    ]


def classes_of(config: TrainConfig) -> tuple[Quantizer, int]:
    """The quantiser of a run, and its number of classes."""
    return config.audio.quantizer, config.model.quantization_channels


def weight_shapes(config: TrainConfig) -> list[tuple[int, ...]]:
    """The shapes of all weights."""
    return [tuple(weight.shape) for weight in ablated.network(config.model).parameters()]


def positions(comparison: Comparison) -> Places:
    """For the classes of each variant, the bits that the places of a recording's 16-bit samples in them take."""
    _, held_out = held_out_of(comparison, comparison.held_out_seconds)
    found: Places = {}
    for of in {classes_of(config) for _, _, config in comparison.runs}:
        units = Units(*of)
        found[of] = {
            name: float(np.log2(units.count[units.of_sample[samples]]).sum()) for name, samples in held_out.items()
        }
    return found


def table(found: Sequence[Variant]) -> str:
    """Markdown."""
    columns = ("variant", "weights", "receptive field", "bits per sample", "per 16-bit sample", "difference")
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for each in found:
        mean = float(np.mean(each.bits))
        seeds = f" ({', '.join(f'{bits:.3f}' for bits in each.bits)})" if len(each.bits) > 1 else ""
        more = each.difference
        cells = [each.name, f"{each.weights:,}", f"{each.milliseconds:.1f} ms", f"{mean:.3f}{seeds}",
                 f"{mean + each.position:.3f}",
                 f"{more.mean:+.3f} ({more.low:+.3f} to {more.high:+.3f})" if more else ""]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def draw(found: Sequence[Variant]) -> "Figure":
    """Differences from ``full``, and bits against the receptive field, of variants with the classes of ``full``."""
    alike = [each for each in found if each.alike]
    fig = pictures.figure(10, 3.6)
    left, right = fig.subplots(1, 2)
    _draw_differences(left, [each for each in alike if each.difference])
    _draw_receptive_fields(
        right, sorted((each for each in alike if each.dilations_alone), key=lambda v: v.milliseconds)
    )
    return fig


def _draw_differences(axes: "Axes", found: Sequence[Variant]) -> None:
    for y, each in enumerate(found):
        assert each.difference
        mean, low, high = each.difference
        axes.errorbar(mean, y, xerr=[[mean - low], [high - mean]], fmt="o", color="tab:blue", capsize=3)
    axes.axvline(0, color="grey", linewidth=1)
    axes.set_yticks(range(len(found)), [each.name for each in found])
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    axes.set(title=f"difference from {FULL}, with 95 % intervals", xlabel="bits per sample; less is better")


def _draw_receptive_fields(axes: "Axes", found: Sequence[Variant]) -> None:
    reach = [each.milliseconds for each in found]
    axes.plot(reach, [np.mean(each.bits) for each in found], "-", color="tab:blue")
    for each in found:
        axes.plot([each.milliseconds] * len(each.bits), each.bits, "o", color="tab:blue", alpha=0.5)
        axes.annotate(each.name, (each.milliseconds, max(each.bits)), (0, 5), textcoords="offset points", ha="center")
    axes.set_xscale("log", base=2)
    axes.set_xticks(reach, [f"{ms:.0f}" for ms in reach])
    axes.margins(0.1, 0.15)
    axes.grid(alpha=0.3)
    axes.set(title="dilations: each seed, and the mean", xlabel="receptive field, ms", ylabel="bits per sample")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("ablations", __doc__)
    parser.add_argument("recipe", type=Path, help="a folder with compare.yaml")
    parser.add_argument("--picture", type=Path, help="also draw the table into this file .png")
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    if given.picture:
        pictures.check_writable(given.picture)
    found = variants(given.recipe)
    if given.picture:
        pictures.write(draw(found), given.picture)
    print(table(found))


if __name__ == "__main__":
    main()
