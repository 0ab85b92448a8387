"""In a log there is a line a minute; a terminal has a bar."""

import io
import time

import pytest

from wavenet import bars


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass when a test says so, for tqdm too."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr("tqdm.std.time", lambda: now[0])
    return now


def work(clock, file, seconds, leave=True, **settings):
    """Something for each second."""
    with bars.bar(total=1000, desc="work", unit=" files", leave=leave, file=file, **settings) as bar:
        for _ in range(seconds):
            clock[0] += 1
            bar.set_postfix_str("so far")
            bar.update()


def test_a_log_gets_a_line_a_minute_and_the_last(clock):
    log = io.StringIO()
    work(clock, log, 200)
    lines = log.getvalue().splitlines()
    assert len(lines) == 200 // 60 + 1
    assert all(line.startswith("work:") and "so far" in line for line in lines)
    assert [line.split("|")[2].split("/")[0].strip() for line in lines] == ["59", "119", "179", "200"]
    assert log.getvalue().endswith("\n")
    assert "\r" not in log.getvalue()


def test_what_takes_less_than_a_minute_says_nothing(clock):
    log = io.StringIO()
    work(clock, log, 59)
    assert log.getvalue() == ""


def test_a_bar_that_shall_not_stay_leaves_no_last_line(clock):
    log = io.StringIO()
    work(clock, log, 70, leave=False)
    assert len(log.getvalue().splitlines()) == 1


def test_nothing_is_said_where_it_is_not_wanted(clock):
    log = io.StringIO()
    work(clock, log, 200, disable=True)
    assert log.getvalue() == ""


def test_a_terminal_has_a_bar_that_changes(clock):
    terminal = Terminal()
    work(clock, terminal, 3)
    assert terminal.getvalue().count("\r") > 3
    assert terminal.getvalue().count("\n") == 1


def test_lines_take_no_row_of_a_terminal(clock):
    terminal, log = Terminal(), io.StringIO()
    closed = bars.bar(total=1000, file=log)
    closed.close()
    with bars.bar(total=1000, file=log):
        work(clock, terminal, 3)
    assert terminal.getvalue().count("\n") == 1


@pytest.mark.parametrize("file", [io.StringIO, Terminal])
def test_what_is_iterated_over_comes_as_it_is(file):
    assert list(bars.bar(iter("abc"), "letters", file=file())) == ["a", "b", "c"]


def test_a_line_of_a_log_can_be_read_at_once(clock, tmp_path):
    with open(tmp_path / "log", "w") as log, bars.bar(total=1000, file=log) as bar:
        for _ in range(61):
            clock[0] += 1
            bar.update()
        assert len((tmp_path / "log").read_text().splitlines()) == 1


def test_the_end_of_a_bar_is_told_once_and_then_no_more(clock):
    log = io.StringIO()
    bar = bars.bar(total=1000, file=log)
    for _ in range(61):
        clock[0] += 1
        bar.update()
    for _ in range(2):
        bar.close()
        clock[0] += 61
        bar.update()
    assert len(log.getvalue().splitlines()) == 2


def test_work_that_has_gone_on_for_some_time_has_its_line_when_it_is_due(clock):
    log = io.StringIO()
    work(clock, log, 25, elapsed=40.0)
    first, _ = log.getvalue().splitlines()
    assert "| 19/1000 [01:00" in first
