#!/bin/sh
# Make up to 70 hours of solo music at 16 kHz: single voices of the Bach scores of music21 (free of copyright), played by five instruments of Debian's
# TimGM6mb (GPL-2) at three tempos, with a manifest that has their tags, and their notes. Run again, also with more hours, it continues. An hour
# takes 115 MB; reading all scores, once, takes some minutes.
# usage: scripts/music/fetch.sh [DIR=data/bach_raw] [HOURS=5]
set -eu

dir=${1:-data/bach_raw}
hours=${2:-5}
here=$(dirname "$0")
venv=$dir.tools

if [ ! -e "$venv/whole" ]; then
    "${PYTHON:-python3}" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check music21==10.5.1 numpy
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps tinysoundfont==0.3.7 # the rest is for playing
    touch "$venv/whole"
fi
sh "$here/../fetch_debian.sh" "$dir.soundfont" timgm6mb-soundfont
mkdir -p "$dir"
"$venv/bin/python" "$here/scores.py" "$dir/scores.jsonl"
"$venv/bin/python" "$here/play.py" "$dir/scores.jsonl" "$dir.soundfont/usr/share/sounds/sf2/TimGM6mb.sf2" "$dir" "$hours"
