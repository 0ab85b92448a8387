"""The cost of every output distribution in the compiled engine, for ``engine.py --outputs``.

One stream, one thread: the same network with each output, drawing samples and scoring them, compared with the softmax
over 256 classes in the same round.
"""

import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tqdm import tqdm

from wavenet.bench.report import Work
from wavenet.bench.speed import measure, random_model
from wavenet.config import ModelConfig
from wavenet.engine.precision import PRECISIONS, Precision

SAMPLES = 65_536
"""classes of the distributions of values"""


def outputs(model: ModelConfig) -> dict[str, ModelConfig]:
    """A network with each output, the softmax over μ-law classes first."""
    return {
        "softmax, 256 classes": model,
        "softmax, 1,024 classes": replace(model, quantization_channels=1024),
        "logistics, 10 components": replace(model, output="logistics", quantization_channels=SAMPLES),
        "gaussian": replace(model, output="gaussian", quantization_channels=SAMPLES),
        "mcgsm, 10 components of 4 scales": replace(model, output="mcgsm", quantization_channels=SAMPLES),
    }


@dataclass
class Found:
    """The measurements of one output in one precision."""

    output: str
    precision: Precision
    score: bool
    rates: list[float] = field(default_factory=list)
    """samples per second, in every round"""
    ratios: list[float] = field(default_factory=list)
    """relative to the softmax in the same round"""

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``json.dumps``."""
        return {
            "what": "outputs",
            "output": self.output,
            "precision": self.precision,
            "score": self.score,
            "samples_per_second": statistics.median(self.rates),
            "ratio": statistics.median(self.ratios),
            "ratio_range": [min(self.ratios), max(self.ratios)],
            "rounds": len(self.rates),
        }


def measured(model: ModelConfig, rounds: int, seconds: float) -> list[Found]:
    """Measure every output and precision once per round, so that disturbances of the machine affect all of them."""
    opened = {name: random_model(each) for name, each in outputs(model).items()}
    table = [Found(name, precision, score) for score in (False, True) for precision in PRECISIONS for name in opened]
    with tqdm(total=rounds * len(table), desc="outputs", unit=" runs", file=sys.stderr) as bar:
        for _ in range(rounds):
            for found in table:
                folder, work = opened[found.output], Work(score=found.score, seconds=seconds)
                speed = measure(found.output, lambda folder=folder: folder, found.precision, work, 1)  # type: ignore[misc]
                found.rates.append(speed.samples_per_second)
                bar.update()
    for found in table:
        base = next(each for each in table if (each.precision, each.score) == (found.precision, found.score))
        found.ratios = [rate / other for rate, other in zip(found.rates, base.rates, strict=True)]
    return table


def markdown(table: Sequence[Found]) -> str:
    """For the documentation: samples per second, and the ratio to the softmax, drawn and scored in each precision."""
    columns = [(score, precision) for score in (False, True) for precision in PRECISIONS]
    heads = [f"{'scored' if score else 'drawn'} in {precision}" for score, precision in columns]
    lines = [f"| output | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for output in dict.fromkeys(found.output for found in table):
        row = {(found.score, found.precision): found for found in table if found.output == output}
        cells = [f"{statistics.median(row[at].rates):,.0f} ({statistics.median(row[at].ratios):.0%})" for at in columns]
        lines.append(f"| {output} | {' | '.join(cells)} |")
    return "\n".join(lines)
