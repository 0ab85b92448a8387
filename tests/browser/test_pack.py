"""What ``make browser`` puts together, without the compiler for browsers."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests import voices

ROOT = Path(__file__).parents[2]
ENGINE = ("engine.js", "engine.wasm")
PYODIDE = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


def pack(*arguments):
    command = [sys.executable, ROOT / "scripts/browser/pack.py", *arguments]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True)


@pytest.fixture
def parts(tmp_path):
    """What a page is made of: a voice, and files of one letter for what is compiled and fetched."""
    for folder, names in (("build", ENGINE), ("pyodide", PYODIDE)):
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / name).write_text("x")
    with zipfile.ZipFile(tmp_path / "pyodide/numpy-2.0-cp312-wasm32.whl", "w") as wheel:
        for name in (
            "numpy/__init__.py",
            "numpy/tests/test_all.py",
            "numpy/_core/include/numpy.h",
            "numpy/__init__.pyi",
        ):
            wheel.writestr(name, "")
    voices.write(tmp_path / "ann")
    return tmp_path / "ann", tmp_path / "build", tmp_path / "pyodide"


@pytest.fixture
def made(parts, tmp_path):
    """The folder of a page."""
    done = pack(*parts, tmp_path / "page")
    assert done.returncode == 0, done.stderr
    return tmp_path / "page"


def test_every_file_that_the_page_asks_for_is_there(made):
    names = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
    own = {"index.html", "local.js", "worker.js", "loading.js", "packages.zip"}
    runtime = {"module.js" if name == "pyodide.mjs" else name for name in PYODIDE}
    assert names == own | set(ENGINE) | {f"pyodide/{name}" for name in runtime}
    page = (made / "index.html").read_text("utf-8")
    order = [page.index(part) for part in ("window.local = null", 'src="local.js"', "window.local === undefined")]
    assert order == sorted(order)


def test_the_archive_has_the_voice_and_no_more_of_numpy_than_it_needs(made):
    with zipfile.ZipFile(made / "packages.zip") as archive:
        names = set(archive.namelist())
        assert archive.read("voice/name") == b"ann"
        assert json.loads(archive.read("voice/config.json"))["format"] == "wavenet-voice"
    assert {name for name in names if name.startswith("numpy")} == {"numpy/__init__.py"}
    assert "voice/wavenet/model.safetensors" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".so")]


def test_what_is_left_out_of_the_package_is_not_missed(made, tmp_path):
    with zipfile.ZipFile(made / "packages.zip") as archive:
        archive.extractall(tmp_path / "there", [name for name in archive.namelist() if name.startswith("wavenet/")])
    code = (
        "import wavenet; print(wavenet.__file__)\n"
        "from wavenet.browser import speech, start\n"
        "from wavenet.tts.front_ends import reader\n"
        "print([said.text for said in reader('en')('Dr. Smith paid $3.50 on 3/4.', [])])"
    )
    others = sysconfig.get_path("purelib")  # for numpy; -S: without what leads to the sources
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path / "there"), others])},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path))
    assert "Smith" in done.stdout


def test_a_voice_that_is_not_there_is_told(tmp_path):
    done = pack("nobody", tmp_path, tmp_path, tmp_path / "page")
    assert done.returncode == 2
    assert done.stderr.startswith("pack.py: nobody: is neither a voice folder nor a shipped voice")
    assert not (tmp_path / "page").exists()


def test_a_page_is_replaced_and_nothing_else_is(made, parts):
    (made / "CNAME").write_text("of whoever hosts it")
    (made / "index.html").write_text("an old page")
    assert pack(*parts, made).returncode == 0
    assert (made / "CNAME").exists()
    assert "local.js" in (made / "index.html").read_text("utf-8")
    assert len(list(made.iterdir())) == len(ENGINE) + 7
    (made / "packages.zip").rename(made / "something.zip")
    done = pack(*parts, made)
    assert done.returncode == 2
    assert done.stderr == f"pack.py: {made} exists and is no page of this kind; name another folder, or remove it\n"
    assert (made / "something.zip").exists()


def test_a_page_may_lie_in_the_folder_of_its_voice(parts):
    voice = parts[0]
    (voice / "recordings").mkdir()
    (voice / "recordings/private.wav").write_text("x")
    for _ in range(2):
        assert pack(*parts, voice / "page").returncode == 0
    with zipfile.ZipFile(voice / "page/packages.zip") as archive:
        held = {name for name in archive.namelist() if name.startswith("voice/")}
    weights = {"voice.safetensors", "wavenet/model.safetensors"}
    assert held == {f"voice/{name}" for name in weights | {"config.json", "wavenet/config.json", "name"}}


def test_an_empty_folder_may_be_filled(parts, tmp_path):
    (tmp_path / "page").mkdir()
    assert pack(*parts, tmp_path / "page").returncode == 0


@pytest.mark.parametrize("missing", ["build/engine.wasm", "pyodide/pyodide.mjs", "pyodide/numpy-2.0-cp312-wasm32.whl"])
def test_what_a_page_is_made_of_must_be_there(parts, tmp_path, missing):
    (tmp_path / missing).unlink()
    done = pack(*parts, tmp_path / "page")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert str(tmp_path / missing.split("/")[0]) in done.stderr
    assert not list((tmp_path / "page").iterdir())


@pytest.mark.parametrize(
    ("voice", "told"),
    [
        (lambda path: voices.write(path / "anna", language="ru"), "speaks Russian; only English is read without"),
        (lambda path: "english_prompts", "english_prompts"),
        (lambda path: path, "config.json"),
    ],
)
def test_what_cannot_speak_in_a_page_is_refused(parts, tmp_path, voice, told):
    done = pack(voice(tmp_path), *parts[1:], tmp_path / "page")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert told in done.stderr
    assert not (tmp_path / "page").exists()


def test_a_missing_compiler_is_told(tmp_path):
    shell = shutil.which("sh")
    done = subprocess.run(
        [shell, str(ROOT / "scripts/browser/build.sh"), "english", str(tmp_path / "page")],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "emscripten is missing, which compiles the engine for browsers; apt-get install emscripten\n"
    )
