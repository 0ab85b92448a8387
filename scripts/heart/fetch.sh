#!/bin/sh
# Make up to 33 hours of one clear American voice, with texts, in the layout of LJ Speech: hibari-tts (Apache-2.0) speaks texts
# from WordNet and templates with its voice "heart". None of it is a recording of a person, and a voice that is trained on it must
# say so. Run again, also with more hours, it continues. An hour takes about 40 seconds of two cores and 170 MB.
# usage: scripts/heart/fetch.sh [DIR=data/heart_raw] [HOURS=24]; needs data/english_prompts, whose test prompts are never spoken
set -eu

dir=${1:-data/heart_raw}
hours=${2:-24}
here=$(dirname "$0")
venv=data/tts_baselines/hibari

sh "$here/../fetch_hibari.sh" "$venv"
sh "$here/../fetch_debian.sh" "$dir.wordnet" wordnet-base
mkdir -p "$dir"
.venv/bin/python "$here/texts.py" "$dir.wordnet/usr/share/wordnet" data/english_prompts "$here/../../recipes/tts_english/sentences.txt" \
    >"$dir/texts.jsonl.new"
mv "$dir/texts.jsonl.new" "$dir/texts.jsonl"
"$venv/bin/python" "$here/say.py" "$dir/texts.jsonl" "$dir" "$hours"
