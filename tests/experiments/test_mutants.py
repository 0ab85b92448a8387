import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from experiments import mutants
from experiments.mutants import Mutant, Runner
from experiments.mutation import forks
from experiments.mutation.faults import Fault, faults


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A package of three modules, and test files."""
    root = tmp_path / "src"
    for name, text in {"a/one.py": "x = 1\ny = 2\n", "a/two.py": "z = 3 + 4\n", "b.py": "def f():\n    g()\n"}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name in ("a/test_one.py", "a/test_other.py", "test_b.py", "a/deep/test_one.py"):
        (tmp_path / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tests" / name).touch()
    monkeypatch.setattr(mutants, "SOURCES", root)
    monkeypatch.setattr(mutants, "TESTS", tmp_path / "tests")
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    return tmp_path


def test_a_seed_draws_the_same_faults_and_fewer_are_the_first_of_them(sources):
    drawn = mutants.sample(3, 100)
    assert drawn == mutants.sample(3, 100)
    assert drawn[:2] == mutants.sample(3, 2)
    assert len({(one.path, one.fault.line) for one in drawn}) == len(drawn) == 4
    assert len({tuple(one.path for one in mutants.sample(seed, 100)) for seed in range(9)}) > 1


def test_what_is_known_is_not_tested_again_and_what_stayed_is_shown(sources):
    asked = []

    def noticing(mutant):
        asked.append(mutant)
        return "" if mutant.path == "b.py" else "tests/a/test_one.py::test_it"

    path = sources / "build/0.jsonl"
    rows = list(mutants.results(0, 100, path, noticing))
    assert len(asked) == len(rows) == len(path.read_text().splitlines()) == 4
    assert list(mutants.results(0, 100, path, noticing)) == rows
    assert len(asked) == 4
    assert mutants.report(rows).splitlines() == [
        "b.py, line 2", "-    g()", "+    pass", "",
        "| package | faults | noticed |", "|---|---|---|", "| a | 3 | 3 |", "| other modules | 1 | 0 |",
        "| all | 4 | 3: 75 % (30 % to 95 %) |",
    ]  # fmt: skip


class Scripted(Runner):
    """Runner that fail as a script says, and need no process."""

    def __init__(self, folder, failing=()):
        self._folder, self._files, self._sound, self.failing = folder, {}, {}, set(failing)
        self.spent = 0.0
        self.asked = []

    def run(self, tests, environment, *more, seconds=0):
        self.asked.append(tests)
        if "WAVENET_CALLS" in environment:
            return self._record(Path(environment["WAVENET_CALLS"]), tests[0])
        failed = [test for test in tests if test in self.failing and test not in more]
        return (1, failed[:1]) if failed else (0, [])

    def _record(self, path, file):
        rows = [
            {"test": f"{file}::test_{name}", "phase": "call", "passed": True, "seconds": seconds, "calls": ["b.py:f"]}
            for name, seconds in (("slow", 2.0), ("fast", 0.1), ("endless", 1e6))
        ]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return 0, []


def test_the_fastest_tests_of_a_function_are_asked_until_one_fails(sources):
    mutant = Mutant("b.py", Fault(2, 0, 0, "statement", "pass"))
    tests = Scripted(sources / "calls", {"tests/test_b.py::test_slow"})
    tests.sound = lambda test: True
    tests.record_all()
    assert ["tests/test_b.py"] in tests.asked
    tests.asked.clear()
    assert tests.noticing(mutant) == "tests/test_b.py::test_slow"
    assert tests.asked == [["tests/test_b.py::test_fast", "tests/test_b.py::test_slow"]]
    tests.failing = set()
    assert tests.noticing(mutant) == ""
    assert tests.asked[-1] == ["tests/test_b.py"]  # at last as a whole


def test_a_file_without_a_record_is_asked_as_a_whole_the_nearest_first(sources):
    mutant = Mutant("b.py", Fault(2, 0, 0, "statement", "pass"))
    tests = Scripted(sources / "calls", {"tests/a/test_other.py"})
    tests.sound = lambda test: True
    assert tests.noticing(mutant) == "tests/a/test_other.py"
    assert tests.asked[0] == ["tests/test_b.py"]
    assert all(len(asked) == 1 for asked in tests.asked)


def test_a_failure_counts_where_the_same_test_passes_without_the_fault(sources):
    mutant = Mutant("b.py", Fault(2, 0, 0, "statement", "pass"))
    fast, slow = "tests/test_b.py::test_fast", "tests/test_b.py::test_slow"
    tests = Scripted(sources / "calls", {fast, slow})
    tests.sound = lambda test: test != fast
    tests.record_all()
    assert tests.noticing(mutant) == slow
    tests.sound = lambda test: False
    assert tests.noticing(mutant) == ""


def test_no_further_file_is_asked_when_the_time_of_a_fault_is_spent(sources, monkeypatch):
    mutant = Mutant("b.py", Fault(2, 0, 0, "statement", "pass"))
    tests = Scripted(sources / "calls", {"tests/a/test_other.py"})

    def run(*given, **settings):
        tests.spent += mutants.SECONDS
        return Scripted.run(tests, *given, **settings)

    monkeypatch.setattr(tests, "run", run)
    assert tests.noticing(mutant) == ""
    assert tests.asked == [["tests/test_b.py"]]


def test_tests_that_take_too_long_have_noticed(sources):
    mutant = Mutant("b.py", Fault(2, 0, 0, "statement", "pass"))
    tests = Scripted(sources / "calls")
    tests._recorded(sources / "tests/test_b.py")
    tests.run = lambda tests, environment, *more, seconds: (forks.ENDED, [])
    assert tests.noticing(mutant) == "tests/test_b.py::test_fast"


def test_a_process_runs_the_fault_and_the_file_stays():
    mutant = Mutant("bars.py", Fault(1, 0, 0, "statement", "planted = 5\n"))
    before = (mutants.SOURCES / mutant.path).read_bytes()
    with mutants.planted(mutant) as environment:
        line = [sys.executable, "-c", "from wavenet import bars; print(bars.planted, bars.__file__)"]
        said = subprocess.run(line, env=os.environ | environment, check=True, capture_output=True, text=True).stdout
    assert said.split() == ["5", str(mutants.SOURCES / "bars.py")]
    assert (mutants.SOURCES / mutant.path).read_bytes() == before


@pytest.mark.slow
def test_tests_notice_a_fault_and_pass_without_it(tmp_path):
    source = (mutants.SOURCES / "audio/mu_law.py").read_text("utf-8")
    fault = next(fault for fault in faults(source) if fault.kind == "operator")
    with closing(Runner(tmp_path / "calls")) as tests:
        assert tests.noticing(Mutant("audio/mu_law.py", fault)).startswith("tests/audio/test_mu_law.py::")
        code, failed = tests.run(["tests/audio/test_mu_law.py"], {})
        assert (code, failed) == (0, [])
        known = tests.file(mutants.TESTS / "audio/test_mu_law.py")
    assert all(test.passed for test in known.tests.values())
    assert any("encode" in test.id or test.calls for test in known.of("audio/mu_law.py:encode"))
    assert not known.of("audio/mu_law.py:missing")
