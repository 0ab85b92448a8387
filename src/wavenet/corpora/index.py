"""What the writer and the readers of a prepared folder share: its files, its version, and how to read its index."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from wavenet.errors import UsageError

FORMAT = "wavenet corpus"
VERSION = 1
SAMPLES = "samples.i16"
INDEX = "index.sqlite"


TAGS = "CREATE TABLE IF NOT EXISTS tags (id TEXT, tag TEXT, value REAL, PRIMARY KEY (id, tag)) WITHOUT ROWID"
"""made when the first recording has any: older programs read corpora without tags"""
TABLES = frozenset({"meta", "utterances", "dropped", "notes", "originals", "copies", "tags", "times"})
_WRONG = """typeof(id) != 'text' OR typeof(speaker) != 'text' OR typeof(text) != 'text' OR typeof(split) != 'text'
    OR typeof(offset) != 'integer' OR typeof(samples) != 'integer' OR offset < 0 OR samples < 0"""
"""of a row that nothing in this package wrote"""


def check_tables(index: sqlite3.Connection) -> None:
    """Raise sqlite3.Error where the database is another program's."""
    tables = {name for (name,) in index.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if others := sorted(tables - TABLES):
        raise sqlite3.DataError(f"it has tables {', '.join(others)}")


def read_meta(index: sqlite3.Connection) -> dict[str, Any]:
    """Settings, version and state of an index; empty if it is new. Raises sqlite3.Error where it is damaged."""
    try:
        meta = {key: json.loads(value) for key, value in index.execute("SELECT key, value FROM meta")}
    except (ValueError, TypeError, RecursionError):
        raise sqlite3.DataError("its settings are not JSON") from None
    rate = meta.get("sample_rate")
    if (meta.get("format"), meta.get("version")) == (FORMAT, VERSION) and not (
        type(rate) is int and rate > 0 and type(meta.get("finished")) is bool
    ):
        raise sqlite3.DataError("its settings are invalid")
    return meta


def committed_samples(index: sqlite3.Connection) -> int:
    """The number of samples that the index refers to; raises sqlite3.Error where it is damaged."""
    query = f"SELECT COALESCE(MAX(offset + samples), 0), COALESCE(SUM({_WRONG}), 0) FROM utterances"
    samples, wrong = index.execute(query).fetchone()
    if wrong:
        raise sqlite3.DataError(f"{wrong} of its rows are invalid")
    return int(samples)


def damaged(folder: Path, error: sqlite3.Error | str) -> UsageError:
    """What both the writer and the readers say, so that neither sends the user to the other."""
    return UsageError(f"{folder / INDEX} is damaged, or no index of a corpus ({error}); prepare into a new folder")


def code(error: sqlite3.Error) -> int:
    """SQLite's primary code; 0 for errors that are not its own."""
    found: int = getattr(error, "sqlite_errorcode", 0)
    return found & 0xFF
