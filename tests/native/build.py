"""Builds the C++ tests, and the Python module under sanitizers, in ``build/``, which is kept from run to run."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FIRST = Path(sys.executable).parent  # the environment's own tools before the system's
ENVIRONMENT = {"NODE_PATH": "/usr/share/nodejs", **os.environ}  # where Debian keeps what emscripten needs of Node


def tool(name: str) -> str:
    """The path of a program; the test is skipped where there is none."""
    found = shutil.which(name, path=str(FIRST)) or shutil.which(name)
    if not found:
        pytest.skip(f"no {name} on this machine")
    return found


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """While it lasts, no other process of the tests builds in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def built(name: str, *options: str) -> Path:
    """The folder of a build with these options of CMake."""
    tool("c++")
    folder = ROOT / "build" / name
    configure = [
        tool("cmake"),
        "-S",
        str(ROOT),
        "-B",
        str(folder),
        "-G",
        "Ninja",
        f"-DCMAKE_MAKE_PROGRAM={tool('ninja')}",
    ]
    with locked(folder):
        for command in ([*configure, *options], [tool("cmake"), "--build", str(folder)]):
            done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
            assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return folder


def sanitized() -> Path:
    """The folder of everything under sanitizers, the Python module too."""
    nanobind = subprocess.run([sys.executable, "-m", "nanobind", "--cmake_dir"], capture_output=True, text=True)
    if nanobind.returncode:
        pytest.skip("no nanobind in this environment")
    python = [f"-DPython_EXECUTABLE={sys.executable}", f"-Dnanobind_DIR={nanobind.stdout.strip()}"]
    return built("tests-sanitized", "-DWAVENET_TESTS=ON", "-DWAVENET_SANITIZE=ON", *python)
