"""The engine compiles and links for macOS; ``make macos`` installs the compiler, without which this is skipped."""

import importlib.util
import struct
import sys

import pytest

from tests.native.build import ROOT, built

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
MACH_O = 0xFEEDFACF
"""what 64-bit programs for macOS begin with"""
PROCESSORS = {"arm64": ("aarch64-macos", 0x0100000C), "x86_64": ("x86_64-macos", 0x01000007)}
"""the target of the compiler, and the number of the processor in its programs"""
TOOL = """#!/bin/sh
for argument; do
    shift
    # the same in its own words
    [ "$argument" = -march=armv8.2-a+dotprod ] && argument=-mcpu=generic+v8_2a+dotprod
    set -- "$@" "$argument"
done
exec "{python}" -m ziglang {arguments} "$@"
"""


@pytest.mark.parametrize("processor", PROCESSORS)
def test_the_engine_and_its_tests_are_a_program_for_macos(processor):
    if not importlib.util.find_spec("ziglang"):
        pytest.skip("no ziglang in this environment; make macos installs it")
    target, number = PROCESSORS[processor]
    tools = {}
    places = ROOT / "build" / f"tools-macos-{processor}"  # the same in every run, or CMake refuses
    places.mkdir(parents=True, exist_ok=True)
    for variable, arguments in {"CXX_COMPILER": f"c++ -target {target}", "AR": "ar", "RANLIB": "ranlib"}.items():
        tools[variable] = places / variable.lower()
        tools[variable].write_text(TOOL.format(python=sys.executable, arguments=arguments))
        tools[variable].chmod(0o755)
    tools["INSTALL_NAME_TOOL"] = "true"  # nothing is installed
    folder = built(
        f"tests-macos-{processor}",
        "-DWAVENET_QUICK=ON",
        "-DWAVENET_TESTS=ON",
        "-DWAVENET_PYTHON=OFF",
        "-DCMAKE_SYSTEM_NAME=Darwin",
        f"-DCMAKE_SYSTEM_PROCESSOR={processor}",
        *(f"-DCMAKE_{variable}={path}" for variable, path in tools.items()),
    )
    assert struct.unpack("<II", (folder / "core_tests").read_bytes()[:8]) == (MACH_O, number)
