"""The parser of every command: a value is text until the type of its setting says what it means.

So ``010``, ``no`` and ``1089`` mean the same in a YAML file and on the command line: a number where the setting is one,
a name where it is a name. Errors are one line, and suggest the nearest setting.
"""

import json
import math
import re
import sys
from argparse import Action
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any, ClassVar, NoReturn, get_args, get_origin

import yaml
from jsonargparse import ArgumentParser, DefaultHelpFormatter, Namespace, set_loader, set_parsing_settings

from wavenet.errors import UsageError, suggestion

UNKNOWN = (
    r"[Uu]nrecognized arguments?: --([\w.]+\+?)",
    r"Group '([\w.]+)' does not accept option '(.+?)'",
    r"Option '(.+?)' is not accepted",
    r'Spaces not allowed in keys: "(.+?)"\.',
    r"[Kk]ey [\"']?([\w.]+)[\"']? is not expected",
)
"""how jsonargparse says that it does not know a setting"""
KEY = r"\"(?P<name>[\w.]+)\": "
WRONG = (
    (KEY + r"Expected a <class 'tuple'>\. Got value: ?(?P<value>.*)", "a list, as in [a, b]"),
    (KEY + r"Expected a <class 'float'>\. Got value: (?P<value>[+-]?(?i:nan|inf|infinity))$", "a finite number"),
    (KEY + r"Expected a (?:<class '(?P<type>\w+)'>)\. Got value: ?(?P<value>.*)", "of type {type}"),
    (KEY + r"Expected a typing.Literal\[(?P<choices>.*)\]\. Got value: (?P<value>.*)", "one of {choices}"),
    (
        KEY + r"Does not validate .*?<class 'float'>.* Given value: (?P<value>[+-]?(?i:nan|inf|infinity))$",
        "a finite number, or null",
    ),
    (
        KEY + r"Does not validate .*?<class '(?P<type>(?!None)\w+)'>.* Given value: ?(?P<value>.*)",
        "of type {type}, or null",
    ),
    (KEY + r"Unable to load config '(?P<value>.*?)'", "a group of settings"),
    (KEY + r"Expected a dot import path string: (?P<value>.*)", "a list of groups of settings, as in [{{a: 1}}]"),
)
"""how it says that a value is none of its setting, and what it must be"""
IN_LIST = r"Parser key \"([\w.]+)\": Problem with given class_path '([\w.]+)\.(\w+)': (.*)"
"""of a group of settings in a list of them"""
NO_VALUE = r"argument (-[\w-]+)\S*: ignored explicit argument (.*)"
"""how argparse says that a flag was given a value"""
PATHS = ("prime", "plot", "lexicon")
"""options whose default is no file, which nobody asks for by an empty name"""
DEEPEST, MOST = 64, 65_536
"""levels of YAML, and values in it once its aliases are replaced: few lines can stand for more than fits into memory"""


class RefusedError(yaml.YAMLError):
    """YAML that is read by its letters alone, and not as settings."""


class _Text(yaml.SafeLoader):
    """YAML whose scalars stay text, but for what is empty; a key that is there twice is an error."""

    yaml_implicit_resolvers: ClassVar = {  # type: ignore[misc]
        "": [("tag:yaml.org,2002:null", re.compile("^$"))],
        "<": [("tag:yaml.org,2002:merge", re.compile("^<<$"))],
    }

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self._depth >= DEEPEST:
            raise RefusedError(f"more than {DEEPEST} levels inside each other; write fewer")
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        keys = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for i, key in enumerate(keys):
            if any(key.value == earlier.value for earlier in keys[:i]):
                raise RefusedError(f"{key.value!r} is there twice, again in line {key.start_mark.line + 1}; remove one")
        return node

    def get_single_data(self) -> Any:
        node = self.get_single_node()
        if node is None:
            return None
        if _size(node, {}) > MOST:
            raise RefusedError(f"more than {MOST:,} values, once *names are replaced; write fewer")
        return self.construct_document(node)


def _size(node: yaml.Node, known: dict[int, float]) -> float:
    """Values that a node stands for; infinite, if it stands inside itself."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) not in known:
        known[id(node)] = math.inf
        each = node.value if isinstance(node, yaml.SequenceNode) else [part for pair in node.value for part in pair]
        known[id(node)] = 1 + sum(_size(part, known) for part in each)
    return known[id(node)]


def load(text: str) -> Any:
    """YAML as plain data, its scalars as text; raises yaml.YAMLError, of one line."""
    try:
        return yaml.load(text, Loader=_Text)
    except yaml.MarkedYAMLError as error:
        line = f", in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise yaml.YAMLError(f"is no YAML{line}: {error.problem or error.context}") from None


set_parsing_settings(docstring_parse_attribute_docstrings=True)
set_loader("text", load, (yaml.YAMLError,))


class _Formatter(DefaultHelpFormatter):
    """Help without what tells nothing: that a text is of type str, that nothing is the default."""

    def _get_help_string(self, action: Action) -> str:
        text = super()._get_help_string(action)
        if action.default is None or action.default is False or action.default in ("", [], (), math.inf):
            text = text.replace("default: %(default)s", "")
        if getattr(action, "_typehint", None) is str:
            text = text.replace("type: %(type)s", "")
        return re.sub(r" \((?:, )?(.*?)(?:, )?\)$", r" (\1)", text).replace(" ()", "")


class Parser(ArgumentParser):
    """jsonargparse's parser, with errors of one line that suggest the nearest setting."""

    def __init__(self, *args: Any, example: str = "", **settings: Any) -> None:
        super().__init__(
            *args, **{"parser_mode": "text", "allow_abbrev": False, "formatter_class": _Formatter, **settings}
        )
        self._example = example

    def format_help(self, *args: Any) -> str:
        """The help, in which flags have hyphens, with the example at its end."""
        example = f"\nexample:\n  {self._example}\n" if self._example else ""
        return re.sub(r"--[a-z][\w.]*", lambda flag: flag[0].replace("_", "-"), super().format_help(*args) + example)

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        """Raise a UsageError; of a parser with ``exit_on_error=False``, an ArgumentError as it is."""
        if not self.exit_on_error:
            super().error(message, ex)
        raise UsageError(f"{readable(message, self.known_settings())}; see {self.prog} --help") from None

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print help; argparse would hide that it cannot be written."""
        print(message, end="", file=file or sys.stderr)

    def split(self, arguments: Sequence[str]) -> tuple[list[str], list[str]]:
        """Options with their values, and words, in any order; a text may begin with a minus, if the command takes one.

        Where an option is not known, all are options: argparse says what is wrong, or knows it as part of a setting.
        """
        known = self._by_option()
        takes_text = any(action.dest == "text" and action.required for action in self._actions)
        options: list[str] = []
        words: list[str] = []
        left = list(arguments)
        while left:
            argument = left.pop(0)
            if argument == "--":
                return options, words + left
            name, equals, _ = argument.partition("=")
            if name in known:
                options.append(argument)
                nargs = known[name].nargs
                while left and not equals and nargs != 0 and not (nargs and left[0].startswith("-")):
                    options.append(left.pop(0))
                    if nargs in (None, "?"):
                        break
            elif argument.startswith("-") and argument[:2] in known and known[argument[:2]].nargs is None:
                options.append(argument)  # -oout.wav
            elif argument.startswith("--") and not any("." in action.dest for action in self._actions):
                self.error(f"unrecognized arguments: {argument}")
            elif argument.startswith("--") or (re.match("-[^-]", argument) and not takes_text):
                return list(arguments), []
            else:
                words.append(argument)
        return options, words

    def with_lists(self, options: Sequence[str]) -> list[str]:
        """The options, with ``a,b`` for a list of plain values as ``["a", "b"]``."""
        known, found = self._by_option(), list(options)
        for i, option in enumerate(found):
            name, equals, value = option.partition("=")
            if name in known and _is_plain_list(known[name]):
                if equals:
                    found[i] = f"{name}={_listed(value)}"
                elif i + 1 < len(found):
                    found[i + 1] = _listed(found[i + 1])
        return found

    def check_paths(self, found: Namespace, options: Sequence[str]) -> None:
        """Raise UsageError where a path is empty, as an empty variable of a shell gives: it would mean this folder, or
        that there is none.
        """
        known = self._by_option()
        for option, value in pairwise([*options, "-"]):
            name, equals, own = option.partition("=")
            if name in known and known[name].dest in PATHS and not (own if equals else value):
                self.error(f"{known[name].dest} is empty; name a file, or leave it out")
        for action in self._actions:
            path = (not action.option_strings and action.dest not in ("text", "model")) or action.dest == "out"
            value = found.get(action.dest)
            among = (path or action.dest in PATHS) and isinstance(value, list) and "" in value
            if among or (path and action.default != "" and value == ""):
                self.error(f"{action.dest} is empty; name a file or a folder")

    def _by_option(self) -> dict[str, Action]:
        return {option: action for action in self._actions for option in action.option_strings}

    def known_settings(self) -> list[str]:
        """Every setting of this command that has a name on the command line, dotted."""
        named = [action.dest for action in self._actions if action.option_strings]
        return [name for name in named if not name.startswith(("help", "print_"))]


def _is_plain_list(action: Action) -> bool:
    hint = getattr(action, "_typehint", None)
    return get_origin(hint) is tuple and not is_dataclass(get_args(hint)[0])


def _listed(value: str) -> str:
    """A list as it is, other text as the list of what its commas separate."""
    if value.lstrip().startswith(("[", "-")) or not value:
        return value
    return json.dumps([part.strip() for part in value.split(",")], ensure_ascii=False)


def readable(message: str, known: Sequence[str]) -> str:
    """Jsonargparse's message as one line; after an unknown setting, the nearest known one."""
    lines = [line.lstrip(" -").rstrip() for line in message.splitlines() if line.strip()]
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
            if refused := _refused(parts["value"]):
                return f"{parts['name']}: {refused}"
            return f"{parts['name']} is {parts['value']!r}, and must be {wanted.format(**parts)}"
    if found := re.search(NO_VALUE, text):
        return f"{found[1]} takes no value, and was given {found[2]}; leave that out"
    return text.removeprefix("Parser key ")


def _refused(value: str) -> str:
    """Why a value is no YAML, where that alone is wrong with it."""
    try:
        load(value)
    except RefusedError as error:
        return str(error)
    except yaml.YAMLError:
        pass
    return ""
