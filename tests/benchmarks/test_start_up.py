"""The cost of a process is measured beside that of numpy."""

import pytest

from benchmarks import start_up


def test_pairs_are_measured_in_turn_and_told_by_their_medians(monkeypatch):
    costs = iter([start_up.Cost(9, 9, 9)] * 2 + [start_up.Cost(10 * i, 20 * i, 30 * i) for i in (1, 2, 1, 3, 1, 4)])
    monkeypatch.setattr(start_up, "cost", lambda arguments: next(costs))
    found = start_up.measured(3)
    assert (found["numpy_processor"], found["say_wall"], found["say_memory"]) == (10, 60, 90)
    assert (found["ratio_processor"], found["ratio_wall"]) == (3, 3)


def test_a_process_costs_time_and_memory_and_one_that_fails_is_an_error():
    assert min(start_up.cost(["-c", "sum(range(10**6))"])) > 0
    with pytest.raises(RuntimeError, match="failed"):
        start_up.cost(["-c", "raise SystemExit(3)"])
