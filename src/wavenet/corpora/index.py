"""What the writer and the readers of a prepared folder share: its files, its version, and how to read its index."""

import json
import sqlite3

FORMAT = "wavenet corpus"
VERSION = 1
SAMPLES = "samples.i16"
INDEX = "index.sqlite"


def read_meta(index: sqlite3.Connection) -> dict[str, str | int | float | bool]:
    """Settings, version and state of an index; empty if it is new."""
    return {key: json.loads(value) for key, value in index.execute("SELECT key, value FROM meta")}


def committed_samples(index: sqlite3.Connection) -> int:
    """The number of samples that the index refers to."""
    found: tuple[int] = index.execute("SELECT COALESCE(MAX(offset + samples), 0) FROM utterances").fetchone()
    return found[0]
