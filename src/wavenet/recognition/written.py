"""Phones as text: lines, JSON, the tier of a TextGrid, Audacity's labels."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from wavenet.recognition.decoding import Phone
from wavenet.tts.textgrid import Interval, one_line, spelled

UNSURE = 0.5
"""a phone with a lower confidence is marked"""
MARK = " ?"
"""behind a phone that is marked"""


def marked(phone: Phone) -> str:
    """The name of a phone, with a mark if its confidence is low."""
    return phone.name + MARK * (phone.confidence < UNSURE)


def line(phone: Phone) -> str:
    """Start and end in seconds, the phone, its confidence, and the mark of a low one."""
    return f"{spelled(phone.start)}\t{spelled(phone.end)}\t{phone.name}\t{phone.confidence:.2f}{MARK * _low(phone)}"


def as_json(phones: Sequence[Phone], about: Mapping[str, Any]) -> str:
    """An object: ``about``, and the phones."""
    rows = [
        {
            "phone": phone.name,
            "start": float(spelled(phone.start)),
            "end": float(spelled(phone.end)),
            "confidence": round(phone.confidence, 4),
            "low_confidence": _low(phone),
        }
        for phone in phones
    ]
    return json.dumps({**about, "phones": rows}, ensure_ascii=False, indent=1) + "\n"


def audacity(phones: Sequence[Phone]) -> str:
    """A label track: start, end, label."""
    return "".join(f"{spelled(p.start)}\t{spelled(p.end)}\t{one_line(marked(p))}\n" for p in phones)


def phone_tier(phones: Sequence[Phone]) -> list[Interval]:
    """The intervals of phones."""
    return [(phone.start, phone.end, marked(phone)) for phone in phones]


def _low(phone: Phone) -> bool:
    return phone.confidence < UNSURE
