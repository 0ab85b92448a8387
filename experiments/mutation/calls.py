"""Which functions of ``wavenet`` each test runs, as a pytest plugin (``-p experiments.mutation.calls``).

``WAVENET_CALLS`` names the file that gets one line of JSON for each test: its id, whether it passed, its seconds, and
the functions that ran in it, as ``PATH:QUALIFIED NAME``. Functions that ran while fixtures were set up are apart, as
other tests may share what they made. Processes that a test starts append lines of their own.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

SOURCES = str(Path(__file__).parents[2] / "src/wavenet") + os.sep


class Calls:
    """Hears of every call in this process and keeps those of functions in ``src/wavenet``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._process = os.getpid()
        self._foreign: dict[int, CodeType] = {}
        """by identity, as the hash of a code object reads all of it; kept alive, so that no identity is used again"""
        self._own: dict[int, CodeType] = {}
        self._found: set[str] = set()
        self.in_tests = False
        """whether this process runs pytest, so that ``write`` is called; others write each function at once"""

    def start(self) -> None:
        """Hear of calls in this thread, and in those that start from now on."""
        threading.settrace(self._call)
        sys.settrace(self._call)

    def write(self, test: str, **values: Any) -> None:
        """Write what was found since the last time."""
        self._own, found, self._found = {}, self._found, set()
        self._append({"test": test, **values, "calls": sorted(found)})

    def _call(self, frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if id(code) in self._foreign or id(code) in self._own:
            return
        if not code.co_filename.startswith(SOURCES):
            self._foreign[id(code)] = code
            return
        self._own[id(code)] = code
        name = f"{code.co_filename[len(SOURCES) :]}:{outermost(code.co_qualname)}"
        if name in self._found:
            return
        self._found.add(name)
        if not self.in_tests or os.getpid() != self._process:
            test, _, phase = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")
            self._append({"test": test, "phase": phase.strip("()"), "calls": [name]})

    def _append(self, row: dict[str, Any]) -> None:
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def outermost(name: str) -> str:
    """``Class.method`` of what is defined in it; ``<module>`` of what is outside of functions."""
    first = name.partition(".<locals>")[0]
    return "<module>" if first.startswith("<") else first


CALLS = Calls(Path(os.environ["WAVENET_CALLS"])) if "WAVENET_CALLS" in os.environ else None


def pytest_configure() -> None:
    """Start before any test file is read."""
    if CALLS:
        CALLS.in_tests = True
        CALLS.start()


def pytest_collection_finish() -> None:
    """What ran while the test files were read belongs to all tests."""
    if CALLS:
        CALLS.write("", phase="setup")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """What fixtures run."""
    try:
        yield
    finally:
        if CALLS:
            CALLS.write(item.nodeid, phase="setup")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """What the test runs."""
    started, passed = time.process_time(), False
    try:
        yield
        passed = True
    finally:
        if CALLS:
            CALLS.start()  # a test may have stopped it
            CALLS.write(item.nodeid, phase="call", passed=passed, seconds=time.process_time() - started)
