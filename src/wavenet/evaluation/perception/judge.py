"""``judge``: the scores of recordings under each metric, with means, intervals, a table and JSON."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from wavenet import bars
from wavenet.errors import AudioError, MissingExtraError, UsageError, escaped, suggestion
from wavenet.evaluation.perception import fidelity, intelligibility, naturalness, similarity
from wavenet.evaluation.perception.clip import Clip, Score
from wavenet.evaluation.perception.scores import Interval, Scores

INSTRUMENT = 2
"""the version of all metrics together; it increases whenever a change gives the same clip another number. Scores of
different versions are not comparable. 1: whole clips, heard once, with loops of the recogniser counted"""


class Metric(NamedTuple):
    """How a metric is loaded, what it needs of a clip, and how its numbers are formatted."""

    load: Callable[[], object]
    score: Callable[[Clip], Score]
    needs: Literal["", "text", "reference"]
    form: str
    """format of a number"""
    says: str


METRICS = {
    "naturalness": Metric(
        naturalness.load, naturalness.score, "", ".2f", "mean opinion score by DistillMOS, 1 to 5 (excellent)"
    ),
    "intelligibility": Metric(
        intelligibility.load, intelligibility.score, "text", ".1%", "word error rate of Whisper tiny.en, 0 is best"
    ),
    "similarity": Metric(
        similarity.load,
        similarity.score,
        "reference",
        ".3f",
        "cosine with the reference's voice by Resemblyzer, up to 1",
    ),
    "pesq": Metric(fidelity.load_pesq, fidelity.pesq, "reference", ".2f", "wideband PESQ, 1.02 to 4.64 (identical)"),
    "stoi": Metric(fidelity.load_stoi, fidelity.stoi, "reference", ".3f", "STOI, 0 to 1 (identical)"),
    "f0": Metric(
        fidelity.load_f0, fidelity.f0, "reference", ".3f", "correlation of log F0 with the reference's, up to 1"
    ),
}


@dataclass(frozen=True, eq=False)
class Judgement:
    """The scores of clips under several metrics."""

    scores: dict[str, Scores]
    """by metric; ``scores[metric].minus(other.scores[metric])`` compares two systems"""
    clips: int
    seconds: float
    """total duration of all clips"""

    def table(self) -> str:
        """A table for people: means with 95 % intervals, and what could not be scored."""
        rows = [("", "mean", "95 % over clips", "")]
        for name, scores in self.scores.items():
            form, few = METRICS[name].form, f" ({scores.clips} of {self.clips} clips)"
            says = METRICS[name].says + (few if scores.clips < self.clips else "")
            rows.append((name, _written(scores.mean, form), _range(scores.interval, form), says))
        a, b, c = (max(len(row[i]) for row in rows) for i in range(3))
        lines = [f"  {row[0]:{a}}  {row[1]:>{b}}  {row[2]:>{c}}  {row[3]}".rstrip() for row in rows]
        return "\n".join([*lines, *self.without_score()])

    def without_score(self) -> list[str]:
        """One line for each clip that has no score under a metric."""
        return [
            escaped(f"no {metric} of {name}: {score.note}")
            for metric, scores in self.scores.items()
            for name, score in scores.by_clip.items()
            if math.isnan(score.value)
        ]

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``json.dumps``: every number of every clip."""
        return {
            "instrument": INSTRUMENT,
            "clips": self.clips,
            "seconds": self.seconds,
            "metrics": {
                metric: {
                    "mean": _finite(scores.mean),
                    "interval_95": scores.interval,
                    "scored": scores.clips,
                    "clips": [
                        {"name": name, "value": _finite(s.value), "weight": s.weight, "note": s.note}
                        for name, s in scores.by_clip.items()
                    ],
                }
                for metric, scores in self.scores.items()
            },
        }


def of_pairs() -> tuple[list[str], list[str]]:
    """The metrics that compare a recording with its reference and need no text: those that are installed, and not."""
    there: list[str] = []
    missing: list[str] = []
    for name, metric in METRICS.items():
        if metric.needs == "reference":
            try:
                metric.load()
                there.append(name)
            except MissingExtraError:
                missing.append(name)
    return there, missing


def check(metrics: Sequence[str]) -> None:
    """Raise UsageError unless these are names of metrics, without repetition."""
    if not any(metrics):
        raise UsageError(f"no metric is named; known: {', '.join(METRICS)}")
    for name in metrics:
        if name not in METRICS:
            raise UsageError(f"unknown metric {name!r}{suggestion(name, METRICS)}")
        if metrics.count(name) > 1:
            raise UsageError(f"the metric {name} occurs twice")


def judge(clips: Sequence[Clip], metrics: Sequence[str], *, progress: bool = False) -> Judgement:
    """Score each clip with each metric.

    Everything that could fail halfway is checked first: names, texts, references, lengths, packages. A clip without a
    score under a metric, such as silence, which has no voice, is left out of the metric's mean and reported.

    Args:
        clips: at any sample rate and level; each is judged at 16 kHz and -26 dBFS.
        metrics: names in ``METRICS``.
        progress: show a progress bar.

    Raises:
        UsageError: a metric is unknown; there are no clips, or two with the same name; a metric needs texts and no clip
            has one, or needs references and one is missing.
        AudioError: a clip is empty, or has another length than its reference.
        MissingExtraError: the packages of a metric are not installed.
    """
    check(metrics)
    _check_clips(clips, metrics)
    for name in metrics:
        METRICS[name].load()
    found: dict[str, dict[str, Score]] = {name: {} for name in metrics}
    with bars.bar(clips, desc="judging", unit=" clips", delay=1, disable=not progress) as bar:
        for clip in bar:
            heard = clip.standard()
            for name in metrics:
                bar.set_postfix_str(name, refresh=False)
                found[name][clip.name] = METRICS[name].score(heard)
    scores = {name: Scores(by_clip) for name, by_clip in found.items()}
    return Judgement(scores, len(clips), sum(clip.seconds for clip in clips))


def _check_clips(clips: Sequence[Clip], metrics: Sequence[str]) -> None:
    if not clips:
        raise UsageError("there is no recording to judge; give at least one")
    names: set[str] = set()
    for clip in clips:
        if clip.name in names:
            raise UsageError(f"two recordings have the name {clip.name!r}; give each its own name")
        names.add(clip.name)
        _check_clip(clip, metrics)
    texts = [name for name in metrics if METRICS[name].needs == "text"]
    if texts and not any(clip.text for clip in clips):
        raise UsageError(
            f"{texts[0]} needs the text that is spoken, and no recording has one; give a manifest, .csv or .jsonl, "
            "with the columns path and text"
        )


def _check_clip(clip: Clip, metrics: Sequence[str]) -> None:
    if clip.waveform.ndim != 1 or not len(clip.waveform):
        raise AudioError(f"{clip.name} has the shape {clip.waveform.shape}, and must be (T,) of at least one sample")
    for name in metrics:
        if METRICS[name].needs == "reference" and clip.reference is None:
            raise UsageError(f"{name} compares with a reference, but {clip.name} has none; give --references")
    if {"pesq", "stoi", "f0"} & set(metrics):
        fidelity.check_lengths(clip)


def _written(number: float, form: str) -> str:
    return "-" if math.isnan(number) else f"{number:{form}}"


def _range(interval: Interval | None, form: str) -> str:
    return f"{interval[0]:{form}} to {interval[1]:{form}}" if interval else ""


def _finite(number: float) -> float | None:
    return None if math.isnan(number) else number
