"""The kernels for browsers, compiled to WebAssembly and run by Node: their promises, and int8 as it is here."""

import subprocess
from pathlib import Path

import pytest

from tests.native.build import built, tool

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
NODE = ["node", "--no-experimental-fetch"]  # the scripts of older emscriptens take fetch for a sign of a browser


@pytest.fixture(scope="module")
def program():
    tool("node")
    toolchain = Path(tool("emcc")).resolve().parent / "cmake/Modules/Platform/Emscripten.cmake"
    options = ["-DWAVENET_TESTS=ON", "-DWAVENET_PYTHON=OFF", f"-DCMAKE_TOOLCHAIN_FILE={toolchain}"]
    return built("browser", *options) / "core_tests.js"


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_the_core_keeps_its_promises_there(program):
    assert " 0 failed" in run(*NODE, program, 2)


def test_int8_is_bit_for_bit_that_of_this_machine(program):
    (there,) = (line.split() for line in run(*NODE, program, "--checksum").splitlines())
    folder = built("tests-plain", "-DWAVENET_TESTS=ON", "-DWAVENET_PYTHON=OFF")
    ours = [line.split() for line in run(folder / "core_tests", "--checksum").splitlines()]
    assert there[0] == "wasm"
    assert {checksum for _, checksum in ours} == {there[1]}
