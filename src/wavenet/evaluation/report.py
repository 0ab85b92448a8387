"""The result of an evaluation: bits per sample of the model and of the baselines, as numbers, JSON and a table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from wavenet.errors import escaped

_RESAMPLINGS = 2000  # the ends of a 95 % interval then vary by about 2 % of its width


@dataclass(frozen=True)
class Score:
    """The score of one recording."""

    name: str
    samples: int
    bits: dict[str, float]
    """bits of the whole recording, under ``model`` and each baseline"""


@dataclass(frozen=True)
class Data:
    """What was scored, and what the baselines were fitted to."""

    name: str
    split: str | None
    """None if the data have no splits"""
    sample_rate: int
    classes: int
    fitted_samples: int
    """training samples that the baselines were fitted to; 0: there is only the uniform baseline"""
    skipped: tuple[str, ...]
    """one line for each recording that could not be used"""
    decimation: int = 1
    """samples of audio per scored sample"""

    def seconds(self, samples: int) -> float:
        """The duration of a number of scored samples, in seconds of audio."""
        return samples * self.decimation / self.sample_rate


@dataclass(frozen=True)
class Result:
    """The result. Every mean is over samples: a long recording has more weight than a short one."""

    model: str
    data: Data
    scores: tuple[Score, ...]
    precision: str = "fp32"
    """precision of the model's products"""

    @property
    def samples(self) -> int:
        """Total of all recordings."""
        return sum(score.samples for score in self.scores)

    @property
    def seconds(self) -> float:
        """Total of all recordings."""
        return self.data.seconds(self.samples)

    @property
    def bits_per_sample(self) -> dict[str, float]:
        """Bits per sample of the baselines and the ``model``, starting with the simplest."""
        return {name: sum(score.bits[name] for score in self.scores) / self.samples for name in self.scores[0].bits}

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the model's bits per sample; None if there is only one recording.

        A bootstrap over recordings, because the samples of a recording are not independent. The seed is fixed.
        """
        if len(self.scores) < 2:
            return None
        bits = np.array([score.bits["model"] for score in self.scores])
        samples = np.array([score.samples for score in self.scores])
        rng = np.random.default_rng(0)
        draws = (rng.integers(len(bits), size=len(bits)) for _ in range(_RESAMPLINGS))
        low, high = np.quantile([bits[draw].sum() / samples[draw].sum() for draw in draws], [0.025, 0.975])
        return float(low), float(high)

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``json.dumps``."""
        means = {name: {"bits_per_sample": bits} for name, bits in self.bits_per_sample.items()}
        model = {"name": self.model, "precision": self.precision, **means.pop("model"), "interval_95": self.interval}
        size = {"recordings": len(self.scores), "samples": self.samples, "seconds": self.seconds}
        return {
            "model": model,
            "baselines": means,
            "data": {**asdict(self.data), **size},
            "recordings": [
                {"name": s.name, "samples": s.samples, "bits_per_sample": s.bits["model"] / s.samples}
                for s in self.scores
            ],
        }

    def table(self) -> str:
        """A table for people."""
        data, interval = self.data, self.interval
        split = f"{data.split} split of " if data.split else ""
        recordings = "1 recording" if len(self.scores) == 1 else f"{len(self.scores)} recordings"
        left_out = f" ({len(data.skipped)} left out)" if data.skipped else ""
        decimated = f"one sample of {data.decimation}, " if data.decimation > 1 else ""
        lines = [
            f"{split}{data.name}: {recordings}{left_out}, {_duration(self.seconds)} at {data.sample_rate} Hz, "
            f"{decimated}{data.classes} classes; the network in {self.precision}",
            *_aligned(list(self.bits_per_sample.items())),
        ]
        if interval:
            lines[-1] += f"  (95 % interval over recordings: {interval[0]:.3f} to {interval[1]:.3f})"
        if data.fitted_samples:
            lines.append(f"baselines fitted to {_duration(data.seconds(data.fitted_samples))} of training data")
        return "\n".join(map(escaped, lines))


def _aligned(rows: Sequence[tuple[str, float]]) -> list[str]:
    width = max(len(name) for name, _ in rows)
    return [f"  {'':{width}}  bits per sample", *(f"  {name:{width}}  {bits:15.3f}" for name, bits in rows)]


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.1f} min"
