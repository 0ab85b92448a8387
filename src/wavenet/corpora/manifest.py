"""A list of recordings: CSV with a header, or JSON lines.

Columns: ``path``, relative to the list, and optionally ``speaker``, ``text`` and ``split``. Others are
ignored, unless their name is so near one of these that it must be a slip. A recording that is listed twice
is taken once, as it is listed first.
"""

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from wavenet.corpora.row import SPLITS, Row, printable
from wavenet.corpora.text import lines
from wavenet.errors import AudioError, suggestion

_FIELDS = ("path", "speaker", "text", "split")


def matches(source: Path) -> bool:
    """Whether a file has this layout."""
    return source.is_file() and source.suffix.lower() in (".csv", ".jsonl")


def rows(source: Path) -> Iterator[Row]:
    """One row a line. The id is the path, relative to the list where it lies below it.

    Raises:
        AudioError: a line cannot be understood; the message names it.
    """
    records = _csv_records if source.suffix.lower() == ".csv" else _json_records
    for number, record in records(source):
        where = f"{source}, line {number}"
        values = {name: _value(where, name, record.get(name)) for name in _FIELDS}
        if not values["path"]:
            raise AudioError(f"{where}: has no path")
        if values["split"] and values["split"] not in SPLITS:
            raise AudioError(f"{where}: unknown split {values['split']!r}{suggestion(values['split'], SPLITS)}")
        path = source.parent / values["path"]
        yield Row(_identity(path, source.parent), path, values["speaker"], values["text"], values["split"] or None)


def _identity(path: Path, folder: Path) -> str:
    whole, base = (Path(os.path.normpath(p.absolute())) for p in (path, folder))
    return printable(whole.relative_to(base) if whole.is_relative_to(base) else whole)


def _csv_records(source: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.reader((f"{line}\n" for _, line in lines(source)), strict=True)
    header: list[str] = []
    try:
        for fields in reader:
            where = f"{source}, line {reader.line_num}"
            if not header:
                header = [name.strip() for name in fields]
                _check_names(where, header)
                if "path" not in header:
                    raise AudioError(f"{where}: the header has no 'path'; name the columns {', '.join(_FIELDS)}")
            elif fields and len(fields) != len(header):
                raise AudioError(f"{where}: has {len(fields)} fields, and the header {len(header)}")
            elif fields:
                yield reader.line_num, dict(zip(header, fields, strict=True))
    except csv.Error as error:
        raise AudioError(f"{source}, line {reader.line_num}: is broken CSV: {error}") from error


def _json_records(source: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in lines(source):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise AudioError(f"{source}, line {number}: is broken JSON: {error}") from error
        if not isinstance(record, dict):
            raise AudioError(f"{source}, line {number}: is not a JSON object")
        _check_names(f"{source}, line {number}", record)
        yield number, record


def _check_names(where: str, names: Iterable[str]) -> None:
    for name in names:
        near = get_close_matches(name, _FIELDS, n=1)
        if name not in _FIELDS and near:
            raise AudioError(f"{where}: unknown column {name!r}; did you mean {near[0]!r}?")


def _value(where: str, name: str, value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    text = "" if value is None else value
    # JSON can escape half a character, which no file name or store takes
    if not isinstance(text, str) or any("\ud800" <= c <= "\udfff" for c in text):
        raise AudioError(f"{where}: {name} is {value!r}, and must be text")
    return text.strip()
