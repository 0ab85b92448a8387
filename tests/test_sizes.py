"""What nobody can hold in mind at once is split: the longest file and function that the sources may have."""

import ast
from pathlib import Path

PYTHON = sorted((Path(__file__).parents[1] / "src").rglob("*.py"))
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 350, 60


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def functions(path: Path) -> dict[str, int]:
    """The lines of each function, by its place."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, kinds))
    return {f"line {node.lineno}, {node.name}": node.end_lineno - node.lineno + 1 for node in found}


def test_no_file_of_the_sources_is_too_long():
    assert {str(path): lines(path) for path in PYTHON if lines(path) > MOST_LINES} == {}


def test_no_function_of_the_sources_is_too_long():
    found = {f"{path}: {name}": size for path in PYTHON for name, size in functions(path).items()}
    assert {name: size for name, size in found.items() if size > MOST_LINES_OF_A_FUNCTION} == {}
