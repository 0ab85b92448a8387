"""The architecture: imports point in one direction only, and PyTorch and languages stay in their packages."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from wavenet.config import LANGUAGES

SRC = Path(__file__).parents[1] / "src"
PACKAGES = (
    "__main__",
    "cli", "browser", "serving", "bulk", "training", "evaluation", "wavenet", "coder", "recognition", "music", "tts",
    "calibrate", "recordings", "bench", "importers", "amp",
    "pixelcnn", "generator", "stream", "model", "engine", "outputs", "corpora", "audio", "settings", "config", "atomic",
    "made", "safe_paths", "workers", "imports", "untrusted", "blas", "errors", "arithmetic", "bars", "late", "patterns",
)  # fmt: skip
"""each imports only those that come after it here; ``wavenet`` is ``wavenet.open``"""
TORCH = ("model", "training")
NETWORK = "wavenet.pixelcnn.network"
"""which is in PyTorch, and imported by training only"""


def sources() -> dict[str, ast.Module]:
    """Every module of the package, parsed, by its name."""
    found = {}
    for path in SRC.rglob("*.py"):
        parts = path.relative_to(SRC).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text("utf-8"), str(path))
    return found


MODULES = sources()
LATE_TORCH = {
    "wavenet.cli.options",
    "wavenet.evaluation.perception.naturalness",
    *(module for module in MODULES if module.startswith("wavenet.outputs") and not module.endswith(".classes")),
}
"""modules of other packages that import PyTorch, and only when a function that needs it is called"""
CORE = "wavenet.engine._core"
"""compiled"""


def imports(tree: ast.AST, late: bool = False) -> Iterator[tuple[str, bool]]:
    """What is imported anywhere below, whole names, and whether a function, or only a type checker, does it: late."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno} imports relatively"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield (whole if whole in {*MODULES, CORE} else str(node.module)), late
        else:
            yield from imports(
                node, late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or for_types(node)
            )


def for_types(node: ast.AST) -> bool:
    """``if TYPE_CHECKING:``"""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


IMPORTS = {name: set(imports(tree)) for name, tree in MODULES.items()}


def package(module: str) -> str:
    """``tts`` of ``wavenet.tts.voice``, ``generator`` of ``wavenet.generator``."""
    return (*module.split("."), module)[1]


def own(module: str) -> set[str]:
    """The modules of the package that one imports."""
    return {name for name, _ in IMPORTS[module] if name.split(".")[0] == "wavenet"}


def test_every_import_of_the_package_is_one_of_its_modules():
    assert set().union(*map(own, MODULES)) <= {*MODULES, CORE}


def test_every_package_has_its_place():
    assert {package(module) for module in MODULES} == set(PACKAGES)


def test_imports_point_down_only():
    upward = [
        f"{module} imports {name}"
        for module in MODULES
        for name in own(module)
        if PACKAGES.index(package(name)) < PACKAGES.index(package(module))
    ]
    assert not upward


def test_no_modules_import_each_other_in_a_circle():
    TopologicalSorter({module: own(module) - {module} for module in MODULES}).prepare()


def test_torch_stays_in_its_packages():
    found = {
        (module, late)
        for module in MODULES
        for name, late in IMPORTS[module]
        if name.split(".")[0] == "torch" and package(module) not in TORCH and module != NETWORK
    }
    assert found == {(module, True) for module in LATE_TORCH}
    assert all(package(module) == "training" for module in MODULES if NETWORK in own(module))


def test_no_language_imports_another_and_what_is_common_imports_none():
    languages = {f"wavenet.tts.{folder}" for folder in LANGUAGES.values()}

    def language(module: str) -> str:
        return next((one for one in languages if f"{module}.".startswith(f"{one}.")), "")

    inside = [module for module in MODULES if package(module) == "tts"]
    crossing = [
        (module, name) for module in inside for name in own(module) if language(name) not in ("", language(module))
    ]
    assert not crossing


def test_nothing_in_the_package_imports_the_experiments_or_the_tests():
    outside = {"experiments", "benchmarks", "tests"}
    assert not [module for module in MODULES for name, _ in IMPORTS[module] if name.split(".")[0] in outside]
