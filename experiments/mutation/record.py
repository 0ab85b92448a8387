"""The record of which test runs which function, kept in a file for each test file; and the tests of a fault by it."""

import ast
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from experiments.mutation.calls import outermost
from wavenet.training.tracking import read_log


@dataclass
class Known:
    """What is known of a test."""

    id: str
    seconds: float = 0
    passed: bool = False
    calls: set[str] = field(default_factory=set)


@dataclass
class Record:
    """What is known of a test file."""

    path: Path
    tests: dict[str, Known] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    """functions that run while its fixtures are set up or its lines are read"""

    @property
    def passing(self) -> list[Known]:
        """Those that pass; others tell nothing of a fault."""
        return [test for test in self.tests.values() if test.passed]

    def of(self, function: str) -> list[Known]:
        """The tests that may notice a fault in a function."""
        return [test for test in self.passing if function in self.shared or function in test.calls]

    def of_module(self, path: str) -> list[Known]:
        """The tests that run any function of a source file."""
        return [test for test in self.passing if any(name.startswith(f"{path}:") for name in test.calls)]


def digest(path: Path) -> str:
    """Of the text of a test file: a record counts as long as it stays the same."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def place(folder: Path, tests: Path, path: Path) -> Path:
    """Where the record of a test file lies."""
    return folder / f"{path.relative_to(tests).as_posix().replace('/', '+')}.{digest(path)}.jsonl"


def read(record: Path, path: Path) -> Record:
    """Read the record of a test file."""
    known = Record(path)
    for row in read_log(record):
        if row.get("phase") != "call":
            known.shared.update(row["calls"])
            continue
        test = known.tests.setdefault(row["test"], Known(row["test"]))
        test.calls.update(row["calls"])
        if "passed" in row:
            test.passed, test.seconds = row["passed"], row["seconds"]
    known.shared = {name for name in known.shared if not name.endswith(":<module>")}
    return known


def function(source: str, line: int) -> str:
    """The function or method that contains a line, by its qualified name; ``<module>`` where there is none."""
    return outermost(_inner(ast.parse(source).body, line) or "<module>")


def _inner(body: Iterable[ast.stmt], line: int) -> str:
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            blocks = (getattr(node, name, []) for name in ("body", "orelse", "finalbody", "handlers"))
            inner = [each for block in blocks if isinstance(block, list) for each in block]
            found = _inner(inner, line)
            if found:
                return found
        elif node.lineno <= line <= (node.end_lineno or 0):
            if isinstance(node, ast.ClassDef):
                name = _inner(node.body, line)
                return f"{node.name}.{name}" if name else ""
            return node.name
    return ""


def nearest(tests: Path, module: str, source: str) -> list[Path]:
    """All test files, in the order in which one looks into them for a fault of a source file.

    First its mirror, then those that import it, then by how often they name it or what it defines. A file may be the
    mirror of several, ``test_pixelcnn.py`` of ``pixelcnn_train.py``; names of commands have hyphens.
    """
    stem, package = Path(module).stem, Path(module).parts[0]
    parts = stem.split("_")
    shorter = ["_".join(parts[:n]) for n in range(len(parts), 0, -1)]
    mirrors = [tests / Path(module).with_name(f"test_{name}.py") for name in shorter]
    mirror = next((path for path in mirrors if path.exists()), None)
    dotted = ".".join(("wavenet", *Path(module).with_suffix("").parts))
    parent = re.escape(dotted.rpartition(".")[0])
    imports = re.compile(rf"{re.escape(dotted)}\b|from {parent} import [^\n]*\b{stem}\b")
    names = re.compile(rf"\b({'|'.join(['[-_]'.join(parts), *_public(source)])})\b")

    def order(path: Path) -> tuple[bool, bool, bool, int, str]:
        text = path.read_text("utf-8")
        elsewhere = (tests / package) not in path.parents
        return path != mirror, not imports.search(text), elsewhere, -len(names.findall(text)), path.as_posix()

    return sorted(tests.rglob("test_*.py"), key=order)


def _public(source: str) -> list[str]:
    """The names of the functions and classes that other files may use."""
    kinds = ast.ClassDef | ast.FunctionDef
    return [node.name for node in ast.parse(source).body if isinstance(node, kinds) and node.name[0] != "_"]


def chosen(known: Record, module: str, source: str, line: int) -> list[Known]:
    """The tests of a file that may notice a fault, the fastest first.

    In a function: the tests that run it. Elsewhere, where what a line says is read when the file is loaded: the tests
    that run any function of the file, or, if it has none, all.
    """
    where = function(source, line)
    if where != "<module>":
        tests = known.of(f"{module}:{where}")
    elif any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(source))):
        tests = known.of_module(module)
    else:
        tests = known.passing
    return sorted(tests, key=lambda test: test.seconds)
