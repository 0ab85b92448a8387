"""Labelled recordings: the segments of each recording with their durations, and the file that stores them.

JSON lines: first the phones and the length of a frame, then one line per recording. Of a segment, only what differs
from the default is written.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from wavenet import atomic
from wavenet.errors import UsageError
from wavenet.settings import from_dict
from wavenet.tts.segments import SIL, Segment

FORMAT = "wavenet-labels"
FORMAT_VERSION = 1

_DEFAULTS = {f.name: f.default for f in fields(Segment)}


@dataclass(frozen=True)
class Labelled:
    """The segments of a recording."""

    id: str
    """id of the recording in its corpus"""
    segments: Sequence[Segment]
    durations: Sequence[int]
    """frames of each segment; 0 for a pause that a punctuation mark allows but the speaker did not make"""


@dataclass(frozen=True)
class Labels:
    """The labels of a corpus."""

    phones: tuple[str, ...]
    """all phones that may occur"""
    hop_length: int
    """samples per frame"""
    sample_rate: int
    rows: Sequence[Labelled]

    def write(self, path: Path, note: str = "") -> None:
        """Write the file, atomically, with a note in its first line."""
        head: dict[str, Any] = {"format": FORMAT, "format_version": FORMAT_VERSION}
        head |= ({"note": note} if note else {}) | {"phones": self.phones}
        lines = [head | {"hop_length": self.hop_length, "sample_rate": self.sample_rate}]
        for row in self.rows:
            segments = [_plain(segment) for segment in row.segments]
            lines.append({"id": row.id, "segments": segments, "durations": [int(frames) for frames in row.durations]})
        atomic.make_folder(path.parent)
        with atomic.writing(path) as temporary:
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            temporary.write_text(text, "utf-8")

    @classmethod
    def read(cls, path: Path) -> "Labels":
        """Read the file.

        Raises:
            UsageError: it is missing or has another version, or a line of it is invalid.
        """
        try:
            lines = path.read_text("utf-8").removesuffix("\n").split("\n")  # splitlines would split at U+2028 in a word
        except FileNotFoundError:
            raise UsageError(f"{path}: no such file of labels; wavenet align creates it") from None
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: labels cannot be read: {error}") from None
        head = _object(lines[0], f"{path}:1") if lines[0] else {}
        if head.get("format") != FORMAT:
            raise UsageError(f"{path}: contains no labels; wavenet align creates such a file")
        if head.get("format_version") != FORMAT_VERSION:
            message = f"format_version is {head.get('format_version')}, but this program reads {FORMAT_VERSION}"
            raise UsageError(f"{path}: {message}; update the program, or align again")
        common = _common(head, f"{path}:1")
        rows = [_row(line, common[0], f"{path}:{i}") for i, line in enumerate(lines[1:], 2)]
        lines_of: dict[str, int] = {}
        for i, row in enumerate(rows, 2):
            if lines_of.setdefault(row.id, i) < i:
                raise UsageError(f"{path}:{i}: {row.id} is already in line {lines_of[row.id]}; remove one of them")
        return cls(*common, rows)


def _plain(segment: Segment) -> dict[str, Any]:
    values = {name: getattr(segment, name) for name in _DEFAULTS}
    return {name: value for name, value in values.items() if value != _DEFAULTS[name]}


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        return dict(json.loads(line))
    except (ValueError, TypeError, RecursionError):
        raise UsageError(f"{where}: is not a JSON object; align again") from None


def _common(head: dict[str, Any], where: str) -> tuple[tuple[str, ...], int, int]:
    """The phones, samples of a frame and samples per second."""
    phones: Any = head.get("phones")
    hop_length: Any = head.get("hop_length")
    sample_rate: Any = head.get("sample_rate")
    if not isinstance(phones, list) or not all(isinstance(phone, str) for phone in phones) or SIL not in phones:
        raise UsageError(f"{where}: phones is {phones!r}, and must be a list of names that includes {SIL}; align again")
    if not all(type(number) is int and number > 0 for number in (hop_length, sample_rate)):
        message = f"hop_length is {hop_length!r} and sample_rate {sample_rate!r}"
        raise UsageError(f"{where}: {message}; they must be integers above 0; align again")
    return tuple(phones), hop_length, sample_rate


def _row(line: str, phones: tuple[str, ...], where: str) -> Labelled:
    row = _object(line, where)
    if set(row) != {"id", "segments", "durations"}:
        raise UsageError(
            f"{where}: has {', '.join(sorted(row))}, and must have id, segments and durations; align again"
        )
    entries, durations = row["segments"], row["durations"]
    if not (
        entries
        and isinstance(entries, list)
        and isinstance(durations, list)
        and all(type(one) is dict for one in entries)
    ):
        raise UsageError(f"{where}: segments must be one or more objects, and durations numbers; align again")
    segments = [from_dict(Segment, segment, where) for segment in entries]
    if len(durations) != len(segments):
        raise UsageError(f"{where}: {len(segments)} segments have {len(durations)} durations; align again")
    for segment, frames in zip(segments, durations, strict=True):
        if segment.phone not in phones:
            raise UsageError(f"{where}: phone {segment.phone!r} is not one of those in the first line; align again")
        if type(frames) is not int or frames < (segment.phone != SIL):
            raise UsageError(f"{where}: phone {segment.phone} has {frames!r} frames; align again")
    return Labelled(str(row["id"]), segments, durations)
