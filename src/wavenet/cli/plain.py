"""Arguments that are plain and right, read without jsonargparse: it takes longer to load than a sentence to be said.

A command declares its options once, by ``add_arguments``, to an object of either kind: to ``Options`` here, or to
``parser.Parser``, which knows all of them, tells what is wrong, and prints help. Whatever is not surely plain is left
to that one; a test compares both.
"""

from collections.abc import Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

KINDS = (str, int, float, int | None, float | None)
"""the types of a single value"""
_SETTINGS = {"type", "default", "help", "choices", "nargs", "action"}
_LONGEST = 15
"""digits of a number that is surely plain"""


class NotPlainError(Exception):
    """An option, or an argument, that is for jsonargparse."""


def yes_no(**settings: Any) -> Any:
    """The action of ``--name`` and ``--no_name``."""
    from jsonargparse import ActionYesNo

    return ActionYesNo(no_prefix="no_")(**settings)


class Options:
    """What a command declares, as far as it is plain: texts, numbers, choices, lists of texts, and switches."""

    def __init__(self) -> None:
        self.defaults: dict[str, Any] = {}
        self._words: list[str] = []
        self._switches: dict[str, tuple[str, bool]] = {}
        """options without a value: what they set, and to what"""
        self._values: dict[str, tuple[str, Any, Sequence[str]]] = {}
        """options with one: what they set, its type, and the choices"""

    def __getattr__(self, name: str) -> Any:
        raise NotPlainError(name)  # what only a ``Parser`` has, as for a group of settings

    def add_argument(self, *names: str, **settings: Any) -> None:
        """Declare an argument as to ``argparse``; raises NotPlainError."""
        kind, action, nargs = settings.get("type", str), settings.get("action"), settings.get("nargs")
        if not settings.keys() <= _SETTINGS or kind not in KINDS or nargs not in (None, "+"):
            raise NotPlainError(names[0])
        if not names[0].startswith("-"):
            if kind is not str or action or nargs or "default" in settings or "choices" in settings:
                raise NotPlainError(names[0])
            self._words.append(names[0])
            return
        spelled = next((name for name in names if name.startswith("--")), names[0])
        dest = spelled.lstrip("-").replace("-", "_")
        self.defaults[dest] = settings.get("default", False if action else None)
        if action == "store_true":
            self._switches |= dict.fromkeys(names, (dest, True))
        elif action is yes_no:
            self._switches |= {f"--{dest}": (dest, True), f"--no_{dest}": (dest, False)}
        elif action:
            raise NotPlainError(names[0])
        elif nargs is None:  # lists are declared, and not read here
            self._values |= dict.fromkeys(names, (dest, kind, settings.get("choices", ())))

    def parse(self, arguments: Sequence[str]) -> SimpleNamespace:
        """What arguments say, with the defaults of the others; raises NotPlainError where one is not surely right."""
        found = {dest: list(value) if isinstance(value, list) else value for dest, value in self.defaults.items()}
        words: list[str] = []
        left = iter(arguments)
        for argument in left:
            if not argument.startswith("-") or argument == "-":
                words.append(argument)
                continue
            name, equals, value = argument.partition("=")
            if argument in self._switches:
                dest, found_value = self._switches[argument]
                found[dest] = found_value
            elif name in self._values:
                dest, kind, choices = self._values[name]
                found[dest] = _value(value if equals else next(left, ""), kind, choices)
            else:
                raise NotPlainError(argument)
        if len(words) != len(self._words) or "" in words:
            raise NotPlainError(", ".join(self._words))
        return SimpleNamespace(**found, **dict(zip(self._words, words, strict=True)))


def _value(text: str, kind: Any, choices: Sequence[str]) -> str | int | float:
    if not text or (text.startswith("-") and text != "-") or (choices and text not in choices):
        raise NotPlainError(text)
    if kind is str:
        return text
    whole, point, part = text.partition(".")
    digits = whole + part
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST and whole and bool(part) == bool(point)):
        raise NotPlainError(text)
    if whole != "0" and whole.startswith("0"):
        raise NotPlainError(text)
    if kind in (float, float | None):
        return float(text)
    if point:
        raise NotPlainError(text)
    return int(text)


def declared(command: ModuleType) -> Options:
    """The options of a command; raises NotPlainError."""
    options = Options()
    command.add_arguments(options)
    return options
