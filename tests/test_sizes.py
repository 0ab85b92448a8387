"""What nobody can hold in mind at once is split: the longest file and function that the sources may have."""

import ast
from itertools import accumulate
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "src"
PYTHON = sorted(SOURCES.rglob("*.py"))
CPP = sorted(path for path in SOURCES.rglob("*") if path.suffix in {".h", ".cpp"})
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 350, 60


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def functions(path: Path) -> dict[str, int]:
    """The lines of each function, by its place."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, kinds))
    return {f"line {node.lineno}, {node.name}": node.end_lineno - node.lineno + 1 for node in found}


def blocks(text: str) -> dict[str, int]:
    """The lines of each block of C++ that has parentheses before its brace: of functions and of what they contain."""
    rows, found = text.splitlines(), {}
    for first, row in enumerate(rows):
        if row.endswith("{") and ")" in row:
            depth = accumulate((row.count("{") - row.count("}") for row in rows[first + 1 :]), initial=1)
            found[f"line {first + 1}, {row.strip()}"] = next(i for i, open_ in enumerate(depth, 1) if not open_)
    return found


def test_a_block_of_cpp_is_as_long_as_its_lines():
    text = "struct A {\n    int f(int x) {\n        if (x) {\n            x++;\n        }\n        return x;\n    }\n};"
    assert blocks(text) == {"line 2, int f(int x) {": 6, "line 3, if (x) {": 3}


def test_no_file_of_the_sources_is_too_long():
    assert CPP
    assert {str(path): lines(path) for path in PYTHON + CPP if lines(path) > MOST_LINES} == {}


def test_no_function_of_the_sources_is_too_long():
    found = {f"{path}: {name}": size for path in PYTHON for name, size in functions(path).items()}
    found |= {f"{path}: {name}": size for path in CPP for name, size in blocks(path.read_text("utf-8")).items()}
    assert {name: size for name, size in found.items() if size > MOST_LINES_OF_A_FUNCTION} == {}
