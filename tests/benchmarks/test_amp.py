"""The benchmark of amplifiers, on a moment of sound."""

import json
import sys

import pytest

from benchmarks import amp
from wavenet.amp import file


@pytest.mark.parametrize(
    ("name", "weights"),
    [("A1 standard", 13_802), ("A1 nano", 842), ("A2, 8 channels", 12_146), ("A2, 3 channels", 1_871)],
)
def test_the_shapes_are_those_that_are_published(name, weights, tmp_path):
    assert file.read(amp.written(amp.SHAPES[name], tmp_path / "a.nam")).weights == weights


def test_every_shape_is_timed_in_both_blocks(tmp_path, monkeypatch, capsys):
    rows = tmp_path / "rows.jsonl"
    monkeypatch.setattr(sys, "argv", ["amp.py", "--rounds", "1", "--seconds", "0.05", "--json", str(rows)])
    amp.main()
    found = [json.loads(line) for line in rows.read_text().splitlines()]
    assert [(row["shape"], row["block"]) for row in found] == [
        (name, block) for name in amp.SHAPES for block in (64, 1)
    ]
    assert all(row["µs a sample"] > 0 and row["bytes"] < 2_000_000 for row in found)
    assert "| A1 nano | 64 | " in capsys.readouterr().out
