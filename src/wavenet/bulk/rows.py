"""The texts of a list, each with how it is said."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wavenet.config.checks import integer, is_number, shortened
from wavenet.corpora.text import json_object, lines
from wavenet.errors import UsageError, suggestion
from wavenet.tts.voice import PITCHES, SPEEDS


@dataclass(frozen=True)
class Row:
    """A text, and how it is said."""

    id: str
    """names its file"""
    text: str
    seed: int = 0
    speed: float = 1.0
    pitch: float = 1.0


def read(source: Path, like: Row) -> list[Row]:
    """The rows of a file: a text a line, or where its name ends in ``.jsonl``, an object a line.

    Args:
        source: the file. Objects have ``text``, and may have ``id``, ``seed``, ``speed`` and ``pitch``; without an id,
            and in a file of texts, it is the number of the line, as in ``000001``. Empty lines count, and are left out.
        like: has the settings of rows that say nothing else.

    Raises:
        UsageError: a line is wrong, an id is there twice, or there are no rows; the message names the line.
        AudioError: the file cannot be read, or is not UTF-8.
    """
    found: dict[str, tuple[int, Row]] = {}
    for number, line in lines(source):
        if not line.strip():
            continue
        where, numbered = f"{source}, line {number}", replace(like, id=f"{number:06d}")
        row = _of_object(where, line, numbered) if source.suffix == ".jsonl" else replace(numbered, text=line)
        if row.id in found:
            raise UsageError(f"{where}: the id {shortened(row.id)} is that of line {found[row.id][0]}, too; change one")
        found[row.id] = number, row
    if not found:
        raise UsageError(f"{source}: has no text; write one a line")
    return [row for _, row in found.values()]


def _of_object(where: str, line: str, like: Row) -> Row:
    given = json_object(where, line, UsageError)
    known = tuple(Row.__dataclass_fields__)
    for name in given:
        if name not in known:
            raise UsageError(f"{where}: unknown field {shortened(name)}{suggestion(name, known)}")
    for name, default in (("id", like.id), ("text", None)):
        value = given.get(name, default)
        if not (isinstance(value, str) and value.strip()):
            raise UsageError(f"{where}: {name} is {shortened(value)}, and must be a text that is not empty")
    try:
        return checked(replace(like, **given))
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def checked(row: Row) -> Row:
    """A row whose settings are possible; raises UsageError."""
    for name, between in (("speed", SPEEDS), ("pitch", PITCHES)):
        value: Any = getattr(row, name)
        if isinstance(value, bool) or not (is_number(value) and between[0] <= value <= between[1]):
            raise UsageError(f"{name} is {shortened(value)}, and must be from {between[0]:g} to {between[1]:g}")
    if isinstance(row.seed, bool):  # which Python takes for a number
        raise UsageError(f"seed is {row.seed}, and must be an integer from 0 to {2**64 - 1}")
    return replace(row, seed=integer("seed", row.seed, 0, 2**64 - 1))
