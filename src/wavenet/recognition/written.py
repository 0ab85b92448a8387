"""Phones as text: lines, JSON, Praat's TextGrid, Audacity's labels.

A TextGrid is in the long format, its times are those of neighbouring intervals alike to the last digit, no interval is
empty, and a label is one line without `` = ``: so Praat, ``textgrid``, ``praatio`` and ``tgt`` read the same.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from wavenet.recognition.decoding import Phone

UNSURE = 0.5
"""a phone with a lower confidence is marked"""
MARK = " ?"
"""behind a phone that is marked"""


def marked(phone: Phone) -> str:
    """The name of a phone, with a mark if its confidence is low."""
    return phone.name + MARK * (phone.confidence < UNSURE)


def line(phone: Phone) -> str:
    """Start and end in seconds, the phone, its confidence, and the mark of a low one."""
    return f"{_time(phone.start)}\t{_time(phone.end)}\t{phone.name}\t{phone.confidence:.2f}{MARK * _low(phone)}"


def as_json(phones: Sequence[Phone], about: Mapping[str, Any]) -> str:
    """An object: ``about``, and the phones."""
    rows = [
        {
            "phone": phone.name,
            "start": float(_time(phone.start)),
            "end": float(_time(phone.end)),
            "confidence": round(phone.confidence, 4),
            "low_confidence": _low(phone),
        }
        for phone in phones
    ]
    return json.dumps({**about, "phones": rows}, ensure_ascii=False, indent=1) + "\n"


def audacity(phones: Sequence[Phone]) -> str:
    """A label track: start, end, label."""
    return "".join(f"{_time(p.start)}\t{_time(p.end)}\t{_label(marked(p))}\n" for p in phones)


def textgrid(tiers: Mapping[str, Sequence[tuple[float, float, str]]]) -> str:
    """Interval tiers of starts, ends and labels, which follow each other without a gap and end together, as does each.

    Intervals that are shorter than a microsecond are left out.
    """
    kept = {name: [one for one in rows if _time(one[0]) != _time(one[1])] for name, rows in tiers.items()}
    end = _time(max((rows[-1][1] for rows in kept.values() if rows), default=0.0))
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {end}"]
    lines += ["tiers? <exists>", f"size = {len(kept)}", "item []:"]
    for i, (name, rows) in enumerate(kept.items(), 1):
        lines += [f"    item [{i}]:", '        class = "IntervalTier"', f"        name = {_quoted(name)}"]
        lines += ["        xmin = 0", f"        xmax = {end}", f"        intervals: size = {len(rows)}"]
        for k, (start, stop, label) in enumerate(rows, 1):
            lines += [f"        intervals [{k}]:", f"            xmin = {_time(start)}"]
            lines += [f"            xmax = {_time(stop)}", f"            text = {_quoted(label)}"]
    return "\n".join(lines) + "\n"


def phone_tier(phones: Sequence[Phone]) -> list[tuple[float, float, str]]:
    """The intervals of phones."""
    return [(phone.start, phone.end, marked(phone)) for phone in phones]


def _low(phone: Phone) -> bool:
    return phone.confidence < UNSURE


def _time(seconds: float) -> str:
    """Seconds to the microsecond, without zeros at the end; 0 is ``0``."""
    return f"{seconds:.6f}".rstrip("0").rstrip(".")


def _label(text: str) -> str:
    return " ".join(text.split()).replace(" = ", "=")


def _quoted(text: str) -> str:
    return '"' + _label(text).replace('"', '""') + '"'
