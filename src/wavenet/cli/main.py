"""``wavenet COMMAND``: finds the command, and turns what went wrong into one line and an exit code."""

import os
import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from io import TextIOWrapper
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn, cast

from wavenet import __version__, made
from wavenet.cli import old_spellings, plain, system
from wavenet.errors import WavenetError, one_line, suggestion

if TYPE_CHECKING:
    from jsonargparse import Namespace

    from wavenet.cli.parser import Parser

COMMANDS = (
    "say",
    "say-many",
    "serve",
    "prepare",
    "align",
    "train",
    "train-voice",
    "train-recogniser",
    "recognise",
    "generate",
    "vocode",
    "vocode-many",
    "amp",
    "train-amp",
    "features",
    "evaluate",
    "calibrate",
    "import",
    "compress",
    "decompress",
    "bench",
    "pixelcnn-train",
    "pixelcnn-sample",
    "pixelcnn-evaluate",
    "models",
    "info",
    "completion",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command.

    Exits with 2 on wrong usage, as where what is named is not there; with 1 on any other error, as where it is damaged;
    with 130 when interrupted, 143 when terminated.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    system.open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without × must not stop anything
    try:
        with (
            system.ending_in_order(), system.warning_in_one_line(), made.watching(), system.telling_of_memory()
        ):  # fmt: skip
            try:
                _run(arguments)
            except SystemExit:  # of help
                _flush()
                raise
            _flush()  # here, where it may fail in order
    except WavenetError as error:
        _stop(str(error), error.exit_code)
    except system.Terminated as ended:
        _stop(f"ended by {ended}", ended.exit_code)
    except KeyboardInterrupt:
        _stop("interrupted", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except UnicodeDecodeError as error:
        _stop(f"a file of settings is not UTF-8 text: {error}", 2)
    except OSError as error:
        _stop(system.reason(error), 1)
    except RuntimeError as error:
        if not str(error).startswith("Symlink loop"):  # as pathlib says it before Python 3.13
            raise
        _stop(f"{error}: a symbolic link that leads to itself; name another file", 1)


def _flush() -> None:
    if sys.stdout:
        sys.stdout.flush()


def _stop(message: str, code: int) -> NoReturn:
    print(f"wavenet: {one_line(' '.join(message.split()))}", file=sys.stderr)
    sys.exit(code)


def _run(arguments: list[str]) -> None:
    if arguments[:1] == ["help"]:
        arguments = [*(arguments[1:3] if arguments[1:2] != ["help"] else []), "--help"]
    if arguments[:1] == ["pixelcnn"] and len(arguments) > 1:
        arguments = [f"pixelcnn-{arguments[1]}", *arguments[2:]]
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_usage())
        sys.exit(0 if arguments else 2)
    if arguments[0] == "--version":
        print(f"wavenet {__version__}")
        return
    name = arguments[0]
    if name not in COMMANDS:
        _stop(f"unknown command {name!r}{suggestion(name, COMMANDS)}", 2)
    command(name).run(parse(name, arguments[1:]))


def parse(name: str, arguments: Sequence[str]) -> "Namespace":
    """What the arguments of a command say."""
    spelled = old_spellings.pictures(name, [old_spellings.with_underscores(argument) for argument in arguments])
    try:
        return cast("Namespace", plain.declared(command(name)).parse(spelled))  # attributes alone are used
    except plain.NotPlainError:
        return parse_fully(name, spelled)


def parse_fully(name: str, spelled: Sequence[str]) -> "Namespace":
    """The same of any arguments, spelled with underscores, by the command's ``parser``."""
    commands_own = parser(name)
    options, words = old_spellings.model(name, *commands_own.split(spelled))
    options = commands_own.with_lists(options)
    minus = any(word.startswith("-") and word != "-" for word in words)  # argparse would take it for an option
    found = commands_own.parse_args([*options, "--", *words] if minus else [*words, *options])
    commands_own.check_paths(found, options)
    return found


@cache
def parser(name: str) -> "Parser":
    """The parser of a command."""
    from wavenet.cli.parser import Parser

    module = command(name)
    commands_own = Parser(prog=f"wavenet {name}", description=module.HELP, example=module.EXAMPLE)
    module.add_arguments(commands_own)
    return commands_own


def command(name: str) -> ModuleType:
    """The module of a command."""
    module = "import_checkpoint" if name == "import" else name.replace("-", "_")  # which cannot name a module
    return import_module(f"wavenet.cli.{module}")


def _usage() -> str:
    lines = [f"  {name:17} {command(name).HELP}" for name in COMMANDS]
    more = "wavenet help COMMAND shows the settings of a command, and an example."
    return "\n".join(["usage: wavenet COMMAND …", "", *lines, f"  {'help':17} show what a command takes", "", more])


if __name__ == "__main__":
    main()
