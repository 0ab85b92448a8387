import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.work import Killer, double, fragile, large, noisy, odd, once, refuse, slow, surroundings, tells
from wavenet import workers
from wavenet.errors import UsageError, WavenetError
from wavenet.workers import Aside, Died, in_order


def shown(results) -> list:
    return [(item, str(result) if isinstance(result, Died) else result) for item, result in results]


@pytest.mark.parametrize("processes", [1, 3])
def test_results_come_in_the_order_of_the_items(processes):
    items = [0.05, 0.0, 0.1, 0.0, 0.0, 0.02] * 3
    found = list(in_order(slow, items, processes))
    assert [item for item, _ in found] == [result[0] for _, result in found] == items
    assert len({result[1] for _, result in found}) == processes
    assert os.getpid() not in {result[1] for _, result in found}


@pytest.mark.parametrize("processes", [1, 2])
def test_what_ends_a_process_costs_itself_alone(processes):
    words = {-signal.SIGSEGV: "died of SIGSEGV", -signal.SIGABRT: "died of SIGABRT", -107: "ended with exit code 7"}
    items = [1, -signal.SIGSEGV, 2, 3, -107, -signal.SIGABRT, 4]
    assert shown(in_order(fragile, items, processes)) == [(item, words.get(item, 2 * item)) for item in items]


def test_what_ends_a_process_once_is_tried_again(tmp_path):
    assert list(in_order(once, [str(tmp_path / "a")], 1)) == [(str(tmp_path / "a"), "done")]


def test_what_cannot_even_arrive_costs_itself_alone():
    items = [1, Killer(), 3]
    assert [str(result) for _, result in in_order(str, items, 1)] == ["1", "ended with exit code 1", "3"]


def test_an_error_of_the_function_is_raised_here():
    results = in_order(refuse, [7], 1)
    with pytest.raises(UsageError, match="7 is refused"):
        next(results)
    with pytest.raises(RuntimeError, match="Odd: odd"):
        next(in_order(odd, [7], 1))


def test_only_a_few_items_are_taken_ahead():
    taken = []
    items = (taken.append(i) or i for i in range(200))
    for done, (item, result) in enumerate(in_order(double, items, 2, ahead=5), 1):
        assert (item, result) == (done - 1, 2 * item)
        assert len(taken) - done < 10
    assert len(taken) == 200


def test_neither_end_waits_for_the_other_to_read():
    sizes = [4_000_000] * 6
    assert [len(result) for _, result in in_order(large, sizes, 1)] == sizes
    data = [bytes(4_000_000)] * 6
    assert [result for _, result in in_order(len, data, 1)] == sizes


def test_what_libraries_print_is_lost_and_no_result(capfd):
    assert [result for _, result in in_order(noisy, [1, 2], 1)] == [1, 2]
    assert capfd.readouterr() == ("", "")


def test_processes_end_when_the_results_are_no_longer_wanted():
    results = in_order(slow, [0.0, 60.0, 60.0], 2)
    _, (_, process) = next(results)
    began = time.monotonic()
    results.close()
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_no_process_is_started_where_there_is_nothing_to_do(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert list(in_order(double, [], 4)) == []


def test_an_interpreter_that_cannot_start_is_one_line(monkeypatch):
    monkeypatch.setattr(workers, "_SERVE", "import sys; sys.exit(5)")
    with pytest.raises(WavenetError, match=r"a worker process could not be started: .* ended with exit code 5"):
        next(in_order(double, [1], 1))


def test_a_process_aside_goes_on_after_its_end_and_ends_with_its_caller():
    call = Aside(fragile)
    assert [str(call(number)) for number in (1, -signal.SIGSEGV, 2, 3)] == ["2", "died of SIGSEGV", "4", "6"]
    call.end()
    call = Aside(refuse)
    with pytest.raises(UsageError):
        call(1)
    call = Aside(slow)
    _, process = call(0.0)
    del call
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_what_ends_a_process_twice_is_not_tried_a_third_time(tmp_path):
    path = str(tmp_path / "calls")
    jobs = [(path, 1), (path, -signal.SIGKILL), (path, 2)]
    assert [str(result) for _, result in in_order(tells, jobs, 1)] == ["2", "died of SIGKILL", "4"]
    assert (tmp_path / "calls").read_text().split() == ["1", "-9", "-9", "2"]


def test_each_process_has_sixteen_items_at_hand_unless_told_otherwise():
    taken = []
    results = in_order(double, (taken.append(i) or i for i in range(200)), 2)
    next(results)
    assert len(taken) == 32
    results.close()


def test_a_process_reads_no_terminal_and_ctrl_c_does_not_reach_it():
    ((_, (read, terminal, group)),) = in_order(surroundings, [0], 1)
    assert (read, terminal) == ("", False)
    assert group != os.getpgrp()


def test_nothing_stays_open_when_the_work_is_done():
    before = open_files()
    for items in ([1], [1, -signal.SIGKILL, 2]):
        list(in_order(fragile, items, 2))
        assert open_files() <= before  # what earlier tests left may be closed in the meantime


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_process_ends_when_its_parent_is_killed():
    code = (
        "import os, signal; from tests.work import slow; from wavenet.workers import Aside; call = Aside(slow)\n"
        "print(call(0.0)[1], flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    process, end = int(done.stdout), time.monotonic() + 30
    while running(process):
        assert time.monotonic() < end
        time.sleep(0.01)


def running(process: int) -> bool:
    """Whether a process is there and has not ended; nobody may have asked for its exit code."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
