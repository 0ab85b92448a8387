"""What an index must say of itself."""

import json
import sqlite3
from contextlib import closing

import pytest

from wavenet.corpora.index import FORMAT, VERSION, read_meta

VALID = {"format": FORMAT, "version": VERSION, "sample_rate": 8_000, "finished": True}


def read(**changed):
    with closing(sqlite3.connect(":memory:")) as index:
        index.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        settings = {key: value for key, value in {**VALID, **changed}.items() if value is not ...}
        rows = [(key, json.dumps(value)) for key, value in settings.items()]
        index.executemany("INSERT INTO meta VALUES (?, ?)", rows)
        return read_meta(index)


def test_settings_are_what_was_written():
    assert read() == VALID
    assert read(finished=False, validation=0.1) == VALID | {"finished": False, "validation": 0.1}


@pytest.mark.parametrize(
    "changed",
    [{"sample_rate": wrong} for wrong in (..., None, 0, -1, 8e3, "8000", True)]
    + [{"finished": wrong} for wrong in (..., None, 1, "true")],
    ids=str,
)
def test_a_rate_that_is_no_positive_integer_and_an_unknown_state_are_refused(changed):
    with pytest.raises(sqlite3.DataError, match="its settings are invalid"):
        read(**changed)


@pytest.mark.parametrize("changed", [{"format": "another"}, {"version": VERSION + 1}])
def test_settings_of_other_programs_and_versions_are_theirs(changed):
    assert read(**changed, sample_rate=None) == VALID | changed | {"sample_rate": None}
