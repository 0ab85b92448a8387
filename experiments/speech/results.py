"""The scores of systems: one line of JSON per system and set of texts, tables, and a bar chart like Figure 5."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments.speech.clips import Clips
from wavenet import atomic
from wavenet.audio import pictures
from wavenet.errors import UsageError
from wavenet.evaluation.perception.clip import Score
from wavenet.evaluation.perception.judge import INSTRUMENT, METRICS, Judgement
from wavenet.evaluation.perception.scores import Interval, Scores

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NATURALNESS, INTELLIGIBILITY = "naturalness", "intelligibility"
HEADS = {NATURALNESS: "DistillMOS", INTELLIGIBILITY: "WER"}
"""the names of the metrics in tables"""
WORST = 0.5
"""error rate at which the axis of the picture ends"""


class Said(NamedTuple):
    """One clip."""

    text: str
    key: str
    """key of the clip, as in ``Clips.keys``"""


@dataclass(frozen=True, eq=False)
class Row:
    """One system on one set of texts."""

    system: str
    kind: str
    texts: str
    """name of the set"""
    seconds: float
    """seconds of speech"""
    said: dict[str, Said]
    """by line"""
    scores: dict[str, Scores]
    """by metric, then by line"""
    instrument: int = INSTRUMENT
    """version of the metrics"""

    @classmethod
    def of(cls, clips: Clips, judgement: Judgement) -> "Row":
        """The result of scoring clips."""
        said = {line.name: Said(line.text, clips.keys[line.name]) for line in clips.lines}
        return cls(clips.system.name, clips.system.kind, clips.texts, judgement.seconds, said, judgement.scores)

    def about(self, clips: Clips) -> bool:
        """Whether this is about exactly these clips, scored by the current metrics."""
        keys = {name: said.key for name, said in self.said.items()}
        ours = (self.instrument, self.system, self.texts, keys)
        return ours == (INSTRUMENT, clips.system.name, clips.texts, clips.keys)

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``json.dumps``: all scores of every text."""
        return {
            "system": self.system,
            "kind": self.kind,
            "texts": self.texts,
            "instrument": self.instrument,
            "seconds": round(self.seconds, 2),
            **{name: {"mean": _finite(s.mean), "interval_95": s.interval} for name, s in self.scores.items()},
            "lines": [
                {"name": name, **said._asdict(), **{metric: _score(s, name) for metric, s in self.scores.items()}}
                for name, said in self.said.items()
            ],
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> "Row":
        """The inverse of ``to_json``; raises KeyError, TypeError."""
        lines = {line["name"]: line for line in row["lines"]}
        scores = {
            metric: Scores({name: _scored(**line[metric]) for name, line in lines.items()})
            for metric in HEADS
            if metric in row
        }
        said = {name: Said(line["text"], line["key"]) for name, line in lines.items()}
        # the first rows had no such field
        instrument = int(row.get("instrument", 1))
        return cls(row["system"], row["kind"], row["texts"], row["seconds"], said, scores, instrument)


def read(path: Path) -> list[Row]:
    """The rows of a file, none if it does not exist; raises UsageError."""
    if not path.exists():
        return []
    try:
        return [Row.from_json(json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: contains no results of this comparison; name another file ({error!r})") from None


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write one line of JSON per row."""
    with atomic.writing(path) as temporary:
        temporary.write_text("".join(json.dumps(row.to_json(), ensure_ascii=False) + "\n" for row in rows), "utf-8")


def newest(rows: Sequence[Row]) -> list[Row]:
    """The rows with the newest version of the metrics, which can be compared."""
    last = max((row.instrument for row in rows), default=INSTRUMENT)
    return [row for row in rows if row.instrument == last]


def ranked(rows: Sequence[Row], texts: str) -> list[Row]:
    """The rows of one set of texts, the most natural first."""
    return sorted((row for row in rows if row.texts == texts), key=lambda row: -row.scores[NATURALNESS].mean)


def table(rows: Sequence[Row]) -> str:
    """In Markdown, for every set: means with 95 % intervals, then the differences in naturalness of every pair.

    Rows of an older version of the metrics have separate tables, at the end, whose titles say so.
    """
    parts = []
    for instrument, texts in sorted(dict.fromkeys((row.instrument, row.texts) for row in rows), key=lambda of: -of[0]):
        of = ranked([row for row in rows if row.instrument == instrument], texts)
        older = f"; by version {instrument} of the metrics, not comparable with the current {INSTRUMENT}"
        note = older * (instrument != INSTRUMENT)
        parts += [f"**{texts}** ({len(of[0].said)} texts; 95 % over texts{note})", _means(of)]
        if len(of) > 1:
            parts += [f"{HEADS[NATURALNESS]}, row minus column (paired over texts, 95 %)", _differences(of)]
    return "\n\n".join(parts)


def _means(rows: Sequence[Row]) -> str:
    lines = [["", "", *(HEADS[metric] for metric in rows[0].scores)]]
    for row in rows:
        cells = [_with(scores.mean, scores.interval, METRICS[name].form) for name, scores in row.scores.items()]
        lines.append([row.system, row.kind, *cells])
    return _markdown(lines)


def _differences(rows: Sequence[Row]) -> str:
    lines = [["", *(row.system for row in rows[1:])]]
    for i, row in enumerate(rows[:-1]):
        found = (row.scores[NATURALNESS].minus(other.scores[NATURALNESS]) for other in rows[i + 1 :])
        cells = [_with(mean, interval, "+" + METRICS[NATURALNESS].form) for mean, interval, _ in found]
        lines.append([row.system, *[""] * i, *cells])
    return _markdown(lines)


def bars(rows: Sequence[Row], title: str = "") -> "Figure":
    """Means with 95 % intervals as in Figure 5: a panel for each metric, a colour for each set of texts.

    Error rates beyond ``WORST`` end there, with their number: one bad row does not make the others unreadable. If rows
    have several versions of the metrics, only those of the newest are shown.
    """
    rows = newest(rows)
    sets = list(dict.fromkeys(row.texts for row in rows))
    # from top to bottom: the most natural first
    systems = list(dict.fromkeys(row.system for texts in sets for row in ranked(rows, texts)))
    metrics = list(rows[0].scores)
    fig = pictures.figure(10, 1.4 + 0.28 * len(systems) * (len(sets) + 0.5))
    fig.suptitle(title)
    fig.set_layout_engine("constrained", wspace=0.06)  # or the last number of an axis touches the first of the next
    panels = fig.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    for axes, metric in zip(panels, metrics, strict=True):
        for k, texts in enumerate(sets):
            _bar(axes, [row for row in rows if row.texts == texts], systems, metric, (k, len(sets)))
        if metric == NATURALNESS:
            axes.set_xlim(1, 5)
        else:
            axes.set_xlim(0, min(axes.get_xlim()[1], WORST))
            axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.set_xlabel(f"{HEADS[metric]}, {'more' if metric == NATURALNESS else 'less'} is better")
        axes.grid(axis="x", alpha=0.3)
        axes.set_axisbelow(True)
    panels[0].set_yticks(range(len(systems)), systems)
    panels[0].invert_yaxis()
    fig.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(sets), frameon=False)
    return fig


def _bar(axes: "Axes", rows: Sequence[Row], systems: Sequence[str], metric: str, place: tuple[int, int]) -> None:
    """The bars of one set of texts; ``place`` is its index and the number of sets."""
    k, sets = place
    height = 0.8 / sets
    at = [systems.index(row.system) - 0.4 + (k + 0.5) * height for row in rows]
    scores = [row.scores[metric] for row in rows]
    ends = [s.interval or (s.mean, s.mean) for s in scores]
    widths = [s.mean for s in scores]
    errors = [[w - low for w, (low, _) in zip(widths, ends, strict=True)],
              [high - w for w, (_, high) in zip(widths, ends, strict=True)]]  # fmt: skip
    label = rows[0].texts if rows else ""
    for y, width in zip(at, widths, strict=True):
        if metric != NATURALNESS and width > WORST:
            axes.text(0.98 * WORST, y, f"{width:.0%}", ha="right", va="center", color="white", fontsize=8)
    axes.barh(at, widths, height * 0.9, xerr=errors, label=label, error_kw={"linewidth": 1, "capsize": 2})


def _markdown(lines: Sequence[Sequence[str]]) -> str:
    cells = [[" ".join(cell.split()).replace("|", r"\|") for cell in line] for line in lines]
    cells.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def _with(mean: float, interval: Interval | None, form: str) -> str:
    if math.isnan(mean):
        return "-"
    return f"{mean:{form}}" + (f" ({interval[0]:{form}} to {interval[1]:{form}})" if interval else "")


def _score(scores: Scores, name: str) -> dict[str, Any]:
    value, weight, note = scores.by_clip[name]
    return {"value": _finite(value), "weight": weight, "note": note}


def _scored(value: float | None, weight: float, note: str) -> Score:
    return Score(math.nan if value is None else value, weight, note)


def _finite(number: float) -> float | None:
    return None if math.isnan(number) else round(number, 6)
