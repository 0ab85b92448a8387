"""``wavenet COMMAND``: finds the command, and turns what went wrong into one line and an exit code."""

import os
import re
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from types import ModuleType
from typing import Any, NoReturn

from jsonargparse import ArgumentParser, set_parsing_settings

from wavenet import __version__, atomic
from wavenet.errors import LeftOutWarning, WavenetError, suggestion

UNKNOWN = (
    r"[Uu]nrecognized arguments?: (?:--)?([\w.]+)",
    r"Group '([\w.]+)' does not accept option '([\w.]+)'",
    r"Option '([\w.]+)' is not accepted",
    r"[Kk]ey [\"']?([\w.]+)[\"']? is not expected",
)
"""how jsonargparse says that it does not know a setting"""
WRONG_TYPE = r"Parser key \"([\w.]+)\": Expected a (?:<class '(\w+)'>|typing.Literal\[(.*)\])\. Got value: (.*)"
COMMANDS = (
    "say",
    "prepare",
    "align",
    "train",
    "train-voice",
    "generate",
    "vocode",
    "features",
    "evaluate",
    "calibrate",
    "bench",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. Exits with 2 on wrong usage, 1 on any other error, 130 when interrupted."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without × must not stop anything
    warnings.formatwarning = _format
    set_parsing_settings(docstring_parse_attribute_docstrings=True)
    try:
        _run(arguments)
    except WavenetError as error:
        _stop(str(error), error.exit_code)
    except KeyboardInterrupt:
        _stop("interrupted", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except UnicodeDecodeError as error:
        _stop(f"a file of settings is not UTF-8 text: {error}", 2)
    except OSError as error:
        _stop(f"{error.filename}: {atomic.reason(error)}" if error.filename else atomic.reason(error), 1)
    except MemoryError:
        _stop("out of memory; give less at once", 1)


def _format(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> str:
    """A warning of ours is one line, as an error is; others are shown as usual."""
    ours = issubclass(category, LeftOutWarning)
    return f"wavenet: {message}\n" if ours else _usual(message, category, *where, **more)


_usual = warnings.formatwarning


def _stop(message: str, code: int) -> NoReturn:
    print(f"wavenet: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(code)


def _run(arguments: list[str]) -> None:
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_usage())
        sys.exit(0 if arguments else 2)
    if arguments[0] == "--version":
        print(f"wavenet {__version__}")
        return
    name = arguments[0]
    if name not in COMMANDS:
        _stop(f"unknown command {name!r}{suggestion(name, COMMANDS)}", 2)
    module = command(name)
    parser = Parser(prog=f"wavenet {name}", description=module.HELP, allow_abbrev=False)
    module.add_arguments(parser)
    module.run(parser.parse_args([with_underscores(argument) for argument in arguments[1:]]))


def command(name: str) -> ModuleType:
    """The module of a command."""
    return import_module(f"wavenet.cli.{name.replace('-', '_')}")


def with_underscores(argument: str) -> str:
    """``--init-from=a-b`` as ``--init_from=a-b``: settings are spelled one way, and may be typed two."""
    if not argument.startswith("--"):
        return argument
    name, equals, value = argument[2:].partition("=")
    return f"--{name.replace('-', '_')}{equals}{value}"


def _usage() -> str:
    lines = [f"  {name:11} {command(name).HELP}" for name in COMMANDS]
    return "\n".join(
        ["usage: wavenet COMMAND [-h] …", "", *lines, "", "wavenet COMMAND --help tells the settings of one."]
    )


class Parser(ArgumentParser):
    """jsonargparse's parser, with errors of one line that suggest the nearest setting."""

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        """Print one line, exit with 2."""
        _stop(f"{readable(message, self.known_settings())}; see {self.prog} --help", 2)

    def known_settings(self) -> list[str]:
        """Every setting of this command, dotted."""
        return [action.dest for action in self._actions if not action.dest.startswith(("help", "print_"))]


def readable(message: str, known: Sequence[str]) -> str:
    """Jsonargparse's message as one line; after an unknown setting, the nearest known one."""
    lines = [line.strip(" -") for line in message.splitlines() if line.strip()]
    text = " ".join(lines)
    for pattern in UNKNOWN:
        if found := re.search(pattern, text):
            name = ".".join(found.groups())
            return f"unknown setting {name!r}{suggestion(name, known)}"
    if found := re.search(WRONG_TYPE, text):
        return f"{found[1]} is {found[4]!r}, and must be {'one of' if found[3] else 'of type'} {found[2] or found[3]}"
    return text.removeprefix("Parser key ")


if __name__ == "__main__":
    main()
