"""Writes the measured numbers on the pages: each stands in a marker that says which results file it comes from.

``python -m experiments.pages`` fills all markers again; ``tests/test_pages.py`` checks that nothing is left to fill.

A marker is a pair of HTML comments, ``<!--= FILE [COLUMN=VALUE …] KEY[:FORMAT] -->3.68<!--/-->``: of the last row of
the file whose columns have these values, the value of a key, in a format of Python. ``FILE`` is ``NAME`` for
``benchmarks/results/NAME.json``, ``RECIPE/NAME`` for ``recipes/RECIPE/NAME.jsonl``; ``a.b`` is ``b`` in ``a``. Other
markers are a word of ``WORDS`` and its arguments, such as a whole table.

``BENCHMARK | python -m experiments.pages --keep NAME --command BENCHMARK`` keeps the table that a benchmark prints,
with the command, the machine and the date, and fills the pages with it.
"""

import argparse
import json
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from experiments import command
from experiments.compare import difference
from experiments.speech import results
from wavenet import atomic
from wavenet.bench.report import machine
from wavenet.errors import UsageError
from wavenet.evaluation.perception.judge import METRICS
from wavenet.training.tracking import read_log

ROOT = Path(__file__).parents[1]
PATTERNS = ("README.md", "docs/**/*.md", "recipes/*/*.md", "src/wavenet/models/*/README.md")
MARKER = re.compile(r"<!--= (.*?) -->(.*?)<!--/-->", re.DOTALL)


def pages() -> list[Path]:
    """The pages that may have markers."""
    return sorted(path for pattern in PATTERNS for path in ROOT.glob(pattern))


def filled(text: str) -> str:
    """A page with every marker filled from the results files; raises UsageError."""
    return MARKER.sub(lambda marker: f"<!--= {marker[1]} -->{written(marker[1])}<!--/-->", text)


def written(line: str) -> str:
    """What stands in the marker ``line``."""
    first, *rest = shlex.split(line)
    try:
        return WORDS[first](*rest) if first in WORDS else value(first, *rest)
    except (KeyError, IndexError, TypeError, ValueError, OSError) as error:
        raise UsageError(f"the marker {line!r} names nothing that is in the results: {error!r}") from None


@cache
def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a results file."""
    if "/" in name:
        return read_log(ROOT / f"recipes/{name}.jsonl")
    kept = kept_table(name)
    return [dict(zip(kept["columns"], row, strict=True)) for row in kept["rows"]]


def kept_table(name: str) -> dict[str, Any]:
    """A table of ``benchmarks/results``: ``command``, ``machine``, ``date``, ``columns`` and ``rows`` of texts."""
    kept: dict[str, Any] = json.loads((ROOT / f"benchmarks/results/{name}.json").read_text("utf-8"))
    return kept


def value(name: str, *arguments: str) -> str:
    """A value of the last row of a file that meets the conditions ``COLUMN=VALUE``, formatted."""
    *conditions, key = arguments
    wanted = [condition.partition("=")[::2] for condition in conditions]
    row = [row for row in rows(name) if all(plain(within(row, column)) == text for column, text in wanted)][-1]
    key, form = match.groups() if (match := re.fullmatch(r"(.*):(\+?,?\.?\d*[df%])", key)) else (key, "")
    if isinstance(found := within(row, key), dict | list):
        raise ValueError(f"{key} has parts")
    found = plain(found)
    return formatted(number(found, form.endswith("%") and "%" in found), form) if form else found


def within(row: Any, key: str) -> Any:
    """A value by its key, or by several with dots between them."""
    if key in row:
        return row[key]
    for part in key.split("."):
        row = row[int(part) if isinstance(row, list) else part]
    return row


def plain(found: Any) -> str:
    """As text, without Markdown's stars."""
    return str(found).replace("**", "").strip()


def number(text: str, share: bool) -> float:
    """The first number of a text, with commas between thousands; or the first before a %, divided by 100."""
    match = re.search(r"[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?" + r"(?= ?%)" * share, text)
    if not match:
        raise ValueError(f"{text!r} has no number")
    return float(match[0].replace(",", "")) / (100 if share else 1)


def formatted(found: float, form: str) -> str:
    """A number in a format of Python; shares have a space before the sign."""
    return f"{found:{form}}".replace("%", " %")


def bits(recipe: str, variant: str) -> str:
    """Bits per sample of a variant of a recipe's comparison: the mean, and each seed."""
    each = [row["bits"] for row in rows(f"{recipe}/comparison") if row["variant"] == variant]
    mean = f"{sum(each) / len(each):.3f}"
    return f"{mean} ({', '.join(f'{one:.3f}' for one in each)})" if len(each) > 1 else mean


def differs(recipe: str, a: str, b: str, form: str = ".3f") -> str:
    """Bits per sample of one variant less those of another, with the 95 % interval."""
    found = ([row for row in rows(f"{recipe}/comparison") if row["variant"] == name] for name in (a, b))
    mean, low, high = difference(*found)
    return f"{mean:+{form}} ({low:+{form}} to {high:+{form}})"


def heard(recipe: str, variant: str, rate: str = "16000") -> str:
    """Seconds of the held-out recordings on which a variant of a comparison was scored."""
    row = next(row for row in rows(f"{recipe}/comparison") if row["variant"] == variant)
    return f"{sum(samples for _, samples, _ in row['recordings']) / int(rate):.1f}"


@cache
def systems(recipe: str) -> list[results.Row]:
    """Of a comparison of systems, the scores by the newest version of the metrics."""
    return results.newest(results.read(ROOT / f"recipes/{recipe}/systems.jsonl"))


def score(recipe: str, system: str, texts: str, metric: str = "naturalness", ends: str = "ends") -> str:
    """A mean score of a system, with or without the ends of its interval."""
    (row,) = [row for row in systems(recipe) if (row.system, row.texts) == (system, texts)]
    scores, form = row.scores[metric], METRICS[metric].form
    interval = scores.interval if ends == "ends" else None
    shown = formatted(scores.mean, form)
    return shown + (f" ({interval[0]:{form}} to {interval[1]:{form}})".replace("%", "") if interval else "")


def ranking(recipe: str, texts: str) -> str:
    """A table of all systems on one set of texts, the most natural first."""
    ranked = results.ranked(systems(recipe), texts)
    lines = [["", "", *(results.HEADS[metric] for metric in ranked[0].scores)]]
    for row in ranked:
        lines.append([row.system, row.kind, *(score(recipe, row.system, texts, metric) for metric in row.scores)])
    return markdown(lines[0], lines[1:])


def less(recipe: str, system: str, texts: str, *others: str) -> str:
    """The naturalness of a system less that of others, by default of all, with 95 % intervals."""
    named = {row.system: row.scores["naturalness"] for row in results.ranked(systems(recipe), texts)}
    found = []
    for other in others or [name for name in named if name != system]:
        mean, interval, _ = named[system].minus(named[other])
        ends = f" ({interval[0]:+.2f} to {interval[1]:+.2f})" if interval else ""
        found.append(f"{'' if len(others) == 1 else f'{other} '}{mean:+.2f}{ends}")
    return ", ".join(found)


def table(name: str, *columns: str) -> str:
    """A table that was kept, whole or some of its columns."""
    kept = kept_table(name)
    chosen = [kept["columns"].index(column) for column in columns] or range(len(kept["columns"]))
    first, *lines = ([row[i] for i in chosen] for row in (kept["columns"], *kept["rows"]))
    return markdown(first, lines)


def source(name: str) -> str:
    """When, on which machine and by which command a table was made."""
    kept = kept_table(name)
    return f"{kept['machine']}, {kept['date']}, `{kept['command']}`"


def markdown(columns: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, on lines of its own."""
    whole = [columns, ["---"] * len(columns), *lines]
    return "\n" + "".join(re.sub(r"\|  (?=\|)", "| ", f"| {' | '.join(line)} |\n") for line in whole)


WORDS: dict[str, Callable[..., str]] = {
    "bits": bits, "differs": differs, "heard": heard, "score": score, "ranking": ranking, "less": less, "table": table,
    "source": source,
}  # fmt: skip


def keep(name: str, text: str, by: str) -> None:
    """Keep the first Markdown table of what a benchmark printed; raises UsageError."""
    lines = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        for line in text.splitlines()
        if line.lstrip().startswith("|")
    ]
    if len(lines) < 3 or any(len(line) != len(lines[0]) for line in lines):
        raise UsageError(f"what {by!r} printed has no table, or several; give one of them to --keep {name}")
    found = machine()
    kept = {"command": by, "machine": f"{found['processor']}, {found['cores']} cores", "date": f"{date.today()}"}
    write(name, {**kept, "columns": lines[0], "rows": lines[2:]})


def write(name: str, kept: dict[str, Any]) -> None:
    """Write a table to ``benchmarks/results``, a line for each of its rows."""
    head = {key: kept[key] for key in ("command", "machine", "date", "columns")}
    body = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in kept["rows"])
    with atomic.writing(ROOT / f"benchmarks/results/{name}.json") as temporary:
        temporary.write_text(
            json.dumps(head, ensure_ascii=False, indent=1)[:-2] + f',\n "rows": [\n  {body}\n ]\n}}\n', "utf-8"
        )


def fill() -> None:
    """Fill all pages again, and say which changed."""
    for page in pages():
        before = page.read_text("utf-8")
        after = filled(before)
        if after != before:
            with atomic.writing(page) as temporary:
                temporary.write_text(after, "utf-8")
            print(page.relative_to(ROOT))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("pages", (__doc__ or "").split("\n\n")[0])
    parser.add_argument("--keep", metavar="NAME", help="first keep the table on standard input under this name")
    parser.add_argument("--command", default="", help="what printed it")
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    if given.keep:
        keep(given.keep, sys.stdin.read(), given.command)
        rows.cache_clear()
    fill()


if __name__ == "__main__":
    main()
