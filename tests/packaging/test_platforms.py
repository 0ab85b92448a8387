"""Windows is refused in one line, when the package is built and when it is imported."""

import subprocess
import sys
from pathlib import Path

from tests.native.build import tool

ROOT = Path(__file__).parents[2]
LINE = "wavenet is for Linux and macOS, not for Windows; install it in the Windows Subsystem for Linux"


def test_windows_is_refused_when_it_is_built(tmp_path):
    command = [tool("cmake"), "-S", str(ROOT), "-B", str(tmp_path), "-DCMAKE_SYSTEM_NAME=Windows"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert LINE in " ".join(done.stderr.split())
    assert done.stderr.count("CMake Error") == 1


def test_windows_is_refused_when_it_is_imported():
    program = "import sys; sys.platform = 'win32'; import wavenet"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT / "src")
    assert done.stderr.splitlines()[-1] == f"ImportError: {LINE}"


def test_a_wheel_for_macos_is_built_without_what_is_of_linux():
    command = ["make", "--dry-run", "--always-make", "LINUX=", "dist/.made"]
    recipe = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert "cp build/wheel/*.whl dist" in recipe
    assert not [word for word in ("auditwheel", "patchelf", "WAVENET_OLD_SYSTEMS") if word in recipe]
