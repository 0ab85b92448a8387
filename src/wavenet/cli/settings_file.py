"""Settings dataclasses from the command line and YAML files: ``--config FILE_OR_NAME``, and a flag for every field."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args

import yaml
from jsonargparse import ActionConfigFile, ArgumentError, ArgumentParser, Namespace  # type: ignore[attr-defined]

from wavenet.cli.parser import Parser, load, readable
from wavenet.errors import UsageError, suggestion
from wavenet.settings import from_dict

Settings = TypeVar("Settings")
NAMED = Path(__file__).parent.parent / "config" / "named"
"""settings files that ship with the package, without paths in them"""


def add_arguments(parser: ArgumentParser, cls: type[object]) -> None:
    """Add every field of a settings dataclass, from YAML and flags; what comes later on the command line wins."""
    known = ", ".join(named(cls))
    of_names = f", or one of these names: {known}" if known else ""
    parser.add_argument("--config", action=ConfigFile, help=f"a YAML file of settings{of_names}")
    parser.add_class_arguments(cls)


def named(cls: type[object] | None = None) -> list[str]:
    """The names of the settings files that ship with the package: of those for a settings dataclass, or all."""
    names = sorted(path.stem for path in NAMED.glob("*.yaml"))
    known = {f.name for f in fields(cls)} if cls else set()  # type: ignore[arg-type]
    return [name for name in names if cls is None or known >= set(read_text(NAMED / f"{name}.yaml"))]


class ConfigFile(ActionConfigFile):
    """Takes a YAML file, or the name of one that ships with the package."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        """Take ``--config FILE_OR_NAME``; errors in the file are reported with its path."""
        path = find(str(values))
        content = read_text(path)
        if not isinstance(content, Mapping):
            raise UsageError(f"{path}: holds no settings; write one in a line, as in seed: 1")
        if unknown := next(_unknown(content, parser.known_settings()), ""):
            raise UsageError(f"{path}: unknown setting {unknown!r}{suggestion(unknown, parser.known_settings())}")
        refuse_empty(content, parser, str(path))
        try:
            super().__call__(parser, namespace, str(path), option_string)  # type: ignore[no-untyped-call]
        except UsageError as error:
            raise UsageError(f"{path}: {error}") from None


def _unknown(content: Mapping[Any, Any], known: Collection[str], group: str = "") -> Iterator[str]:
    """The settings of a file that a command does not have, dotted."""
    for key, value in content.items():
        name = f"{group}{key}"
        if name not in known:
            yield name
        elif isinstance(value, Mapping):
            yield from _unknown(value, known, f"{name}.")


def refuse_empty(content: Any, parser: ArgumentParser, where: str) -> None:
    """Raise a UsageError where a setting has no value, as a key with nothing behind its colon, and may not be null."""
    optional = {action.dest for action in parser._actions if NoneType in get_args(getattr(action, "_typehint", None))}
    if name := next(_empty(content, optional), ""):
        raise UsageError(f"{where}: {name} is empty; write its value, or leave it out")


def _empty(value: Any, optional: Collection[str], name: str = "") -> Iterator[str]:
    """What has no value, dotted."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _empty(each, optional, f"{name}.{key}".removeprefix("."))
    elif isinstance(value, list):
        for i, each in enumerate(value):
            yield from _empty(each, optional, f"{name}[{i}]")
    elif value is None and name not in optional:
        yield name


def find(file: str) -> Path:
    """The path of a settings file, or of one that ships with the package by its name; raises UsageError."""
    if file in named() and not Path(file).exists():
        return NAMED / f"{file}.yaml"
    if not Path(file).is_file():
        raise UsageError(
            f"config is {file!r}, which is neither a file nor the name of a shipped one{suggestion(file, named())}"
        )
    return Path(file)


def given(args: Namespace, cls: type[Settings], where: str = "settings") -> Settings:
    """Build and check settings from parsed arguments; raises UsageError."""
    plain = _plain(args)
    return from_dict(cls, {f.name: plain[f.name] for f in fields(cls)}, where)  # type: ignore[arg-type]


def _plain(value: Any) -> Any:
    """Groups of settings as dicts, also inside lists, which jsonargparse leaves unchanged."""
    if isinstance(value, Namespace):
        return {name: _plain(each) for name, each in vars(value).items()}
    return type(value)(map(_plain, value)) if isinstance(value, list | tuple) else value


def read(cls: type[Settings], path: Path) -> Settings:
    """Read settings from a YAML file, in the format of ``--config``; raises UsageError."""
    return of_text(cls, read_text(path), str(path))


def read_text(path: Path) -> Any:
    """Read a YAML file as plain data with scalars as text; raises UsageError."""
    try:
        return load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None


def of_text(cls: type[Settings], data: Mapping[str, Any], where: str) -> Settings:
    """Convert plain data whose scalars are text to settings; raises UsageError."""
    parser = Parser(exit_on_error=False)
    parser.add_class_arguments(cls)
    refuse_empty(data, parser, where)
    try:
        return given(parser.parse_object(dict(data)), cls, where)
    except ArgumentError as error:
        raise UsageError(f"{where}: {readable(str(error), parser.known_settings())}") from None
