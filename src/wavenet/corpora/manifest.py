"""A list of recordings: CSV or TSV with a header, or JSON lines.

The columns are ``path``, relative to the list, and optionally ``speaker``, ``text``, ``split``, ``group`` and ``tags``,
or the names that other programs use for them. A warning names columns that are not used; a name that is almost one of
these is an error. A recording that is listed twice is read once, with its first entry.

Tags are separated by semicolons, ``piano;slow``; one may have a value, ``far=0.5``. JSON lines may also hold a list of
them, or an object of values. Recordings of one group are in one split.
"""

import csv
import math
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

from wavenet.corpora.row import SPLITS, Row, printable
from wavenet.corpora.text import json_object, lines
from wavenet.errors import AudioError, suggestion, warn

NAMES = {
    "path": (
        "file",
        "filename",
        "file_name",
        "filepath",
        "file_path",
        "audio",
        "audio_path",
        "audio_file",
        "audio_filepath",
        "wav",
    ),
    "speaker": ("client_id", "speaker_id", "speaker_name"),
    "text": ("sentence", "transcript", "transcription"),
    "split": (),
    "group": (),
    "tags": (),
}
"""of the columns, and the names that Common Voice, NeMo, Hugging Face and others use"""

_QUOTED = re.compile(r'"((?:[^"]|"")*)"')


def matches(source: Path) -> bool:
    """Whether a file has this layout."""
    return source.is_file() and source.suffix.lower() in (".csv", ".tsv", ".jsonl")


def has_path(source: Path) -> bool:
    """Whether a file with this layout is a list of recordings: its first line contains, or names, a path."""
    reader = _tab_separated(source) if source.suffix.lower() == ".tsv" else _comma_separated(source)
    if source.suffix.lower() == ".jsonl":
        reader = ((number, list(record)) for number, record in _json_records(source))
    try:
        return any(_named("path", [name.strip() for name in names]) for _, names in islice(reader, 1))
    except AudioError:
        return False


def rows(source: Path, folder: Path | None = None) -> Iterator[Row]:
    """One row per line. The id is the path, relative to the list if it lies below it.

    If a ``folder`` is given, paths and ids are relative to it, and there is no warning about unused columns.

    Raises:
        AudioError: a line cannot be understood; the message names it.
    """
    reported: set[str] | None = set() if folder is None else None
    folder = source.parent if folder is None else folder
    for number, record in _json_records(source) if source.suffix.lower() == ".jsonl" else _table_records(source):
        where = f"{source}, line {number}"
        if reported is not None and not record.keys() <= reported:
            _tell_unused(source, record)
            reported |= record.keys()
        tags = _tags(where, record.get(_named("tags", record)))
        values = {name: _value(where, name, record.get(_named(name, record))) for name in NAMES if name != "tags"}
        if not values["path"]:
            raise AudioError(f"{where}: has no path")
        if values["split"] and values["split"] not in SPLITS:
            raise AudioError(f"{where}: unknown split {values['split']!r}{suggestion(values['split'], SPLITS)}")
        path = folder / values["path"]
        yield Row(
            _identity(path, folder), path, values["speaker"], values["text"], values["split"] or None,
            group=values["group"], tags=tags,
        )  # fmt: skip


def _identity(path: Path, folder: Path) -> str:
    whole, base = (Path(os.path.normpath(p.absolute())) for p in (path, folder))
    return printable(whole.relative_to(base) if whole.is_relative_to(base) else whole)


def _table_records(source: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = _tab_separated(source) if source.suffix.lower() == ".tsv" else _comma_separated(source)
    header: list[str] = []
    for number, fields in reader:
        where = f"{source}, line {number}"
        if not header:
            header = [name.strip() for name in fields]
            _check_names(where, header)
            if twice := next((name for name in header if name and header.count(name) > 1), ""):
                raise AudioError(f"{where}: the column {twice!r} is there twice; remove one")
            if not _named("path", header):
                raise AudioError(f"{where}: the header has no 'path'; name the columns {', '.join(NAMES)}")
        elif len(fields) != len(header):
            raise AudioError(f"{where}: has {len(fields)} fields, but the header has {len(header)}")
        else:
            yield number, dict(zip(header, fields, strict=True))


def _comma_separated(source: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader((f"{line}\n" for _, line in lines(source)), strict=True)
    try:
        yield from ((reader.line_num, fields) for fields in reader if fields)
    except csv.Error as error:
        raise AudioError(f"{source}, line {reader.line_num}: is broken CSV: {error}") from error


def _tab_separated(source: Path) -> Iterator[tuple[int, list[str]]]:
    """Quotes belong to the text, unless they are placed as a CSV writer places them around a field."""
    for number, line in lines(source):
        if line:
            yield number, [_unquoted(field) for field in line.split("\t")]


def _unquoted(field: str) -> str:
    quoted = _QUOTED.fullmatch(field)
    return quoted[1].replace('""', '"') if quoted else field


def _json_records(source: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in lines(source):
        if not line.strip():
            continue
        record = json_object(f"{source}, line {number}", line)
        _check_names(f"{source}, line {number}", record)
        yield number, record


def _named(name: str, present: Collection[str]) -> str:
    """The column with this meaning, by this name or else by another program's; empty if there is none."""
    return next((each for each in (name, *NAMES[name]) if each in present), "")


def _check_names(where: str, names: Iterable[str]) -> None:
    known = {each for name in NAMES for each in (name, *NAMES[name])}
    for name in names:
        near = get_close_matches(name, NAMES, n=1)
        if name not in known and near:
            raise AudioError(f"{where}: unknown column {name!r}; did you mean {near[0]!r}?")


def _tell_unused(source: Path, names: Collection[str]) -> None:
    unused = sorted(set(names) - {_named(name, names) for name in NAMES})
    if unused:
        columns = ", ".join(map(repr, unused))
        warn(f"{source}: not used: column{'s' * (len(unused) > 1)} {columns}; known are {', '.join(NAMES)}")


def _value(where: str, name: str, value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    text = "" if value is None else value
    # JSON can escape half of a surrogate pair, which no file name or store accepts
    if not isinstance(text, str) or any("\ud800" <= c <= "\udfff" for c in text):
        raise AudioError(f"{where}: {name} is {value!r}, and must be text")
    return text.strip()


def _tags(where: str, value: Any) -> tuple[tuple[str, float], ...]:
    """The tags in a field, sorted, each with its value."""
    if isinstance(value, dict):
        found = [(_value(where, "tags", name), number) for name, number in value.items()]
    else:
        names = value if isinstance(value, list) else _value(where, "tags", value).split(";")
        texts = [_value(where, "tags", name) for name in names]
        found = [_tag(where, text) for text in texts if text]
    for name, number in found:
        if not name or isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise AudioError(f"{where}: tag {name!r} has the value {number!r}, and must have a name and a number")
    if len({name for name, _ in found}) < len(found):
        raise AudioError(f"{where}: a tag occurs twice in {value!r}")
    return tuple(sorted((name, float(number)) for name, number in found))


def _tag(where: str, text: str) -> tuple[str, float]:
    """``far=0.5``, or the name alone, whose value is 1."""
    name, given, number = text.partition("=")
    try:
        return name.strip(), float(number) if given else 1.0
    except ValueError:
        raise AudioError(f"{where}: tag {text!r} has no number behind '='") from None
