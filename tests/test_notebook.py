"""The notebook runs, cell by cell, and what its cells end with is something that Jupyter shows."""

import ast
import json
import sys
from types import ModuleType

import numpy as np
import pytest

from tests.test_readme import ROOT

NOTEBOOK = json.loads((ROOT / "docs/notebook.ipynb").read_text("utf-8"))
PNG = b"\x89PNG\r\n"


class Audio:
    """Stands in for Jupyter's player."""

    def __init__(self, data: np.ndarray, rate: int) -> None:
        assert data.ndim == 1
        assert np.abs(data).max() > 0.01
        self.seconds = len(data) / rate


@pytest.fixture
def names(monkeypatch):
    """The names of a notebook, in which IPython can be imported."""
    for name in ("IPython", "IPython.display"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setattr(sys.modules["IPython.display"], "Audio", Audio, raising=False)
    monkeypatch.setattr(sys.modules["IPython"], "version_info", (9, 0), raising=False)  # matplotlib asks
    return {}


def run(cell: str, names: dict[str, object]) -> object:
    """Run a cell as Jupyter does; returns the value of its last line if that is an expression."""
    *lines, last = ast.parse(cell).body
    if not isinstance(last, ast.Expr):
        exec(cell, names)
        return None
    exec(compile(ast.Module(lines, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_every_cell_runs_and_its_pictures_are_shown(names):
    shown = [run("".join(cell["source"]), names) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
    pictures = [value for value in shown if hasattr(value, "_repr_png_")]
    assert len(pictures) == 2
    assert all(picture._repr_png_().startswith(PNG) for picture in pictures)
    assert [value.seconds > 0.4 for value in shown if isinstance(value, Audio)] == [True, True]
    assert any("bits per sample" in value for value in shown if isinstance(value, str))
    assert any(str(value).startswith("<Voice english") for value in shown)


def test_it_is_stored_without_outputs():
    assert all(cell["outputs"] == [] for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code")
