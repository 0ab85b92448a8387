"""Shared by the commands ``python -m experiments.NAME``: an error is one line and an exit code."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from wavenet.cli import system
from wavenet.errors import WavenetError

INTERRUPTED = "interrupted; the same command resumes from the last checkpoint"


def parser(name: str, about: str | None) -> argparse.ArgumentParser:
    """The parser of a command, described by the docstring of its module."""
    return argparse.ArgumentParser(prog=f"python -m experiments.{name}", description=about)


def main(
    parser: argparse.ArgumentParser,
    run: Callable[[argparse.Namespace], None],
    arguments: Sequence[str] | None = None,
    *,
    interrupted: str = "interrupted",
) -> None:
    """Run a command. Exits with 2 on wrong usage, 1 on other errors of ours, 130 if interrupted, 143 if terminated."""
    try:
        with system.ending_in_order():
            run(parser.parse_args(arguments))
    except WavenetError as error:
        _stop(str(error), error.exit_code)
    except system.Terminated as ended:
        _stop(interrupted, ended.exit_code)
    except KeyboardInterrupt:
        _stop(interrupted, 130)


def _stop(message: str, code: int) -> NoReturn:
    print(f"wavenet: {message}", file=sys.stderr)
    sys.exit(code)
