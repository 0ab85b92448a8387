"""Names of a package whose modules are imported when they are first asked for."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any


def attribute(package: str, homes: Mapping[str, str], name: str) -> Any:
    """A package's attribute, from the module that ``homes`` gives for it; raises AttributeError if it gives none."""
    if name not in homes:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    return getattr(import_module(homes[name]), name)
