"""Puts the files of the page together: ``scripts/browser/build.sh`` calls it.

    python scripts/browser/pack.py VOICE BUILD PYODIDE OUT

VOICE is a shipped voice or the folder of one, BUILD has the compiled engine, PYODIDE the Python for browsers. OUT gets
the page, its scripts, the engine, Pyodide, and one archive of Python packages with the voice. The files of a page that
is there are replaced when all new ones are made; others stay. A folder with other files alone is refused.
"""

import argparse
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import wavenet
from wavenet.config import LANGUAGES
from wavenet.engine import folder
from wavenet.errors import UsageError, WavenetError
from wavenet.tts import folder as voices

PACKAGE = Path(wavenet.__file__).parent
ENGINE = ("engine.js", "engine.wasm")
MODULE = "pyodide.mjs"
RUNTIME = ("pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
ARCHIVE = "packages.zip"
VOICE = ("config.json", "voice.safetensors", "README.md", "wavenet/config.json", "wavenet/model.safetensors")
"""the files of a voice; whatever else lies in its folder, such as this page, stays there"""
SCRIPT = '<script>\n"use strict";'
"""where the script of the page begins, before which its source of speech has to be there"""
LEFT_OUT = {
    *("native", "models", "training", "pixelcnn", "recognition", "importers", "cli", "bulk", "amp", "bench", "model")
}
"""parts of the package that saying a text does without"""
NUMPY_LEFT_OUT = {"tests", "f2py", "distutils", "include", "random"}


def package() -> Iterator[tuple[str, Path]]:
    """The names in the archive, and the files, of this package."""
    for path in sorted(PACKAGE.rglob("*")):
        parts = path.relative_to(PACKAGE).parts
        if path.is_file() and parts[0] not in LEFT_OUT and "__pycache__" not in parts and path.suffix != ".so":
            yield "/".join(("wavenet", *parts)), path


def numpy(pyodide: Path) -> Iterator[tuple[str, bytes]]:
    """The same of numpy, with its contents: of the wheel beside Pyodide, or of the folder that was fetched.

    Raises:
        UsageError: there is neither.
    """
    wheels = sorted(pyodide.glob("numpy-*.whl"))
    fetched = sorted(pyodide.with_name("numpy").glob("lib/python3.*/site-packages"))
    if wheels:
        with zipfile.ZipFile(wheels[-1]) as wheel:
            yield from ((name, wheel.read(name)) for name in wheel.namelist() if _wanted(name))
    elif fetched:
        for path in sorted(fetched[-1].rglob("*")):
            name = path.relative_to(fetched[-1]).as_posix()
            if path.is_file() and _wanted(name):
                yield name, path.read_bytes()
    else:
        raise UsageError(f"{pyodide} has no numpy-*.whl; give a whole distribution of Pyodide, or none")


def _wanted(name: str) -> bool:
    return NUMPY_LEFT_OUT.isdisjoint(name.split("/")) and not name.endswith((".pyi", ".a", ".h"))


def pack(voice: Path, pyodide: Path, archive: Path) -> None:
    """Write the archive."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in numpy(pyodide):
            packed.writestr(name, content)
        for name, path in package():
            packed.write(path, name)
        for name in VOICE:
            if (voice / name).exists():
                packed.write(voice / name, f"voice/{name}")
        packed.writestr("voice/name", voice.resolve().name)


def write(out: Path, voice: Path, build: Path, pyodide: Path) -> None:
    """Write all files into a new folder; raises UsageError where one to be copied is missing."""
    (out / "pyodide").mkdir(parents=True)
    copied = [(PACKAGE / "browser" / name, out) for name in ("local.js", "worker.js", "loading.js")]
    copied += [(build / name, out) for name in ENGINE] + [(pyodide / name, out / "pyodide") for name in RUNTIME]
    copied.append((pyodide / MODULE, out / "pyodide" / "module.js"))  # hosts do not know .mjs
    for path, to in copied:
        if not path.is_file():
            raise UsageError(f"{path} is missing")
        shutil.copy(path, to)
    page = (PACKAGE / "serving" / "page.html").read_text("utf-8")
    assert page.count(SCRIPT) == 1, "the page has no place for its source of speech"
    own = '<script>window.local = null;</script>\n<script src="local.js"></script>\n'
    (out / "index.html").write_text(page.replace(SCRIPT, own + SCRIPT), "utf-8")
    pack(voice, pyodide, out / ARCHIVE)


def replace(out: Path, voice: Path, build: Path, pyodide: Path) -> None:
    """Make the folder, or its files again; raises UsageError."""
    if out.exists() and not (out / ARCHIVE).exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} exists and is no page of this kind; name another folder, or remove it")
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out) as folder:  # on the same disk
        made = Path(folder) / "made"
        write(made, voice, build, pyodide)
        for path in sorted(made.rglob("*"), key=lambda path: path.name == ARCHIVE):  # which says that a page is there
            place = out / path.relative_to(made)
            if path.is_dir():
                place.mkdir(exist_ok=True)
            else:
                path.replace(place)


def found(name: str) -> Path:
    """The folder of a voice that can speak in a page; raises WavenetError."""
    path = folder.find(name, folder.VOICE_FORMAT)
    language = voices.read(path).voice.language
    if language != "en":
        raise UsageError(f"{path} speaks {LANGUAGES[language].title()}; only English is read without other programs")
    return path


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for name in ("voice", "build", "pyodide", "out"):
        parser.add_argument(name, type=str if name == "voice" else Path)
    given = parser.parse_args()
    try:
        replace(given.out.resolve(), found(given.voice), given.build.resolve(), given.pyodide.resolve())
    except WavenetError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    size = sum(path.stat().st_size for path in given.out.rglob("*") if path.is_file())
    host = f"python -m http.server --directory {given.out}"
    print(f"{given.out}: {size / 1e6:.0f} MB; serve it by any host of files, such as `{host}`")
    return 0


if __name__ == "__main__":
    sys.exit(main())
