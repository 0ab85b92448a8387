"""How settings refuse what cannot be: a UsageError that names the setting, its value and what it must be."""

from collections.abc import Mapping
from dataclasses import fields
from operator import index

from wavenet.errors import UsageError


def require(condition: bool, message: str) -> None:
    """Refuse settings that do not fulfil a condition."""
    if not condition:
        raise UsageError(message)


def require_at_least(settings: object, low: float, *names: str) -> None:
    """Refuse the named settings below a bound."""
    for name in names:
        value = getattr(settings, name)
        require(value >= low, f"{name} is {value}, and must be at least {low}")


def integer(name: str, value: int, least: int, most: int = 2**63 - 1) -> int:
    """An integer, numpy's too, as one of Python; refused where it is none, or outside of its bounds."""
    try:
        plain = index(value)
    except TypeError:
        plain = least - 1
    require(least <= plain <= most, f"{name} is {value!r}, and must be an integer from {least} to {most}")
    return plain


MOST = {"layers": 1_024, "stacks": 1_024, "kernel_size": 64, "input_kernel_size": 64}
"""far beyond any use, and what a hostile file may ask for; of channels and classes there are 65536"""


def require_at_most(settings: object, most: Mapping[str, int]) -> None:
    """Refuse integers above their bound; of those that ``most`` does not name it is 65536."""
    for f in fields(settings):  # type: ignore[arg-type]
        value, bound = getattr(settings, f.name), most.get(f.name, 65_536)
        require(not isinstance(value, int) or value <= bound, f"{f.name} is {value}, and must be at most {bound}")
