"""What `make wheel` makes runs where there is no compiler, and holds what it should."""

import os
import re
import shlex
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.native.build import ROOT, tool
from wavenet.cli.main import main

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
CEILING_MB = 220
SECONDS = 0.2


def output_of(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def newest(pattern):
    return max((ROOT / "dist").glob(pattern), key=lambda path: path.stat().st_mtime)


def made():
    if sys.platform != "linux":
        pytest.skip("the wheel is made on Linux")
    tool("c++")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    output_of(tool("make"), "wheel", f"PYTHON={sys.executable}", cwd=ROOT, env=clean)


class Environment:
    """A fresh one, that sees no compiler and nothing of this source tree."""

    def __init__(self, folder: Path) -> None:
        (folder / "empty").mkdir()
        self.folder = folder
        self.bin = folder / "environment" / "bin"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        self.variables = {**kept, "PATH": f"{folder / 'empty'}:{self.bin}"}
        output_of(sys.executable, "-m", "venv", str(self.bin.parent))

    def run(self, program: str, *arguments: object) -> str:
        command = [str(self.bin / program), *map(str, arguments)]
        return output_of(*command, cwd=self.folder, env=self.variables)


def check_contents(wheel, sdist):
    assert "manylinux" in wheel.name
    with tarfile.open(sdist) as archive:
        paths = {member.name.partition("/")[2] for member in archive if member.isfile()}
    sources = {path.removeprefix("src/") for path in paths if path.startswith("src/wavenet/")}
    data = (
        "models/english_prompts/model.safetensors",
        "tts/english/data/beginnings.txt",
        "tts/english/data/lexicon.txt",
        "tts/english/data/g2p.safetensors",
    )
    assert {f"wavenet/{path}" for path in (*data, "tts/russian/festival.scm")} <= sources
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    about = {name for name in names if ".dist-info/" in name}
    for licence in ("LICENSE", "licenses/nanobind.txt", "licenses/robin-map.txt", "licenses/wordnet.txt"):
        assert any(name.endswith(f".dist-info/licenses/{licence}") for name in about)
    (engine,) = {name for name in names if name.endswith(".so")}
    assert engine.startswith("wavenet/engine/_core.")
    assert names - about - {engine} == {path for path in sources if not path.startswith("wavenet/native/")}


def check_sounds(environment, folder):
    packages = environment.run("python", "-c", "import sys, wavenet.generator; print(wavenet.__file__, *sys.modules)")
    assert packages.startswith(str(folder))
    assert "torch" not in packages.split()
    assert re.fullmatch(r"wavenet \d+\.\d+\.\d+\n", environment.run("wavenet", "--version"))

    generate = ("generate", "english_prompts", "--seconds", str(SECONDS), "--seed", "3", "-o")
    environment.run("wavenet", *generate, "x.wav")
    main([*generate, str(folder / "here.wav")])
    sound, rate = soundfile.read(folder / "x.wav")
    assert len(sound) == round(SECONDS * rate)
    assert np.array_equal(sound, soundfile.read(folder / "here.wav")[0])  # int8 is the same everywhere

    environment.run("wavenet", "vocode", "x.wav", "-o", "copy.wav")
    environment.run("wavenet", "say", "Hello.", "-o", "y.wav")
    told = environment.run("python", "-c", "from wavenet.errors import install_command; print(install_command('plot'))")
    environment.run(*shlex.split(told), "--dry-run", "--no-deps", "--quiet")
    for name in ("copy.wav", "y.wav"):
        sound, rate = soundfile.read(folder / name)
        assert len(sound) >= round(SECONDS * rate)
        assert np.ptp(sound) > 0.01


def test_the_wheel_holds_the_package_alone_and_makes_sound_where_there_is_no_compiler_and_no_torch(tmp_path):
    made()
    wheel = newest("*.whl")
    check_contents(wheel, newest("*.tar.gz"))
    environment = Environment(tmp_path)
    environment.run("pip", "install", "--quiet", "--only-binary=:all:", wheel)
    check_sounds(environment, tmp_path)
    (total,) = re.findall(r"\| total \| ([\d.]+) \|", environment.run("python", ROOT / "scripts" / "install_size.py"))
    assert 15 < float(total) < CEILING_MB
