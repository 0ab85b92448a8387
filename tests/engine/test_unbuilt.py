"""A tree of sources without the compiled engine: the reference runs there, and the rest says what is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import wavenet
from tests.networks import MICRO, as_folder, random_model
from wavenet.config import AudioConfig
from wavenet.engine import folder, native, reference_engine
from wavenet.errors import WavenetError
from wavenet.generator import Generator

IN_NUMPY = """
import sys
from wavenet.engine import native
from wavenet.generator import Generator

assert not native.available()
print(*Generator.open(sys.argv[1], engine="reference").generate(20, seed=3).round(4).tolist())
"""
BROKEN = "raise ImportError('libstdc++.so.6: version not found')\n"


@pytest.fixture(scope="module")
def unbuilt(tmp_path_factory):
    """The folder that holds the package's Python files, and a model."""
    home = tmp_path_factory.mktemp("unbuilt")
    left_out = shutil.ignore_patterns("*.so", "*.pyd", "native", "models", "data", "templates", "__pycache__")
    shutil.copytree(Path(wavenet.__file__).parent, home / "wavenet", ignore=left_out)
    opened = as_folder(random_model(MICRO), AudioConfig(4000))
    folder.write(home / "model", opened.audio, opened.model, opened.tensors)
    return home


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python without what an editable install puts in the way of imports."""
    packages = Path(np.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": f"{home}{os.pathsep}{packages}"}
    command = [sys.executable, "-S", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_a_model_runs_in_numpy(unbuilt):
    done = run(unbuilt, "-c", IN_NUMPY, str(unbuilt / "model"))
    assert (done.returncode, done.stderr) == (0, "")
    here = Generator.open(unbuilt / "model", engine="reference").generate(20, seed=3)
    np.testing.assert_allclose(np.array(done.stdout.split(), float), here, atol=1e-4)


@pytest.mark.parametrize(
    ("core", "why"), [(None, "No module named 'wavenet.engine._core'"), (BROKEN, "version not found")]
)
def test_a_model_that_cannot_run_is_one_line_with_the_way_out(unbuilt, tmp_path, core, why):
    path = unbuilt / "wavenet/engine/_core.py"
    if core:
        path.write_text(core)
    done = run(unbuilt, "-m", "wavenet.cli.main", "generate", str(unbuilt / "model"), "-o", str(tmp_path / "a.wav"))
    path.unlink(missing_ok=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("wavenet: the compiled engine, which runs models, cannot be loaded: ")
    assert why in done.stderr
    assert "; pip install . builds it, in the folder of the sources; " in done.stderr
    assert done.stderr.endswith("; Generator.open(…, engine='reference') does without, slowly\n")
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_every_way_to_the_engine_tells_that_it_is_missing(monkeypatch):
    monkeypatch.setattr(native, "_core", None)
    tensors = as_folder(random_model(MICRO)).tensors
    assert not native.available()
    reference_engine.Network(MICRO, tensors)
    for way in (native.instruction_sets, native.chosen_instruction_set, lambda: native.Network(MICRO, tensors)):
        with pytest.raises(WavenetError, match=r"the compiled engine, .*; pip install \. builds it"):
            way()
