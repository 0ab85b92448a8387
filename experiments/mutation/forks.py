"""Runs pytest in copies of one process that has the large packages loaded, so that each run starts in no time.

``python -m experiments.mutation.forks`` reads one request a line, in JSON, and answers each with a line: the exit code
of pytest, the tests that failed, and the processor time. Nothing of ``wavenet`` is loaded before the copy is made.
"""

import importlib
import json
import os
import resource
import runpy
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

LOADED = (
    "numpy", "scipy.signal", "scipy.optimize", "scipy.linalg", "hypothesis", "hypothesis.strategies",
    "hypothesis.extra.numpy", "torch", "torch.utils.tensorboard", "matplotlib.figure", "soundfile", "yaml",
    "jsonargparse", "tqdm",
)  # fmt: skip
MEMORY = 12 << 30
"""bytes of data that a process may have: a fault may ask for any amount"""
ENDED = 124
"""the exit code of a run that took too long"""


class Chosen:
    """A plugin that runs the tests with these ids, in their order, or all if there are none; notes those that fail."""

    def __init__(self, tests: list[str]) -> None:
        self._place = {test: i for i, test in enumerate(tests)}
        self.failed: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Called by pytest with all tests of the files."""
        if self._place:
            kept = [item for item in items if item.nodeid in self._place]
            items[:] = sorted(kept, key=lambda item: self._place[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called by pytest after each phase of a test."""
        if report.failed:
            self.failed.append(report.nodeid)


def run(
    arguments: list[str], tests: list[str], environment: dict[str, str], seconds: int, patience: float
) -> dict[str, Any]:
    """Run pytest in a copy of this process.

    Args:
        arguments: of pytest.
        tests: the ids of those that are run; if there are none, all that the arguments name.
        environment: added to that of this process.
        seconds: of processor time that the copy may take.
        patience: seconds after which it is ended, with all that it started.
    """
    before = _spent()
    reader, writer = os.pipe()
    process = os.fork()
    if not process:
        os.close(reader)
        _test(arguments, Chosen(tests), environment, seconds, writer)
    os.close(writer)
    code = _wait(process, patience)
    with open(reader, encoding="utf-8") as file:
        answer = file.read()
    return {"code": code, "failed": json.loads(answer) if answer else [], "spent": _spent() - before}


def _spent() -> float:
    """Seconds of processor time of all copies that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _test(arguments: list[str], chosen: Chosen, environment: dict[str, str], seconds: int, writer: int) -> None:
    """Run pytest and end this process."""
    os.setsid()
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(silence, descriptor)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    os.environ.update(environment)
    sys.argv = ["pytest"]
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background ignore it
    code = 1
    try:
        if "PYTHONPATH" in environment:  # as Python does at its start
            runpy.run_path(str(Path(environment["PYTHONPATH"].split(os.pathsep)[0]) / "sitecustomize.py"))
        code = int(pytest.main(arguments, [chosen]))
    finally:
        with suppress(OSError):
            os.write(writer, json.dumps(chosen.failed).encode())
        os._exit(code)


def _wait(process: int, patience: float) -> int:
    """The exit code of a process, which is ended with all that it started."""
    end = time.monotonic() + patience
    found, status = 0, 0
    try:
        while not found and time.monotonic() < end:
            found, status = os.waitpid(process, os.WNOHANG)
            time.sleep(0.02)
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)
        if not found:
            os.waitpid(process, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if found and code >= 0 else ENDED


def main() -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # ends the copy, too
    for name in LOADED:
        with suppress(ImportError):
            importlib.import_module(name)
    loaded = [name for name in sys.modules if name.partition(".")[0] == "wavenet"]
    if loaded:
        raise RuntimeError(f"loaded before any fault is planted: {loaded}")
    for line in sys.stdin:
        answers.write(json.dumps(run(**json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
