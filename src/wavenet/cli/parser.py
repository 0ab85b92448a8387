"""The parser of every command: a value is text until the type of its setting says what it means.

So ``010``, ``no`` and ``1089`` mean the same in a YAML file and on the command line: a number where the setting is one,
a name where it is a name. Errors are one line, and suggest the nearest setting.
"""

import re
from collections.abc import Sequence
from dataclasses import fields
from importlib import import_module
from itertools import pairwise
from typing import Any, ClassVar, NoReturn

import yaml
from jsonargparse import ArgumentParser, set_loader, set_parsing_settings

from wavenet.errors import UsageError, suggestion

UNKNOWN = (
    r"[Uu]nrecognized arguments?: (?:--)?([\w.]+)",
    r"Group '([\w.]+)' does not accept option '([\w.]+)'",
    r"Option '([\w.]+)' is not accepted",
    r"[Kk]ey [\"']?([\w.]+)[\"']? is not expected",
)
"""how jsonargparse says that it does not know a setting"""
KEY = r"\"(?P<name>[\w.]+)\": "
WRONG = (
    (KEY + r"Expected a <class 'tuple'>\. Got value: (?P<value>.*)", "a list, as in [a, b]"),
    (KEY + r"Expected a (?:<class '(?P<type>\w+)'>)\. Got value: (?P<value>.*)", "of type {type}"),
    (KEY + r"Expected a typing.Literal\[(?P<choices>.*)\]\. Got value: (?P<value>.*)", "one of {choices}"),
    (
        KEY + r"Does not validate .*?<class '(?P<type>(?!None)\w+)'>.* Given value: (?P<value>.*)",
        "of type {type}, or null",
    ),
    (KEY + r"Unable to load config '(?P<value>.*?)'", "a group of settings"),
    (KEY + r"Expected a dot import path string: (?P<value>.*)", "a list of groups of settings, as in [{{a: 1}}]"),
)
"""how it says that a value is none of its setting, and what it must be"""
IN_LIST = r"Parser key \"([\w.]+)\": Problem with given class_path '([\w.]+)\.(\w+)': (.*)"
"""of a group of settings in a list of them"""


class _Text(yaml.SafeLoader):
    """YAML whose scalars stay text, but for what is empty; a key that is there twice is an error."""

    yaml_implicit_resolvers: ClassVar = {  # type: ignore[misc]
        "": [("tag:yaml.org,2002:null", re.compile("^$"))],
        "<": [("tag:yaml.org,2002:merge", re.compile("^<<$"))],
    }

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        keys = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for i, key in enumerate(keys):
            if any(key.value == earlier.value for earlier in keys[:i]):
                raise UsageError(f"{key.value!r} is there twice, again in line {key.start_mark.line + 1}; remove one")
        return node


def load(text: str) -> Any:
    """YAML as plain data, its scalars as text; raises UsageError where a key is there twice, yaml.YAMLError."""
    return yaml.load(text, Loader=_Text)


set_parsing_settings(docstring_parse_attribute_docstrings=True)
set_loader("text", load, (yaml.YAMLError,))


class Parser(ArgumentParser):
    """jsonargparse's parser, with errors of one line that suggest the nearest setting."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **{"parser_mode": "text", "allow_abbrev": False, **settings})

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        """Raise a UsageError; of a parser with ``exit_on_error=False``, an ArgumentError as it is."""
        if not self.exit_on_error:
            super().error(message, ex)
        raise UsageError(f"{readable(message, self.known_settings())}; see {self.prog} --help") from None

    def with_text_last(self, arguments: Sequence[str]) -> list[str]:
        """The arguments, with a text that begins with a minus after ``--``: argparse would take it for an option.

        Only of a command that takes a text. An option is known; its value, and what begins with ``--``, is no text.
        """
        options = {option: action for action in self._actions for option in action.option_strings}
        if "--" in arguments or not any(action.dest == "text" and action.required for action in self._actions):
            return list(arguments)
        texts = [
            at
            for at, (before, argument) in enumerate(pairwise(["", *arguments]))
            if re.match("-[^-]", argument)
            and argument not in options
            and not (argument[:2] in options and options[argument[:2]].nargs is None)  # -oout.wav
            and (before not in options or options[before].nargs is not None)
        ]
        rest = [argument for at, argument in enumerate(arguments) if at not in texts]
        return [*rest, "--", *(arguments[at] for at in texts)] if texts else rest

    def known_settings(self) -> list[str]:
        """Every setting of this command, dotted."""
        return [action.dest for action in self._actions if not action.dest.startswith(("help", "print_"))]


def readable(message: str, known: Sequence[str]) -> str:
    """Jsonargparse's message as one line; after an unknown setting, the nearest known one."""
    lines = [line.strip(" -") for line in message.splitlines() if line.strip()]
    text = " ".join(lines)
    if found := re.search(IN_LIST, text):
        group = getattr(import_module(found[2]), found[3])
        return f"{found[1]}: {readable(found[4], [f.name for f in fields(group)])}"
    for pattern in UNKNOWN:
        if found := re.search(pattern, text):
            name = ".".join(found.groups())
            return f"unknown setting {name!r}{suggestion(name, known)}"
    for pattern, wanted in WRONG:
        if found := re.search(pattern, text):
            parts = found.groupdict()
            return f"{parts['name']} is {parts['value']!r}, and must be {wanted.format(**parts)}"
    return text.removeprefix("Parser key ")
