"""The ARM kernels, cross-compiled and emulated: their promises, and that int8 is the same there as here."""

import subprocess

import pytest

from tests.native.build import ROOT, built, tool
from wavenet.engine import native

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def program():
    tool("aarch64-linux-gnu-g++")
    tool("qemu-aarch64-static")
    options = ["-DWAVENET_TESTS=ON", "-DWAVENET_PYTHON=OFF"]
    return (
        built("tests-aarch64", *options, f"-DCMAKE_TOOLCHAIN_FILE={ROOT / 'tests/native/aarch64.cmake'}") / "core_tests"
    )


def emulated(processor, *command):
    done = subprocess.run(
        ["qemu-aarch64-static", "-cpu", processor, *map(str, command)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_the_core_keeps_its_promises_there(program):
    assert " 0 failed" in emulated("cortex-a76", program, 2)


@pytest.mark.parametrize(("processor", "sets"), [("cortex-a76", ["neon", "neondot"]), ("cortex-a72", ["neon"])])
def test_int8_is_bit_for_bit_that_of_this_machine_with_and_without_the_dot_product(program, processor, sets):
    lines = [line.split() for line in emulated(processor, program, "--checksum").splitlines()]
    assert [name for name, _ in lines] == sets
    folder = built("tests-plain", "-DWAVENET_TESTS=ON", "-DWAVENET_PYTHON=OFF")
    here = subprocess.run([str(folder / "core_tests"), "--checksum"], capture_output=True, text=True, check=True)
    ours = [line.split() for line in here.stdout.splitlines()]
    assert [name for name, _ in ours] == native.instruction_sets()
    assert len({checksum for _, checksum in lines + ours}) == 1
