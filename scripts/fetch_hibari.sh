#!/bin/sh
# Install hibari-tts (Apache-2.0), with the weights of its voice "heart", into its own Python environment.
# usage: scripts/fetch_hibari.sh [DIR=data/tts_baselines/hibari]
set -eu

dir=${1:-data/tts_baselines/hibari}
if [ -e "$dir/whole" ]; then
    echo "$dir: already exists"
    exit 0
fi
"${PYTHON:-python3}" -m venv --clear "$dir"
"$dir/bin/python" -m pip install --quiet --disable-pip-version-check hibari-tts==0.2.1
touch "$dir/whole"
echo "$dir: hibari and its voice heart"
