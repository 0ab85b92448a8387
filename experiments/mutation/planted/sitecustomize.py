"""Loads one module of ``wavenet`` from the text in a file: Python runs this at its start, in every process.

``WAVENET_FAULT`` is the name of the module, its real path and the path of the text, with line ends between them. No
file of the sources is ever changed, so other work in the same folder is not disturbed.
"""

import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

NAME, REAL, TEXT = os.environ["WAVENET_FAULT"].split("\n")


class Planted(MetaPathFinder, SourceLoader):  # type: ignore[misc]
    """Finds the one module; its ``__file__`` is the real one."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module with the fault, or None for all others."""
        if fullname != NAME:
            return None
        folders = [str(Path(REAL).parent)] if Path(REAL).name == "__init__.py" else None
        return importlib.util.spec_from_file_location(NAME, REAL, loader=self, submodule_search_locations=folders)

    def get_filename(self, fullname: str) -> str:
        """The real path."""
        return REAL

    def get_data(self, path: str | bytes) -> bytes:
        """The text with the fault; nothing is read from or written to caches of bytecode."""
        if str(path) != REAL:
            raise OSError(path)
        return Path(TEXT).read_bytes()


sys.meta_path.insert(0, Planted())
