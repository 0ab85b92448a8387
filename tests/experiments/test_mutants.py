import os
import subprocess
import sys

import pytest

from experiments import mutants
from experiments.mutants import Mutant
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


def test_a_seed_draws_the_same_faults_with_one_in_every_package(sources):
    drawn = mutants.sample(3, 100)
    assert drawn == mutants.sample(3, 100)
    assert len({(one.path, one.fault.line) for one in drawn}) == len(drawn) == 4
    assert {one.package for one in mutants.sample(7, 2)} == {"a", "b"}


def test_the_nearest_tests_come_first_then_those_that_name_the_source_most(sources, monkeypatch):
    def names(path):
        return [tests.relative_to(sources / "tests").as_posix() for tests in mutants.tests_of(path)]

    assert names("a/one.py") == ["a/test_one.py"]
    assert names("a/two.py") == ["a/deep/test_one.py", "a/test_one.py", "a/test_other.py"]  # none names it
    (sources / "tests/a/test_other.py").write_text("one = a.one")
    assert names("a/one.py") == ["a/test_one.py", "a/test_other.py"]
    monkeypatch.setitem(mutants.ELSEWHERE, "b", ("a/test_other.py", "missing.py"))
    assert names("b.py") == ["test_b.py", "a/test_other.py"]
    assert names("c.py") == []


def test_what_is_known_is_not_tested_again_and_what_stayed_is_shown(sources, monkeypatch):
    asked = []

    def noticed(mutant):
        asked.append(mutant)
        return "" if mutant.package == "b" else "tests/a/test_one.py"

    monkeypatch.setattr(mutants, "noticed", noticed)
    path = sources / "build/0.jsonl"
    rows = list(mutants.results(0, 100, path))
    assert len(asked) == len(rows) == len(path.read_text().splitlines()) == 4
    assert list(mutants.results(0, 100, path)) == rows
    assert len(asked) == 4
    assert mutants.report(rows).splitlines() == ["b.py, line 2", "-    g()", "+    pass", "", "noticed: 3 of 4, 75%"]


def test_a_failure_counts_where_the_same_tests_pass_without_the_fault(sources, monkeypatch):
    mutant = mutants.sample(0, 1)[0]
    broken = {"test_one.py": True, "test_other.py": False}
    monkeypatch.setattr(mutants, "tests_of", lambda path: [sources / "tests/a" / name for name in broken])
    monkeypatch.setattr(mutants, "passes", lambda tests, mutant=None: False)
    monkeypatch.setattr(mutants, "sound", lambda tests: not broken[tests.name])
    assert mutants.noticed(mutant) == "tests/a/test_other.py"


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
    tests = tmp_path / "test_it.py"
    tests.write_text(
        "from wavenet.audio import mu_law\n\ndef test_it():\n    assert mu_law.encode([0.0], 256) == [128]\n"
    )
    source = (mutants.SOURCES / "audio/mu_law.py").read_text("utf-8")
    wrong = [fault for fault in faults(source) if fault.kind == "operator"]
    assert mutants.passes(tests)
    assert not all(mutants.passes(tests, Mutant("audio/mu_law.py", fault)) for fault in wrong[:4])
