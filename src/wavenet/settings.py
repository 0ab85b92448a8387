"""Converts plain data to settings, strictly: an unknown key or a wrong type is an error."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from wavenet.config.checks import ABSENT
from wavenet.errors import UsageError, suggestion

Settings = TypeVar("Settings")


MOST_VALUES, MOST_GROUPS = 65_536, 1_024
"""entries that a list may have, far more than useful: of plain values, and of groups of settings"""


@cache
def _hints(cls: Hashable) -> dict[str, Any]:
    return get_type_hints(cls)


def from_dict(cls: type[Settings], data: Mapping[str, Any], where: str) -> Settings:
    """Build a settings dataclass from plain data, strictly.

    A field that is missing has its default, or what its metadata say that older files mean (``ABSENT``).

    Raises:
        UsageError: a key is unknown (the nearest is suggested) or missing, or a value has the wrong type;
            ``where`` names the file in the message.

    """
    hints = _hints(cls)  # type: ignore[arg-type]
    known = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    values = absent(cls, data)
    for key, value in data.items():
        if key not in known:
            raise UsageError(f"{where}: unknown setting {key!r}{suggestion(key, known)}")
        values[key] = _typed(hints[key], value, f"{where}: {key}")
    for name, f in known.items():
        if name not in values and f.default is MISSING and f.default_factory is MISSING:
            raise UsageError(f"{where}: setting {name!r} is missing")
    try:
        return cls(**values)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def absent(cls: type, data: Mapping[str, Any]) -> dict[str, Any]:
    """What plain data mean by lacking fields of a settings dataclass, where that is not the fields' default."""
    known = (f for f in fields(cls) if f.name not in data and ABSENT in f.metadata)
    return {f.name: f.metadata[ABSENT](data) for f in known}


def _typed(hint: Any, value: Any, where: str) -> Any:
    if is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise UsageError(f"{where} is {value!r}, and must be a group of settings")
        return from_dict(hint, value, where)  # type: ignore[arg-type]
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise UsageError(f"{where} is {value!r}, and must be one of {', '.join(map(repr, get_args(hint)))}")
        return value
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise UsageError(f"{where} is {value!r}, and must be a list")
        most = MOST_GROUPS if is_dataclass(get_args(hint)[0]) else MOST_VALUES
        if len(value) > most:
            raise UsageError(f"{where} has {len(value)} entries, and must have at most {most}")
        return tuple(_typed(get_args(hint)[0], each, f"{where}[{i}]") for i, each in enumerate(value))
    if get_origin(hint) is UnionType:  # a type or None
        (kind,) = (kind for kind in get_args(hint) if kind is not NoneType)
        return None if value is None else _typed(kind, value, where)
    if hint is float and type(value) is int:
        value = float(value)
    if hint is float and type(value) is float and not math.isfinite(value):
        raise UsageError(f"{where} is {value}, and must be a finite number")
    if type(value) is not hint:
        raise UsageError(f"{where} is {value!r}, and must be of type {hint.__name__}")
    return value
