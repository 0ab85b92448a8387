"""The C++ tests, plain and under sanitizers, and the mutation driver under sanitizers."""

import subprocess
import sys

import pytest

from tests.native.build import ROOT, built, sanitized
from wavenet.engine import native

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
EMULATES = native.available() and "avx512bf16" in native.instruction_sets()
"""whether this processor has what surrounds matrix units; the emulator does them alone"""


def output_of(*command):
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_the_core_keeps_its_promises_on_random_networks():
    folder = built("tests-plain", "-DWAVENET_TESTS=ON", "-DWAVENET_PYTHON=OFF")
    assert " 0 failed" in output_of(str(folder / "core_tests"))
    assert " 0 failed" in output_of(str(folder / "amp_tests"))
    output_of(str(folder / "core_allocations"))  # nothing is allocated for a sample


def test_matrix_units_keep_them_under_an_emulator():
    folder = built("tests-plain", "-DWAVENET_TESTS=ON", "-DWAVENET_PYTHON=OFF")
    if not (folder / "core_amx_tests").exists() or not EMULATES:
        pytest.skip("matrix units are those of x86, under Linux, and the emulator needs AVX-512 with bf16 around them")
    assert " 0 failed" in output_of(str(folder / "core_amx_tests"), "4", "amx")


def test_the_core_keeps_them_under_sanitizers():
    assert " 0 failed" in output_of(str(sanitized() / "core_tests"), "4")
    assert " 0 failed" in output_of(str(sanitized() / "amp_tests"))
    if (emulated := sanitized() / "core_amx_tests").exists() and EMULATES:
        assert " 0 failed" in output_of(str(emulated), "1", "amx")


@pytest.mark.parametrize(
    ("of", "seconds"), [("folders", "60"), ("checkpoints", "20"), ("amps", "20"), ("residuals", "10")]
)
def test_what_is_damaged_gives_errors_and_no_crashes(of, seconds):
    (module,) = sanitized().glob("_core*.so")
    arguments = ["--of", of, "--seconds", seconds, "--core", str(module)]
    assert "attempts" in output_of(sys.executable, "tests/native/fuzz.py", *arguments)
