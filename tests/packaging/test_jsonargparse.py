"""The settings mean the same with the oldest and with the newest jsonargparse that the package allows."""

import os
import re
import subprocess
import sys
import tomllib

import pytest

from tests.test_readme import ROOT

DEPENDENCIES = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
(BOUNDS,) = (re.findall(r"^jsonargparse\[signatures\](.*)", each)[0] for each in DEPENDENCIES if "jsonargparse" in each)
OLDEST, END = re.fullmatch(r">=([\d.]+),<([\d.]+)", BOUNDS).groups()


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [f"=={OLDEST}.0", f">={OLDEST},<{END}"], ids=["oldest", "newest"])
def test_every_setting_is_taken_with_either_end_of_what_is_allowed(wanted, tmp_path):
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--target", str(tmp_path / "packages"), f"jsonargparse{wanted}"], check=True)
    tests = ["tests/cli/test_settings_file.py", "tests/cli/test_main.py", "-k", "not generate"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *tests],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "packages")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
