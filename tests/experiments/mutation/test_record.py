"""Which tests may notice a fault."""

import json

import pytest

from experiments.mutation import record
from experiments.mutation.calls import Calls, outermost
from experiments.mutation.record import Known, Record

SOURCE = """import x
LIMIT = 3
class A:
    size: int = 4
    def method(self):
        def inner():
            return lambda: 5
        return inner
if LIMIT:
    def f(): return 6
try:
    y = 7
except KeyError:
    def g():
        z = 8
"""


@pytest.mark.parametrize(
    ("line", "name"),
    [(2, "<module>"), (4, "<module>"), (5, "A.method"), (7, "A.method"), (10, "f"), (12, "<module>"), (15, "g")],
)
def test_a_line_belongs_to_the_outermost_function_around_it(line, name):
    assert record.function(SOURCE, line) == name


def test_what_is_defined_within_a_function_is_the_function():
    assert outermost("A.method.<locals>.inner.<locals>.<lambda>") == "A.method"
    assert outermost("<lambda>") == outermost("<genexpr>") == "<module>"


def test_a_record_keeps_what_each_test_ran_and_what_fixtures_ran_for_all(tmp_path):
    rows = [
        {"test": "", "phase": "setup", "calls": ["a.py:<module>", "a.py:begin"]},
        {"test": "t::one", "phase": "setup", "calls": ["a.py:fixture"]},
        {"test": "t::one", "phase": "call", "passed": True, "seconds": 0.5, "calls": ["a.py:f"]},
        {"test": "t::one", "phase": "call", "calls": ["b.py:child"]},
        {"test": "t::two", "phase": "call", "passed": False, "seconds": 0.1, "calls": ["a.py:f"]},
        {"test": "t::three", "phase": "call", "passed": True, "seconds": 0.1, "calls": ["a.py:g"]},
    ]
    (tmp_path / "record").write_text("".join(json.dumps(row) + "\n" for row in rows))
    known = record.read(tmp_path / "record", tmp_path / "test_a.py")
    assert [test.id for test in known.of("a.py:f")] == ["t::one"]
    assert [test.id for test in known.of("b.py:child")] == ["t::one"]
    assert [test.id for test in known.of("a.py:fixture")] == ["t::one", "t::three"]
    assert known.of("a.py:<module>") == []
    source = "X = 1\ndef f(): pass\n"
    assert [test.id for test in record.chosen(known, "a.py", source, 1)] == ["t::three", "t::one"]
    assert [test.id for test in record.chosen(known, "a.py", source, 2)] == ["t::one"]
    assert [test.id for test in record.chosen(known, "c.py", "X = 1\n", 1)] == ["t::three", "t::one"]
    assert record.chosen(known, "c.py", source, 1) == record.chosen(known, "c.py", source, 2) == []


def test_a_record_counts_as_long_as_the_test_file_stays_the_same(tmp_path):
    path = tmp_path / "deep/test_a.py"
    path.parent.mkdir()
    path.write_text("one")
    before = record.place(tmp_path / "calls", tmp_path, path)
    assert before == record.place(tmp_path / "calls", tmp_path, path)
    path.write_text("two")
    assert record.place(tmp_path / "calls", tmp_path, path) != before
    assert before.name.startswith("deep+test_a.py.")


def test_the_mirror_comes_first_then_what_imports_then_what_names_most(tmp_path):
    for name, text in {
        "a/test_one.py": "", "a/test_uses.py": "from wavenet.a.one import go", "a/test_names.py": "one go go",
        "a/test_none.py": "", "b/test_parent.py": "from wavenet.a import other, one", "b/test_more.py": "go one one",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = record.nearest(tmp_path, "a/one.py", "def go(): pass\ndef _hidden(): pass\n")
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a/test_one.py", "a/test_uses.py", "b/test_parent.py", "a/test_names.py", "a/test_none.py", "b/test_more.py",
    ]  # fmt: skip


def test_a_file_may_be_the_mirror_of_several_and_commands_have_hyphens(tmp_path):
    for name, text in {"test_one.py": "", "test_a.py": "one-two", "test_b.py": "", "test_one_two_three.py": ""}.items():
        (tmp_path / "cli").mkdir(exist_ok=True)
        (tmp_path / "cli" / name).write_text(text)
    found = [path.name for path in record.nearest(tmp_path, "cli/one_two.py", "")]
    assert found == ["test_one.py", "test_a.py", "test_b.py", "test_one_two_three.py"]


def test_functions_of_the_package_are_heard_of_and_others_are_not(tmp_path):
    from wavenet.audio import mu_law

    calls = Calls(tmp_path / "record")
    calls.in_tests = True
    for name in ("one", "two"):
        for function in (mu_law.encode, record.digest, mu_law.encode):
            frame = type("Frame", (), {"f_code": function.__code__})
            calls._call(frame, "call", None)
        calls.write(name, phase="call")
    rows = [json.loads(line) for line in (tmp_path / "record").read_text().splitlines()]
    assert rows == [{"test": name, "phase": "call", "calls": ["audio/mu_law.py:encode"]} for name in ("one", "two")]


def test_a_process_that_a_test_started_writes_each_function_at_once(tmp_path, monkeypatch):
    from wavenet.audio import mu_law

    monkeypatch.setenv("PYTEST_CURRENT_TEST", "tests/a.py::test_b[x y] (call)")
    calls = Calls(tmp_path / "record")
    for _ in range(2):
        calls._call(type("Frame", (), {"f_code": mu_law.decode.__code__}), "call", None)
    (row,) = [json.loads(line) for line in (tmp_path / "record").read_text().splitlines()]
    assert row == {"test": "tests/a.py::test_b[x y]", "phase": "call", "calls": ["audio/mu_law.py:decode"]}


def test_passing_tests_alone_tell_something(tmp_path):
    known = Record(tmp_path, {"a": Known("a", passed=True, calls={"x.py:f"}), "b": Known("b", calls={"x.py:f"})})
    assert [test.id for test in known.passing] == ["a"]
    assert [test.id for test in known.of_module("x.py")] == ["a"]
