"""Checks that reject impossible settings with a UsageError that names the setting, its value and what it must be."""

from collections.abc import Mapping
from dataclasses import fields
from numbers import Integral, Real
from operator import index
from types import NoneType, UnionType
from typing import Literal, get_args, get_origin

from wavenet.errors import UsageError

ABSENT = "absent"
"""key of a field's metadata: a function of stored settings that lack the field, to the value that they mean, where it
is not the default"""


def plain(settings: object) -> None:
    """Make numbers and names of numpy in a frozen dataclass, alone or in a tuple, Python's own: JSON takes no others.

    Raises:
        UsageError: a field is not of its type, and could not be read again from what is written of it.
    """
    for f in fields(settings):  # type: ignore[arg-type]
        object.__setattr__(settings, f.name, _typed(f.name, _plain(getattr(settings, f.name)), f.type))


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else value


def _typed(name: str, value: object, hint: object) -> object:
    """The value; an integer is one of a float's, a truth value is no number."""
    if get_origin(hint) is UnionType:  # a type or None
        (hint,) = (kind for kind in get_args(hint) if kind is not NoneType)
        return value if value is None else _typed(name, value, hint)
    if get_origin(hint) is tuple:
        if not isinstance(value, tuple):
            raise UsageError(f"{name} is {shortened(value)}, and must be a tuple")
        return tuple(_typed(f"{name}[{i}]", each, get_args(hint)[0]) for i, each in enumerate(value))
    if get_origin(hint) is Literal:
        known = get_args(hint)
        require(value in known, f"{name} is {shortened(value)}, and must be one of {', '.join(map(repr, known))}")
    if isinstance(hint, type):
        truth = isinstance(value, bool) and hint in (int, float)
        right = isinstance(value, int | float if hint is float else hint) and not truth
        require(right, f"{name} is {shortened(value)}, and must be of type {hint.__name__}")
    return value


def require(condition: bool, message: str) -> None:
    """Raise a UsageError unless a condition on the settings holds."""
    if not condition:
        raise UsageError(message)


def require_at_least(settings: object, low: float, *names: str) -> None:
    """Raise a UsageError if one of the named settings is below a bound."""
    for name in names:
        value = getattr(settings, name)
        require(value >= low, f"{name} is {value}, and must be at least {low}")


def integer(name: str, value: int, least: int, most: int = 2**63 - 1) -> int:
    """Return a Python or numpy integer as a Python integer; raise a UsageError if it is none or outside its bounds."""
    try:
        plain = index(value)
    except TypeError:
        plain = least - 1
    if not least <= plain <= most:  # the message is made for it alone: these checks are in every call of the engine
        bounds = f"of at least {least}" if most == 2**63 - 1 else f"from {least} to {most}"
        raise UsageError(f"{name} is {value!r}, and must be an integer {bounds}")
    return plain


def is_number(value: object) -> bool:
    """Whether a value is an integer or a float, of Python or of numpy."""
    return isinstance(value, Real)


def instance(name: str, value: object, kind: type | tuple[type, ...], what: str) -> None:
    """Raise a UsageError unless a value is of a type; ``what`` says which one it must be."""
    if not isinstance(value, kind):
        raise UsageError(f"{name} is {shortened(value)}, and must be {what}")


def shortened(value: object) -> str:
    """A value as Python writes it, if that is short, else its beginning."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


MOST = {"layers": 1_024, "stacks": 1_024, "kernel_size": 64, "input_kernel_size": 64}
"""more than any use needs; a malicious file may ask for more. Channels and classes may be up to 65536"""


def require_at_most(settings: object, most: Mapping[str, int]) -> None:
    """Raise a UsageError if an integer exceeds its bound, which is 65536 for names that ``most`` does not have."""
    for f in fields(settings):  # type: ignore[arg-type]
        value, bound = getattr(settings, f.name), most.get(f.name, 65_536)
        require(not isinstance(value, int) or value <= bound, f"{f.name} is {value}, and must be at most {bound}")
