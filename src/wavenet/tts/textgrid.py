"""Intervals with labels as Praat's TextGrid.

It is in the long format, its times are those of neighbouring intervals alike to the last digit, no interval is empty,
and a label is one line without `` = ``: so Praat, ``textgrid``, ``praatio`` and ``tgt`` read the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

Interval = tuple[float, float, str]
"""start and end in seconds, and a label"""


def textgrid(tiers: Mapping[str, Sequence[Interval]]) -> str:
    """Interval tiers of starts, ends and labels, which follow each other without a gap and end together, as does each.

    Intervals that are shorter than a microsecond are left out.
    """
    kept = {name: [one for one in rows if spelled(one[0]) != spelled(one[1])] for name, rows in tiers.items()}
    end = spelled(max((rows[-1][1] for rows in kept.values() if rows), default=0.0))
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {end}"]
    lines += ["tiers? <exists>", f"size = {len(kept)}", "item []:"]
    for i, (name, rows) in enumerate(kept.items(), 1):
        lines += [f"    item [{i}]:", '        class = "IntervalTier"', f"        name = {_quoted(name)}"]
        lines += ["        xmin = 0", f"        xmax = {end}", f"        intervals: size = {len(rows)}"]
        for k, (start, stop, label) in enumerate(rows, 1):
            lines += [f"        intervals [{k}]:", f"            xmin = {spelled(start)}"]
            lines += [f"            xmax = {spelled(stop)}", f"            text = {_quoted(label)}"]
    return "\n".join(lines) + "\n"


def without_gaps(intervals: Iterable[Interval], end: float) -> Iterator[Interval]:
    """The intervals, with empty labels where there are none, from 0 to the end."""
    at = 0.0
    for start, stop, label in intervals:
        if start > at:
            yield at, start, ""
        yield start, stop, label
        at = stop
    if end > at:
        yield at, end, ""


def spelled(seconds: float) -> str:
    """Seconds to the microsecond, without zeros at the end; 0 is ``0``."""
    return f"{seconds:.6f}".rstrip("0").rstrip(".")


def one_line(label: str) -> str:
    """A label as those can read it."""
    return " ".join(label.split()).replace(" = ", "=")


def _quoted(text: str) -> str:
    return '"' + one_line(text).replace('"', '""') + '"'
