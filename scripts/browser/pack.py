"""Puts the files of the page together: ``scripts/browser/build.sh`` calls it.

    python scripts/browser/pack.py VOICE BUILD PYODIDE OUT

VOICE is a shipped voice or the folder of one, BUILD has the compiled engine, PYODIDE the Python for browsers. OUT gets
the page, its scripts, the engine, Pyodide, and one archive of Python packages with the voice.
"""

import argparse
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import wavenet
from wavenet.engine import folder
from wavenet.errors import WavenetError

PACKAGE = Path(wavenet.__file__).parent
RUNTIME = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
SCRIPT = '<script>\n"use strict";'
"""where the script of the page begins, before which its source of speech has to be there"""
LEFT_OUT = (
    "native",
    "models",
    "training",
    "pixelcnn",
    "recognition",
    "importers",
    "cli",
    "bulk",
    "amp",
    "bench",
    "model",
)
"""parts of the package that saying a text does without"""
NUMPY_LEFT_OUT = ("tests", "f2py", "distutils", "include", "random")


def package() -> Iterator[tuple[str, Path]]:
    """The names in the archive, and the files, of this package."""
    for path in sorted(PACKAGE.rglob("*")):
        parts = path.relative_to(PACKAGE).parts
        if path.is_file() and parts[0] not in LEFT_OUT and "__pycache__" not in parts and path.suffix != ".so":
            yield "/".join(("wavenet", *parts)), path


def numpy(pyodide: Path) -> Iterator[tuple[str, bytes]]:
    """The same of numpy: of the wheel beside Pyodide, or of the folder that was fetched; its contents."""
    wheels = sorted(pyodide.glob("numpy-*.whl"))
    if wheels:
        with zipfile.ZipFile(wheels[-1]) as wheel:
            yield from ((name, wheel.read(name)) for name in wheel.namelist() if _wanted(name))
        return
    (root,) = pyodide.with_name("numpy").glob("lib/python3.*/site-packages")
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and _wanted(name):
            yield name, path.read_bytes()


def _wanted(name: str) -> bool:
    parts = name.split("/")
    return not any(part in NUMPY_LEFT_OUT for part in parts) and not name.endswith((".pyi", ".a", ".h"))


def pack(voice: Path, pyodide: Path, archive: Path) -> None:
    """Write the archive."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, path in package():
            packed.write(path, name)
        for name, content in numpy(pyodide):
            packed.writestr(name, content)
        for path in sorted(voice.rglob("*")):
            if path.is_file():
                packed.write(path, f"voice/{path.relative_to(voice).as_posix()}")
        packed.writestr("voice/name", voice.name)


def main() -> int:
    """Make the folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for name in ("voice", "build", "pyodide", "out"):
        parser.add_argument(name)
    given = parser.parse_args()
    try:
        voice = folder.find(given.voice, folder.VOICE_FORMAT)
    except WavenetError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    build, pyodide, out = Path(given.build), Path(given.pyodide), Path(given.out)
    shutil.rmtree(out, ignore_errors=True)
    (out / "pyodide").mkdir(parents=True)
    pack(voice, pyodide, out / "packages.zip")
    page = (PACKAGE / "serving" / "page.html").read_text("utf-8")
    assert page.count(SCRIPT) == 1, "the page has no place for its source of speech"
    (out / "index.html").write_text(page.replace(SCRIPT, f'<script src="local.js"></script>\n{SCRIPT}'), "utf-8")
    for name in ("local.js", "worker.js", "loading.js"):
        shutil.copy(PACKAGE / "browser" / name, out)
    for name in ("engine.mjs", "engine.wasm"):
        shutil.copy(build / name, out)
    for name in RUNTIME:
        shutil.copy(pyodide / name, out / "pyodide")
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(
        f"{out}: {size / 1e6:.0f} MB; serve it by any host of files, such as `python -m http.server --directory {out}`"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
