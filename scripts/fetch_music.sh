#!/bin/sh
# Unpack 18 minutes of music, five tracks (CC-BY-SA-3.0, 16 kHz), from Debian's package.
# usage: scripts/fetch_music.sh [DIR=data/music_raw]; then see: make data-music
set -eu

sh "$(dirname "$0")/fetch_debian.sh" "${1:-data/music_raw}" asterisk-moh-opsound-g722
