#!/bin/sh
# Makes the folder OUT of a page that says texts without a server: `make browser`, docs/browser.md.
#
#     scripts/browser/build.sh VOICE OUT
#
# VOICE: a shipped voice, or the folder of one. PYODIDE: a folder with a whole distribution of Pyodide, of which numpy is
# taken too; without it both are fetched from npm. Needs emscripten.
set -eu
voice=$1
out=$2
build=build/browser
command -v emcmake >/dev/null || {
    echo "emscripten is missing, which compiles the engine for browsers; apt-get install emscripten" >&2
    exit 2
}
export NODE_PATH="${NODE_PATH:-/usr/share/nodejs}" # where Debian keeps what emscripten needs of it

emcmake cmake -S . -B "$build" -G Ninja -DWAVENET_PYTHON=OFF >/dev/null
cmake --build "$build" --target engine

pyodide=${PYODIDE:-}
if [ -z "$pyodide" ]; then
    version=0.27.7
    numpy=2.0.1-py312h4e66579-0 # for the same Python and emscripten
    fetched=$build/npm/$version+$numpy
    pyodide=$fetched/pyodide
    command -v npm >/dev/null || {
        echo "npm is missing, which fetches Python for browsers; install Node.js, or give PYODIDE a whole distribution" >&2
        exit 2
    }
    # fetch PACKAGE VERSION FOLDER, whole or not at all
    fetch() {
        [ -d "$fetched/$3" ] && return
        rm -rf "$fetched/new"
        mkdir -p "$fetched/new"
        (
            cd "$fetched/new"
            file=$(npm pack --loglevel=error "$1@$2")
            tar xzf "$file"
            for inside in package/pkg/*.tar.gz; do
                [ ! -f "$inside" ] || tar xzf "$inside" -C package
            done
        )
        mv "$fetched/new/package" "$fetched/$3"
    }
    fetch pyodide $version pyodide
    fetch @emscripten-forge/numpy $numpy numpy
fi
"${PYTHON:-python3}" scripts/browser/pack.py "$voice" "$build" "$pyodide" "$out"
