"""A run that is stopped, or whose loss is no number."""

import math
import os
import signal

import pytest

from wavenet.training import endings
from wavenet.training.endings import DivergedError

STOPS = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture
def handlers():
    """Sees which signals nobody else took, and puts everything back."""
    caught = []
    before = {number: signal.signal(number, lambda number, frame: caught.append(number)) for number in STOPS}
    yield caught
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", STOPS)
def test_the_first_signal_is_a_flag_and_the_second_takes_its_ordinary_way(handlers, number):
    with endings.on_signal() as stopped:
        assert stopped() is False
        os.kill(os.getpid(), number)
        assert stopped() is True
        assert handlers == []
        for again in STOPS:
            os.kill(os.getpid(), again)
        assert handlers == list(STOPS)


def test_after_the_run_signals_are_what_they_were(handlers):
    before = [signal.getsignal(number) for number in STOPS]
    with endings.on_signal():
        assert [signal.getsignal(number) for number in STOPS] != before
    assert [signal.getsignal(number) for number in STOPS] == before
    with pytest.raises(KeyError), endings.on_signal():
        raise KeyError
    assert [signal.getsignal(number) for number in STOPS] == before


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(("saved", "again"), [(20, "it resumes from update 20"), (0, "it starts anew")])
def test_a_value_that_is_no_number_is_told_with_what_the_same_command_does_next(value, saved, again):
    with pytest.raises(DivergedError, match=f"^the loss is {value} at update 23; lower optim.lr .*{again}$"):
        endings.check_finite("the loss", value, 23, saved)
    endings.check_finite("the loss", 1e30, 23, saved)


def test_a_run_that_was_stopped_has_the_exit_code_of_an_interrupted_command():
    assert endings.InterruptedRunError("stopped").exit_code == 130
    assert DivergedError("diverged").exit_code == 1
