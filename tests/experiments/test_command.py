import argparse
from importlib import import_module

import pytest

from experiments import command
from wavenet.errors import AudioError, UsageError

COMMANDS = ("compare", "conditions", "festvox", "g2p", "improve")


def stopped(error, arguments=(), **settings):
    def run(given):
        if error:
            raise error

    with pytest.raises(SystemExit) as stop:
        command.main(command.parser("nothing", "About."), run, arguments, **settings)
    return stop.value.code


@pytest.mark.parametrize(("error", "code"), [(UsageError("a is wrong"), 2), (AudioError("a is wrong"), 1)])
def test_what_is_wrong_is_one_line_and_an_exit_code(error, code, capsys):
    assert stopped(error) == code
    assert capsys.readouterr().err == "wavenet: a is wrong\n"


def test_an_interrupt_says_how_to_resume(capsys):
    assert stopped(KeyboardInterrupt()) == 130
    assert stopped(KeyboardInterrupt(), interrupted=command.INTERRUPTED) == 130
    assert capsys.readouterr().err.splitlines() == ["wavenet: interrupted", f"wavenet: {command.INTERRUPTED}"]


def test_unknown_arguments_are_refused_before_any_work(capsys):
    assert stopped(AssertionError("it ran"), ["--nonsense"]) == 2
    assert "python -m experiments.nothing: error: unrecognized arguments: --nonsense" in capsys.readouterr().err


def test_what_is_not_ours_is_not_hidden():
    def run(given: argparse.Namespace) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        command.main(command.parser("nothing", None), run, [])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_how_it_is_called(name, capsys):
    with pytest.raises(SystemExit) as stop:
        import_module(f"experiments.{name}").main(["--help"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: python -m experiments.{name} ")
