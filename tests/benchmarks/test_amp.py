"""The benchmark of amplifiers, on a moment of sound."""

import json
import sys

import numpy as np
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


def test_pauses_lengthen_the_blocks_that_they_fall_into():
    none = np.empty((0, 2))
    assert amp.worst_of_nothing(1e-3, none, 2.0) == 1
    often = np.array([(0.0005 + 0.01 * i, 3e-3) for i in range(200)])
    assert amp.worst_of_nothing(1e-3, often, 2.0) == pytest.approx(4)
    assert amp.worst_of_nothing(1e-3, often[:1], 2.0) < 1.1


def test_pauses_are_those_of_the_time_that_was_asked_for():
    found = amp.pauses(0.05, least=0.0)
    assert found.shape[1] == 2
    assert (found[:, 1] > 0).all()
    assert found[0, 0] == 0
    assert (found[:, 0] <= 0.05).all()
