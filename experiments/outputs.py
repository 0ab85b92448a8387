"""Scores the runs of ``recipes/outputs`` in common units, beside AR(16) and MCGSM of the past samples, and tabulates.

``python -m experiments.outputs recipes/outputs`` takes every finished run of ``python -m experiments.compare
recipes/outputs``, scores it once on the held-out recordings, keeps the result in ``units.jsonl`` of the recipe, and
prints a table for ``python -m experiments.pages --keep outputs``. ``--table`` only prints what is kept.

Whatever its classes are, a model gives two probabilities of the same 16-bit sample s:

- of s itself. A class of a softmax has its probability spread evenly over the 16-bit samples in it.
- of the μ-law class (of 256) that s is in: the sum over the 16-bit samples in it.

The models see the past in their own resolution: a model of 16-bit samples knows more of it than one of μ-law classes.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments import command
from experiments.compare import Comparison, difference
from wavenet import outputs, recordings
from wavenet.audio import linear, mu_law
from wavenet.audio.quantizers import QUANTIZERS
from wavenet.config import AudioConfig, ModelConfig, Quantizer
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder
from wavenet.errors import UsageError
from wavenet.evaluation import autoregression, mcgsm
from wavenet.generator import Generator
from wavenet.outputs.mixture import Mixture
from wavenet.outputs.softmax import Softmax
from wavenet.training.tracking import read_log, write_log

SAMPLES, MU_LAW = 65_536, 256
REFERENCE = "softmax"
"""the variant from which the others' differences are told"""
FIT_SECONDS = 600.0
"""of the training split, for AR(16) and MCGSM"""
BLOCK = 4_096
"""samples that are scored at once"""

Array = NDArray[np.float64]
Classes = NDArray[np.integer]
Score = tuple[Array, Array | None]
"""bits of each 16-bit sample (T,), and of its μ-law class (T,)"""


@dataclass(frozen=True)
class Units:
    """How the classes of a quantiser lie among the 16-bit samples 0 … 65535, and those among μ-law classes."""

    quantizer: Quantizer
    classes: int

    @cached_property
    def of_sample(self) -> NDArray[np.int64]:
        """The class of each 16-bit sample, (65536,)."""
        return QUANTIZERS[self.quantizer].encode(linear.decode(np.arange(SAMPLES)), self.classes)

    @cached_property
    def count(self) -> NDArray[np.int64]:
        """The number of 16-bit samples in each class, (Q,)."""
        return np.bincount(self.of_sample, minlength=self.classes)

    @cached_property
    def shares(self) -> Array:
        """The share of each class's samples that is in each μ-law class, (Q, 256)."""
        pairs = np.bincount(self.of_sample * MU_LAW + mu_law_of_sample(), minlength=self.classes * MU_LAW)
        return np.asarray(pairs.reshape(self.classes, MU_LAW) / np.maximum(self.count, 1)[:, None])


def mu_law_of_sample() -> NDArray[np.int64]:
    """The μ-law class of each 16-bit sample, (65536,)."""
    return mu_law.encode(linear.decode(np.arange(SAMPLES)), MU_LAW)


class Scorer:
    """The bits of 16-bit samples, and of their μ-law classes, given the logits of a network."""

    def __init__(self, audio: AudioConfig, model: ModelConfig) -> None:
        self._distribution = outputs.of(model)
        self.units = Units(audio.quantizer, model.quantization_channels)
        coarse = mu_law_of_sample()
        self._first = np.searchsorted(coarse, np.arange(MU_LAW))
        self._last = np.searchsorted(coarse, np.arange(MU_LAW), "right") - 1
        if isinstance(self._distribution, Mixture) and self.units.classes != SAMPLES:
            raise UsageError(f"{model.output} of {model.quantization_channels} classes: only 16-bit ones can be scored")

    def bits(self, logits: NDArray[np.float32], samples: Classes) -> Score:
        """Of samples (T,), given logits (T, C)."""
        coarse = mu_law_of_sample()[samples]
        if isinstance(self._distribution, Mixture):
            own = self._distribution.log_interval(logits, samples, samples)
            of_class = self._distribution.log_interval(logits, self._first[coarse], self._last[coarse])
            return -own / np.log(2), -of_class / np.log(2)
        assert isinstance(self._distribution, Softmax)
        log_p = self._distribution.log_probabilities(logits.astype(np.float64))
        classes = self.units.of_sample[samples]
        own = log_p[np.arange(len(samples)), classes] / np.log(2) - np.log2(self.units.count[classes])
        of_class = np.log2((np.exp(log_p) * self.units.shares[:, coarse].T).sum(-1))
        return -own, -of_class


def network(home: Path) -> Callable[[NDArray[np.int64]], Iterator[Score]]:
    """Scores a recording's 16-bit samples (T,) by a model folder, in fp32, block by block."""
    generator = Generator.open(home, "fp32")
    scorer = Scorer(generator.audio, generator.model)

    def score(samples: NDArray[np.int64]) -> Iterator[Score]:
        stream, classes = generator.network.start(), scorer.units.of_sample[samples]
        for at in range(0, len(samples), BLOCK):
            logits = generator.network.logits(stream, classes[at : at + BLOCK])
            yield scorer.bits(logits, samples[at : at + BLOCK])

    return score


def of_the_past(
    reach: int, bits: Callable[[Classes, int], Array], units: Units
) -> Callable[[NDArray[np.int64]], Iterator[Score]]:
    """Scores a recording by a model of ``reach`` past classes; of μ-law classes, also in their units."""

    def score(samples: NDArray[np.int64]) -> Iterator[Score]:
        classes = units.of_sample[samples]
        found = bits(np.concatenate([np.full(reach, units.classes // 2), classes]), units.classes)
        yield found + np.log2(units.count[classes]), found if units.classes == MU_LAW else None

    return score


def row(
    variant: str, seed: int, score: Callable[[Any], Iterator[Score]], held_out: Mapping[str, Any]
) -> dict[str, Any]:
    """The result of scoring every recording."""
    found: dict[str, list[list[Any]]] = {"recordings": [], "classes": []}
    for name, samples in held_out.items():
        own, coarse = zip(*score(samples), strict=True)
        found["recordings"].append([name, len(samples), round(float(np.concatenate(own).sum()), 1)])
        if coarse[0] is not None:
            found["classes"].append([name, len(samples), round(float(np.concatenate(coarse).sum()), 1)])
    return {"variant": variant, "seed": seed, **{key: value for key, value in found.items() if value}}


def sixteen_bits(waveform: NDArray[np.floating]) -> NDArray[np.int64]:
    """A waveform as 16-bit samples 0 … 65535."""
    return linear.encode(waveform, SAMPLES)


def held_out_of(comparison: Comparison, seconds: float) -> tuple[PreparedCorpus, dict[str, NDArray[np.int64]]]:
    """The corpus of all runs, and the 16-bit samples of its held-out recordings."""
    (data,) = {config.data for _, _, config in comparison.runs}
    corpus = PreparedCorpus(Path(data))
    chosen = recordings.from_corpus(
        corpus, "validation", min(seconds, comparison.held_out_seconds) * corpus.sample_rate
    )
    return corpus, {each.name: sixteen_bits(recordings.waveform(each)) for each in chosen}


def baselines(corpus: PreparedCorpus, held_out: Mapping[str, Any], seconds: float) -> Iterator[dict[str, Any]]:
    """AR(16) and MCGSM of the past 16-bit samples, and of the past μ-law classes."""
    chosen = recordings.from_corpus(corpus, "train", seconds * corpus.sample_rate)
    training = [sixteen_bits(recordings.waveform(each)) for each in chosen]
    for units, name in ((Units("linear", SAMPLES), "16 bits"), (Units("mu_law", MU_LAW), "μ-law")):
        classes: list[Classes] = [units.of_sample[samples] for samples in training]
        ar = autoregression.fit(classes, units.classes, quantizer=units.quantizer)
        yield row(f"AR(16), {name}", 0, of_the_past(autoregression.REACH, ar.bits, units), held_out)
        of_past = mcgsm.fit(classes, units.classes, units.quantizer, samples=round(min(seconds, 100) * 1000))
        yield row(f"MCGSM, {name}", 0, of_the_past(mcgsm.ORDER, of_past.bits, units), held_out)


def mean(rows: Sequence[Mapping[str, Any]], key: str) -> str:
    """Bits per sample of all seeds together, and of each."""
    each = [sum(bits for _, _, bits in row[key]) / sum(n for _, n, _ in row[key]) for row in rows if key in row]
    if not each:
        return ""
    return f"{np.mean(each):.3f}" + (f" ({', '.join(f'{bits:.3f}' for bits in each)})" if len(each) > 1 else "")


def _difference(rows: Sequence[Mapping[str, Any]], reference: Sequence[Mapping[str, Any]], key: str) -> str:
    if rows == reference or not all(key in row for row in [*rows, *reference]) or not reference:
        return ""
    by_key = [[{**row, "recordings": row[key]} for row in some] for some in (rows, reference)]
    middle, low, high = difference(*by_key)
    return f"{middle:+.3f} ({low:+.3f} to {high:+.3f})"


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Markdown: every variant in both units, and its difference from the reference with a 95 % interval."""
    columns = ("output", "seeds", "bits per 16-bit sample", "difference", "bits per μ-law class", "difference of these")
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    reference = [row for row in rows if row["variant"] == REFERENCE]
    for variant in dict.fromkeys(row["variant"] for row in rows):
        of = [row for row in rows if row["variant"] == variant]
        cells = [variant, str(len(of))]
        for key in ("recordings", "classes"):
            cells += [mean(of, key), _difference(of, reference, key)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def score_all(path: Path, seconds: float) -> list[dict[str, Any]]:
    """Score what is finished and not yet kept; returns all rows. With fewer ``seconds``: everything, kept nowhere."""
    comparison = Comparison.read(path)
    trial = seconds < comparison.held_out_seconds
    kept = [] if trial else read_log(path / "units.jsonl")
    corpus, held_out = held_out_of(comparison, seconds)

    def keep(new: dict[str, Any]) -> None:
        kept.append(new)
        if not trial:
            write_log(path / "units.jsonl", kept)

    known, finished = (
        {(each["variant"], each["seed"]) for each in rows} for rows in (kept, read_log(comparison.results))
    )
    if ("MCGSM, μ-law", 0) not in known:
        kept[:] = [each for each in kept if not each["variant"].startswith(("AR(16)", "MCGSM,"))]
        for each in baselines(corpus, held_out, min(seconds * 4, FIT_SECONDS)):
            keep(each)
    for variant, seed, config in comparison.runs:
        home = Path(config.out) / "model"
        if (variant, seed) in finished - known:
            opened = folder.read(home)
            if opened.audio.sample_rate != corpus.sample_rate:
                raise UsageError(f"{home}: has another sample rate than {corpus.folder}")
            keep(row(variant, seed, network(home), held_out))
    return kept


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("outputs", __doc__)
    parser.add_argument("recipe", type=Path, help="a folder with compare.yaml")
    parser.add_argument("--table", action="store_true", help="only print the results so far")
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), help="score only this much, to try it out; keeps nothing"
    )
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    """Score the finished runs, and print the table."""
    rows = read_log(given.recipe / "units.jsonl") if given.table else score_all(given.recipe, given.seconds)
    print(table(rows))


if __name__ == "__main__":
    main()
