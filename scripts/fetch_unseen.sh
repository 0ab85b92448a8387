#!/bin/sh
# Unpack half a minute of a speaker on which no model here was trained, and the texts, from Debian's package: five sentences of
# "Sense and Sensibility", read for LibriVox (public domain). For listening tests, never for training.
# usage: scripts/fetch_unseen.sh [DIR=data/unseen]; then: python benchmarks/copy_synthesis.py vocoder --data DIR/manifest.csv
set -eu

dir=${1:-data/unseen}
sh "$(dirname "$0")/fetch_debian.sh" "$dir" pocketsphinx-testdata
clips=usr/share/pocketsphinx/test/data/librivox
awk -v clips="$clips" 'BEGIN { print "path,text" }
    { name = $NF; gsub(/[()]/, "", name); sub(/^<s> */, ""); sub(/ *<\/s>.*/, ""); print clips "/" name ".wav," $0 }' \
    "$dir/$clips/transcription" >"$dir/manifest.csv"
