"""Files that list what is to be made: a line each, or an object of JSON a line."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from wavenet.config.checks import integer, shortened
from wavenet.corpora.text import json_object, lines
from wavenet.errors import UsageError, suggestion


class Row(Protocol):
    """What a file of sound is made of."""

    @property
    def id(self) -> str:
        """Names the file."""


R = TypeVar("R", bound=Row)


def read(source: Path, of_line: Callable[[int, str], R], of_object: Callable[[str, int, dict[str, Any]], R]) -> list[R]:
    """The rows of a file: of its lines, or where its name ends in ``.jsonl``, of their objects.

    Args:
        source: the file. Empty lines count, and are left out.
        of_line: the row of a line, from its number and itself.
        of_object: the row of an object, from where it is, for messages, the number of its line, and itself.

    Raises:
        UsageError: a line is wrong, an id is there twice, or there are no rows; the message names the line.
        AudioError: the file cannot be read, or is not UTF-8.
    """
    found: list[tuple[str, R]] = []
    for number, line in lines(source):
        if line.strip():
            where = f"{source}, line {number}"
            if source.suffix == ".jsonl":
                row = of_object(where, number, json_object(where, line, UsageError))
            else:
                row = of_line(number, line)
            found.append((where, row))
    return unique(source, found)


def unique(source: Path, found: Iterable[tuple[str, R]]) -> list[R]:
    """The rows of a source, each with where it is; raises UsageError if an id is there twice, or if there are none."""
    known: dict[str, tuple[str, R]] = {}
    for where, row in found:
        if row.id in known:
            other = known[row.id][0].removeprefix(f"{source}, ")
            raise UsageError(f"{where}: the id {shortened(row.id)} is that of {other}, too; change one")
        known[row.id] = where, row
    if not known:
        raise UsageError(f"{source}: has nothing; a list has one a line")
    return [row for _, row in known.values()]


def check_fields(where: str, given: dict[str, Any], known: Iterable[str], texts: Iterable[str]) -> None:
    """Raise UsageError if an object has a field that is not known, or if one of the others is no text."""
    known = tuple(known)
    for name in given:
        if name not in known:
            raise UsageError(f"{where}: unknown field {shortened(name)}{suggestion(name, known)}")
    for name in texts:
        value = given.get(name)
        if not (isinstance(value, str) and value.strip()):
            raise UsageError(f"{where}: {name} is {shortened(value)}, and must be a text that is not empty")


def seed(value: Any) -> int:
    """A seed that is possible; raises UsageError."""
    if isinstance(value, bool):  # which Python takes for a number
        raise UsageError(f"seed is {value}, and must be an integer from 0 to {2**64 - 1}")
    return integer("seed", value, 0, 2**64 - 1)
