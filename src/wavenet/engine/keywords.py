"""Settings as objects or as keyword arguments, for functions that accept both."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from wavenet.config.checks import instance
from wavenet.errors import UsageError, suggestion

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Settings = TypeVar("Settings", bound="DataclassInstance")


def resolve(
    kind: type[Settings], given: Settings | None, keywords: Mapping[str, object], *others: "type[DataclassInstance]"
) -> Settings:
    """The settings that a function was called with: the given object, or one made from keyword arguments.

    Args:
        kind: a frozen dataclass of settings.
        given: an object of that kind; None: use the keywords and the defaults.
        keywords: the keyword arguments of the call.
        others: further kinds, whose fields may be among the keywords.

    Raises:
        UsageError: an object is given and also a keyword that is one of its fields; or its values are impossible.
        TypeError: no kind has a field with a keyword's name, as in any Python function.
    """
    names = {field.name for field in fields(kind)}
    known = names.union(*({field.name for field in fields(other)} for other in others))
    if unknown := sorted(keywords.keys() - known):
        raise TypeError(f"got an unexpected keyword argument {unknown[0]!r}{suggestion(unknown[0], known)}")
    own: dict[str, Any] = {name: value for name, value in keywords.items() if name in names}
    if given is None:
        return kind(**own)
    what = f"a {kind.__name__}, as in {kind.__name__}({fields(kind)[0].name}=…)"
    instance(kind.__name__.lower(), given, kind, what)
    if own:
        raise UsageError(
            f"{next(iter(own))} is given in addition to a {kind.__name__}, which has this field; set it there"
        )
    return given
