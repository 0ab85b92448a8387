"""The result of a speed measurement, as numbers, JSON and a table."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wavenet import outputs
from wavenet.config import ModelConfig
from wavenet.config.checks import integer
from wavenet.engine import native
from wavenet.engine.precision import Precision
from wavenet.errors import UsageError

MOST_STREAMS = 4_096


@dataclass(frozen=True)
class Work:
    """The work of one run."""

    threads: int = 1
    batch: int = 1
    """streams that are generated together"""
    score: bool = False
    """compute the likelihood of given samples instead of generating"""
    seconds: float = 1.0
    """seconds of audio in each stream"""

    def __post_init__(self) -> None:
        integer("batch", self.batch, 1, MOST_STREAMS)
        integer("threads", self.threads, 1, native.MOST_THREADS)
        if self.threads > max(self.batch, 2):
            raise UsageError(f"threads is {self.threads}, but only 2 can share a stream, {self.batch} the batch")
        if self.threads > 1 and self.score:
            raise UsageError(f"threads is {self.threads}, but scoring runs on 1; leave threads out")
        if self.score and self.batch > 1:
            raise UsageError(f"batch is {self.batch}, but scoring takes one recording at a time; leave batch out")
        if not 0 < self.seconds <= 3600:
            raise UsageError(f"seconds is {self.seconds:g}, and must be more than 0 and at most 3600")

    def samples(self, sample_rate: int) -> int:
        """The number of samples in each stream."""
        return max(1, round(self.seconds * sample_rate))


@dataclass(frozen=True)
class Run:
    """The measurements of one run."""

    load_seconds: float
    """from the folder, or from tensors in memory, to a network that is ready"""
    first_block_seconds: float
    """from the start of the streams to the first 10 ms of audio of each"""
    samples_per_second: float
    """total of all streams"""
    read_bandwidth: float
    """bytes per second that the threads can read if each reads its share of the weights repeatedly"""
    peak_multiply_adds: float
    """multiply-adds per second that the threads can do in this precision without waiting for anything"""


@dataclass(frozen=True)
class Speed:
    """The result. Values are medians over runs, except the arithmetic peak, which is the best value reached."""

    name: str
    model: ModelConfig
    sample_rate: int
    precision: Precision
    isa: str
    weight_bytes: int
    """bytes that one step of one stream reads"""
    work: Work
    runs: tuple[Run, ...]
    peak_rss_bytes: int
    """peak memory of this process, including Python and everything it did so far"""

    def of_runs(self, figure: str) -> list[float]:
        """One measurement of every run, in ascending order."""
        return sorted(getattr(run, figure) for run in self.runs)

    def median(self, figure: str) -> float:
        """The median of one measurement of ``Run``."""
        return statistics.median(self.of_runs(figure))

    @property
    def read_bandwidth(self) -> float:
        """Bytes per second."""
        return self.median("read_bandwidth")

    @property
    def peak_multiply_adds(self) -> float:
        """Per second."""
        return max(self.of_runs("peak_multiply_adds"))

    @property
    def samples_per_second(self) -> float:
        """Total of all streams."""
        return self.median("samples_per_second")

    @property
    def times_real_time(self) -> float:
        """Total of all streams."""
        return self.samples_per_second / self.sample_rate

    @property
    def floor_samples_per_second(self) -> float | None:
        """The speed of one stream if a step only read all weights once; None if steps share a reading."""
        if self.work.batch > 1 or self.work.score:
            return None
        return self.read_bandwidth / self.weight_bytes * self.model.decimation

    @property
    def fraction_of_floor(self) -> float | None:
        """The fraction of the floor that is reached."""
        floor = self.floor_samples_per_second
        return floor and self.samples_per_second / floor

    @property
    def fraction_of_peak(self) -> float:
        """The fraction of the machine's multiply-adds per second that is reached."""
        return self.samples_per_second * self.multiply_adds / self.peak_multiply_adds

    @property
    def multiply_adds(self) -> float:
        """Multiply-adds per sample of audio."""
        return multiply_adds(self.model) / self.model.decimation

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``json.dumps``."""
        speeds = self.of_runs("samples_per_second")
        per_stream = {
            "samples_per_second_per_stream": self.samples_per_second / self.work.batch,
            "times_real_time_per_stream": self.times_real_time / self.work.batch,
        }
        return {
            "name": self.name,
            "precision": self.precision,
            "isa": self.isa,
            **asdict(self.work),
            "samples_per_second": self.samples_per_second,
            "samples_per_second_range": [speeds[0], speeds[-1]],
            "times_real_time": self.times_real_time,
            **(per_stream if self.work.batch > 1 else {}),
            "floor_samples_per_second": self.floor_samples_per_second,
            "fraction_of_floor": self.fraction_of_floor,
            "fraction_of_peak": self.fraction_of_peak,
            "first_block_seconds": self.median("first_block_seconds"),
            "load_seconds": self.median("load_seconds"),
            "peak_rss_bytes": self.peak_rss_bytes,
            "weight_bytes": self.weight_bytes,
            "multiply_adds": self.multiply_adds,
            "read_bandwidth": self.read_bandwidth,
            "peak_multiply_adds": self.peak_multiply_adds,
            "runs": len(self.runs),
            "sample_rate": self.sample_rate,
            "machine": machine(),
            "model": asdict(self.model),
        }

    def table(self) -> str:
        """A table for people."""
        return "\n".join([*self._headings(), *_aligned(self._rows())])

    def _headings(self) -> list[str]:
        work, found = self.work, machine()
        what = "scoring" if work.score else _count(work.batch, "stream")
        return [
            f"{self.name}: {what}, {self.precision}, {self.isa}, {_count(work.threads, 'thread')}",
            f"{found['processor']}, {_count(found['cores'], 'core')}; median of {_count(len(self.runs), 'run')} of "
            f"{work.seconds:g} s of audio",
        ]

    def _rows(self) -> list[tuple[str, str, str]]:
        speeds, batch = self.of_runs("samples_per_second"), self.work.batch
        rows = [
            ("samples/s", f"{self.samples_per_second:,.0f}", f"from {speeds[0]:,.0f} to {speeds[-1]:,.0f}"),
            ("× real time", f"{self.times_real_time:.2f}", f"at {self.sample_rate:,} Hz"),
        ]
        if batch > 1:
            each = self.samples_per_second / batch
            rows.append(("× real time of each", f"{self.times_real_time / batch:.2f}", f"{each:,.0f} samples/s"))
        if floor := self.floor_samples_per_second:
            read = f"{self.weight_bytes / 1e6:.2f} MB of weights at {self.read_bandwidth / 1e9:.0f} GB/s"
            rows.append(("of the floor", f"{self.fraction_of_floor:.1%}", f"{floor:,.0f} samples/s: {read}"))
        peak = self.peak_multiply_adds / 1e9
        done = f"{self.multiply_adds / 1e6:.3f} M multiply-adds per sample, at most {peak:.0f} G/s"
        rows.append(("of the peak", f"{self.fraction_of_peak:.1%}", done))
        if not self.work.score:
            first = f"{1e3 * self.median('first_block_seconds'):.2f} ms"
            rows.append(("first 10 ms after", first, "with a loaded network"))
        return [
            *rows,
            ("loaded in", f"{1e3 * self.median('load_seconds'):.1f} ms", "without imports"),
            ("memory", f"{self.peak_rss_bytes / 1e6:.0f} MB", "peak of this process"),
        ]


def _aligned(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    name, value = (max(len(row[i]) for row in rows) for i in (0, 1))
    return [f"  {row[0]:{name}}  {row[1]:>{value}}  {row[2]}" for row in rows]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def multiply_adds(model: ModelConfig) -> int:
    """Multiply-adds in the matrix products of one sample; the input convolution is a look-up."""
    R, D, S = model.residual_channels, model.dilation_channels, model.skip_channels
    layers = model.layers * (2 * D * R * model.kernel_size + S * D) + (model.layers - 1) * R * D
    return layers + model.head_channels * (S + outputs.of(model).channels)


def machine() -> dict[str, Any]:
    """The ``processor``, as the operating system names it, and its number of ``cores``."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    return {"processor": processor, "cores": os.cpu_count() or 1}
