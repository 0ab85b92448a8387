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
from wavenet.engine import folder, native, reference
from wavenet.errors import WavenetError

IN_NUMPY = """
import sys
import numpy as np
import wavenet.generator
from wavenet.audio.front_end import FrontEnd
from wavenet.engine import folder, native, reference
from wavenet.engine.decoder import Decoder

assert not native.available()
opened = folder.read(folder.find(sys.argv[1]))
weights = reference.Weights(opened.model, opened.tensors)
logits = reference.block(weights, reference.State(weights), np.array([8, 3, 5]))
print(len(Decoder(FrontEnd(opened.audio, opened.model)).decode(logits.argmax(1))))
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


def test_what_needs_no_engine_runs_in_numpy(unbuilt):
    done = run(unbuilt, "-c", IN_NUMPY, str(unbuilt / "model"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "3\n", "")


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
    assert done.stderr.endswith("; pip install . builds it, in the folder of the sources\n")
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_every_way_to_the_engine_tells_that_it_is_missing(monkeypatch):
    monkeypatch.setattr(native, "_core", None)
    tensors = as_folder(random_model(MICRO)).tensors
    assert not native.available()
    reference.Weights(MICRO, tensors)
    for way in (native.instruction_sets, native.chosen_instruction_set, lambda: native.Network(MICRO, tensors)):
        with pytest.raises(WavenetError, match=r"the compiled engine, .*; pip install \. builds it"):
            way()
