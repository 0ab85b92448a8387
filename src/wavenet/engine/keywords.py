"""Settings as objects, or as the keywords that these hold: what every function does that takes both."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from wavenet.errors import UsageError, suggestion

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Settings = TypeVar("Settings", bound="DataclassInstance")


def resolve(
    kind: type[Settings], given: Settings | None, keywords: Mapping[str, object], *others: "type[DataclassInstance]"
) -> Settings:
    """The settings that a function was called with: the object that was given, or one made of keywords.

    Args:
        kind: a frozen dataclass of settings.
        given: one of that kind; None: the keywords tell, and its defaults.
        keywords: those that the function was called with.
        others: further kinds, whose fields may be among the keywords.

    Raises:
        UsageError: an object is given, and beside it a keyword that it holds; or its values are impossible.
        TypeError: no kind has a field of a keyword's name, as for any function of Python.
    """
    names = {field.name for field in fields(kind)}
    known = names.union(*({field.name for field in fields(other)} for other in others))
    if unknown := sorted(keywords.keys() - known):
        raise TypeError(f"got an unexpected keyword argument {unknown[0]!r}{suggestion(unknown[0], known)}")
    own: dict[str, Any] = {name: value for name, value in keywords.items() if name in names}
    if given is None:
        return kind(**own)
    if own:
        raise UsageError(f"{next(iter(own))} is given beside a {kind.__name__}, which holds it; put it in there")
    return given
